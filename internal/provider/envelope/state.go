package envelope

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// StateUpgrade turns a state of an older version of a resource type, or of another resource
// type, into a model.
type StateUpgrade[M any] struct {
	schema  schema.Schema
	convert func(ctx context.Context, old tfsdk.State) (M, diag.Diagnostics)
}

// Upgrade declares a state upgrade. The schema has the attributes of the old state
// that convert needs, and Old is the model for it.
func Upgrade[Old, M any](old schema.Schema, convert func(ctx context.Context, old Old) (M, error)) StateUpgrade[M] {
	return StateUpgrade[M]{old, func(ctx context.Context, state tfsdk.State) (model M, diags diag.Diagnostics) {
		var before Old
		if diags = state.Get(ctx, &before); diags.HasError() {
			return model, diags
		}
		model, err := convert(ctx, before)
		if err != nil {
			diags.AddError("Unable to upgrade the state", err.Error())
		}
		return model, diags
	}}
}

// StringAttributes returns optional text attributes, for the schema of an old state.
func StringAttributes(names ...string) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, name := range names {
		attributes[name] = schema.StringAttribute{Optional: true}
	}
	return attributes
}

// StateMove turns the state of another resource type into a model, for a moved
// block from a resource of that type.
type StateMove[M any] struct {
	// Provider is the namespace and the name of the provider that has the other type, such as
	// "enthought/quay". The host of its address does not matter. OpenTofu sends only the name:
	// "quay". Empty means any provider, because "terraform state replace-provider" changes the
	// provider's address and keeps the type.
	Provider string
	// Type is the other type, such as "quay_robot", and Version its schema version.
	Type    string
	Version int64
	// Upgrade is made with [Upgrade].
	Upgrade StateUpgrade[M]
}

// from tells whether a request's source matches the move.
func (m StateMove[M]) from(req resource.MoveStateRequest) bool {
	given, wanted := "/"+req.SourceProviderAddress, "/"+m.Provider
	isProvider := m.Provider == "" || strings.HasSuffix(given, wanted) || strings.HasSuffix(wanted, given)
	return isProvider && req.SourceTypeName == m.Type && req.SourceSchemaVersion == m.Version
}

// UpgradeState returns the upgrades of the declaration.
func (r *declaredResource[M]) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	upgraders := map[int64]resource.StateUpgrader{}
	for version, upgrade := range r.declaration.Upgrades {
		upgraders[version] = resource.StateUpgrader{
			PriorSchema: &upgrade.schema,
			StateUpgrader: func(ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
				resp.Diagnostics.Append(r.upgrade(ctx, upgrade, req.State, &resp.State, nil)...)
			},
		}
	}
	return upgraders
}

// MoveState returns the moves of the declaration.
func (r *declaredResource[M]) MoveState(context.Context) []resource.StateMover {
	var movers []resource.StateMover
	for _, move := range r.declaration.Moves {
		movers = append(movers, resource.StateMover{
			SourceSchema: &move.Upgrade.schema,
			StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
				if !move.from(req) {
					return // another move may match
				}
				if req.SourceState == nil {
					resp.Diagnostics.AddError("Unable to move the state",
						fmt.Sprintf("The state of the %s does not have the form that version %d of its schema has.", move.Type, move.Version))
					return
				}
				resp.Diagnostics.Append(r.upgrade(ctx, move.Upgrade, req.SourceState, &resp.TargetState, resp.TargetIdentity)...)
			},
		})
	}
	return movers
}

// upgrade sets the state, and the identity unless it is nil, from an old state. It sets
// unknown values to null. The next read sets them.
func (r *declaredResource[M]) upgrade(ctx context.Context, upgrade StateUpgrade[M], old, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	model, diags := upgrade.convert(ctx, *old)
	if diags.HasError() {
		return diags
	}
	diags.Append(r.setState(ctx, &model, withoutUnknown, state, identity)...)
	if diags.HasError() {
		return diags
	}
	for i, part := range r.identity(state.Raw) {
		if part == "" {
			diags.AddError("Unable to upgrade the state", fmt.Sprintf("The old state of the %s does not tell its %s.", r.declaration.Noun, r.declaration.Identity[i]))
		}
	}
	return diags
}
