// Package team has the types for teams of organizations.
//
// Quay's API makes these rules necessary:
//
//   - Quay has no call that reads one team. The organization's view has all of them,
//     so reads of an organization and of its teams share one call.
//
//   - One call creates and changes a team. The provider looks before it creates one,
//     so that it does not take over a team that exists.
//
//   - Quay fails (500) to delete a team with the role admin if the token's user is in
//     no such team. The provider takes the role away first.
//
//   - Where the registry sends e-mails, adding a user who is in no team of the
//     organization invites the user. Adding the user again sends another invite, and
//     each removal takes one invite back. So the provider looks before it removes, and
//     after a call whose answer it lost.
//
//   - The people of a synchronized team belong to a group of a directory. The provider then
//     manages only the robots among the members.
//
// Calls of a team: GET and PUT to create, PUT to update, DELETE to delete. Reads are
// shared. Managed members take one call for the team to read them, PUT to add one, and
// GET and DELETE to remove one.
package team

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for teams.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Organizations",
		Resources:     envelope.Constructors(newResource, newMemberResource),
		DataSources:   envelope.Constructors(newDataSource, newAllDataSource, newMembersDataSource),
		ListResources: envelope.Constructors(newListResource, newMemberListResource),
	}
}
