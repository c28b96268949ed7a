package logs

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for usage logs.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "Registry",
		DataSources: envelope.Constructors(newLogsDataSource),
	}
}
