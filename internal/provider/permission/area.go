// Package permission has the types and functions for the roles of users, robots and
// teams in repositories.
//
// Quay's API makes these rules necessary:
//
//   - Setting a role takes over one that exists: Quay has no other call, and the
//     creator of a repository has the role admin from the start.
//   - For a repository that does not exist Quay says only that it failed (500). The
//     provider then looks whether the repository exists.
//   - Quay gives the creator of a repository the role admin, adds the organization's
//     default permissions, and gives the robot of a mirror the role write. So all roles
//     of a repository exist before any resource for them. Creating
//     quay_repository_permissions removes those that are not listed, except the role
//     of the mirror's robot, and the plan warns of them.
//   - Quay does not change the role of the owner of a namespace. The provider makes no
//     call for it.
//   - Quay lets the token's user take its own role admin away, and then shows the user
//     nothing more. The provider refuses that, or keeps the role when it destroys.
//
// Calls of a single permission: PUT to create and to update, DELETE to delete. Reads are
// shared: GET of the repository's list, or of the team's or the robot's. A list makes a call for each repository.
//
// Calls of quay_repository_permissions: two GET for a refresh, the lists of users and of
// teams, which reads of single permissions share. A third GET, of the mirror, where
// Quay lists a robot that the configuration does not. PUT or DELETE for each role that
// changes. Where an administrator loses that role, GET of the organization before, and
// GET of the token's user unless that user administers the organization. A plan to
// create reads the lists too, but no more in an apply that has changed something.
//
// That resource has maps from names to roles, one for users, robots and teams each. A plan
// then shows a line for each role that is added, changed or removed, by the name of its
// holder. In a set of objects, a changed role would show as one object removed and
// another added. A map also cannot list a name twice, and its keys follow the rename of
// an organization.
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
