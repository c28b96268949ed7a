package envelope

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// testProvider has one resource type and one ephemeral resource type, which may be
// nil.
type testProvider struct {
	resource  func() resource.Resource
	ephemeral func() ephemeral.EphemeralResource
}

func (p testProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (p testProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (p testProvider) DataSources(context.Context) []func() datasource.DataSource               { return nil }

func (p testProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	c, err := client.New(client.Config{URL: "http://quay.test", Token: "token"})
	if err != nil {
		panic(err)
	}
	run := NewRun(c)
	resp.ResourceData, resp.EphemeralResourceData = run, run
}

func (p testProvider) Resources(context.Context) []func() resource.Resource {
	if p.resource == nil {
		return nil
	}
	return []func() resource.Resource{p.resource}
}

func (p testProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	if p.ephemeral == nil {
		return nil
	}
	return []func() ephemeral.EphemeralResource{p.ephemeral}
}

// testServer is a provider over the plugin protocol, with one resource type.
type testServer struct {
	tfprotov6.ProviderServer
	t        *testing.T
	typeName string
	typ      tftypes.Object
}

// serve configures a provider.
func serve(t *testing.T, p provider.Provider) tfprotov6.ProviderServer {
	t.Helper()
	server := providerserver.NewProtocol6(p)()
	nothing, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &nothing}); err != nil {
		t.Fatal(err)
	}
	return server
}

// serveResource serves a declared resource type.
func serveResource[M any](t *testing.T, declaration ResourceDeclaration[M]) *testServer {
	t.Helper()
	server := serve(t, testProvider{resource: func() resource.Resource { return NewResource(declaration) }})
	typ, ok := declaration.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object's")
	}
	return &testServer{server, t, "test_" + declaration.Name, typ}
}

// object returns an object of the resource type, null but for some attributes: Go
// values, tftypes.UnknownValue, or Terraform's own.
func (s *testServer) object(given map[string]any) tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, typ := range s.typ.AttributeTypes {
		switch value := given[name].(type) {
		case tftypes.Value:
			values[name] = value
		default:
			values[name] = tftypes.NewValue(typ, value)
		}
	}
	return tftypes.NewValue(s.typ, values)
}

func (s *testServer) marshal(value any) *tfprotov6.DynamicValue {
	s.t.Helper()
	object, ok := value.(tftypes.Value)
	if !ok {
		object = tftypes.NewValue(s.typ, nil)
	}
	encoded, err := tfprotov6.NewDynamicValue(s.typ, object)
	if err != nil {
		s.t.Fatal(err)
	}
	return &encoded
}

func (s *testServer) unmarshal(encoded *tfprotov6.DynamicValue) tftypes.Value {
	s.t.Helper()
	value, err := encoded.Unmarshal(s.typ)
	if err != nil {
		s.t.Fatal(err)
	}
	return value
}

// apply carries out a planned change. A nil object does not exist.
func (s *testServer) apply(prior, planned, config any, private []byte) *tfprotov6.ApplyResourceChangeResponse {
	s.t.Helper()
	resp, err := s.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: s.typeName, PriorState: s.marshal(prior), PlannedState: s.marshal(planned), Config: s.marshal(config), PlannedPrivate: private,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp
}

// attribute returns the text of an attribute, which is empty for null.
func attribute(t *testing.T, object tftypes.Value, name string) (text string) {
	t.Helper()
	if err := attributes(object)[name].As(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func textAttribute() schema.StringAttribute { return schema.StringAttribute{Optional: true} }

func secretAttribute() schema.StringAttribute {
	return schema.StringAttribute{Optional: true, WriteOnly: true}
}
