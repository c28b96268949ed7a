// Package registrysize has the types for the size of the whole registry.
//
// Quay calculates the size on request, and keeps only the last result. Calls: GET and POST,
// then GET during the wait.
package registrysize

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for the size of the registry.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "Registry",
		Resources:   envelope.Constructors(newSizeCalculationResource),
		DataSources: envelope.Constructors(newSizeDataSource),
		Actions:     envelope.Constructors(newCalculateSizeAction),
	}
}
