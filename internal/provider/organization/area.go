// Package organization has the types for organizations.
//
// Quay's API makes these rules necessary:
//
//   - Creating an organization ignores the settings, so a second call sets them. Where
//     Quay refuses that call as invalid, no later apply could set them either: the
//     provider deletes the organization again, if its own call certainly created it.
//   - The superuser's call for a change answers 200 and changes nothing but the name.
//     Everything else goes by the ordinary call.
//   - Up to 3.16 Quay stores an empty text where an e-mail address is taken away, and
//     no two accounts can have that. From the second organization on, the provider
//     sends a random UUID, which Quay itself uses where there never was an address.
//   - A rename is an update in place, and the identity follows. It is the last call of
//     an update: after it, an error would leave the old name in the state, under which
//     nothing would be found any more. What refers to the name is updated in place. For
//     what a failed apply did not reach, the former name is kept as private data.
//   - A reader without rights gets empty fields, which is an error and no drift.
//   - An owner who is no superuser deletes an organization by the ordinary call.
//
// Calls: POST, then PUT or GET to create, GET to read, PUT for the settings and PUT for
// the name to update, GET of the repositories unless forced and DELETE to delete.
package organization

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for organizations.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Organizations",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource, newAllDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
