// Package immutability has the types for immutability policies of organizations and of
// repositories.
//
// Quay's API makes these rules necessary:
//
//   - The list of an owner's policies tells as much as the call for one policy, so reads
//     of an owner's policies share one call.
//   - Quay chooses the UUID of a policy. The provider reads the list before it creates a
//     policy. If the answer to the creation is lost, the provider looks for a policy that
//     was not in the list before.
//   - An owner has one policy for each tag pattern, on the tags that match or on the
//     others.
//   - Whether a pattern is a regular expression is Python's to say. The provider checks
//     its length, and white space around it, which Quay would take away.
//   - Below a repository, Quay before 3.17 takes the path of a policy for the name of a
//     nested repository. The client asks the registry which calls it has.
//   - The policies of an organization that does not exist are an empty list.
//
// Calls: GET and POST to create, PUT to update, DELETE to delete. Reads are shared.
package immutability

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for immutability policies.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Immutability Policies",
		Resources:     envelope.Constructors(newOrganizationResource, newRepositoryResource),
		DataSources:   envelope.Constructors(newOrganizationDataSource, newRepositoryDataSource),
		ListResources: envelope.Constructors(newOrganizationListResource, newRepositoryListResource),
	}
}
