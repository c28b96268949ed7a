// Package servicekey has the types for service keys and their approval.
//
// Quay's API makes these rules necessary:
//
//   - Quay merges metadata. An update can add and change entries. To remove an entry,
//     Terraform replaces the key, and the plan warns of it. Terraform manages only the entries
//     in the configuration.
//   - The response to a creation lacks the date of creation. The provider takes it from the
//     Date header, in whole seconds, and a read keeps it.
//   - Quay chooses the id of a key. Each creation writes a unique entry to the metadata. With
//     it, the provider finds the key if the response is lost. Ephemeral keys use the same
//     function.
//   - No later run closes an ephemeral key, so the provider tries its deletion once more.
//   - Quay cannot revoke an approval.
//
// Calls of a key: POST to create, PUT to update, DELETE to delete. Calls of an approval: GET,
// POST and GET. Reads are shared.
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
