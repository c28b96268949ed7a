package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_oauth_application.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.OrganizationFilter, account.InOrganization[client.Application], model]{
		Resource: declaration(),
		Schema:   account.OrganizationFilterSchema("Finds the OAuth applications of an organization, with one call."),
		Objects:  account.ObjectsIn((*client.Client).ListApplications),
		FromAPI: func(m *model, l account.InOrganization[client.Application]) error {
			m.Organization = l.Organization
			m.fromAPI(&l.Object)
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
