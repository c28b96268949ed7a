// Package apptoken has the types for application-specific tokens: passwords of the access
// token's own user for container tools.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a token, so Terraform replaces it if the title changes.
//   - Quay accepts a second token with the same title. The provider refuses it: if the
//     response to a creation is lost, only the title shows that Quay has created the token.
//   - A read of one token returns its secret. The list omits the secret. The secret of a token
//     never changes, so reads share the list.
//   - The registry's configuration decides when tokens expire.
//
// Calls: GET and POST to create, DELETE to delete. Reads are shared. A read after an import
// takes one more GET. The ephemeral resource takes one GET.
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
