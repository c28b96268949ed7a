// Package quota has the types and functions for storage quotas.
//
// Quay's API makes these rules necessary:
//
//   - Quay reads a text such as "10 GiB" through a float, so the provider works out the
//     bytes and sends those. The state has both forms of a limit, and a text of the
//     same size is no change.
//   - Only lists tell the id of a quota. Terraform keeps the id that the last read has
//     told as private data, so that a change or a deletion takes one call. The provider
//     reads the list again if no quota has that id any more.
//   - For an owner that does not exist Quay says only that it failed (500). The list
//     tells.
//
// Calls: POST to create, PUT to update, DELETE to delete, each with a GET before it if
// no id is known. Reads are shared.
package quota

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for storage quotas.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Quotas",
		Resources:     envelope.Constructors(newOrganizationResource, newUserResource),
		DataSources:   envelope.Constructors(newOrganizationDataSource, newUserDataSource),
		ListResources: envelope.Constructors(newOrganizationListResource, newUserListResource),
		Functions:     envelope.Constructors(newBytesFunction, newFormatBytesFunction),
	}
}
