package autoprune_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// config returns a configuration of resources, by their names, of one owner.
func (k kind) config(registry *acctest.Registry, owner acctest.Attributes, policies map[string]string) string {
	var text strings.Builder
	for name, body := range policies {
		fmt.Fprintf(&text, "resource %q %q {\n", k.typeName(), name)
		if k.attribute != "" {
			fmt.Fprintf(&text, "  %s = %q\n", k.attribute, owner[k.attribute])
		}
		fmt.Fprintf(&text, "%s\n}\n", body)
	}
	return registry.Config("%s", text.String())
}

func TestAccPolicy(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner, other := k.newOwner(t, registry), k.newOwner(t, registry)
			address := k.typeName() + ".test"
			step := func(owner acctest.Attributes, action plancheck.ResourceActionType, body string) resource.TestStep {
				return resource.TestStep{
					Config:           k.config(registry, owner, map[string]string{"test": body}),
					ConfigPlanChecks: acctest.Planned(address, action),
				}
			}
			path := func() string {
				return k.path(owner) + k.policies(t, registry, owner)[0]["uuid"].(string)
			}
			changed := step(owner, plancheck.ResourceActionUpdate, "method = \"creation_date\"\nvalue = \"4w\"")
			changed.PreConfig = func() {
				registry.Must(t, http.MethodPut, path(), map[string]any{"method": "number_of_tags", "value": 3})
			}
			deleted := step(owner, plancheck.ResourceActionCreate, "method = \"creation_date\"\nvalue = \"4w\"")
			deleted.PreConfig = func() { registry.Must(t, http.MethodDelete, path(), nil) }
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					step(owner, plancheck.ResourceActionCreate, "method = \"number_of_tags\"\nvalue = 10"),
					step(owner, plancheck.ResourceActionUpdate, "method = \"creation_date\"\nvalue = \"4w\""),
					changed,
					deleted,
					step(other, plancheck.ResourceActionDestroyBeforeCreate, "method = \"creation_date\"\nvalue = \"4w\""),
				},
			})
			if left := append(k.policies(t, registry, owner), k.policies(t, registry, other)...); len(left) > 0 {
				t.Errorf("policies are left: %v", left)
			}
		})
	}
}

// An owner has several policies. Drift of a pattern is seen, and leaving the pattern out
// removes it.
func TestAccPolicy_patterns(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies, userPolicies} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner := k.newOwner(t, registry)
			k.needsPatterns(t, registry)
			pattern := acctest.Name("^tf")
			address := k.typeName() + ".matching"
			has := func(attribute string, value knownvalue.Check) statecheck.StateCheck {
				return acctest.Attribute(address, attribute, value)
			}
			number := uniqueNumber()["value"]
			matching := fmt.Sprintf("method = \"number_of_tags\"\nvalue = %d\ntag_pattern = %q", number, pattern)
			policies := func(matching string) string {
				return k.config(registry, owner, map[string]string{
					"matching": matching,
					"others":   fmt.Sprintf("method = \"number_of_tags\"\nvalue = %d\ntag_pattern = %q\ntag_pattern_matches = false", number, pattern),
				})
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					{
						Config: policies(matching),
						ConfigStateChecks: []statecheck.StateCheck{
							has("tag_pattern", knownvalue.StringExact(pattern)), has("tag_pattern_matches", knownvalue.Bool(true)),
							acctest.Attribute(k.typeName()+".others", "tag_pattern_matches", knownvalue.Bool(false)),
						},
					},
					{ // changed outside
						PreConfig: func() {
							for _, policy := range k.policies(t, registry, owner) {
								if policy["tagPattern"] == pattern && policy["tagPatternMatches"] == true {
									registry.Must(t, http.MethodPut, k.path(owner)+policy["uuid"].(string), map[string]any{"method": "number_of_tags", "value": number})
								}
							}
						},
						Config:           policies(matching),
						ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
					},
					{
						Config:           policies(fmt.Sprintf("method = \"number_of_tags\"\nvalue = %d", number)),
						ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
						ConfigStateChecks: []statecheck.StateCheck{
							has("tag_pattern", knownvalue.Null()), has("tag_pattern_matches", knownvalue.Bool(true)),
						},
					},
				},
			})
			for _, policy := range k.policies(t, registry, owner) {
				if policy["value"] == number || policy["tagPattern"] == pattern {
					t.Errorf("a policy is left: %v", policy)
				}
			}
		})
	}
}

// The data source shows all policies of an owner by UUID, with numbers and ages as texts.
func TestAccPolicyData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := organizationPolicies
	owner := k.newOwner(t, registry)
	k.needsPatterns(t, registry)
	first := k.addPolicy(t, registry, owner, map[string]any{"method": "number_of_tags", "value": 5})
	second := k.addPolicy(t, registry, owner, map[string]any{"method": "creation_date", "value": "7d", "tagPattern": "x", "tagPatternMatches": false})
	policy := func(uuid, method, value string, pattern knownvalue.Check, matches bool) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"uuid": knownvalue.StringExact(uuid), "method": knownvalue.StringExact(method), "value": knownvalue.StringExact(value),
			"tag_pattern": pattern, "tag_pattern_matches": knownvalue.Bool(matches),
		})
	}
	policies := []knownvalue.Check{
		policy(first, "number_of_tags", "5", knownvalue.Null(), true),
		policy(second, "creation_date", "7d", knownvalue.StringExact("x"), false),
	}
	if first > second {
		slices.Reverse(policies)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("data \"quay_organization_autoprune_policies\" \"test\" {\n  organization = %q\n}\n", owner["organization"]),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.quay_organization_autoprune_policies.test", tfjsonpath.New("policies"), knownvalue.ListExact(policies)),
			},
		}},
	})
}

// The policies of all repositories of an organization can be listed.
func TestPolicy_listedByOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := repositoryPolicies
	owner := k.newOwner(t, registry)
	organization, _, _ := strings.Cut(k.owner(owner), "/")
	other := acctest.Attributes{"repository": registry.Repository(t, organization, "other/app")}
	registry.Repository(t, organization, "without")
	for _, repository := range []acctest.Attributes{owner, other} {
		k.addPolicy(t, registry, repository, map[string]any{"method": "number_of_tags", "value": 5})
	}
	names := registry.Serve(t, nil).ListNames(k.typeName(), acctest.Attributes{"organization": organization})
	slices.Sort(names)
	want := []string{k.owner(owner) + ": number_of_tags 5", k.owner(other) + ": number_of_tags 5"}
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
		t.Errorf("diagnostics: %v", diags)
		return
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

// importBlock is what the error of a creation shows of a policy that exists.
func (k kind) importBlock(owner acctest.Attributes, uuid string) string {
	id := uuid
	if k.attribute != "" {
		id = k.owner(owner) + ":" + uuid
	}
	return fmt.Sprintf("import {\n  to = %s.example\n  id = %q", k.typeName(), id)
}

// with returns the configuration of a policy of an owner.
func with(owner, policy acctest.Attributes) acctest.Attributes {
	config := maps.Clone(owner)
	maps.Copy(config, policy)
	return config
}

// The provider refuses a policy that repeats another policy, in a creation and in an update.
// Quay would accept the update.
func TestPolicy_repeated(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies, userPolicies} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			owner := k.newOwner(t, registry)
			k.needsPatterns(t, registry)
			p := registry.Serve(t, nil)
			body, policy := uniqueNumber(), uniquePolicy()
			policy["value"], policy["tag_pattern"] = fmt.Sprint(body["value"]), nil
			uuid := k.addPolicy(t, registry, owner, body)
			fails(t, p, k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), with(owner, policy)), "",
				k.importBlock(owner, uuid), "has an auto-prune policy with the same method, value and tag pattern.")

			// Quay itself does not see that this one is the same.
			registry.Must(t, http.MethodPut, k.path(owner)+uuid, map[string]any{
				"method": body["method"], "value": body["value"], "tagPatternMatches": false,
			})
			fails(t, p, k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), with(owner, policy)), "", k.importBlock(owner, uuid))

			another := p.Create(k.typeName(), with(owner, uniquePolicy()))
			fails(t, p, k.typeName(), p.Plan(k.typeName(), another, with(owner, policy)), "",
				"has another auto-prune policy with the same method, value and tag pattern: ", uuid, "apply again")
			_, diags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), another, nil))
			acctest.NoErrors(t, diags)
		})
	}
}

// If the owner does not exist, the error names the owner.
func TestPolicy_noOwner(t *testing.T) {
	t.Parallel()
	for k, missing := range map[*kind]string{&organizationPolicies: acctest.Name("tforg"), &repositoryPolicies: ""} {
		registry := acctest.Start(t)
		owner := k.newOwner(t, registry)
		if missing == "" {
			missing = k.owner(owner) + "/none"
		}
		words := fmt.Sprintf("There is no %s %q in the registry.", k.name, missing)
		config := acctest.Attributes{k.attribute: missing}
		p := registry.Serve(t, nil)
		policy := with(config, acctest.Attributes{"method": "number_of_tags", "value": "10"})
		fails(t, p, k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), policy), k.attribute, words)
		_, dataDiags := p.ReadData("quay_"+k.name+"_autoprune_policies", config)
		_, listDiags := p.List(k.typeName(), config, 10, false)
		if len(dataDiags) != 1 || !strings.Contains(dataDiags[0].Detail, words) || len(listDiags) != 1 || !strings.Contains(listDiags[0].Detail, words) {
			t.Errorf("%s: read with %v, listed with %v", k.name, dataDiags, listDiags)
		}
		_, diags := p.ReadData("quay_"+k.name+"_autoprune_policies", owner) // which has no policies
		acctest.NoErrors(t, diags)
	}
}

// Quay before 3.13 ignores patterns and has one policy for each owner. A pattern is
// refused before anything is written, and a second policy shows the first one.
func TestPolicy_before313(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies, userPolicies} {
		registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_12))
		simulator := registry.Simulator(t)
		owner := k.newOwner(t, registry)
		p := registry.Serve(t, nil)
		pattern := acctest.Attributes{"method": "number_of_tags", "value": "1", "tag_pattern": "^dev-"}
		fails(t, p, k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), with(owner, pattern)), "tag_pattern", "needs Quay 3.13 or later")
		if policies := k.policies(t, registry, owner); len(policies) > 0 {
			t.Errorf("%s: Quay has %v", k.name, policies)
		}
		state := p.Create(k.typeName(), with(owner, acctest.Attributes{"method": "number_of_tags", "value": "10"}))
		uuid, _ := state.Text(t, "uuid")
		fails(t, p, k.typeName(), p.Plan(k.typeName(), state, with(owner, pattern)), "tag_pattern", "needs Quay 3.13 or later")
		fails(t, p, k.typeName(), p.Plan(k.typeName(), p.Absent(k.typeName()), with(owner, acctest.Attributes{"method": "creation_date", "value": "7d"})), "",
			k.importBlock(owner, uuid), `has an auto-prune policy, with the method "number_of_tags" and the value "10". Quay before 3.13 can have one policy for `)
		if policies := k.policies(t, registry, owner); len(policies) != 1 || fmt.Sprint(policies[0]["value"]) != "10" {
			t.Errorf("%s: Quay has %v", k.name, policies)
		}
		if n := simulator.Objects()["auto-prune policies"]; n != 1 {
			t.Errorf("%s: there are %d policies", k.name, n)
		}
	}
}

// The provider distinguishes a registry without auto-prune policies from an owner without
// policies. The error says what is missing, and the state stays.
func TestPolicy_notAvailable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options []quaytest.Option
		words   string
	}{
		"old":         {[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_9)}, "Quay 3.1"},
		"feature off": {[]quaytest.Option{quaytest.WithVersion(quaytest.Quay3_18), quaytest.WithoutFeatures(quaytest.AutoPrune)}, "FEATURE_AUTO_PRUNE"},
	} {
		for _, k := range []kind{organizationPolicies, repositoryPolicies, userPolicies} {
			full, without := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18)), acctest.Start(t, test.options...)
			owner := acctest.Attributes{}
			if k.attribute != "" {
				owner[k.attribute] = k.inExample
			}
			for _, registry := range []*acctest.Registry{full, without} {
				registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
				registry.Simulator(t).AddRepository("acme", "app", "admin")
			}
			config := with(owner, acctest.Attributes{"method": "number_of_tags", "value": "10"})
			state := full.Serve(t, nil).Create(k.typeName(), config)
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

// Of several equal resources in one configuration, one creates the policy, and the other
// resources report it.
func TestPolicy_twins(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	k := organizationPolicies
	owner := k.newOwner(t, registry)
	config := with(owner, acctest.Attributes{"method": "number_of_tags", "value": "10"})
	run := registry.Serve(t, nil).OneRun()
	failures := make(chan int, 4)
	for range cap(failures) {
		go func() {
			_, diags := run.Apply(t.Context(), k.typeName(), run.Plan(k.typeName(), run.Absent(k.typeName()), config))
			failures <- len(diags)
		}()
	}
	failed := 0
	for range cap(failures) {
		failed += <-failures
	}
	if policies := k.policies(t, registry, owner); failed != cap(failures)-1 || len(policies) != 1 {
		t.Errorf("%d failed, and Quay has %v", failed, policies)
	}
}

// If Terraform renames an organization, it updates its policies in place. They keep their
// UUIDs, and can change in the same apply.
func TestAccPolicy_organizationRenamed(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organizationPolicies.newOwner(t, registry)
	repositoryPolicies.newOwner(t, registry)
	name, renamed := registry.NewOrganization(t), registry.NewOrganization(t)
	step := func(organization string, value int) resource.TestStep {
		return resource.TestStep{Config: registry.Config(`
resource "quay_organization" "o" {
  name  = %[1]q
  email = "%[1]s@example.com"
}

resource "quay_repository" "r" {
  namespace = quay_organization.o.name
  name      = "team/app"
}

resource "quay_organization_autoprune_policy" "p" {
  organization = quay_organization.o.name
  method       = "number_of_tags"
  value        = %[2]d
}

resource "quay_repository_autoprune_policy" "p" {
  repository = "${quay_repository.r.namespace}/${quay_repository.r.name}"
  method     = "number_of_tags"
  value      = 10
}
`, organization, value)}
	}
	same := statecheck.CompareValue(compare.ValuesSame())
	updated := func(step resource.TestStep) resource.TestStep {
		for _, address := range []string{"quay_organization_autoprune_policy.p", "quay_repository_autoprune_policy.p"} {
			step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))
		}
		return step
	}
	steps := []resource.TestStep{step(name, 10), updated(step(renamed, 10)), updated(step(name, 20))}
	for i := range steps {
		steps[i].ConfigStateChecks = append(steps[i].ConfigStateChecks, same.AddStateValue("quay_organization_autoprune_policy.p", tfjsonpath.New("uuid")))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: steps})
}

// A creation takes a list and one call, and so does an update. A deletion takes one call.
// The provider asks once whether the registry reads patterns, and has calls that delete
// from repositories.
func TestPolicy_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18))
	simulator := registry.Simulator(t)
	for _, k := range []kind{organizationPolicies, repositoryPolicies, userPolicies} {
		config := with(k.newOwner(t, registry), acctest.Attributes{"method": "number_of_tags", "value": "10"})
		p := registry.Serve(t, nil)
		calls := func(what string, want int, operation func()) {
			t.Helper()
			simulator.ResetCalls()
			operation()
			if made := simulator.Requests(); len(made) != want {
				t.Errorf("%s: %s makes the calls %v", k.name, what, made)
			}
		}
		var state acctest.State
		calls("a creation", 2, func() { state = p.Create(k.typeName(), config) })
		apply := func(config acctest.Attributes) {
			t.Helper()
			var diags []*tfprotov6.Diagnostic
			state, diags = p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), state, config))
			acctest.NoErrors(t, diags)
		}
		config["value"] = "20"
		calls("an update", 2, func() { apply(config) })
		config["tag_pattern"] = "^dev-"
		calls("a first pattern", 3, func() { apply(config) })
		deletion := 1
		if k.attribute == "repository" {
			deletion = 2
		}
		calls("a deletion", deletion, func() { apply(nil) })
	}
}

// A plan reads all policies of an owner with one call. What changes one of them makes
// that list stale.
func TestPolicy_sharedReads(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{organizationPolicies, repositoryPolicies, userPolicies} {
		registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18))
		simulator := registry.Simulator(t)
		owner := k.newOwner(t, registry)
		p := registry.Serve(t, nil)
		var states []acctest.State
		for range 20 {
			states = append(states, p.Create(k.typeName(), with(owner, uniquePolicy())))
		}
		p = p.OneRun()
		simulator.ResetCalls()
		for _, state := range states {
			read, diags := p.Read(k.typeName(), state)
			acctest.NoErrors(t, diags)
			if !read.Value.Equal(state.Value) {
				t.Errorf("%s: read %s", k.name, read.Value)
			}
		}
		if calls := simulator.Calls(); len(simulator.Requests()) != 1 {
			t.Errorf("%s: calls: %v", k.name, calls)
		}
		_, diags := p.Apply(t.Context(), k.typeName(), p.Plan(k.typeName(), states[0], nil))
		acctest.NoErrors(t, diags)
		gone, diags := p.Read(k.typeName(), states[0])
		acctest.NoErrors(t, diags)
		if !gone.Value.IsNull() {
			t.Errorf("%s: a deleted policy is read as %s", k.name, gone.Value)
		}
	}
}
