// Package application has the types for OAuth applications of organizations and their
// access tokens.
//
// Quay's API makes these rules necessary:
//
//   - An update replaces all settings of an application, so the provider sends all of them.
//     A reset of the client secret is a call of its own.
//   - Quay creates an application like one that exists. The provider does not, because all
//     settings together are what tells what became of a creation whose answer was lost.
//   - If the answer to a reset is lost, a read shows whether the client secret changed.
//   - Quay shows a token once, in the answer to its creation. If that answer is lost, nobody
//     can use the token. The provider looks at the newest tokens before and after the
//     creation, revokes the token that was added, and creates another one.
//   - Quay has no call that reads or changes one token. Reads share the list, which has 50
//     tokens a page. It leaves out tokens that have expired.
//   - A token can have only scopes that the provider's own token has. Quay does not tell
//     which scope is missing.
//
// Calls of an application: GET and POST to create, PUT to update, POST to reset the client
// secret, DELETE to delete. Calls of a token: GET and POST to create, DELETE to delete.
// Reads are shared. The ephemeral resource takes GET and POST to open, and DELETE to close.
// With a rotation, it takes one GET where the token stays.
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
