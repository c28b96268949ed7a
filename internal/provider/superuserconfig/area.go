// Package superuserconfig has the data sources for the configuration of the registry.
//
// quay_capabilities tells what Quay shows to everybody: the features that are on, and the
// calls that exist. Two GETs read that.
//
// Quay's answer has the environment of the server and may have secrets: it hides the
// secrets that it knows by name. quay_superuser_config takes single settings from it. One GET
// reads them.
package superuserconfig

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for the configuration of the registry.
func Area() envelope.Area {
	return envelope.Area{Category: "Registry", DataSources: envelope.Constructors(newDataSource, newCapabilitiesDataSource)}
}
