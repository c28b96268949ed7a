package provider_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// more are the attributes that an object of a type can have beside those of
// objectOf. Where two exclude each other, the other one is null.
var more = map[string][]acctest.Attributes{
	"quay_user":                      {{"password_wo": "a-long-password", "password_wo_version": 2, "force_destroy": true}},
	"quay_organization":              {{"invoice_email_address": "invoices@example.com", "force_destroy": true}},
	"quay_org_quota":                 {{"limit": "3 GiB"}, {"limit": nil, "limit_bytes": 3_000_000}},
	"quay_user_quota":                {{"limit_bytes": 3_000_000}, {"limit_bytes": nil, "limit": "3 GiB"}},
	"quay_registry_size_calculation": {{"triggers": map[string]string{"a": "b"}, "wait": false}},
}

// What is unknown when Terraform plans becomes known before it applies. What was
// planned as known stays as it was, in the plan before the apply and after it.
func TestAccUnknown(t *testing.T) {
	t.Parallel()
	types := acctest.Start(t).Serve(t, nil).Types()
	for _, typeName := range types {
		variants := more[typeName]
		if variants == nil {
			variants = []acctest.Attributes{{}}
		}
		for i, variant := range variants {
			attributes := map[string]bool{}
			registry := acctest.Start(t)
			for name := range objectOf(t, registry, typeName).config {
				attributes[name] = true
			}
			for name := range variant {
				attributes[name] = true
			}
			for name := range attributes {
				if value, given := variant[name]; given && value == nil {
					continue
				}
				for _, exists := range []bool{false, true} {
					t.Run(typeName+"/"+name+map[bool]string{true: ", update", false: ", create"}[exists]+map[int]string{1: ", other"}[i], func(t *testing.T) {
						t.Parallel()
						testUnknown(t, typeName, variant, name, exists)
					})
				}
			}
		}
	}
}

func testUnknown(t *testing.T, typeName string, variant acctest.Attributes, name string, exists bool) {
	t.Helper()
	registry := acctest.Start(t)
	config := objectOf(t, registry, typeName).config
	p := registry.Serve(t, nil)
	prior := p.Absent(typeName)
	if exists {
		prior = p.Create(typeName, config)
		t.Cleanup(func() { cleanUpKey(t, registry, typeName, prior) })
	}
	maps.Copy(config, variant)
	unknown := maps.Clone(config)
	unknown[name] = acctest.Unknown

	acctest.NoErrors(t, p.Validate(typeName, unknown))
	first := p.Plan(typeName, prior, unknown)
	acctest.NoErrors(t, first.Diagnostics)
	if first.Replace {
		prior = p.Absent(typeName) // Terraform plans a new object, and destroys the old one later
		first = p.Plan(typeName, prior, unknown)
		acctest.NoErrors(t, first.Diagnostics)
		if typeName == "quay_user" || typeName == "quay_organization" || typeName == "quay_org_quota" || typeName == "quay_user_quota" {
			return // the old one is in the way
		}
	}
	second := p.Plan(typeName, prior, config)
	acctest.NoErrors(t, second.Diagnostics)
	for _, attribute := range differences(t, first.Value, second.Value) {
		t.Errorf("%s was planned as known, and is another in the final plan\nfirst %s\nfinal %s", attribute, first.Value, second.Value)
	}
	state, diags := p.Apply(t.Context(), typeName, second)
	acctest.NoErrors(t, diags)
	if !exists {
		t.Cleanup(func() { cleanUpKey(t, registry, typeName, state) })
	}
	for _, attribute := range differences(t, second.Value, state.Value) {
		t.Errorf("%s is not as planned\nplan  %s\nstate %s", attribute, second.Value, state.Value)
	}
	if again := p.Plan(typeName, state, config); !again.IsEmpty() {
		t.Errorf("still planned: %s", again.Value)
	}
}

// differences names the attributes of an object that are known in one value and
// different in another.
func differences(t *testing.T, planned, actual tftypes.Value) []string {
	t.Helper()
	var a, b map[string]tftypes.Value
	if planned.As(&a) != nil || actual.As(&b) != nil {
		t.Fatalf("not objects: %s, %s", planned, actual)
	}
	var names []string
	for name, value := range a {
		if value.IsFullyKnown() && !value.Equal(b[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
