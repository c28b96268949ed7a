package registrysize

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Area returns what the provider offers for the size of the registry.
func Area() envelope.Area {
	return envelope.Area{
		Resources:   []func() resource.Resource{newSizeCalculationResource},
		DataSources: []func() datasource.DataSource{newSizeDataSource},
		Actions:     []func() action.Action{newCalculateSizeAction},
	}
}
