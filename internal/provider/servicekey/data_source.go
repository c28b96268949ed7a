package servicekey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_service_key, and a key in quay_service_keys.
type dataModel struct {
	KID          types.String            `tfsdk:"kid"`
	Service      types.String            `tfsdk:"service"`
	Name         types.String            `tfsdk:"name"`
	CreatedDate  timetypes.RFC3339       `tfsdk:"created_date"`
	Expiration   timetypes.RFC3339       `tfsdk:"expiration"`
	Metadata     map[string]types.String `tfsdk:"metadata"`
	PublicKey    types.String            `tfsdk:"public_key"`
	Approved     types.Bool              `tfsdk:"approved"`
	ApprovedBy   types.String            `tfsdk:"approved_by"`
	ApprovedDate timetypes.RFC3339       `tfsdk:"approved_date"`
	Notes        types.String            `tfsdk:"notes"`
}

// dataAttributes are the attributes of a key in both data sources. kid is the attribute with
// its id.
func dataAttributes(kid schema.StringAttribute) map[string]schema.Attribute {
	kid.MarkdownDescription = "Id of the key."
	return map[string]schema.Attribute{
		"kid": kid,
		"service": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Name of the service that signs with the key.",
		},
		"name": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Display name of the key. Null if there is none.",
		},
		"created_date": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "Time of the creation (RFC 3339).",
		},
		"expiration": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "Date until which the key is valid (RFC 3339). Null if the key does not expire.",
		},
		"metadata": schema.MapAttribute{
			ElementType:         types.StringType,
			Computed:            true,
			MarkdownDescription: "Entries of the key, with those of Quay. Values that are not texts are JSON.",
		},
		"public_key": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Public key, in PEM format.",
		},
		"approved": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the key is approved.",
		},
		"approved_by": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Superuser who approved the key. Null if Quay does not know the superuser.",
		},
		"approved_date": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "Time of the approval (RFC 3339). Null if the key is not approved.",
		},
		"notes": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Notes about the approval. Null if there are none.",
		},
	}
}

// dataModelOf returns a key as a data source shows it.
func dataModelOf(key *client.ServiceKey) (dataModel, error) {
	publicKey, err := publicKey(key)
	if err != nil {
		return dataModel{}, err
	}
	m := dataModel{
		KID:          types.StringValue(key.KID),
		Service:      types.StringValue(key.Service),
		Name:         envelope.TextOrNull(key.Name),
		CreatedDate:  timetypes.NewRFC3339TimeValue(key.CreatedDate.Time),
		Expiration:   expirationValue(key),
		Metadata:     map[string]types.String{},
		PublicKey:    publicKey,
		Approved:     types.BoolValue(key.Approval != nil),
		ApprovedBy:   approvedBy(key),
		ApprovedDate: approvedDate(key),
	}
	for name, value := range key.Metadata {
		m.Metadata[name] = entryValue(value)
	}
	if key.Approval != nil {
		m.Notes = envelope.TextOrNull(key.Approval.Notes)
	}
	return m, nil
}

// newDataSource returns the data source quay_service_key.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "service_key",
		Noun: "service key",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a service key, which may have expired. Only the service has the private key.",
			Attributes: dataAttributes(schema.StringAttribute{
				Required:   true,
				Validators: kidRules(),
			}),
		},
		Read: readData,
	})
}

func readData(ctx context.Context, c *client.Client, m *dataModel) error {
	key, err := c.GetServiceKey(ctx, m.KID.ValueString())
	if err != nil {
		return envelope.NotFoundError("kid", "service key", m.KID.ValueString(), err)
	}
	*m, err = dataModelOf(key)
	return err
}

// listModel is a quay_service_keys.
type listModel struct {
	Service types.String `tfsdk:"service"`
	Keys    []dataModel  `tfsdk:"keys"`
}

// newListDataSource returns the data source quay_service_keys.
func newListDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[listModel]{
		Name: "service_keys",
		Noun: "service keys",
		Schema: schema.Schema{
			MarkdownDescription: "Reads all service keys, sorted by KID, with keys that have expired and keys that nobody has approved.",
			Attributes: map[string]schema.Attribute{
				"service": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the service whose keys to list. Defaults to all services.",
					Validators:          serviceRules(),
				},
				"keys": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Service keys.",
					NestedObject:        schema.NestedAttributeObject{Attributes: dataAttributes(schema.StringAttribute{Computed: true})},
				},
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, c *client.Client, m *listModel) error {
	keys, err := c.ListServiceKeys(ctx)
	if err != nil {
		return err
	}
	m.Keys = []dataModel{}
	for _, key := range keys {
		if !m.Service.IsNull() && key.Service != m.Service.ValueString() {
			continue
		}
		listed, err := dataModelOf(&key)
		if err != nil {
			return err
		}
		m.Keys = append(m.Keys, listed)
	}
	return nil
}
