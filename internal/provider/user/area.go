// Package user has the types for users.
//
// Quay's API makes these rules necessary:
//
//   - The call that creates a user ignores a password and "enabled", so a second call sets
//     them. If Quay refuses the second call as invalid, no later apply could set them either.
//     The provider then deletes the user again, if its own call certainly created it.
//
//   - The response to a change has the old value of "enabled", so the provider does not use
//     the response.
//
//   - A user without an e-mail address has a random UUID instead, which is null in the state.
//     To remove an address, the provider writes a new UUID, because only one user can have an
//     empty text.
//
//   - Quay answers 204 to the deletion of a disabled user and does nothing. The provider
//     enables such a user first, and reads the user afterwards to be sure. If Quay then
//     refuses the deletion, the provider disables the user again.
//
//   - If the users come from a directory, Quay cannot create them, and takes their e-mail
//     addresses from the directory. The provider links a person of LDAP to a new user, with
//     another call. It looks for the person first, because that call also accepts an existing
//     user. Quay chooses a different name if an organization has the person's name. GET
//     /config tells where the users come from. The provider makes this call once a run, if it
//     plans or creates a user.
//
// Calls: POST and perhaps PUT to create, PUT to update. GET of the repositories without
// force_destroy, PUT if disabled, DELETE and GET to delete. To link a person, a search, POST,
// perhaps PUT, and GET. Reads are shared.
package user

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for users.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Users",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource, newAllDataSource, newCurrentDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
