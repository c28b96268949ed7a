// Package servicekey has the types for service keys and their approval.
//
// Quay's API makes these rules necessary:
//
//   - Quay merges metadata: adding and changing entries is an update, removing one
//     replaces the key, and the plan warns of it. Terraform manages only the entries
//     that it was given.
//   - The answer to a creation lacks the date of creation. The Date header tells it to
//     the second, and a read does not correct that.
//   - Quay makes up the id of a key. An entry of its own in the metadata finds the key
//     whose answer was lost, and an ephemeral key is made by the same function.
//   - Terraform has no later run in which it closes an ephemeral key: its deletion is
//     tried once more.
//   - Quay cannot take an approval back.
//
// Calls: POST to create, PUT to update, DELETE to delete a key; GET, POST and GET for an
// approval. Reads are shared.
package servicekey

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for service keys.
func Area() envelope.Area {
	return envelope.Area{
		Category:           "Service Keys",
		Resources:          envelope.Constructors(newResource, newApprovalResource),
		DataSources:        envelope.Constructors(newDataSource, newListDataSource),
		ListResources:      envelope.Constructors(newListResource),
		EphemeralResources: envelope.Constructors(newEphemeralResource),
		Actions:            envelope.Constructors(newApproveAction),
	}
}
