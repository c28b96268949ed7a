package immutability_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Not tested here: that a tag is immutable. The API for policies does not tell.

func TestAccPolicy(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner, other := k.newOwner(t, registry)[k.name], k.newOwner(t, registry)[k.name]
			address := k.typeName() + ".test"
			step := func(owner any, action plancheck.ResourceActionType, pattern string, matches bool) resource.TestStep {
				return resource.TestStep{
					Config: registry.Config("resource %q \"test\" {\n  %s = %q\n  tag_pattern = %q\n  tag_pattern_matches = %t\n}\n",
						k.typeName(), k.name, owner, pattern, matches),
					ConfigPlanChecks: acctest.Planned(address, action),
				}
			}
			path := func() string { return k.path(owner) + k.policies(t, registry, owner)[0]["uuid"].(string) }
			changed := step(owner, plancheck.ResourceActionUpdate, "v.*", false)
			changed.PreConfig = func() { registry.Must(t, http.MethodPut, path(), map[string]any{"tagPattern": "w.*"}) }
			deleted := step(owner, plancheck.ResourceActionCreate, "v.*", false)
			deleted.PreConfig = func() { registry.Must(t, http.MethodDelete, path(), nil) }
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					step(owner, plancheck.ResourceActionCreate, "v.*", true),
					step(owner, plancheck.ResourceActionUpdate, "v.*", false),
					changed,
					deleted,
					step(other, plancheck.ResourceActionDestroyBeforeCreate, "v.*", false),
				},
			})
			if left := append(k.policies(t, registry, owner), k.policies(t, registry, other)...); len(left) > 0 {
				t.Errorf("policies are left: %v", left)
			}
		})
	}
}

// The data source shows all policies of an owner by UUID.
func TestAccPolicyData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := organizationPolicies
	owner := k.newOwner(t, registry)[k.name]
	first, second := k.addPolicy(t, registry, owner, "v.*", true), k.addPolicy(t, registry, owner, "dev-.*", false)
	policy := func(uuid, pattern string, matches bool) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"uuid": knownvalue.StringExact(uuid), "tag_pattern": knownvalue.StringExact(pattern), "tag_pattern_matches": knownvalue.Bool(matches),
		})
	}
	policies := []knownvalue.Check{policy(first, "v.*", true), policy(second, "dev-.*", false)}
	if first > second {
		slices.Reverse(policies)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("data %q \"test\" {\n  organization = %q\n}\n", k.dataType(), owner),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute("data."+k.dataType()+".test", "policies", knownvalue.ListExact(policies)),
			},
		}},
	})
}

// The policies of all repositories of an organization can be listed.
func TestPolicy_listedByOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := repositoryPolicies
	owner := fmt.Sprint(k.newOwner(t, registry)[k.name])
	organization, _, _ := strings.Cut(owner, "/")
	other := registry.Repository(t, organization, "other/app")
	registry.Repository(t, organization, "without")
	k.addPolicy(t, registry, owner, "v.*", true)
	k.addPolicy(t, registry, other, "dev", false)
	names := registry.Serve(t, nil).ListNames(k.typeName(), acctest.Attributes{"organization": organization})
	slices.Sort(names)
	want := []string{owner + ": tags that match v.*", other + ": tags that do not match dev"}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("listed are %q, not %q", names, want)
	}
}

// fails expects a plan to fail with one error that has all words, on an attribute or on
// none.
func fails(t *testing.T, p *acctest.Provider, typeName string, plan *acctest.Plan, on string, words ...string) {
	t.Helper()
	_, diags := p.Apply(t.Context(), typeName, plan)
	if len(diags) != 1 {
		t.Fatalf("diagnostics: %v", diags)
	}
	for _, words := range words {
		if !strings.Contains(diags[0].Detail, words) {
			t.Errorf("%q lacks %q", diags[0].Detail, words)
		}
	}
	if attribute := diags[0].Attribute; (on == "") != (attribute == nil) || attribute != nil && attribute.String() != fmt.Sprintf("AttributeName(%q)", on) {
		t.Errorf("on %v, want %q", attribute, on)
	}
}

// An owner has one policy for each pattern. The provider refuses a second policy with the
// pattern.
func TestAccPolicy_refused(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies} {
		registry := acctest.Start(t)
		config := func(pattern string) acctest.Attributes { return acctest.Attributes{"tag_pattern": pattern} }
		owner := k.newOwner(t, registry)
		p := registry.Serve(t, nil)
		apply := func(prior acctest.State, policy acctest.Attributes, on string, words ...string) {
			t.Helper()
			maps.Copy(policy, owner)
			fails(t, p, k.typeName(), p.Plan(k.typeName(), prior, policy), on, words...)
		}
		uuid := k.addPolicy(t, registry, owner[k.name], "v.*", false)
		apply(p.Absent(k.typeName()), config("v.*"), "", fmt.Sprintf("import {\n  to = %s.example\n  id = %q", k.typeName(), fmt.Sprint(owner[k.name])+":"+uuid),
			"has an immutability policy with the same tag pattern.")
		apply(p.Absent(k.typeName()), config("["), "tag_pattern", "Invalid regex pattern: unterminated character set")

		another := config("w.*")
		maps.Copy(another, owner)
		state := p.Create(k.typeName(), another)
		apply(state, config("v.*"), "tag_pattern", "has another immutability policy with the same tag pattern.", "apply again")
		apply(state, config("*"), "tag_pattern", "Invalid regex pattern: nothing to repeat")
	}
}

// If the owner does not exist, the error names the owner.
func TestAccPolicy_noOwner(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies} {
		registry := acctest.Start(t)
		owner := k.newOwner(t, registry)
		missing := acctest.Name("tforg")
		if k.name == "repository" {
			missing = fmt.Sprint(owner[k.name]) + "/none"
		}
		words := fmt.Sprintf("There is no %s %q in the registry.", k.name, missing)
		config := acctest.Attributes{k.name: missing}
		p := registry.Serve(t, nil)
		fails(t, p, k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), acctest.Attributes{k.name: missing, "tag_pattern": "v.*"}), k.name, words)
		_, dataDiags := p.ReadData(k.dataType(), config)
		_, listDiags := p.List(k.typeName(), config, 10, false)
		if len(dataDiags) != 1 || !strings.Contains(dataDiags[0].Detail, words) || len(listDiags) != 1 || !strings.Contains(listDiags[0].Detail, words) {
			t.Errorf("%s: read with %v, listed with %v", k.name, dataDiags, listDiags)
		}
		_, diags := p.ReadData(k.dataType(), owner) // which has no policies
		acctest.NoErrors(t, diags)
	}
}

// The provider distinguishes a registry without immutability policies from an owner without
// policies. The error says what is missing, and the state and nested repositories stay.
func TestPolicy_notAvailable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options []quaytest.Option
		words   string
	}{
		"feature off": {[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_18), quaytest.WithoutFeatures(quaytest.ImmutableTags)}, "FEATURE_IMMUTABLE_TAGS"},
	}
	for _, version := range []quaytest.Version{quaytest.Quay3_9, quaytest.Quay3_12, quaytest.Quay3_16} {
		tests[version.String()] = struct {
			options []quaytest.Option
			words   string
		}{[]quaytest.Option{quaytest.WithVersion(version)}, "It exists since Quay 3.17."}
	}
	for name, test := range tests {
		for _, k := range []kind{organizationPolicies, repositoryPolicies} {
			full, without := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18)), acctest.Start(t, test.options...)
			for _, registry := range []*acctest.Registry{full, without} {
				registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
				registry.Simulator(t).AddRepository("acme", "app", "admin")
			}
			config := acctest.Attributes{k.name: k.inExample, "tag_pattern": "v.*"}
			state := full.Serve(t, nil).Create(k.typeName(), config)
			uuid, _ := state.Text(t, "uuid")
			without.Simulator(t).AddRepository("acme", "app/immutabilitypolicy/"+uuid, "admin") // which Quay could take the policy for
			p := without.Serve(t, nil)
			before := without.Simulator(t).Objects()
			read, readDiags := p.Read(k.typeName(), state)
			p.NextRun()
			_, createDiags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), config))
			p.NextRun()
			kept, deleteDiags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), state, nil))
			if !read.Value.Equal(state.Value) || kept.Value.IsNull() {
				t.Errorf("%s, %s: the state became %s and %s", name, k.name, read.Value, kept.Value)
			}
			for what, diags := range map[string][]*tfprotov6.Diagnostic{"read": readDiags, "created": createDiags, "deleted": deleteDiags} {
				if len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words) {
					t.Errorf("%s, %s: %s with %v", name, k.name, what, diags)
				}
			}
			if after := without.Simulator(t).Objects(); !maps.Equal(before, after) {
				t.Errorf("%s, %s: the registry had %v and has %v", name, k.name, before, after)
			}
		}
	}
}

// A plan reads all policies of an owner with one call.
func TestPolicy_sharedReads(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies} {
		registry := acctest.Start(t)
		simulator := registry.Simulator(t)
		owner := k.newOwner(t, registry)
		p := registry.Serve(t, nil)
		var states []acctest.State
		for i := range 5 {
			states = append(states, p.Create(k.typeName(), acctest.Attributes{k.name: owner[k.name], "tag_pattern": fmt.Sprintf("v%d.*", i)}))
		}
		p = p.OneRun()
		simulator.ResetCalls()
		for _, state := range states {
			read, diags := p.Read(k.typeName(), state)
			acctest.NoErrors(t, diags)
			if !read.Value.Equal(state.Value) {
				t.Errorf("read %s", read.Value)
			}
		}
		if calls := simulator.Calls(); len(simulator.Requests()) != 1 {
			t.Errorf("calls: %v", calls)
		}
	}
}
