// Package authorization has the types for authorizations: applications that may act in the
// name of a user, each with an access token.
//
// Quay's API makes these rules necessary:
//
//   - Before Quay 3.18, only the page that authorizes an application makes an access token.
//     It takes a session of the web interface, so the provider needs a user's name and
//     password. Reading and revoking also work with an access token.
//   - The page shows the token once, and not its UUID. The provider compares the list of the
//     user's authorizations before and after. If the answer is lost, nobody knows the token.
//     Then the provider revokes the token that was added, and creates another one.
//   - Tokens are valid for ten years. Quay cannot change a token.
//   - The list tells neither the client ID nor the token, so there is no import.
//   - A user sees and revokes its own authorizations only.
//
// Calls: GET of the list, POST to the page, GET of the list and GET of the user to create,
// DELETE to delete. Reads share the list.
package authorization

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for authorizations.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "OAuth Applications",
		Resources:   envelope.Constructors(newResource),
		DataSources: envelope.Constructors(newDataSource),
	}
}
