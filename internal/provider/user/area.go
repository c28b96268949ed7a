// Package user has the types for users.
//
// Quay's API makes these rules necessary:
//
//   - Creating a user ignores a password and "enabled", so a second call sets them.
//     Where Quay refuses that call as invalid, no later apply could set them either:
//     the provider deletes the user again, if its own call certainly created it.
//
//   - The answer to a change has the user as it was before "enabled" changed, so the
//     provider does not use the answer.
//
//   - A user without an e-mail address has a random UUID instead, which is null in the
//     state. Taking an address away writes a new UUID, because an empty text has to be
//     unique too.
//
//   - Quay answers 204 to the deletion of a disabled user and does nothing. The
//     provider enables such a user first, and reads the user afterwards to be sure. A
//     user that then cannot be deleted is disabled again.
//
//   - Where the users come from a directory, Quay cannot create them and has their e-mail
//     addresses from there. The provider links a person of LDAP to a user, by another call.
//     It looks for the person first, because that call takes over a user who exists, and
//     gives the user another name if an organization has the name. Quay tells its web interface where
//     the users come from; the provider asks that once a run, if it plans or creates a user.
//
// Calls: POST and perhaps PUT to create, PUT to update, GET of the repositories unless
// forced, PUT if disabled, DELETE and GET to delete. To link a
// person, a search, POST, perhaps PUT, and GET. Reads are shared.
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
