// Package proxycache has the types for organizations that are proxy caches of another
// registry.
//
// Quay's API makes these rules necessary:
//
//   - Quay cannot change a proxy cache configuration. Terraform replaces it, and the
//     repositories stay.
//   - Quay never shows the user and the password of the upstream registry. The state
//     keeps the user as configured.
//   - Quay answers a read with empty texts if the configuration or the organization does not
//     exist. Data sources and lists then read the organization.
//   - Quay refuses a second configuration, but parallel calls can create two. The provider
//     reads before it creates a configuration. If the response to the creation is lost, it
//     reads again.
//   - Up to 3.16, Quay does not say that an organization does not exist. If Quay refuses
//     a creation as invalid, the provider reads the organization.
//
// Calls: GET and POST to create, GET to read, DELETE to delete.
package proxycache

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for proxy caches.
func Area() envelope.Area {
	return envelope.Area{
		Category:      "Organizations",
		Resources:     envelope.Constructors(newResource),
		DataSources:   envelope.Constructors(newDataSource),
		ListResources: envelope.Constructors(newListResource),
	}
}
