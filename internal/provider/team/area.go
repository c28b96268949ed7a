// Package team has the types for teams of organizations.
//
// Quay's API makes these rules necessary:
//
//   - Quay has no call that reads one team. The response for an organization has all of its
//     teams, so reads of an organization and of its teams share one call.
//
//   - One call creates and changes a team. The provider looks before it creates a team, so
//     that it does not overwrite an existing team.
//
//   - Quay fails (500) to delete a team with the role admin if the token's user is in no such
//     team. The provider changes the role first.
//
//   - If the registry sends e-mails, Quay invites a user who is in no team of the
//     organization. A second call sends a second invite, and each removal revokes one invite.
//     So the provider reads the invites before a removal, and after a call whose response was
//     lost. It also reads them before it adds a single person, and before it first manages the
//     members of a team.
//
//   - Quay synchronizes the people of a synchronized team with a group of a directory. The
//     provider then manages only the robots among the members.
//
// Calls of a team: GET and PUT to create, PUT to update, DELETE to delete. Reads are
// shared. Managed members take one call for the team to read them, PUT to add one, and
// GET and DELETE to remove one. A single member takes PUT to create, and GET before if it is a
// person.
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
