// Package quota has the types and functions for storage quotas.
//
// Quay's API makes these rules necessary:
//
//   - Quay rounds a text such as "10 GiB" as a float, so the provider calculates the bytes and
//     sends them. The state has both forms of a limit. A new text for the same size is no
//     change.
//   - Only lists have the id of a quota. Terraform keeps the id of the last read as private
//     data, so that a change or a deletion takes one call. If no quota has that id any more,
//     the provider reads the list again.
//   - The list has the limits of a quota with their ids, so the provider needs no other read.
//     Quay can have one limit several times. Only superusers can write limits. In Quay 3.16
//     and later, they need full access.
//   - Quay fails (500) if the owner does not exist. The list tells whether the owner exists.
//
// Calls: POST to create, PUT to update, DELETE to delete, each with a GET before it if
// no id is known. Reads are shared. Managed limits take one GET of the quota, and then
// POST to add one, PUT to change one and DELETE to remove one.
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
