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

// ListDeclaration declares a list resource, which finds objects for "terraform query". F is
// its configuration. T is an object as Quay lists it. M is the model of the resource.
type ListDeclaration[F, T, M any] struct {
	// Resource is the declaration of the objects' resource.
	Resource ResourceDeclaration[M]
	Schema   schema.Schema
	// Objects yields the objects that match the configuration, page by page. It ends after the
	// first error.
	Objects func(ctx context.Context, c *client.Client, config F) iter.Seq2[T, error]
	// FromAPI copies an object into an empty model, at least the identity. The resource's Read
	// uses the same function.
	FromAPI func(model *M, object T) error
	// Complete, if not nil, reads the values that Quay's list lacks. The envelope calls it
	// only if Terraform asks for whole objects.
	Complete func(ctx context.Context, c *client.Client, model *M) error
	// Display returns the name of an object for users.
	Display func(model M) string
}

// SkipWithWarning returns an error of Complete that omits the object from the list. The
// envelope turns the error into a warning and continues the list.
func SkipWithWarning(cause error) error { return skipped{cause} }

type skipped struct{ error }

func (e skipped) Unwrap() error { return e.error }

// NewListResource returns a declared list resource.
func NewListResource[F, T, M any](declaration ListDeclaration[F, T, M]) list.ListResource {
	return &declaredList[F, T, M]{declaration: declaration, resource: newDeclaredResource(declaration.Resource)}
}

// declaredList implements a declaration.
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

// List streams the objects. It returns errors as results, because a running stream has no
// other place for them.
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
			if result.Identity != nil { // a result with only a warning does not count
				listed++
			}
			if listed == req.Limit {
				return // ends before it reads the next page
			}
		}
	}
}

// result returns the result for an object, or for an error. It returns none for an object that
// was deleted after Quay listed it.
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

// empty returns a model with null attributes, as before the read after an import. It sets the
// object to the same value.
func (l *declaredList[F, T, M]) empty(ctx context.Context, object *tfsdk.Resource) (model M, diags diag.Diagnostics) {
	object.Raw = withoutValues(object.Raw.Type())
	diags = object.Get(ctx, &model)
	return model, diags
}

// failed returns the result for an error: an error that ends the list, or a warning.
func (l *declaredList[F, T, M]) failed(summary string, err error) list.ListResult {
	problem := l.run.diagnostic(summary, err, attributeNames(l.declaration.Schema.Attributes))
	if errors.As(err, new(skipped)) {
		problem = diag.NewWarningDiagnostic(summary+": left out of the list", problem.Detail())
	}
	return list.ListResult{Diagnostics: diag.Diagnostics{problem}}
}
