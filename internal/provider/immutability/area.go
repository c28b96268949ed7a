// Package immutability has the types for immutability policies of organizations and of
// repositories.
//
// Quay's API makes these rules necessary:
//
//   - The list of an owner's policies has the same values as the call for one policy. So reads
//     of an owner's policies share one call.
//   - Quay chooses the UUID of a policy. The provider reads the list before it creates a
//     policy. If the response to the creation is lost, the provider looks for a new policy in
//     the list.
//   - An owner has one policy for each tag pattern. The policy applies to the tags that match,
//     or to all other tags.
//   - Quay checks patterns with Python. The provider checks the length, and refuses white
//     space around a pattern, which Quay removes.
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
