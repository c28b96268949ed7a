package acctest

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

// Provider is the provider, configured for a registry and called over Terraform's plugin
// protocol in process. This is faster than the command line, and independent of its version.
// It also shows values that the command line hides.
//
// Each plan and each apply is a separate run with a newly configured provider, as in
// Terraform. [Provider.OneRun] joins several runs.
type Provider struct {
	t           testing.TB
	oneRun      bool
	server      tfprotov6.ProviderServer
	schemas     map[string]*tfprotov6.Schema
	dataSources map[string]*tfprotov6.Schema
	lists       map[string]*tfprotov6.Schema
	actions     map[string]*tfprotov6.ActionSchema
	ephemerals  map[string]*tfprotov6.Schema
	functions   map[string]*tfprotov6.Function
	identities  map[string]*tfprotov6.ResourceIdentitySchema

	providerConfig *tfprotov6.DynamicValue
}

// Attributes are values by attribute: string, bool, int, float64, []string,
// map[string]string, nil for null, [Unknown], or Terraform's own.
type Attributes map[string]any

// Unknown is a value that is not known yet.
var Unknown = unknown{}

type unknown struct{}

// State is an object as Terraform stores it.
type State struct {
	Value    tftypes.Value
	Identity *tfprotov6.ResourceIdentityData
	Private  []byte
}

// schemasOnce returns the schemas. They are the same for every provider, and their creation
// takes half the time of a test.
var schemasOnce = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return provider.NewServer("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

// Serve starts the provider with settings. url and token default to the registry's.
func (r *Registry) Serve(t testing.TB, settings Attributes) *Provider {
	t.Helper()
	p, diags := r.Configure(t, settings)
	NoErrors(t, diags)
	return p
}

// Configure does what Serve does, for settings that the provider may refuse.
func (r *Registry) Configure(t testing.TB, settings Attributes) (*Provider, []*tfprotov6.Diagnostic) {
	t.Helper()
	p := &Provider{t: t, server: provider.NewServer("test")()}
	schemas, err := schemasOnce()
	p.check(err)
	p.schemas, p.dataSources = schemas.ResourceSchemas, schemas.DataSourceSchemas
	p.lists, p.actions = schemas.ListResourceSchemas, schemas.ActionSchemas
	p.ephemerals, p.functions = schemas.EphemeralResourceSchemas, schemas.Functions
	identities, err := p.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.check(err)
	p.identities = identities.IdentitySchemas

	all := Attributes{}
	for name, value := range r.settings() {
		all[name] = value
	}
	if !r.real { // a real Quay fails for a list if somebody deletes an object on it meanwhile
		all["max_retries"] = 0
	}
	maps.Copy(all, settings)
	config := dynamic(t, object(t, schemas.Provider.ValueType(), all))
	validated, err := p.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	p.check(err)
	if len(errorsOf(validated.Diagnostics)) > 0 {
		return p, validated.Diagnostics
	}
	p.providerConfig = config
	return p, p.configure()
}

func (p *Provider) configure() []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.server.ConfigureProvider(p.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.15.0", Config: p.providerConfig})
	p.check(err)
	return resp.Diagnostics
}

// OneRun returns a newly configured provider whose plans and applies all belong to one run.
func (p *Provider) OneRun() *Provider {
	p.t.Helper()
	NoErrors(p.t, p.configure())
	same := *p
	same.oneRun = true
	return &same
}

// NextRun begins a new run, as each plan and each apply does. It does nothing for a provider
// of OneRun.
func (p *Provider) NextRun() {
	p.t.Helper()
	if !p.oneRun {
		NoErrors(p.t, p.configure())
	}
}

// Types returns the names of all resource types.
func (p *Provider) Types() []string {
	return slices.Sorted(maps.Keys(p.schemas))
}

// IdentifiedTypes returns the names of the resource types with an identity, which Terraform
// can import.
func (p *Provider) IdentifiedTypes() []string {
	return slices.Sorted(maps.Keys(p.identities))
}

// DataSourceTypes returns the names of all data source types.
func (p *Provider) DataSourceTypes() []string {
	return slices.Sorted(maps.Keys(p.dataSources))
}

// EphemeralTypes returns the names of all ephemeral resource types.
func (p *Provider) EphemeralTypes() []string {
	return slices.Sorted(maps.Keys(p.ephemerals))
}

// Functions returns the names of all functions.
func (p *Provider) Functions() []string {
	return slices.Sorted(maps.Keys(p.functions))
}

// Absent is the state of an object that does not exist.
func (p *Provider) Absent(typeName string) State {
	return State{Value: tftypes.NewValue(p.schemas[typeName].ValueType(), nil)}
}

// Validate returns the provider's diagnostics for a configuration.
func (p *Provider) Validate(typeName string, config Attributes) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName:           typeName,
		Config:             dynamic(p.t, p.config(typeName, config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	p.check(err)
	return resp.Diagnostics
}

// Plan is the provider's plan for an object.
type Plan struct {
	Value       tftypes.Value
	Replace     bool
	Diagnostics []*tfprotov6.Diagnostic

	config   tftypes.Value
	prior    State
	identity *tfprotov6.ResourceIdentityData
	private  []byte
}

// IsEmpty tells whether the plan has no change.
func (p *Plan) IsEmpty() bool {
	return p.Value.Equal(p.prior.Value)
}

// Plan plans the change from a prior state to a configuration. A nil configuration destroys
// the object.
func (p *Provider) Plan(typeName string, prior State, config Attributes) *Plan {
	p.t.Helper()
	p.NextRun()
	schema := p.schemas[typeName]
	plan := &Plan{prior: prior, config: tftypes.NewValue(schema.ValueType(), nil)}
	proposed := plan.config
	if config != nil {
		plan.config = p.config(typeName, config)
		proposed = propose(p.t, schema, prior.Value, plan.config)
	}
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       dynamic(p.t, prior.Value),
		ProposedNewState: dynamic(p.t, proposed),
		Config:           dynamic(p.t, plan.config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    prior.Identity,
	})
	p.check(err)
	plan.Diagnostics, plan.Replace = resp.Diagnostics, len(resp.RequiresReplace) > 0
	plan.identity, plan.private = resp.PlannedIdentity, resp.PlannedPrivate
	if len(errorsOf(resp.Diagnostics)) == 0 {
		plan.Value = p.value(typeName, resp.PlannedState)
	}
	return plan
}

// Apply applies a plan. It returns the state that Terraform would store, even after errors.
func (p *Provider) Apply(ctx context.Context, typeName string, plan *Plan) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	NoErrors(p.t, plan.Diagnostics)
	p.NextRun() //nolint:contextcheck // the provider outlives a cancelled apply
	resp, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        typeName,
		PriorState:      dynamic(p.t, plan.prior.Value),
		PlannedState:    dynamic(p.t, plan.Value),
		Config:          dynamic(p.t, plan.config),
		PlannedPrivate:  plan.private,
		PlannedIdentity: plan.identity,
	})
	p.check(err)
	state := State{p.value(typeName, resp.NewState), resp.NewIdentity, resp.Private}
	if !state.Value.IsFullyKnown() { // Terraform reports this as a defect of the provider
		p.t.Errorf("%s: unknown values after the apply: %s", typeName, state.Value)
	}
	return state, resp.Diagnostics
}

// Create plans and applies a new object, and fails the test on any error.
func (p *Provider) Create(typeName string, config Attributes) State {
	p.t.Helper()
	state, diags := p.Apply(p.t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
	NoErrors(p.t, diags)
	return state
}

// Read refreshes a state.
func (p *Provider) Read(typeName string, state State) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	return p.ReadIn(p.t.Context(), typeName, state)
}

// ReadIn refreshes a state within a context.
func (p *Provider) ReadIn(ctx context.Context, typeName string, state State) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName:        typeName,
		CurrentState:    dynamic(p.t, state.Value),
		CurrentIdentity: state.Identity,
		Private:         state.Private,
	})
	p.check(err)
	return State{p.value(typeName, resp.NewState), resp.NewIdentity, resp.Private}, resp.Diagnostics
}

// ReadData reads a data source.
func (p *Provider) ReadData(typeName string, config Attributes) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema, ok := p.dataSources[typeName]
	if !ok {
		p.t.Fatalf("there is no data source %s", typeName)
	}
	resp, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName,
		Config:   dynamic(p.t, object(p.t, schema.ValueType(), config)),
	})
	p.check(err)
	value, err := resp.State.Unmarshal(schema.ValueType())
	p.check(err)
	return State{Value: value}, resp.Diagnostics
}

// Open opens an ephemeral resource within a context. The state is the value that Terraform has
// while the resource is open.
func (p *Provider) Open(ctx context.Context, typeName string, config Attributes) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema, ok := p.ephemerals[typeName]
	if !ok {
		p.t.Fatalf("there is no ephemeral resource type %s", typeName)
	}
	given := dynamic(p.t, object(p.t, schema.ValueType(), config))
	validated, err := p.server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: given})
	p.check(err)
	if len(errorsOf(validated.Diagnostics)) > 0 {
		return State{}, validated.Diagnostics
	}
	resp, err := p.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: given})
	p.check(err)
	value, err := resp.Result.Unmarshal(schema.ValueType())
	p.check(err)
	return State{Value: value, Private: resp.Private}, resp.Diagnostics
}

// Close closes an ephemeral resource within a context.
func (p *Provider) Close(ctx context.Context, typeName string, opened State) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.server.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: typeName, Private: opened.Private})
	p.check(err)
	return resp.Diagnostics
}

// Call calls a function. Arguments have the types of the values of [Attributes].
func (p *Provider) Call(name string, arguments ...any) (tftypes.Value, *tfprotov6.FunctionError) {
	p.t.Helper()
	function, ok := p.functions[name]
	if !ok || len(arguments) != len(function.Parameters) {
		p.t.Fatalf("there is no function %s of %d parameters", name, len(arguments))
	}
	values := make([]*tfprotov6.DynamicValue, len(arguments))
	for i, argument := range arguments {
		value, ok := argument.(tftypes.Value)
		if !ok {
			value = tftypes.NewValue(function.Parameters[i].Type, raw(argument))
		}
		values[i] = dynamic(p.t, value)
	}
	resp, err := p.server.CallFunction(p.t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: values})
	p.check(err)
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	result, err := resp.Result.Unmarshal(function.Return.Type)
	p.check(err)
	return result, nil
}

// ImportByID imports and reads an object.
func (p *Provider) ImportByID(typeName, id string) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	return p.importState(&tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
}

// ImportByIdentity imports and reads an object.
func (p *Provider) ImportByIdentity(typeName string, identity *tfprotov6.ResourceIdentityData) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	return p.importState(&tfprotov6.ImportResourceStateRequest{TypeName: typeName, Identity: identity})
}

func (p *Provider) importState(req *tfprotov6.ImportResourceStateRequest) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.server.ImportResourceState(p.t.Context(), req)
	p.check(err)
	if len(errorsOf(resp.Diagnostics)) > 0 {
		return p.Absent(req.TypeName), resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	return p.Read(req.TypeName, State{p.value(req.TypeName, imported.State), imported.Identity, imported.Private})
}

// UpgradeState returns the provider's upgrade of a stored state, in JSON, with a version of
// the schema.
func (p *Provider) UpgradeState(typeName string, version int64, stored []byte) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.server.UpgradeResourceState(p.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: stored},
	})
	p.check(err)
	if len(errorsOf(resp.Diagnostics)) > 0 {
		return p.Absent(typeName), resp.Diagnostics
	}
	return State{Value: p.value(typeName, resp.UpgradedState)}, resp.Diagnostics
}

// MoveState returns the provider's state from a stored state, in JSON, of another provider's
// type, for a moved block.
func (p *Provider) MoveState(typeName, fromProvider, fromType string, stored []byte) (State, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.server.MoveResourceState(p.t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: fromProvider, SourceTypeName: fromType, SourceState: &tfprotov6.RawState{JSON: stored}, TargetTypeName: typeName,
	})
	p.check(err)
	if len(errorsOf(resp.Diagnostics)) > 0 {
		return p.Absent(typeName), resp.Diagnostics
	}
	return State{p.value(typeName, resp.TargetState), resp.TargetIdentity, resp.TargetPrivate}, resp.Diagnostics
}

// Identity returns an identity of a type.
func (p *Provider) Identity(typeName string, values Attributes) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	return &tfprotov6.ResourceIdentityData{
		IdentityData: dynamic(p.t, object(p.t, p.identities[typeName].ValueType(), values)),
	}
}

// IdentityOf returns the identity in a state, as texts by attribute.
func (p *Provider) IdentityOf(typeName string, state State) map[string]string {
	p.t.Helper()
	value, err := state.Identity.IdentityData.Unmarshal(p.identities[typeName].ValueType())
	p.check(err)
	result := map[string]string{}
	for name, part := range attributesOf(p.t, value) {
		var text string
		p.check(part.As(&text))
		result[name] = text
	}
	return result
}

// Text returns a text attribute of a state, and false if it is null.
func (s State) Text(t testing.TB, name string) (string, bool) {
	t.Helper()
	value := attributesOf(t, s.Value)[name]
	var text *string
	if err := value.As(&text); err != nil {
		t.Fatalf("%s: %s", name, err)
	}
	if text == nil {
		return "", false
	}
	return *text, true
}

// NoErrors fails the test if there are errors among diagnostics.
func NoErrors(t testing.TB, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, diag := range errorsOf(diags) {
		t.Fatalf("%s: %s (%s)", diag.Summary, diag.Detail, diag.Attribute)
	}
}

// shown returns the text of diagnostics, for messages of tests.
func shown(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, diag := range diags {
		lines = append(lines, fmt.Sprintf("%s: %s: %s (%s)", diag.Severity, diag.Summary, diag.Detail, diag.Attribute))
	}
	return "[" + strings.Join(lines, "; ") + "]"
}

func errorsOf(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	var result []*tfprotov6.Diagnostic
	for _, diag := range diags {
		if diag.Severity == tfprotov6.DiagnosticSeverityError {
			result = append(result, diag)
		}
	}
	return result
}

func (p *Provider) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *Provider) config(typeName string, config Attributes) tftypes.Value {
	p.t.Helper()
	schema, ok := p.schemas[typeName]
	if !ok {
		p.t.Fatalf("there is no resource type %s", typeName)
	}
	return object(p.t, schema.ValueType(), config)
}

func (p *Provider) value(typeName string, value *tfprotov6.DynamicValue) tftypes.Value {
	p.t.Helper()
	result, err := value.Unmarshal(p.schemas[typeName].ValueType())
	p.check(err)
	return result
}

// propose merges a configuration into a prior state as Terraform does. A computed attribute
// without configuration keeps its value. The result omits write-only values.
func propose(t testing.TB, schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	t.Helper()
	values, before := attributesOf(t, config), attributesOf(t, prior)
	for _, attribute := range schema.Block.Attributes {
		switch {
		case attribute.WriteOnly:
			values[attribute.Name] = tftypes.NewValue(attribute.Type, nil)
		case values[attribute.Name].IsNull() && attribute.Computed && !prior.IsNull():
			values[attribute.Name] = before[attribute.Name]
		}
	}
	return tftypes.NewValue(config.Type(), values)
}

func attributesOf(t testing.TB, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		t.Fatal(err)
	}
	return maps.Clone(values) // As returns the object's own map
}

func dynamic(t testing.TB, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	result, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &result
}

// object returns a value of an object type. Missing attributes are null.
func object(t testing.TB, typ tftypes.Type, given Attributes) tftypes.Value {
	t.Helper()
	types := typ.(tftypes.Object).AttributeTypes
	values := map[string]tftypes.Value{}
	for name, attributeType := range types {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	for name, value := range given {
		attributeType, ok := types[name]
		if !ok {
			t.Fatalf("there is no attribute %q", name)
		}
		if own, ok := value.(tftypes.Value); ok {
			values[name] = own
			continue
		}
		values[name] = tftypes.NewValue(attributeType, raw(value))
	}
	return tftypes.NewValue(typ, values)
}

// objectOrNull is object, or null for nil.
func objectOrNull(t testing.TB, typ tftypes.Type, given Attributes) tftypes.Value {
	t.Helper()
	if given == nil {
		return tftypes.NewValue(typ, nil)
	}
	return object(t, typ, given)
}

func raw(value any) any {
	switch value := value.(type) {
	case unknown:
		return tftypes.UnknownValue
	case int:
		return big.NewFloat(0).SetInt64(int64(value))
	case float64:
		return big.NewFloat(value)
	case map[string]string:
		result := map[string]tftypes.Value{}
		for name, text := range value {
			result[name] = tftypes.NewValue(tftypes.String, text)
		}
		return result
	case []string:
		result := make([]tftypes.Value, len(value))
		for i, text := range value {
			result[i] = tftypes.NewValue(tftypes.String, text)
		}
		return result
	case string, bool, *big.Float, nil:
		return value
	}
	panic(fmt.Sprintf("acctest: no Terraform value for a %T", value))
}

// ProviderConfig returns settings of the provider as Terraform sends them.
func ProviderConfig(t testing.TB, settings Attributes) *tfprotov6.DynamicValue {
	t.Helper()
	schemas, err := schemasOnce()
	if err != nil {
		t.Fatal(err)
	}
	return dynamic(t, object(t, schemas.Provider.ValueType(), settings))
}

// ResourceConfig returns an object of a resource type as Terraform sends it.
func ResourceConfig(t testing.TB, typeName string, config Attributes) *tfprotov6.DynamicValue {
	t.Helper()
	schemas, err := schemasOnce()
	if err != nil {
		t.Fatal(err)
	}
	return dynamic(t, object(t, schemas.ResourceSchemas[typeName].ValueType(), config))
}
