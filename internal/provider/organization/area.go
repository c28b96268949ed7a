// Package organization has the types for organizations.
//
// Quay's API makes these rules necessary:
//
//   - The call that creates an organization ignores the settings, so a second call sets them.
//     If Quay refuses the second call as invalid, no later apply could set them either. The
//     provider then deletes the organization again, if its own call certainly created it.
//   - The superuser's call for a change answers 200 and changes only the name. The provider
//     makes all other changes with the administrator's call.
//   - Up to 3.16, Quay stores an empty text if somebody removes an e-mail address. Only one
//     account can have an empty text. For any further organization, the provider sends a
//     random UUID, as Quay itself does for an account without an address.
//   - A rename is an update in place, and changes the identity. It is the last call of an
//     update: an error of a later call would leave the old name in the state. Terraform
//     updates the objects that refer to the name in place. The former name stays in private
//     data, for objects that a failed apply has not updated.
//   - A reader without rights gets empty fields. The provider reports an error and no drift.
//   - An administrator who is no superuser deletes an organization with the administrator's
//     call.
//
// Calls: POST, then PUT or GET to create. GET to read. PUT for the settings and PUT for the
// name to update. GET of the repositories without force_destroy, and DELETE to delete.
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
