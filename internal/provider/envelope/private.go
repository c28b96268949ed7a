package envelope

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateKey is the key of the provider's value in the private data of a resource or an
// ephemeral resource.
const privateKey = "kept"

// privateData are the values that Terraform keeps for the provider, by key.
type privateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Private is a part of a model that Terraform stores beside the state. The zero value stores
// nothing.
type Private[M any] struct {
	part func(model *M) any
}

// PrivateState declares a part of a model as private. The function of returns a pointer to the
// part. Its type must encode to JSON.
func PrivateState[M, T any](of func(model *M) *T) Private[M] {
	return Private[M]{func(model *M) any { return of(model) }}
}

// write stores the private part of a model.
func (p Private[M]) write(ctx context.Context, model *M, private privateData) diag.Diagnostics {
	if p.part == nil {
		return nil
	}
	return writePrivate(ctx, private, p.part(model))
}

// read sets the private part of a model to the stored value. If the provider cannot decode the
// value, such as one of another version, read leaves it at zero and returns a warning.
func (p Private[M]) read(ctx context.Context, private privateData, model *M) diag.Diagnostics {
	if p.part == nil {
		return nil
	}
	_, problems := readPrivate(ctx, private, p.part(model))
	var warnings diag.Diagnostics
	for _, problem := range problems {
		warnings.AddWarning(problem.Summary(), problem.Detail())
	}
	return warnings
}

// writePrivate stores a value.
func writePrivate(ctx context.Context, private privateData, value any) (diags diag.Diagnostics) {
	data, err := json.Marshal(value)
	if err != nil {
		diags.AddError("Unable to keep private data", "This is a defect of the provider: please report it. "+err.Error())
		return diags
	}
	return private.SetKey(ctx, privateKey, data)
}

// readPrivate sets a value to the stored value, and tells whether there was one.
func readPrivate(ctx context.Context, private privateData, value any) (kept bool, diags diag.Diagnostics) {
	data, diags := private.GetKey(ctx, privateKey)
	if diags.HasError() || len(data) == 0 {
		return false, diags
	}
	if err := json.Unmarshal(data, value); err != nil {
		diags.AddError("Unable to read private data", fmt.Sprintf("What the provider has kept beside the state cannot be read: %s.", err))
	}
	return true, diags
}
