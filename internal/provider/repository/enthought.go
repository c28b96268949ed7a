package repository

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// enthoughtModel is a quay_repository of the provider enthought/quay.
type enthoughtModel struct {
	Namespace   types.String `tfsdk:"namespace"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Visibility  types.String `tfsdk:"visibility"`
}

// enthoughtUpgrade upgrades a state that the provider enthought/quay has written.
func enthoughtUpgrade() envelope.StateUpgrade[model] {
	old := schema.Schema{Attributes: envelope.StringAttributes("namespace", "name", "description", "visibility")}
	return envelope.Upgrade(old, func(_ context.Context, old enthoughtModel) (model, error) {
		return model{
			Namespace: old.Namespace, Name: old.Name, Description: old.Description, Visibility: old.Visibility,
			ForceDestroy: types.BoolValue(false),
		}, nil
	})
}
