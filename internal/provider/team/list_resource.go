package team

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_organization_team.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.OrganizationFilter, account.InOrganization[client.Team], model]{
		Resource: declaration(),
		Schema: account.OrganizationFilterSchema("Finds the teams of an organization, with one call. Whole teams (`include_resource`, and where " +
			"configuration is generated) take a call for each."),
		Objects: account.ObjectsIn((*client.Client).ListTeams),
		FromAPI: func(m *model, l account.InOrganization[client.Team]) error {
			m.Organization = l.Organization
			m.fromAPI(&l.Object)
			return nil
		},
		Complete: readMembers,
		Display: func(m model) string {
			return fmt.Sprintf("%s: %s (%s)", m.Organization.ValueString(), m.Name.ValueString(), m.Role.ValueString())
		},
	})
}
