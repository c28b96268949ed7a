package envelope

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// ListDeclaration declares a list resource: how the objects of a resource type
// are found, for "terraform query". F is its configuration, T an object as a
// list of Quay's shows it, and M the model of the resource.
type ListDeclaration[F, T, M any] struct {
	// Resource is the declaration of the resource whose objects are listed.
	Resource ResourceDeclaration[M]
	Schema   schema.Schema
	// Objects yields what the configuration asks for, as it comes from Quay. It
	// ends after the first error.
	Objects func(ctx context.Context, c *client.Client, config F) iter.Seq2[T, error]
	// FromAPI fills an empty model with an object, the identity at least. It is
	// what a read does with an object.
	FromAPI func(model *M, object T) error
	// Complete, if not nil, fills in what the list does not tell. It is called
	// only where whole objects are asked for.
	Complete func(ctx context.Context, c *client.Client, model *M) error
	// Display names an object for people.
	Display func(model M) string
}

// SkipWithWarning returns an error of Complete that leaves its object out of the list:
// it becomes a warning, and the list goes on.
func SkipWithWarning(cause error) error { return skipped{cause} }

type skipped struct{ error }

func (e skipped) Unwrap() error { return e.error }

// NewListResource returns a declared list resource.
func NewListResource[F, T, M any](declaration ListDeclaration[F, T, M]) list.ListResource {
	return &declaredList[F, T, M]{declaration: declaration, resource: newDeclaredResource(declaration.Resource)}
}

// declaredList is a declaration at work.
type declaredList[F, T, M any] struct {
	configured
	declaration ListDeclaration[F, T, M]
	resource    declaredResource[M]
}

var _ list.ListResourceWithConfigure = &declaredList[struct{}, struct{}, struct{}]{}

func (l *declaredList[F, T, M]) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	l.resource.Metadata(ctx, req, resp)
}

func (l *declaredList[F, T, M]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = l.declaration.Schema
}

func (l *declaredList[F, T, M]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	resp.Diagnostics = l.configure(req.ProviderData)
}

// List streams the objects. Errors are results too: nothing else of what
// happens while the stream runs reaches Terraform.
func (l *declaredList[F, T, M]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config F
	if diags := getConfig(ctx, req.Config, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		if req.Limit <= 0 {
			return
		}
		listed := int64(0)
		for object, err := range l.declaration.Objects(ctx, l.run.client, config) {
			result, found := l.result(ctx, req, object, err)
			if !found {
				continue
			}
			if !push(result) || result.Diagnostics.HasError() {
				return
			}
			if result.Identity != nil { // and not only a warning
				listed++
			}
			if listed == req.Limit {
				return // before the next page is asked for
			}
		}
	}
}

// result makes a result of an object, or of the error in its place. An object
// that is gone since it was listed makes none.
func (l *declaredList[F, T, M]) result(ctx context.Context, req list.ListRequest, object T, err error) (result list.ListResult, found bool) {
	if err != nil {
		return l.failed("Unable to list Quay "+l.declaration.Resource.Noun+"s", err), true
	}
	result = req.NewListResult(ctx)
	model, diags := l.empty(ctx, result.Resource)
	result.Diagnostics.Append(diags...)
	if diags.HasError() {
		return result, true
	}
	err = l.declaration.FromAPI(&model, object)
	if err == nil && req.IncludeResource && l.declaration.Complete != nil {
		err = l.declaration.Complete(ctx, l.run.client, &model)
	}
	state := tfsdk.State{Raw: result.Resource.Raw, Schema: l.declaration.Resource.Schema}
	result.Diagnostics.Append(l.resource.setState(ctx, &model, withoutUnknown, &state, result.Identity)...)
	result.Resource.Raw = state.Raw
	result.DisplayName = l.declaration.Display(model)
	noun, id := l.declaration.Resource.Noun, l.resource.id(state.Raw)
	if errors.Is(err, client.NotFound) {
		tflog.Info(ctx, "the object does not exist any more: leaving it out of the list", map[string]any{"noun": noun, "id": id})
		return result, false
	}
	if err != nil {
		return l.failed(fmt.Sprintf("Unable to read Quay %s %q", noun, id), err), true
	}
	return result, true
}

// empty returns a model whose attributes are null, as a read finds it after an
// import, and sets the object to that.
func (l *declaredList[F, T, M]) empty(ctx context.Context, object *tfsdk.Resource) (model M, diags diag.Diagnostics) {
	object.Raw = withoutValues(object.Raw.Type())
	diags = object.Get(ctx, &model)
	return model, diags
}

// failed makes a result of an error: one that ends the list, or a warning.
func (l *declaredList[F, T, M]) failed(summary string, err error) list.ListResult {
	problem := l.run.diagnostic(summary, err, attributeNames(l.declaration.Schema.Attributes))
	if errors.As(err, new(skipped)) {
		problem = diag.NewWarningDiagnostic(summary+": left out of the list", problem.Detail())
	}
	return list.ListResult{Diagnostics: diag.Diagnostics{problem}}
}
