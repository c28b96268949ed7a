package defaultpermission

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_organization_default_permission.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.OrganizationFilter, account.InOrganization[client.DefaultPermission], model]{
		Resource: declaration(),
		Schema:   account.OrganizationFilterSchema("Finds the default permissions of an organization, with one call. Leaves out those of deleted users."),
		Objects:  account.ObjectsIn((*client.Client).ListDefaultPermissions),
		FromAPI: func(m *model, l account.InOrganization[client.DefaultPermission]) error {
			m.Organization = l.Organization
			m.fromAPI(&l.Object)
			return nil
		},
		Display: func(m model) string {
			rule := m.rule()
			return fmt.Sprintf("%s: %s %s (%s), in repositories of %s", m.Organization.ValueString(), rule.Delegate.Kind, rule.Delegate.Name,
				rule.Role, cmp.Or(rule.CreatorName(), "everybody"))
		},
	})
}
