// Package initialuser has the type for the first user of a registry.
//
// Quay's API makes these rules necessary:
//
//   - Quay creates the first user without credentials, as long as there is no user at all. The
//     call works only once. So the provider manages an existing user with the same password,
//     such as the user of an interrupted apply. It checks the password with one sign-in.
//   - Anybody can read whether a user exists, but not the user's e-mail address. Reads need no
//     credentials, unless FEATURE_ANONYMOUS_ACCESS is off.
//   - The first user is a superuser only if SUPER_USERS names it. Quay refuses to change or
//     to delete a superuser, so the provider does neither. Destroying the resource leaves the
//     user in Quay, with a warning.
//   - The call can also create an access token. The provider does not request it, because the
//     token would be in the state and expire after two and a half hours.
//
// Calls: POST to create, GET to read. GET /users/{username}, GET /csrf_token and POST /signin
// if the user exists, or if the response is lost.
package initialuser

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for the first user of a registry.
func Area() envelope.Area {
	return envelope.Area{
		Category:  "Users",
		Resources: envelope.Constructors(newResource),
	}
}
