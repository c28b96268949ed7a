package envelope

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// EphemeralDeclaration declares an ephemeral resource: something that exists
// while Terraform plans or applies, and that no plan and no state holds. M is
// its model.
type EphemeralDeclaration[M any] struct {
	// Name is the type's name without the provider's.
	Name string
	// Noun is what messages call what is opened.
	Noun   string
	Schema schema.Schema
	// CloseState names the attributes, all of them text and none of them secret, that
	// Terraform keeps for Close.
	CloseState []string
	// Open makes what a model that holds the configuration asks for, and
	// completes the model. If it fails, nothing is closed.
	Open func(ctx context.Context, c *client.Client, model *M) error
	// Close removes what was opened. Its model holds what was kept, and no
	// more. An error that is [client.NotFound] is a success.
	Close func(ctx context.Context, c *client.Client, model M) error
}

// NewEphemeralResource returns a declared ephemeral resource.
func NewEphemeralResource[M any](declaration EphemeralDeclaration[M]) ephemeral.EphemeralResource {
	return &declaredEphemeral[M]{declaration: declaration}
}

// declaredEphemeral is a declaration at work.
type declaredEphemeral[M any] struct {
	configured
	declaration EphemeralDeclaration[M]
}

var (
	_ ephemeral.EphemeralResourceWithConfigure = &declaredEphemeral[struct{}]{}
	_ ephemeral.EphemeralResourceWithClose     = &declaredEphemeral[struct{}]{}
)

func (e *declaredEphemeral[M]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.declaration.Name
}

func (e *declaredEphemeral[M]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = e.declaration.Schema
}

func (e *declaredEphemeral[M]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	resp.Diagnostics = e.configure(req.ProviderData)
}

func (e *declaredEphemeral[M]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model M
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := e.declaration.Open(ctx, e.run.client, &model); err != nil {
		resp.Diagnostics.Append(e.run.diagnostic("Unable to open Quay "+e.declaration.Noun, err, attributeNames(e.declaration.Schema.Attributes)))
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
	kept := map[string]string{}
	for _, name := range e.declaration.CloseState {
		var text string
		resp.Diagnostics.Append(resp.Result.GetAttribute(ctx, path.Root(name), &text)...)
		kept[name] = text
	}
	data, _ := json.Marshal(kept) // texts have a JSON
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, keptKey, data)...)
}

func (e *declaredEphemeral[M]) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	summary := "Unable to close Quay " + e.declaration.Noun
	data, diags := req.Private.GetKey(ctx, keptKey)
	resp.Diagnostics.Append(diags...)
	var kept map[string]string
	if err := json.Unmarshal(data, &kept); err != nil {
		resp.Diagnostics.AddError(summary, "Terraform has not kept what the provider gave it when it was opened.")
	}
	nothing := tftypes.NewValue(e.declaration.Schema.Type().TerraformType(ctx), nil)
	opened := tfsdk.EphemeralResultData{Schema: e.declaration.Schema, Raw: nothing}
	for name, text := range kept {
		resp.Diagnostics.Append(opened.SetAttribute(ctx, path.Root(name), text)...)
	}
	var model M
	resp.Diagnostics.Append(opened.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := e.declaration.Close(ctx, e.run.client, model); err != nil && !errors.Is(err, client.NotFound) {
		resp.Diagnostics.Append(e.run.diagnostic(summary, err, attributeNames(e.declaration.Schema.Attributes)))
	}
}
