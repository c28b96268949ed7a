package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_organization.
type dataModel struct {
	Name                 types.String `tfsdk:"name"`
	Email                types.String `tfsdk:"email"`
	InvoiceEmail         types.Bool   `tfsdk:"invoice_email"`
	InvoiceEmailAddress  types.String `tfsdk:"invoice_email_address"`
	TagExpirationSeconds types.Int64  `tfsdk:"tag_expiration_s"`
}

// newDataSource returns the data source quay_organization.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "organization",
		Noun: "organization",
		Schema: schema.Schema{
			MarkdownDescription: "Reads an organization that the user of the access token may administer.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization.",
					Validators:          account.Reference(),
				},
				"email": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Contact e-mail address. Null if there is none.",
				},
				"invoice_email": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether Quay sends invoices by e-mail.",
				},
				"invoice_email_address": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "E-mail address for invoices. Null if there is none.",
				},
				"tag_expiration_s": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "Time in seconds for which a deleted tag can be restored.",
				},
			},
		},
		Read: readData,
	})
}

func readData(ctx context.Context, c *client.Client, m *dataModel) error {
	organization := model{Name: m.Name}
	if err := read(ctx, c, &organization); err != nil {
		return envelope.NotFoundError("name", "organization", m.Name.ValueString(), err)
	}
	*m = dataModel{organization.Name, organization.Email, organization.InvoiceEmail, organization.InvoiceEmailAddress, organization.TagExpirationSeconds}
	return nil
}

// allModel is a quay_all_organizations.
type allModel struct {
	Organizations []listedModel `tfsdk:"organizations"`
}

// listedModel is an organization in quay_all_organizations.
type listedModel struct {
	Name  types.String `tfsdk:"name"`
	Email types.String `tfsdk:"email"`
}

// newAllDataSource returns the data source quay_all_organizations.
func newAllDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[allModel]{
		Name: "all_organizations",
		Noun: "organizations",
		Schema: schema.Schema{
			MarkdownDescription: "Reads all organizations of the registry, in Quay's order.",
			Attributes: map[string]schema.Attribute{
				"organizations": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Organizations.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the organization.",
						},
						"email": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Contact e-mail address. Null if there is none.",
						},
					}},
				},
			},
		},
		Read: readAll,
	})
}

func readAll(ctx context.Context, c *client.Client, m *allModel) error {
	m.Organizations = []listedModel{}
	for organization, err := range c.ListOrganizations(ctx) {
		if err != nil {
			return err
		}
		m.Organizations = append(m.Organizations, listedModel{
			Name:  types.StringValue(organization.Name),
			Email: account.EmailValue(organization.Email),
		})
	}
	return nil
}
