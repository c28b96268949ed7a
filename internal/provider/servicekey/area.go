package servicekey

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Area returns what the provider offers for service keys.
func Area() envelope.Area {
	return envelope.Area{
		Resources:          []func() resource.Resource{newResource, newApprovalResource},
		DataSources:        []func() datasource.DataSource{newDataSource, newListDataSource},
		ListResources:      []func() list.ListResource{newListResource},
		EphemeralResources: []func() ephemeral.EphemeralResource{newEphemeralResource},
		Actions:            []func() action.Action{newApproveAction},
	}
}
