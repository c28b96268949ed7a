// Package builds has the data sources for builds of images.
package builds

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for builds.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "Registry",
		DataSources: envelope.Constructors(newBuildDataSource, newStatusDataSource, newLogsDataSource),
	}
}
