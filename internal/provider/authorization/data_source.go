package authorization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// entry is an authorization in a quay_user_authorizations.
type entry struct {
	UUID         types.String `tfsdk:"uuid"`
	Application  types.String `tfsdk:"application"`
	Organization types.String `tfsdk:"organization"`
	Scopes       types.Set    `tfsdk:"scopes"`
}

// listModel is a quay_user_authorizations.
type listModel struct {
	Authorizations []entry `tfsdk:"authorizations"`
}

// newDataSource returns the data source quay_user_authorizations.
func newDataSource() datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[listModel]{
		Name: "user_authorizations",
		Noun: "authorizations",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the applications that may act in the name of the provider's user, with an entry for each access token. It does not show the tokens.",
			Attributes: map[string]schema.Attribute{
				"authorizations": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Authorizations, sorted by UUID.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"uuid":         text("UUID of the authorization."),
						"application":  text("Name of the application."),
						"organization": text("Name of the organization or the user that has the application."),
						"scopes": schema.SetAttribute{
							ElementType:         types.StringType,
							Computed:            true,
							MarkdownDescription: "Scopes of the token.",
						},
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *listModel) error {
			all, err := c.ListAuthorizations(ctx)
			if err != nil {
				return err
			}
			m.Authorizations = []entry{}
			for _, a := range all {
				m.Authorizations = append(m.Authorizations, entry{
					types.StringValue(a.UUID), types.StringValue(a.Application), types.StringValue(a.Organization), envelope.TextSet(a.Scopes),
				})
			}
			return nil
		},
	})
}
