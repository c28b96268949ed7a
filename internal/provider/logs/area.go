package logs

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Area returns what the provider offers for usage logs.
func Area() envelope.Area {
	return envelope.Area{
		DataSources: []func() datasource.DataSource{newLogsDataSource},
	}
}
