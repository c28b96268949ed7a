// Package logs has the data source for usage logs.
//
// Quay reads dates in one form only, ignores any other, and answers whole days (UTC),
// 20 entries a call. The provider picks the entries that were asked for.
package logs

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for usage logs.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "Registry",
		DataSources: envelope.Constructors(newLogsDataSource),
	}
}
