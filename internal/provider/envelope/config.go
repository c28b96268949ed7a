package envelope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// getConfig decodes the configuration of a list or an action. Without a block config,
// Terraform sends null instead of an object.
func getConfig[M any](ctx context.Context, config tfsdk.Config, model *M) diag.Diagnostics {
	if config.Raw.IsNull() {
		config.Raw = withoutValues(config.Raw.Type())
	}
	return config.Get(ctx, model)
}

// withoutValues returns an object all of whose attributes are null.
func withoutValues(typ tftypes.Type) tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, attributeType := range typ.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	return tftypes.NewValue(typ, values)
}
