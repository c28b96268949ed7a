package envelope

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// thing is a model with a value that Quay makes up.
type thing struct {
	Name types.String `tfsdk:"name"`
	ID   types.String `tfsdk:"id"`
}

// thingProvider has one resource, test_thing, that is created by a function.
type thingProvider struct {
	create func(m *thing, save func()) error
}

func (p thingProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (p thingProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (p thingProvider) DataSources(context.Context) []func() datasource.DataSource               { return nil }

func (p thingProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.ResourceData = NewRun(nil)
}

func (p thingProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource {
		return NewResource(ResourceDeclaration[thing]{
			Name: "thing", Noun: "thing", Identity: []string{"name"}, ImportID: "name",
			Schema: schema.Schema{Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{Required: true},
				"id":   schema.StringAttribute{Computed: true},
			}},
			Create: func(_ context.Context, _ *client.Client, m *thing, save func()) error { return p.create(m, save) },
			Read:   func(context.Context, *client.Client, *thing) error { return nil },
			Update: func(context.Context, *client.Client, thing, *thing) error { return nil },
			Delete: func(context.Context, *client.Client, thing) error { return nil },
		})
	}}
}

// createThing creates a thing over the plugin protocol and returns its state.
func createThing(t *testing.T, create func(m *thing, save func()) error) (tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	server := providerserver.NewProtocol6(thingProvider{create})()
	objectType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "id": tftypes.String}}
	value := func(object any) *tfprotov6.DynamicValue {
		v, err := tfprotov6.NewDynamicValue(objectType, tftypes.NewValue(objectType, object))
		if err != nil {
			t.Fatal(err)
		}
		return &v
	}
	object := func(id any) map[string]tftypes.Value {
		return map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a"), "id": tftypes.NewValue(tftypes.String, id)}
	}
	nothing, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &nothing}); err != nil {
		t.Fatal(err)
	}
	resp, err := server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "test_thing", PriorState: value(nil), PlannedState: value(object(tftypes.UnknownValue)), Config: value(object(nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	state, err := resp.NewState.Unmarshal(objectType)
	if err != nil {
		t.Fatal(err)
	}
	return state, resp.Diagnostics
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

// What was made and removed again is not in the state.
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

// An error tells what all of its causes explain, each thing once, and stands on the
// outermost attribute that one of them names.
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
