// Package permission has the types and functions for the roles of users, robots and
// teams in repositories.
//
// Quay's API makes these rules necessary:
//
//   - Setting a role takes over one that exists: Quay has no other call, and the
//     creator of a repository has the role admin from the start.
//   - For a repository that does not exist Quay says only that it failed (500). The
//     provider then looks whether the repository exists.
//
// Calls: PUT to create and to update, DELETE to delete. Reads are shared. A list makes a
// call for each repository.
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
