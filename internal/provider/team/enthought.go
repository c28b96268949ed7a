package team

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// enthoughtModel is a quay_organization_team of the provider enthought/quay.
type enthoughtModel struct {
	Orgname     types.String `tfsdk:"orgname"`
	Name        types.String `tfsdk:"name"`
	Role        types.String `tfsdk:"role"`
	Description types.String `tfsdk:"description"`
	Members     types.Set    `tfsdk:"members"`
}

// enthoughtUpgrade upgrades a state that the provider enthought/quay has written.
func enthoughtUpgrade() envelope.StateUpgrade[model] {
	old := schema.Schema{Attributes: envelope.StringAttributes("orgname", "name", "role", "description")}
	old.Attributes["members"] = schema.SetAttribute{ElementType: types.StringType, Optional: true}
	return envelope.Upgrade(old, func(_ context.Context, old enthoughtModel) (model, error) {
		return model{Organization: old.Orgname, Name: old.Name, Role: old.Role, Description: old.Description, Members: old.Members, Recreated: types.SetNull(types.StringType)}, nil
	})
}
