// Package logs has the data source for usage logs.
//
// Quay reads dates in only one form, and ignores any other form. It returns whole days (UTC),
// 20 entries a call. The provider selects the matching entries.
package logs

import "github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"

// Area returns what the provider offers for usage logs.
func Area() envelope.Area {
	return envelope.Area{
		Category:    "Registry",
		DataSources: envelope.Constructors(newLogsDataSource),
	}
}
