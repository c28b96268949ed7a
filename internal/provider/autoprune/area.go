// Package autoprune has the types for auto-prune policies of organizations, of
// repositories and of the token's user.
//
// Quay's API makes these rules necessary:
//
//   - The list of an owner's policies has the same values as the call for one policy. So reads
//     of an owner's policies share one call.
//   - Quay chooses the UUID of a policy. The provider reads the list before it creates a
//     policy. If the response to the creation is lost, the provider looks for a new policy in
//     the list.
//   - Quay refuses to create a policy that repeats another policy, but accepts a change that
//     does so. The provider also refuses the change.
//   - Quay before 3.13 has one policy for each owner, and ignores tag patterns. A policy
//     without its pattern would delete all tags. So the provider asks whether the registry has
//     patterns before it sends one.
//   - Quay accepts ages that are zero or negative, which delete all tags. The provider
//     refuses them.
//   - The policies of an organization that does not exist are an empty list.
//
// Calls: GET and POST to create, GET and PUT to update, DELETE to delete. Reads are
// shared.
package autoprune

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for auto-prune policies.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Auto-Prune Policies",
		Resources:     envelope.Constructors(newOrganizationResource, newRepositoryResource, newUserResource),
		DataSources:   envelope.Constructors(newOrganizationDataSource, newRepositoryDataSource, newUserDataSource),
		ListResources: envelope.Constructors(newOrganizationListResource, newRepositoryListResource, newUserListResource),
	}
}
