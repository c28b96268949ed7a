// Package teamsync has the types for teams that follow a group of a directory.
//
// Quay's API makes these rules necessary:
//
//   - Only the call for a team's members tells how the team is synchronized. Only superusers
//     see the group.
//   - Quay fails (500) to synchronize a team that is synchronized already. The provider looks
//     before it synchronizes a team, and ends the old synchronization before it begins a new
//     one. If Quay then refuses the new group, the provider begins the old synchronization
//     again.
//   - Quay checks groups of LDAP, and accepts any text as a group of OIDC. The provider
//     refuses an empty name. It also refuses a DN for OIDC and a name for LDAP.
//   - With OIDC, Quay removes every person from the team at once. The plan names these people,
//     and the configuration must allow their removal.
//   - Quay itself adds and removes the people of a synchronized team. Terraform can still add
//     and remove robots.
//
// Calls: GET and POST to create, DELETE and POST to update, DELETE to delete. A plan that
// creates or changes a synchronization reads the team's members. Reads are shared with
// those of the members.
package teamsync

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for synchronized teams.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Organizations",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
