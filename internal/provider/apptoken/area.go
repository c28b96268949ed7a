// Package apptoken has the types for application-specific tokens: passwords of the access
// token's own user for container tools.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a token, so another title makes another token.
//   - Quay creates a second token of the same title. The provider does not, because the
//     title is all that tells what became of a creation whose answer was lost.
//   - Quay shows the secret of a token as often as it is asked for that token. The list
//     does not have it. The secret of a token never changes, so reads share the list.
//   - The registry's configuration decides when tokens expire.
//
// Calls: GET and POST to create, DELETE to delete. Reads are shared, and take one GET more
// after an import. The ephemeral resource takes one GET.
package apptoken

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for application-specific tokens.
func Area() envelope.Area {
	return envelope.Area{
		Category:           "Users",
		Resources:          envelope.Constructors(newResource),
		DataSources:        envelope.Constructors(newDataSource),
		EphemeralResources: envelope.Constructors(newEphemeralResource),
		ListResources:      envelope.Constructors(newListResource),
	}
}
