// Package superuserconfig has the data sources for the configuration of the registry.
//
// quay_capabilities reads public values: the registry's features and calls. It takes two GETs,
// and a third one from Quay 3.17 on.
//
// Quay's response to a superuser has the server's environment and may have secrets. Quay hides
// only secrets with known names. So quay_superuser_config reads single settings from it, with
// one GET.
package superuserconfig

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for the configuration of the registry.
func Area() envelope.Area {
	return envelope.Area{Category: "Registry", DataSources: envelope.Constructors(newDataSource, newCapabilitiesDataSource)}
}
