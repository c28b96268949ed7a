package application

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// listModel is the configuration of a list of quay_oauth_application.
type listModel struct {
	Organization types.String `tfsdk:"organization"`
}

// listedApplication is an application with its organization.
type listedApplication struct {
	organization string
	application  client.Application
}

// newListResource returns the list resource quay_oauth_application.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[listModel, listedApplication, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the OAuth applications of an organization, with one call.",
			Attributes:          map[string]schema.Attribute{"organization": account.ListOrganization()},
		},
		Objects: func(ctx context.Context, c *client.Client, config listModel) iter.Seq2[listedApplication, error] {
			return func(yield func(listedApplication, error) bool) {
				organization := config.Organization.ValueString()
				applications, err := listApplications(ctx, c, organization)
				if err != nil {
					yield(listedApplication{}, err)
				}
				for _, application := range applications {
					if !yield(listedApplication{organization, application}, nil) {
						return
					}
				}
			}
		},
		FromAPI: func(m *model, l listedApplication) error {
			m.Organization = types.StringValue(l.organization)
			m.fromAPI(&l.application)
			return nil
		},
		Display: func(m model) string { return m.Organization.ValueString() + ": " + m.Name.ValueString() },
	})
}

// listApplications reads the applications of an organization that a configuration names.
func listApplications(ctx context.Context, c *client.Client, organization string) ([]client.Application, error) {
	applications, err := c.ListApplications(ctx, organization)
	return applications, envelope.NotFoundError("organization", "organization", organization, err)
}
