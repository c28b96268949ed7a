// Package message has the types for messages, which the web page of the registry shows to
// everybody.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a message, so Terraform replaces it.
//   - The response to a creation lacks the UUID. The provider reads the list before and after
//     the creation, and refuses to create a second equal message.
//   - Quay has no call for one message. Reads share one call.
//   - Quay also reports success if a deleted message does not exist.
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
