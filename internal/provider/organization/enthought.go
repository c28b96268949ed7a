package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// enthoughtModel is a quay_organization of the provider enthought/quay.
type enthoughtModel struct {
	Name  types.String `tfsdk:"name"`
	Email types.String `tfsdk:"email"`
}

// enthoughtUpgrade upgrades a state that the provider enthought/quay has written.
func enthoughtUpgrade() envelope.StateUpgrade[model] {
	old := schema.Schema{Attributes: envelope.StringAttributes("name", "email")}
	return envelope.Upgrade(old, func(_ context.Context, old enthoughtModel) (model, error) {
		return model{
			Name: old.Name, Email: old.Email, InvoiceEmail: types.BoolValue(false), ForceDestroy: types.BoolValue(false),
			Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{"create": types.StringType})},
		}, nil
	})
}
