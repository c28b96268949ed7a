package robot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// enthoughtModel is a quay_organization_robot of the provider enthought/quay.
type enthoughtModel struct {
	Orgname     types.String `tfsdk:"orgname"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Fullname    types.String `tfsdk:"fullname"`
	Token       types.String `tfsdk:"token"`
}

// enthoughtUpgrade upgrades a state that the provider enthought/quay has written.
func enthoughtUpgrade() envelope.StateUpgrade[organizationModel] {
	old := schema.Schema{Attributes: envelope.StringAttributes("orgname", "name", "description", "fullname", "token")}
	return envelope.Upgrade(old, func(_ context.Context, old enthoughtModel) (organizationModel, error) {
		return organizationModel{organizationName{old.Orgname}, attributes{
			Name: old.Name, Description: old.Description, Metadata: types.MapNull(types.StringType), Username: old.Fullname, Token: old.Token,
		}}, nil
	})
}
