// Package member has the types for members and collaborators of organizations.
//
// Quay's API makes these rules necessary:
//
//   - A member of an organization is a user in one of its teams, and a collaborator is a
//     user in none who has a permission on a repository. So both are managed as
//     memberships of teams and as permissions, and have no resources of their own. The
//     provider never makes Quay's call to remove a member: it would take away all
//     memberships and permissions of a user at once, those of other resources, too.
//   - Quay lists members, teams and repositories in an order that changes from call to
//     call. The provider sorts them.
//   - Quay lists a deleted collaborator under a UUID until its garbage collection. The
//     provider leaves such a collaborator out.
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
