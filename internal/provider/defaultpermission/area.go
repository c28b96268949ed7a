// Package defaultpermission has the types for default permissions of organizations,
// which Quay's API calls prototypes.
//
// Quay's API makes these rules necessary:
//
//   - Quay has no call that reads one rule. The organization's list has all of them, so
//     reads of an organization's rules share one call.
//   - Quay accepts rules that repeat or contradict each other, and applies only one of them.
//     The provider reads the list before it creates a rule, and refuses a second rule for the
//     same delegate and creator.
//   - Quay chooses the id of a rule. If the response to a creation is lost, the provider looks
//     for a new rule in the list.
//   - Quay deletes a rule with its team or robot. The rule of a deleted user stays until
//     Quay's garbage collection, with a UUID as the name. The provider's lists omit it.
//
// Calls: GET and POST to create, PUT to update, DELETE to delete. Reads are shared.
package defaultpermission

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for default permissions.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Organizations",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
