package quota

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Area returns what the provider offers for storage quotas.
func Area() envelope.Area {
	return envelope.Area{
		Resources:     []func() resource.Resource{newOrganizationResource, newUserResource},
		DataSources:   []func() datasource.DataSource{newOrganizationDataSource, newUserDataSource},
		ListResources: []func() list.ListResource{newOrganizationListResource, newUserListResource},
		Functions:     []func() function.Function{newBytesFunction, newFormatBytesFunction},
	}
}
