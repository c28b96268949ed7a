package envelope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ConfigGenerator is a resource that changes the configuration which Terraform generates for
// an import. The framework generates every optional value, even values that exclude each
// other.
type ConfigGenerator interface {
	resource.Resource
	// GeneratedConfig returns the changed configuration.
	GeneratedConfig(config tftypes.Value) tftypes.Value
}

// GeneratedConfig omits the attributes in OmitFromGeneratedConfig.
func (r *declaredResource[M]) GeneratedConfig(config tftypes.Value) tftypes.Value {
	values := attributes(config)
	for _, name := range r.declaration.OmitFromGeneratedConfig {
		values[name] = tftypes.NewValue(values[name].Type(), nil)
	}
	return tftypes.NewValue(config.Type(), values)
}

// hasWriteOnly tells whether a schema has a write-only attribute, at any depth.
func hasWriteOnly(s schema.Schema) bool {
	var anyOf func(attributes map[string]schema.Attribute) bool
	anyOf = func(attributes map[string]schema.Attribute) bool {
		for _, attribute := range attributes {
			if attribute.IsWriteOnly() {
				return true
			}
			switch inner := attribute.(type) {
			case schema.SingleNestedAttribute:
				if anyOf(inner.Attributes) {
					return true
				}
			case schema.ListNestedAttribute:
				if anyOf(inner.NestedObject.Attributes) {
					return true
				}
			case schema.MapNestedAttribute:
				if anyOf(inner.NestedObject.Attributes) {
					return true
				}
			}
		}
		return false
	}
	return anyOf(s.Attributes)
}

// withWriteOnly returns an object of a plan with the write-only values of the
// configuration, at any depth.
func withWriteOnly(ctx context.Context, s schema.Schema, plan, config tftypes.Value) (tftypes.Value, diag.Diagnostics) {
	return mapWriteOnly(ctx, s, plan, func(path *tftypes.AttributePath, null tftypes.Value) tftypes.Value {
		found, _, err := tftypes.WalkAttributePath(config, path)
		value, ok := found.(tftypes.Value)
		if err != nil || !ok { // the configuration lacks the enclosing object
			return null
		}
		return value
	})
}

// withoutWriteOnly returns an object without its write-only values, at any depth.
func withoutWriteOnly(ctx context.Context, s schema.Schema, object tftypes.Value) (tftypes.Value, diag.Diagnostics) {
	return mapWriteOnly(ctx, s, object, func(_ *tftypes.AttributePath, null tftypes.Value) tftypes.Value { return null })
}

// mapWriteOnly returns an object with other write-only values. The function replace returns a
// value for a path and a null of the value's type.
func mapWriteOnly(ctx context.Context, s schema.Schema, object tftypes.Value, replace func(*tftypes.AttributePath, tftypes.Value) tftypes.Value) (tftypes.Value, diag.Diagnostics) {
	var diags diag.Diagnostics
	mapped, err := tftypes.Transform(object, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		attribute, err := s.AttributeAtTerraformPath(ctx, path)
		if err != nil || !attribute.IsWriteOnly() { // a path to an element of a list, a map or a set is an error
			return value, nil //nolint:nilerr // such an element is not write-only
		}
		return replace(path, tftypes.NewValue(value.Type(), nil)), nil
	})
	if err != nil {
		diags.AddError("Unable to handle write-only values", fmt.Sprintf("This is a defect of the provider: please report it. %s", err))
		return object, diags
	}
	return mapped, nil
}

// knownOrNull returns an object with null for each value that is not known.
func knownOrNull(object tftypes.Value) tftypes.Value {
	if object.IsFullyKnown() {
		return object
	}
	mapped, err := tftypes.Transform(object, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if !value.IsKnown() {
			return tftypes.NewValue(value.Type(), nil), nil
		}
		return value, nil
	})
	if err != nil {
		panic(fmt.Sprintf("envelope: null is not a value of its own type: %s", err))
	}
	return mapped
}
