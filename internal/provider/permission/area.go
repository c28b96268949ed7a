package permission

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Area returns what the provider offers for permissions in repositories.
func Area() envelope.Area {
	return envelope.Area{
		Resources:     []func() resource.Resource{newUserResource, newTeamResource},
		DataSources:   []func() datasource.DataSource{newUsersDataSource, newTeamsDataSource, newUserDataSource, newTeamDataSource, newTransitiveDataSource},
		ListResources: []func() list.ListResource{newUserListResource, newTeamListResource},
		Functions:     []func() function.Function{newRobotFunction, newParseRepositoryFunction},
	}
}
