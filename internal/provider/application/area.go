// Package application has the types for OAuth applications of organizations and their
// access tokens.
//
// Quay's API makes these rules necessary:
//
//   - An update replaces all settings of an application, so the provider sends all of them. A
//     reset of the client secret takes a separate call.
//   - Quay accepts a second equal application. The provider refuses it: if the response to a
//     creation is lost, only equal settings show that Quay has created the application.
//   - If the response to a reset is lost, a read shows whether the client secret changed.
//   - Quay shows a token once, in the response to its creation. If the response is lost,
//     nobody can use the token. The provider compares the newest tokens before and after the
//     creation. It revokes the new token, and creates another token.
//   - Quay has no call that reads or changes one token. Reads share the list, which has 50
//     tokens a page. The list omits expired tokens.
//   - A revoked token is invalid at once. The provider does not revoke the token that it uses.
//   - A token can have only scopes of the provider's own token. Quay does not tell which scope
//     is missing.
//
// Calls of an application: GET and POST to create, PUT to update, POST to reset the client
// secret, DELETE to delete. Calls of a token: GET and POST to create, DELETE to delete. Reads
// are shared. The ephemeral resource takes GET and POST to open, and DELETE to close. With a
// rotation, it takes one GET if the token stays.
package application

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for OAuth applications.
func Area() envelope.Area {
	return envelope.Area{
		Category:           "OAuth Applications",
		Resources:          envelope.Constructors(newResource, newTokenResource),
		DataSources:        envelope.Constructors(newDataSource, newListDataSource, newTokensDataSource),
		EphemeralResources: envelope.Constructors(newEphemeralResource),
		ListResources:      envelope.Constructors(newListResource, newTokenListResource),
	}
}
