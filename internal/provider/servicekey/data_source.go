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

// dataAttributes are what both tell of a key beside its id.
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
			MarkdownDescription: "Name for people; null if it has none.",
		},
		"created_date": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "When the key was made (RFC 3339).",
		},
		"expiration": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "Date until which the key is valid (RFC 3339); null if it does not expire.",
		},
		"metadata": schema.MapAttribute{
			ElementType:         types.StringType,
			Computed:            true,
			MarkdownDescription: "What is kept with the key, Quay's own entries included. What is not text is JSON.",
		},
		"public_key": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Public half of the key, in PEM.",
		},
		"approved": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the key is approved.",
		},
		"approved_by": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Superuser who approved the key; null if nobody is known.",
		},
		"approved_date": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "When the key was approved (RFC 3339); null if it is not.",
		},
		"notes": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Notes to the approval; null if there are none.",
		},
	}
}

// dataModelOf returns a key as a data source tells it.
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
			MarkdownDescription: "A key that a service of the registry signs with, expired or not. Nobody but the service has its private half.",
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
			MarkdownDescription: "The keys that services of the registry sign with, in Quay's order: expired ones too, and those that nobody has approved.",
			Attributes: map[string]schema.Attribute{
				"service": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of a service, to list its keys only.",
					Validators:          serviceRules(),
				},
				"keys": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The keys.",
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
