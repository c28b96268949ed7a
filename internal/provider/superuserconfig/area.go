// Package superuserconfig has the data source for the configuration of the registry.
//
// Quay's answer has the environment of the server and may have secrets: it hides the
// secrets that it knows by name. The data source takes single settings from it. One GET
// reads them.
package superuserconfig

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for the configuration of the registry.
func Area() envelope.Area {
	return envelope.Area{Category: "Registry", DataSources: envelope.Constructors(newDataSource)}
}
