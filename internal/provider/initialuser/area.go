// Package initialuser has the type for the first user of a registry.
//
// Quay's API makes these rules necessary:
//
//   - Quay creates the first user without credentials, as long as there is no user at all.
//     It cannot be asked to do so again. So the provider takes over a user who exists and
//     has the password, such as one that an interrupted apply has created. It finds that out
//     with one sign-in.
//   - Anybody can read whether a user exists, but not its e-mail address. Reads need no
//     credentials, unless FEATURE_ANONYMOUS_ACCESS is off.
//   - The first user is a superuser only if SUPER_USERS names it. Quay refuses to change or
//     to delete a superuser, so the provider does neither. Destroying the resource leaves the
//     user in Quay, with a warning.
//   - Quay also creates an access token, if it is asked to. The provider does not ask: the
//     token would be in the state, and end after two and a half hours.
//
// Calls: POST to create, GET to read. GET /users/{username}, GET /csrf_token and POST /signin
// where the user exists, or the answer is lost.
package initialuser

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for the first user of a registry.
func Area() envelope.Area {
	return envelope.Area{
		Category:  "Users",
		Resources: envelope.Constructors(newResource),
	}
}
