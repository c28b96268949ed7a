package envelope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// FunctionDeclaration declares a function.
type FunctionDeclaration struct {
	// Name is the function's name, as after provider::quay:: in a configuration.
	Name       string
	Definition function.Definition
	// Run computes the result. Terraform calls it only with known values, and with null only
	// if a parameter allows it.
	Run func(ctx context.Context, arguments function.ArgumentsData) (result any, err *function.FuncError)
}

// NewFunction returns a declared function.
func NewFunction(declaration FunctionDeclaration) function.Function {
	return declaredFunction{declaration}
}

// declaredFunction implements a declaration.
type declaredFunction struct {
	declaration FunctionDeclaration
}

func (f declaredFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.declaration.Name
}

func (f declaredFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.declaration.Definition
}

func (f declaredFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	result, err := f.declaration.Run(ctx, req.Arguments)
	if err == nil {
		err = resp.Result.Set(ctx, result)
	}
	resp.Error = err
}
