// Package registrysize has the types for the size of the whole registry.
//
// Quay calculates the size on request, and keeps nothing of a calculation. Calls: GET
// and POST, then GET while it waits.
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
