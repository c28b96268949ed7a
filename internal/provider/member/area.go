// Package member has the types for members and collaborators of organizations.
//
// Quay's API makes these rules necessary:
//
//   - A member of an organization is a user in one of its teams. A collaborator is a user in
//     no team with a permission on a repository. So Terraform manages members with teams, and
//     collaborators with permissions. They have no resources of their own. The provider never
//     makes Quay's call to remove a member. The call removes all memberships and permissions
//     of the user, even those of other resources.
//   - Quay lists members, teams and repositories in an order that changes from call to
//     call. The provider sorts them.
//   - Quay lists a deleted collaborator under a UUID until its garbage collection. The
//     provider omits such a collaborator.
//
// Calls: each data source makes one GET.
package member

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for members and collaborators.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "Organizations",
		DataSources: envelope.Constructors(newDataSource, newCollaboratorsDataSource),
	}
}
