package envelope

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// EphemeralDeclaration declares an ephemeral resource. Terraform opens it during a plan or an
// apply, and stores it neither in the plan nor in the state. M is its model. S is the value
// that Terraform keeps until it closes the resource.
type EphemeralDeclaration[M, S any] struct {
	// Name is the type's name without "quay_".
	Name string
	// Noun is the name of the object in messages.
	Noun   string
	Schema schema.Schema
	// Open opens the resource and completes the model, which has the values of the
	// configuration. Terraform keeps the result for Close. The result must encode to JSON and
	// have no secrets. If Open fails, Terraform does not call Close.
	Open func(ctx context.Context, c *client.Client, model *M) (S, error)
	// Close removes the object that Open created. An error that is [client.NotFound] counts as
	// success.
	Close func(ctx context.Context, c *client.Client, opened S) error
}

// NewEphemeralResource returns a declared ephemeral resource.
func NewEphemeralResource[M, S any](declaration EphemeralDeclaration[M, S]) ephemeral.EphemeralResource {
	return &declaredEphemeral[M, S]{declaration: declaration}
}

// declaredEphemeral implements a declaration.
type declaredEphemeral[M, S any] struct {
	configured
	declaration EphemeralDeclaration[M, S]
}

var (
	_ ephemeral.EphemeralResourceWithConfigure = &declaredEphemeral[struct{}, struct{}]{}
	_ ephemeral.EphemeralResourceWithClose     = &declaredEphemeral[struct{}, struct{}]{}
)

func (e *declaredEphemeral[M, S]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.declaration.Name
}

func (e *declaredEphemeral[M, S]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = e.declaration.Schema
}

func (e *declaredEphemeral[M, S]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	resp.Diagnostics = e.configure(req.ProviderData)
}

func (e *declaredEphemeral[M, S]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model M
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	opened, err := e.declaration.Open(ctx, e.run.client, &model)
	if err != nil {
		resp.Diagnostics.Append(e.run.diagnostic("Unable to open Quay "+e.declaration.Noun, err, attributeNames(e.declaration.Schema.Attributes)))
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, opened)...)
	if resp.Diagnostics.HasError() { // after an error, Terraform does not close the resource
		resp.Diagnostics.Append(e.close(ctx, opened)...)
	}
}

func (e *declaredEphemeral[M, S]) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	var opened S
	kept, diags := readPrivate(ctx, req.Private, &opened)
	resp.Diagnostics.Append(diags...)
	if !kept && !diags.HasError() {
		resp.Diagnostics.AddError("Unable to close Quay "+e.declaration.Noun, "Terraform has not kept what the provider gave it when it was opened.")
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(e.close(ctx, opened)...)
	}
}

// close calls Close of the declaration.
func (e *declaredEphemeral[M, S]) close(ctx context.Context, opened S) diag.Diagnostics {
	err := e.declaration.Close(ctx, e.run.client, opened)
	if err == nil || errors.Is(err, client.NotFound) {
		return nil
	}
	return diag.Diagnostics{e.run.diagnostic("Unable to close Quay "+e.declaration.Noun, err, attributeNames(e.declaration.Schema.Attributes))}
}
