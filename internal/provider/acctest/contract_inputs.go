package acctest

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// configuration is the schema of one type of a kind, with the provider's validation.
type configuration struct {
	name     string // for messages
	schema   *tfprotov6.Schema
	validate func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
	plan     func(config Attributes) []*tfprotov6.Diagnostic // plans a creation; nil unless the type is a resource
}

// configuration returns the configuration of a type.
func (p *Provider) configuration(kind kind, typeName string) configuration {
	p.t.Helper()
	ctx, c := p.t.Context(), configuration{name: string(kind) + " " + typeName}
	switch kind {
	case resourceKind:
		c.schema = p.schemas[typeName]
		c.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := p.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
				TypeName: typeName, Config: config,
				ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
			})
			p.check(err)
			return resp.Diagnostics
		}
		c.plan = func(config Attributes) []*tfprotov6.Diagnostic {
			return p.Plan(typeName, p.Absent(typeName), config).Diagnostics
		}
	case dataSourceKind:
		c.schema = p.dataSources[typeName]
		c.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := p.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
			p.check(err)
			return resp.Diagnostics
		}
	case ephemeralKind:
		c.schema = p.ephemerals[typeName]
		c.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := p.server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: config})
			p.check(err)
			return resp.Diagnostics
		}
	case listKind:
		c.schema = p.lists[typeName]
		c.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := p.server.(tfprotov6.ListResourceServer).ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: config})
			p.check(err)
			return resp.Diagnostics
		}
	case actionKind:
		c.schema = p.actions[typeName].Schema
		c.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := p.server.(tfprotov6.ActionServer).ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
			p.check(err)
			return resp.Diagnostics
		}
	}
	return c
}

// CheckSettings checks the provider's own settings like [Contract] checks the configuration of
// every type. Descriptions must be sentences, no message may repeat a value, and numbers must
// be whole.
func CheckSettings(t testing.TB) {
	t.Helper()
	p := offline(t)
	schemas, err := schemasOnce()
	p.check(err)
	c := configuration{name: "provider", schema: schemas.Provider, validate: func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
		resp, err := p.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
		p.check(err)
		return resp.Diagnostics
	}}
	checkDescriptions(t, c.name, c.schema)
	if c.checkValuesStayOut(t) == 0 || c.checkWholeNumbers(t) == 0 {
		t.Error("no setting was tried")
	}
}

// inputs returns the inputs of a case's type of a kind, and a valid configuration.
func (c Case) inputs(t testing.TB, kind kind) (Inputs, Attributes) {
	t.Helper()
	switch kind {
	case listKind:
		return c.List.Inputs, c.listConfig(c.Config(t, c.start(t)))
	case dataSourceKind:
		return Inputs{Rules: c.DataSource.Inputs.Rules}, nil // testDataSource checks a whole configuration
	case ephemeralKind:
		return c.Ephemeral.Inputs, c.Ephemeral.Config
	case actionKind:
		return Inputs{Rules: c.Action.Inputs.Rules}, nil // testAction checks a whole configuration
	case resourceKind:
	}
	return c.Inputs, c.Config(t, c.start(t))
}

// testInputs validates the values that the case's types refuse and accept.
func (c Case) testInputs(t *testing.T) {
	p := offline(t)
	for _, kind := range kinds() {
		if !c.has(kind) {
			continue
		}
		inputs, valid := c.inputs(t, kind)
		config := p.configuration(kind, c.Type)
		for _, rule := range inputs.Rules {
			if _, ok := config.settable()[rule.Attribute]; ok {
				config.checkRule(t, rule)
			} else if kind != resourceKind || !slices.Contains(c.Identity, rule.Attribute) {
				t.Errorf("%s cannot be configured, and is not part of the identity", rule.Attribute)
			}
		}
		for _, invalid := range inputs.Invalid {
			config.checkInvalid(t, valid, invalid)
		}
		config.checkOneErrorEach(t)
		config.checkValuesStayOut(t)
		config.checkWholeNumbers(t)
	}
}

// isOn tells whether a diagnostic is on an attribute or on a part of it.
func isOn(diag *tfprotov6.Diagnostic, attribute string) bool {
	return strings.HasPrefix(fmt.Sprint(diag.Attribute), `AttributeName("`+attribute+`")`)
}

// problems returns the errors on an attribute of a configuration with only this attribute.
func (c configuration) problems(t testing.TB, attribute string, value tftypes.Value) (problems []*tfprotov6.Diagnostic) {
	t.Helper()
	config := object(t, c.schema.ValueType(), Attributes{attribute: value})
	for _, diag := range errorsOf(c.validate(dynamic(t, config))) {
		if isOn(diag, attribute) {
			problems = append(problems, diag)
		}
	}
	return problems
}

func (c configuration) checkRule(t testing.TB, rule Rule) {
	t.Helper()
	text := func(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }
	want := rule.Attribute + " " + rule.Error
	for _, refused := range rule.Refused {
		if diags := c.problems(t, rule.Attribute, text(refused)); len(diags) != 1 || !strings.Contains(diags[0].Detail, want) {
			t.Errorf("%s, %s = %q: diagnostics %v, want one with %q", c.name, rule.Attribute, refused, shown(diags), want)
		}
	}
	for _, accepted := range rule.Accepted {
		if diags := c.problems(t, rule.Attribute, text(accepted)); len(diags) > 0 {
			t.Errorf("%s, %s = %q: %s", c.name, rule.Attribute, accepted, diags[0].Detail)
		}
	}
	if len(rule.Refused) == 0 || len(rule.Accepted) == 0 {
		t.Errorf("%s: the rule for %s refuses or accepts nothing", c.name, rule.Attribute)
	}
}

func (c configuration) checkInvalid(t testing.TB, valid Attributes, invalid Invalid) {
	t.Helper()
	attributes := Attributes{}
	maps.Copy(attributes, valid)
	maps.Copy(attributes, invalid.Config)
	diags := errorsOf(c.validate(dynamic(t, object(t, c.schema.ValueType(), attributes))))
	if len(diags) == 0 && c.plan != nil {
		diags = errorsOf(c.plan(attributes))
	}
	if len(diags) != 1 || !strings.Contains(diags[0].Summary+": "+diags[0].Detail, invalid.Error) {
		t.Errorf("%s, %v: errors %v, want one with %q", c.name, invalid.Config, shown(diags), invalid.Error)
		return
	}
	if invalid.Attribute != "" && !isOn(diags[0], invalid.Attribute) {
		t.Errorf("%s, %v: the error is on %s, want it on %s", c.name, invalid.Config, diags[0].Attribute, invalid.Attribute)
	}
}

// settable returns the types of the attributes that a configuration can set.
func (c configuration) settable() map[string]tftypes.Type {
	types := map[string]tftypes.Type{}
	for _, attribute := range c.schema.Block.Attributes {
		if attribute.Required || attribute.Optional {
			types[attribute.Name] = c.schema.ValueType().(tftypes.Object).AttributeTypes[attribute.Name]
		}
	}
	return types
}

// checkOneErrorEach expects one error for one mistake. An error about a missing second
// attribute does not count. It begins with other words.
func (c configuration) checkOneErrorEach(t testing.TB) {
	t.Helper()
	for name, typ := range c.settable() {
		if !typ.Is(tftypes.String) {
			continue
		}
		for _, text := range []string{"", " ", "\n", strings.Repeat("Ü ", 200)} {
			diags := c.problems(t, name, tftypes.NewValue(typ, text))
			told := count(diags, func(d *tfprotov6.Diagnostic) bool { return strings.HasPrefix(d.Detail, name+" ") })
			if told > 1 {
				t.Errorf("%s, %s = %q: %d errors: %v", c.name, name, text, told, shown(diags))
			}
		}
	}
}

// filled returns a value of a type with the same text or number in every possible place. It
// also returns whether there is such a place.
func filled(typ tftypes.Type, content any) (tftypes.Value, bool) {
	element := func(element tftypes.Type, value func(v tftypes.Value) any) (tftypes.Value, bool) {
		inner, ok := filled(element, content)
		return tftypes.NewValue(typ, value(inner)), ok
	}
	list := func(v tftypes.Value) any { return []tftypes.Value{v} }
	switch typ := typ.(type) {
	case tftypes.Object:
		values, found := map[string]tftypes.Value{}, false
		for name, attributeType := range typ.AttributeTypes {
			inner, ok := filled(attributeType, content)
			values[name], found = inner, found || ok
		}
		return tftypes.NewValue(typ, values), found
	case tftypes.Map:
		return element(typ.ElementType, func(v tftypes.Value) any { return map[string]tftypes.Value{"X-Key": v} })
	case tftypes.Set:
		return element(typ.ElementType, list)
	case tftypes.List:
		return element(typ.ElementType, list)
	}
	fits := typ.Is(tftypes.Number)
	if _, isText := content.(string); isText {
		fits = typ.Is(tftypes.String)
	}
	if !fits {
		return tftypes.NewValue(typ, nil), false
	}
	return tftypes.NewValue(typ, content), true
}

// checkValuesStayOut expects that no message repeats a value, because a value can come from a
// sensitive variable. It returns the number of refused values.
func (c configuration) checkValuesStayOut(t testing.TB) (refused int) {
	t.Helper()
	const marker, digits = "MARKER", "4711"
	contents := []any{big.NewFloat(-4711), big.NewFloat(4711.5)}
	for _, text := range []string{
		marker, marker + "/x y\n", "5 " + marker, "https://me:" + marker + "@quay.test", "https://quay.test/" + marker + "/api/v1",
		marker + "://quay.test", "2030-01-31T00:00:00.5" + marker, "acme/" + marker, "acme/app:" + marker, " " + marker, strings.Repeat(marker, 60), "x" + marker + "\r",
	} {
		contents = append(contents, text)
	}
	for name, typ := range c.settable() {
		for _, content := range contents {
			value, ok := filled(typ, content)
			if !ok {
				continue
			}
			for _, diag := range c.validate(dynamic(t, object(t, c.schema.ValueType(), Attributes{name: value}))) {
				if isOn(diag, name) {
					refused++
				}
				if text := diag.Summary + ": " + diag.Detail; strings.Contains(text, marker) || strings.Contains(text, digits) {
					t.Errorf("%s, %s = %v: %s", c.name, name, content, text)
				}
			}
		}
	}
	return refused
}

// checkWholeNumbers expects that every number must be whole and have at most 64 bits. For any
// other number, it expects one error of the provider on the attribute. It returns the number
// of tries.
func (c configuration) checkWholeNumbers(t testing.TB) (tried int) {
	t.Helper()
	ninth, _, err := big.ParseFloat("54981.818181818181818181818181818181", 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	power := func(factor float64, exponent int) *big.Float {
		return new(big.Float).SetMantExp(big.NewFloat(factor), exponent)
	}
	for name, typ := range c.settable() {
		for text, number := range map[string]*big.Float{
			"1.5": big.NewFloat(1.5), "604800 / 11": ninth, "1e30": big.NewFloat(1e30), "-0.5": big.NewFloat(-0.5),
			"2^63": power(1, 63), "-1e400": power(-1, 1329), "1e-9": big.NewFloat(1e-9),
		} {
			value, ok := filled(typ, number)
			if !ok {
				continue
			}
			tried++
			diags := c.validate(dynamic(t, object(t, c.schema.ValueType(), Attributes{name: value})))
			told := map[string]int{} // by path: an attribute can have several numbers
			for _, diag := range diags {
				if strings.Contains(diag.Detail, "must be a whole number") && isOn(diag, name) {
					told[diag.Attribute.String()]++
				}
			}
			if len(told) == 0 || slices.Max(slices.Collect(maps.Values(told))) > 1 {
				t.Errorf("%s, %s = %s: the errors are %v", c.name, name, text, shown(diags))
			}
			if slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool {
				return strings.Contains(d.Summary+d.Detail, "report") || strings.Contains(d.Detail, "error in the provider")
			}) {
				t.Errorf("%s, %s = %s: %v", c.name, name, text, shown(diags))
			}
		}
	}
	return tried
}

// testFunction checks a function's description and examples. No error may repeat an argument.
func testFunction(t *testing.T, name string) {
	t.Helper()
	p := offline(t)
	function := p.functions[name]
	checkSentence(t, name, function.Description)
	checkSentence(t, name, function.Summary+".")
	for _, parameter := range function.Parameters {
		checkSentence(t, name+", parameter "+parameter.Name, parameter.Description)
	}
	t.Run("example", func(t *testing.T) {
		t.Parallel()
		Case{}.testExample(t, "functions/"+name+"/function.tf", nil)
	})
	for _, text := range []string{"MARKER", "5 MARKER", "acme/MARKER", "acme/app:MARKER"} {
		var arguments []any
		for _, parameter := range function.Parameters {
			value, ok := filled(parameter.Type, text)
			if !ok {
				value = tftypes.NewValue(tftypes.Number, big.NewFloat(4711.5))
			}
			arguments = append(arguments, value)
		}
		_, failure := p.Call(name, arguments...)
		if failure == nil {
			t.Errorf("%s takes %q", name, text)
		} else if strings.Contains(failure.Text, "MARKER") || strings.Contains(failure.Text, "4711") {
			t.Errorf("%s, %q: %s", name, text, failure.Text)
		}
	}
}

// checkDescriptions expects sentences as the descriptions of a schema and of its attributes.
func checkDescriptions(t testing.TB, name string, schema *tfprotov6.Schema) {
	t.Helper()
	checkSentence(t, name, schema.Block.Description)
	var check func(name string, attributes []*tfprotov6.SchemaAttribute)
	check = func(name string, attributes []*tfprotov6.SchemaAttribute) {
		for _, attribute := range attributes {
			checkSentence(t, name+"."+attribute.Name, attribute.Description)
			if attribute.NestedType != nil {
				check(name+"."+attribute.Name, attribute.NestedType.Attributes)
			}
		}
	}
	check(name, schema.Block.Attributes)
	if len(schema.Block.BlockTypes) > 0 {
		t.Errorf("%s has blocks: use nested attributes", name)
	}
}

func checkSentence(t testing.TB, name, text string) {
	t.Helper()
	if text = strings.TrimSpace(text); len(text) < 8 || !strings.ContainsAny(text[len(text)-1:], ".`") {
		t.Errorf("%s is described as %q", name, text)
	}
}

// testDescriptions checks the descriptions of the case's types. It also expects that Secrets
// of the case names every computed secret.
func (c Case) testDescriptions(t *testing.T) {
	p := offline(t)
	for _, kind := range kinds() {
		if c.has(kind) {
			checkDescriptions(t, string(kind)+" "+c.Type, p.configuration(kind, c.Type).schema)
		}
	}
	if !c.has(resourceKind) {
		return
	}
	for _, attribute := range p.schemas[c.Type].Block.Attributes {
		if attribute.Computed && attribute.Sensitive && !slices.Contains(c.Secrets, attribute.Name) {
			t.Errorf("%s is computed and sensitive, and not among the Secrets of the case", attribute.Name)
		}
	}
	identity := p.identities[c.Type]
	if (identity == nil) != (len(c.Identity) == 0) {
		t.Fatalf("the identity of the case is %q, that of the type %v", c.Identity, identity)
	}
	if identity != nil {
		for _, attribute := range identity.IdentityAttributes {
			checkSentence(t, "identity of "+c.Type+"."+attribute.Name, attribute.Description)
		}
	}
}
