package organization

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Area returns what the provider offers for organizations.
func Area() envelope.Area {
	return envelope.Area{
		Resources:     []func() resource.Resource{newResource},
		DataSources:   []func() datasource.DataSource{newDataSource, newAllDataSource},
		ListResources: []func() list.ListResource{newListResource},
	}
}
