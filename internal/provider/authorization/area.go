// Package authorization has the types for authorizations: applications that may act as a user,
// each with an access token.
//
// Quay's API makes these rules necessary:
//
//   - Before Quay 3.18, only the page that authorizes an application creates an access token.
//     The page needs a session of the web interface, so the provider needs a user's name and
//     password. Reading and revoking also work with an access token.
//   - The page shows the token once, and not its UUID. The provider compares the list of the
//     user's authorizations before and after. If the response is lost, nobody knows the token.
//     The provider then revokes the new token, and creates another token.
//   - Tokens are valid for ten years. Quay cannot change a token.
//   - The list has neither the client ID nor the token, so Terraform cannot import an
//     authorization.
//   - A user can read and revoke only its own authorizations.
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
