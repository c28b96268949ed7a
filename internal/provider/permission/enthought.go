package permission

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// enthoughtModel is a quay_organization_team_permission of the provider enthought/quay.
type enthoughtModel struct {
	Orgname    types.String `tfsdk:"orgname"`
	Reponame   types.String `tfsdk:"reponame"`
	Teamname   types.String `tfsdk:"teamname"`
	Permission types.String `tfsdk:"permission"`
}

// enthoughtUpgrade upgrades a state that the provider enthought/quay has written.
func enthoughtUpgrade() envelope.StateUpgrade[teamModel] {
	old := schema.Schema{Attributes: envelope.StringAttributes("orgname", "reponame", "teamname", "permission")}
	return envelope.Upgrade(old, func(_ context.Context, old enthoughtModel) (teamModel, error) {
		permission := teamModel{Team: old.Teamname, Role: old.Permission}
		repository := client.Repository{Namespace: old.Orgname.ValueString(), Name: old.Reponame.ValueString()}
		if repository.Namespace != "" && repository.Name != "" {
			permission.Repository = types.StringValue(repository.String())
		}
		return permission, nil
	})
}
