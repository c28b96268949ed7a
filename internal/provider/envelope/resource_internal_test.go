package envelope

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// thing is a model with a value that Quay chooses.
type thing struct {
	Name types.String `tfsdk:"name"`
	ID   types.String `tfsdk:"id"`
}

// createThing creates a thing over the plugin protocol and returns its state.
func createThing(t *testing.T, create func(m *thing, save func()) error) (tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	p := serveResource(t, ResourceDeclaration[thing]{
		Name: "thing", Noun: "thing", Identity: []string{"name"}, ImportID: "name",
		Schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Required: true},
			"id":   schema.StringAttribute{Computed: true},
		}},
		Create: func(_ context.Context, _ *client.Client, m *thing, save func()) error { return create(m, save) },
	})
	resp := p.apply(nil, p.object(map[string]any{"name": "a", "id": tftypes.UnknownValue}), p.object(map[string]any{"name": "a"}), nil)
	return p.unmarshal(resp.NewState), resp.Diagnostics
}

// A value that a resource forgets to set stays unknown, which Terraform reports as
// a defect. In a save before the last one it is null.
func TestForgottenValue(t *testing.T) {
	t.Parallel()
	state, diags := createThing(t, func(_ *thing, save func()) error {
		save()
		return nil
	})
	if len(diags) != 0 || state.IsFullyKnown() {
		t.Errorf("the state is %s with %v", state, diags)
	}
	state, diags = createThing(t, func(_ *thing, save func()) error {
		save()
		return errors.New("the second call failed")
	})
	if len(diags) != 1 || state.IsNull() || !state.IsFullyKnown() {
		t.Errorf("half-made, the state is %s with %v", state, diags)
	}
	state, diags = createThing(t, func(m *thing, _ func()) error {
		m.ID = types.StringValue("1")
		return nil
	})
	if len(diags) != 0 || !state.IsFullyKnown() {
		t.Errorf("made, the state is %s with %v", state, diags)
	}
}

// The state lacks an object that Create has deleted again.
func TestRemoved(t *testing.T) {
	t.Parallel()
	state, diags := createThing(t, func(_ *thing, save func()) error {
		save()
		return WithDetail("", "outside", Removed(WithDetail("id", "inside", errors.New("cause"))))
	})
	if len(diags) != 1 || !state.IsNull() {
		t.Fatalf("the state is %s with %v", state, diags)
	}
	if detail := diags[0].Detail; detail != "outside\n\ninside" {
		t.Errorf("detail: %q", detail)
	}
}

// An error has the details of all of its causes, each once. It is on the outermost attribute
// that a cause names.
func TestDiagnosticTellsTheWholeChain(t *testing.T) {
	t.Parallel()
	denied := &client.Error{Kind: client.Denied, Status: 403, Message: "no", Operation: client.Operation{Method: "GET", Path: "/x", Scope: "super:user"}}
	fault := &client.Error{Kind: client.InternalError, Status: 500, Message: "oh", Operation: client.Operation{Method: "PUT", Path: "/y"}}
	const remedy = "The access token does not allow this. It needs the scope \"super:user\", and its user must be listed in SUPER_USERS in the registry's config.yaml."
	for name, test := range map[string]struct {
		err    error
		detail string
		path   string
	}{
		"plain":            {errors.New("oh"), "oh", ""},
		"nested":           {WithDetail("", "a", WithDetail("id", "b", WithDetail("name", "c", nil))), "a\n\nb\n\nc", "id"},
		"the same twice":   {WithDetail("name", "a", WithDetail("", "a", nil)), "a", "name"},
		"on an attribute":  {OnAttribute("name", errors.New("oh")), "oh", "name"},
		"wrapped":          {fmt.Errorf("in between: %w", WithDetail("", "a", nil)), "a", ""},
		"a call":           {denied, "Quay's answer to GET /api/v1/x: 403 Forbidden: no\n\n" + remedy, ""},
		"explained":        {WithDetail("", "a", denied), "a\n\nQuay's answer to GET /api/v1/x: 403 Forbidden: no\n\n" + remedy, ""},
		"two calls":        {WithDetail("", "a", errors.Join(denied, fault)), "a\n\nQuay's answer to GET /api/v1/x: 403 Forbidden: no\n\nQuay's answer to PUT /api/v1/y: 500 Internal Server Error: oh\n\n" + remedy, ""},
		"fault, explained": {WithDetail("", "a", fault), "a\n\nQuay's answer to PUT /api/v1/y: 500 Internal Server Error: oh", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := NewRun(nil).diagnostic("summary", test.err, map[string]bool{})
			attribute := ""
			if on, ok := got.(interface{ Path() path.Path }); ok {
				attribute = on.Path().String()
			}
			if got.Detail() != test.detail || attribute != test.path {
				t.Errorf("on %q: %q", attribute, got.Detail())
			}
		})
	}
}
