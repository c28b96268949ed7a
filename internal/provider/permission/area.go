// Package permission has the types and functions for the roles of users, robots and
// teams in repositories.
//
// Quay's API makes these rules necessary:
//
//   - Setting a role overwrites an existing role. Quay has no other call, and the creator of a
//     repository has the role admin from the start.
//   - Quay fails (500) if the repository does not exist. The provider then looks for the
//     repository.
//   - Quay gives the creator of a repository the role admin, and adds the organization's
//     default permissions. It gives the robot of a mirror the role write. So roles exist
//     before any resource for them. The creation of quay_repository_permissions removes
//     unlisted roles, except the role of the mirror's robot. The plan warns of these removals.
//   - Quay does not change the role of the owner of a namespace. The provider makes no
//     call for it.
//   - Quay lets the token's user remove its own role admin, and then hides the repository from
//     the user. The provider refuses such an update. A destroy keeps the role.
//
// Calls of a single permission: PUT to create and to update, DELETE to delete. Reads are
// shared: GET of the repository's list, or of the team's or the robot's list. A list resource
// makes a call for each repository.
//
// Calls of quay_repository_permissions: two GET for a refresh, the lists of users and of
// teams, which reads of single permissions share. A third GET, of the mirror, if Quay lists a
// robot that the configuration lacks. PUT or DELETE for each role that changes. Before an
// administrator loses the role, GET of the organization, and GET of the token's user unless
// this user administers the organization. A plan of a creation reads the lists too, but an
// apply that has written an object does not.
//
// That resource has maps from names to roles, one for users, robots and teams each. A plan
// then shows one line with the holder's name for each added, changed or removed role. In a set
// of objects, a plan would show a changed role as one removed and one added object. A map
// lists each name once, and its keys can follow the rename of an organization.
package permission

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for permissions in repositories.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Repository Permissions",
		Resources:     envelope.Constructors(newUserResource, newTeamResource, newPermissionsResource),
		DataSources:   envelope.Constructors(newUsersDataSource, newTeamsDataSource, newUserDataSource, newTeamDataSource, newTransitiveDataSource),
		ListResources: envelope.Constructors(newUserListResource, newTeamListResource, newPermissionsListResource),
		Functions:     envelope.Constructors(newRobotFunction, newParseRepositoryFunction),
	}
}
