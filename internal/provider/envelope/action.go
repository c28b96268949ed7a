package envelope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// ActionDeclaration declares an action. M is the model of its configuration.
type ActionDeclaration[M any] struct {
	// Name is the action's name without the provider's.
	Name string
	// Does is the action in messages: "approve Quay service key".
	Does   string
	Schema schema.Schema
	// Invoke runs the action. Terraform shows a message of progress at once.
	Invoke func(ctx context.Context, c *client.Client, model M, progress func(message string)) error
}

// NewAction returns a declared action.
func NewAction[M any](declaration ActionDeclaration[M]) action.Action {
	return &declaredAction[M]{declaration: declaration}
}

// declaredAction implements a declaration.
type declaredAction[M any] struct {
	configured
	declaration ActionDeclaration[M]
}

var _ action.ActionWithConfigure = &declaredAction[struct{}]{}

func (a *declaredAction[M]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.declaration.Name
}

func (a *declaredAction[M]) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = a.declaration.Schema
}

func (a *declaredAction[M]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	resp.Diagnostics = a.configure(req.ProviderData)
}

func (a *declaredAction[M]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var model M
	resp.Diagnostics.Append(getConfig(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	progress := func(message string) { resp.SendProgress(action.InvokeProgressEvent{Message: message}) }
	if err := a.declaration.Invoke(ctx, a.run.client, model, progress); err != nil {
		resp.Diagnostics.Append(a.run.diagnostic("Unable to "+a.declaration.Does, err, attributeNames(a.declaration.Schema.Attributes)))
	}
}
