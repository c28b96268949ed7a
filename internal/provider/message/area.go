// Package message has the types for messages, which the web page of the registry shows to
// everybody.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a message, so a change replaces it.
//   - The answer to a creation does not tell the UUID. The provider reads the list before
//     and after, and creates no message like one that exists.
//   - Quay has no call for one message. Reads share one call.
//   - Quay answers the deletion of a message that does not exist like any other one.
//
// Calls: GET, POST and GET to create, DELETE to delete. Reads are shared.
package message

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for messages.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Registry",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
