package provider_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// configured is a kind of configuration of one type: what can be written into
// it, and how the provider validates it.
type configured struct {
	schema   *tfprotov6.Schema
	validate func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
}

// configurations returns all that there are, by the kind and the name of the
// type.
func configurations(t *testing.T) map[string]configured {
	t.Helper()
	server := provider.NewServer("test")()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]configured{"provider": {schemas.Provider, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
		resp, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
		check(err)
		return resp.Diagnostics
	}}}
	for name, schema := range schemas.ResourceSchemas {
		all["resource "+name] = configured{schema, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: name, Config: config,
				ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
			})
			check(err)
			return resp.Diagnostics
		}}
	}
	for name, schema := range schemas.DataSourceSchemas {
		all["data source "+name] = configured{schema, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
			check(err)
			return resp.Diagnostics
		}}
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		all["ephemeral resource "+name] = configured{schema, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := server.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
			check(err)
			return resp.Diagnostics
		}}
	}
	for name, schema := range schemas.ListResourceSchemas {
		all["list "+name] = configured{schema, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := server.(tfprotov6.ListResourceServer).ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: config})
			check(err)
			return resp.Diagnostics
		}}
	}
	for name, action := range schemas.ActionSchemas {
		all["action "+name] = configured{action.Schema, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := server.(tfprotov6.ActionServer).ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})
			check(err)
			return resp.Diagnostics
		}}
	}
	return all
}

// settable returns the names of the attributes that can be configured.
func settable(schema *tfprotov6.Schema) []string {
	var names []string
	for _, attribute := range schema.Block.Attributes {
		if attribute.Required || attribute.Optional {
			names = append(names, attribute.Name)
		}
	}
	return names
}

// with returns a configuration with one attribute, and nothing else.
func with(t *testing.T, schema *tfprotov6.Schema, name string, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	typ := schema.ValueType()
	values := map[string]tftypes.Value{}
	for other, attributeType := range typ.(tftypes.Object).AttributeTypes {
		values[other] = tftypes.NewValue(attributeType, nil)
	}
	values[name] = value
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

// filled returns a value of a type with the same text, or the same number, in
// all places where there can be one, and whether there is such a place.
func filled(typ tftypes.Type, content any) (tftypes.Value, bool) {
	element := func(element tftypes.Type, value func(v tftypes.Value) any) (tftypes.Value, bool) {
		inner, ok := filled(element, content)
		return tftypes.NewValue(typ, value(inner)), ok
	}
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
		return element(typ.ElementType, func(v tftypes.Value) any { return []tftypes.Value{v} })
	case tftypes.List:
		return element(typ.ElementType, func(v tftypes.Value) any { return []tftypes.Value{v} })
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

// Terraform does not tell a provider that a value comes from a sensitive
// variable, so no message may repeat one.
func TestValidationRepeatsNoValue(t *testing.T) {
	t.Parallel()
	const marker = "MARKER"
	texts := []string{
		marker, marker + "/x y\n", "5 " + marker, "https://me:" + marker + "@quay.test", "https://quay.test/" + marker + "/api/v1",
		marker + "://quay.test", "2030-01-31T00:00:00.5" + marker, "acme/" + marker, "acme/app:" + marker, " " + marker, strings.Repeat(marker, 60), "x" + marker + "\r",
	}
	refused := map[string]bool{} // attributes
	for kind, c := range configurations(t) {
		for _, name := range settable(c.schema) {
			for _, text := range texts {
				value, ok := filled(c.schema.ValueType().(tftypes.Object).AttributeTypes[name], text)
				if !ok {
					continue
				}
				for _, diagnostic := range c.validate(with(t, c.schema, name, value)) {
					if fmt.Sprint(diagnostic.Attribute) == `AttributeName("`+name+`")` {
						refused[kind+" "+name] = true
					}
					if said := diagnostic.Summary + ": " + diagnostic.Detail; strings.Contains(said, marker) {
						t.Errorf("%s, %s = %q: %s", kind, name, text, said)
					}
				}
			}
		}
	}
	if len(refused) < 50 {
		t.Errorf("%d attributes refuse a text: %v", len(refused), slices.Sorted(maps.Keys(refused)))
	}
}

// The same for what numbers are refused for, and for functions.
func TestValidationRepeatsNoNumber(t *testing.T) {
	t.Parallel()
	refused := map[string]bool{}
	for kind, c := range configurations(t) {
		for _, name := range settable(c.schema) {
			for _, number := range []float64{-4711, 4711.5} {
				value, ok := filled(c.schema.ValueType().(tftypes.Object).AttributeTypes[name], big.NewFloat(number))
				if !ok {
					continue
				}
				for _, diagnostic := range c.validate(with(t, c.schema, name, value)) {
					if fmt.Sprint(diagnostic.Attribute) == `AttributeName("`+name+`")` {
						refused[fmt.Sprintf("%s %s = %v", kind, name, number)] = true
					}
					if said := diagnostic.Summary + ": " + diagnostic.Detail; strings.Contains(said, "4711") {
						t.Errorf("%s, %s = %v: %s", kind, name, number, said)
					}
				}
			}
		}
	}
	for _, attribute := range []string{
		"data source quay_logs max_entries", "provider max_retries", "resource quay_org_quota limit_bytes", "resource quay_organization tag_expiration_s",
		"resource quay_user_quota limit_bytes",
	} {
		for _, number := range []string{"-4711", "4711.5"} {
			if !refused[attribute+" = "+number] {
				t.Errorf("%s = %s is not refused", attribute, number)
			}
		}
	}
}

func TestFunctionsRepeatNoArgument(t *testing.T) {
	t.Parallel()
	server := provider.NewServer("test")()
	functions, err := server.GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(functions.Functions) < 4 {
		t.Errorf("there are %d functions", len(functions.Functions))
	}
	for name, function := range functions.Functions {
		for _, text := range []string{"MARKER", "5 MARKER", "acme/MARKER", "acme/app:MARKER"} {
			var arguments []*tfprotov6.DynamicValue
			for _, parameter := range function.Parameters {
				value, ok := filled(parameter.Type, text)
				if !ok {
					value = tftypes.NewValue(tftypes.Number, big.NewFloat(4711.5))
				}
				argument, err := tfprotov6.NewDynamicValue(parameter.Type, value)
				if err != nil {
					t.Fatal(err)
				}
				arguments = append(arguments, &argument)
			}
			resp, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: arguments})
			if err != nil {
				t.Fatal(err)
			}
			if resp.Error == nil {
				t.Errorf("%s takes %q", name, text)
				continue
			}
			if strings.Contains(resp.Error.Text, "MARKER") || strings.Contains(resp.Error.Text, "4711") {
				t.Errorf("%s, %q: %s", name, text, resp.Error.Text)
			}
		}
	}
}

// Every number that can be configured is a whole one of 64 bits, and what is not
// is told in the provider's words, once, on the attribute.
func TestNumbersAreWhole(t *testing.T) {
	t.Parallel()
	ninth, _, err := big.ParseFloat("54981.818181818181818181818181818181", 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	past := new(big.Float).SetMantExp(big.NewFloat(1), 63)
	var found []string
	for kind, c := range configurations(t) {
		for _, name := range settable(c.schema) {
			for text, number := range map[string]*big.Float{
				"1.5": big.NewFloat(1.5), "604800 / 11": ninth, "1e30": big.NewFloat(1e30), "-0.5": big.NewFloat(-0.5), "2^63": past,
				"-1e400": new(big.Float).SetMantExp(big.NewFloat(-1), 1329), "1e-9": big.NewFloat(1e-9),
			} {
				value, ok := filled(c.schema.ValueType().(tftypes.Object).AttributeTypes[name], number)
				if !ok {
					continue
				}
				found = append(found, kind+" "+name)
				said := 0
				for _, diagnostic := range c.validate(with(t, c.schema, name, value)) {
					if strings.Contains(diagnostic.Summary+diagnostic.Detail, "report") || strings.Contains(diagnostic.Detail, "error in the provider") {
						t.Errorf("%s, %s = %s: %s: %s", kind, name, text, diagnostic.Summary, diagnostic.Detail)
					}
					if strings.Contains(diagnostic.Detail, "must be a whole number") {
						said++
						if got := fmt.Sprint(diagnostic.Attribute); !strings.HasPrefix(got, `AttributeName("`+name+`")`) {
							t.Errorf("%s, %s = %s: the error is on %s", kind, name, text, got)
						}
					}
				}
				if said != 1 {
					t.Errorf("%s, %s = %s: it is told %d times", kind, name, text, said)
				}
			}
		}
	}
	slices.Sort(found)
	want := []string{
		"data source quay_logs max_entries", "provider max_retries", "resource quay_org_quota limit_bytes", "resource quay_organization tag_expiration_s",
		"resource quay_user password_wo_version", "resource quay_user_quota limit_bytes",
	}
	for _, name := range want {
		if !slices.Contains(found, name) {
			t.Errorf("%s was not tried", name)
		}
	}
}

// What is wrong beside a number is told too, and whole numbers pass.
func TestWholeNumbersPass(t *testing.T) {
	t.Parallel()
	all := configurations(t)
	user := all["resource quay_user"]
	for _, number := range []float64{1, 0, -1, 1e15, 5e18} {
		typ := user.schema.ValueType()
		values := map[string]tftypes.Value{}
		for name, attributeType := range typ.(tftypes.Object).AttributeTypes {
			values[name] = tftypes.NewValue(attributeType, nil)
		}
		maps.Copy(values, map[string]tftypes.Value{
			"username":            tftypes.NewValue(tftypes.String, "alice"),
			"password_wo":         tftypes.NewValue(tftypes.String, "long-enough"),
			"password_wo_version": tftypes.NewValue(tftypes.Number, big.NewFloat(number)),
		})
		for want, username := range map[int]string{0: "alice", 1: "Alice"} {
			values["username"] = tftypes.NewValue(tftypes.String, username)
			config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
			if err != nil {
				t.Fatal(err)
			}
			if diags := user.validate(&config); len(diags) != want {
				t.Errorf("%v and %q: %d diagnostics", number, username, len(diags))
			}
		}
	}
}

// A fraction that is known only when Terraform applies is refused in the same
// words.
func TestAccFractionKnownAtApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`
				resource "terraform_data" "days" { input = 7 }
				resource "quay_organization" "test" {
				  name             = "tfacc-fraction"
				  tag_expiration_s = terraform_data.days.output * 86400 / 11
				}
			`),
			ExpectError: acctest.ErrorContains("tag_expiration_s must be a whole number. The functions floor and ceil make one."),
		}},
	})
}

// The same holds for names.
func TestAccNameKnownAtApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`
				resource "terraform_data" "name" { input = "Acme/x" }
				resource "quay_org_quota" "test" {
				  organization = terraform_data.name.output
				  limit        = "5 GB"
				}
			`),
			ExpectError: acctest.ErrorContains("organization must be 1 to 255 lower-case letters"),
		}},
	})
}
