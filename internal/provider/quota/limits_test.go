package quota_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// limitsOf returns the limits of an owner's quota, in order: "Reject 90", "Warning 80".
func (o owner) limitsOf(t *testing.T, registry *acctest.Registry, name string) []string {
	t.Helper()
	limits := []string{}
	for _, limit := range o.quotas(t, registry, name)[0].(map[string]any)["limits"].([]any) {
		limit := limit.(map[string]any)
		limits = append(limits, fmt.Sprintf("%v %v", limit["type"], limit["limit_percent"]))
	}
	slices.Sort(limits)
	return limits
}

// limitPath is the path of the limits of an owner's quota, also for users.
func (o owner) limitPath(t *testing.T, registry *acctest.Registry, name string) string {
	t.Helper()
	id := o.quotas(t, registry, name)[0].(map[string]any)["id"]
	return fmt.Sprintf("/organization/%s/quota/%v/limit", name, id)
}

// addLimit adds a limit behind Terraform's back.
func (o owner) addLimit(t *testing.T, registry *acctest.Registry, name, kind string, percent int) {
	t.Helper()
	registry.Must(t, http.MethodPost, o.limitPath(t, registry, name), map[string]any{"type": kind, "threshold_percent": percent})
}

// removeLimits removes all limits behind Terraform's back.
func (o owner) removeLimits(t *testing.T, registry *acctest.Registry, name string) {
	t.Helper()
	for _, limit := range o.quotas(t, registry, name)[0].(map[string]any)["limits"].([]any) {
		registry.Must(t, http.MethodDelete, fmt.Sprintf("%s/%v", o.limitPath(t, registry, name), limit.(map[string]any)["id"]), nil)
	}
}

// Limits are added, changed and removed until the quota has those of the
// configuration. A percentage that is left out means none. A quota whose configuration
// has no limits keeps those that it has.
func TestAccQuota_limits(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name := o.make(registry, t)
			step := func(action plancheck.ResourceActionType, limits string, want ...string) resource.TestStep {
				return resource.TestStep{
					Config:           o.config(registry, name, `limit = "10 GiB"`+"\n"+limits),
					ConfigPlanChecks: acctest.Planned(o.address(), action),
					Check: func(*terraform.State) error {
						slices.Sort(want)
						if got := o.limitsOf(t, registry, name); !slices.Equal(got, want) {
							return fmt.Errorf("the limits are %q, want %q", got, want)
						}
						return nil
					},
				}
			}
			const create, update, noop = plancheck.ResourceActionCreate, plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop
			outside := func(step resource.TestStep, change func()) resource.TestStep {
				step.PreConfig = change
				return step
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					step(create, `limits = { warning_percentages = [80, 90], reject_percentages = [100] }`, "Warning 80", "Warning 90", "Reject 100"),
					{
						ResourceName: o.address(), ImportState: true, ImportStateId: name,
						ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: o.attribute,
					},
					step(update, `limits = { warning_percentages = [80], reject_percentages = [80, 95] }`, "Warning 80", "Reject 80", "Reject 95"),
					step(update, `limits = { reject_percentages = [95, 95] }`, "Reject 95"), // a set: once
					outside(step(update, `limits = { reject_percentages = [95] }`, "Reject 95"), func() { o.addLimit(t, registry, name, "Warning", 50) }),
					outside(step(update, `limits = { reject_percentages = [95] }`, "Reject 95"), func() { o.removeLimits(t, registry, name) }),
					step(noop, "", "Reject 95"), // left out: not managed any more
					outside(step(noop, "", "Reject 95", "Warning 50"), func() { o.addLimit(t, registry, name, "Warning", 50) }),
					step(update, `limits = { warning_percentages = [50] }`, "Warning 50"),
					step(update, `limits = {}`),
					step(noop, `limits = { warning_percentages = [], reject_percentages = null }`),
				},
			})
		})
	}
}

// A quota that is created without limits has none, and shows those that somebody adds.
func TestAccQuota_limitsNotManaged(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	percentages := func(warning ...knownvalue.Check) []statecheck.StateCheck {
		want := knownvalue.ObjectExact(map[string]knownvalue.Check{
			"warning_percentages": knownvalue.SetExact(warning), "reject_percentages": knownvalue.SetExact(nil),
		})
		return []statecheck.StateCheck{
			acctest.Attribute(organizations.address(), "limits", want), acctest.Attribute("data."+organizations.address(), "limits", want),
		}
	}
	config := func(size string) string {
		return organizations.config(registry, organization, fmt.Sprintf("limit = %q", size)) +
			"\ndata \"quay_org_quota\" \"test\" {\n  organization = quay_org_quota.test.organization\n}\n"
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config("1 GiB"), ConfigStateChecks: percentages()},
			{
				PreConfig:         func() { organizations.addLimit(t, registry, organization, "Warning", 70) },
				Config:            config("1 GiB"),
				ConfigPlanChecks:  acctest.PlannedNothing(),
				ConfigStateChecks: percentages(knownvalue.Int64Exact(70)),
			},
			{Config: config("2 GiB"), ConfigStateChecks: percentages(knownvalue.Int64Exact(70))},
		},
	})
}

// Limits come with the quota, so their read takes no further call. A change takes one read of
// the quota, and one call for each limit.
func TestQuota_limitsCalls(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name := o.make(registry, t)
			simulator := registry.Simulator(t)
			p := registry.Serve(t, nil)
			quota, limit := "/superuser/"+o.path+"/{namespace}/quota", "/organization/{orgname}/quota/{quota_id}/limit"
			expect := func(what string, want map[string]int) {
				t.Helper()
				if got := simulator.Calls(); !maps.Equal(got, want) {
					t.Errorf("%s: calls %v, want %v", what, got, want)
				}
				simulator.ResetCalls()
			}
			config := func(size string, warning, reject []int) acctest.Attributes {
				return acctest.Attributes{o.attribute: name, "limit": size, "limits": limits(warning, reject)}
			}
			simulator.ResetCalls()
			state := p.Create(o.typeName, config("1 GiB", []int{70, 80}, []int{90}))
			expect("create", map[string]int{"POST " + quota: 1, "GET " + quota: 1, "POST " + limit: 3})
			state, diags := p.Read(o.typeName, state)
			acctest.NoErrors(t, diags)
			if requests := len(simulator.Requests()); requests != 1 {
				t.Errorf("read with %d calls: %v", requests, simulator.Calls())
			}
			simulator.ResetCalls()
			for _, change := range []struct {
				what   string
				config acctest.Attributes
				want   map[string]int
			}{
				{"size", config("2 GiB", []int{70, 80}, []int{90}), map[string]int{"PUT " + quota + "/{quota_id}": 1}},
				{"percentage", config("2 GiB", []int{70, 85}, []int{90}), map[string]int{"GET " + quota: 1, "PUT " + limit + "/{limit_id}": 1}},
				{"type", config("2 GiB", []int{70}, []int{85, 90}), map[string]int{"GET " + quota: 1, "PUT " + limit + "/{limit_id}": 1}},
				{"both sizes", config("1 GiB", []int{70}, []int{90}), map[string]int{
					"PUT " + quota + "/{quota_id}": 1, "GET " + quota: 1, "DELETE " + limit + "/{limit_id}": 1,
				}},
				{"none", config("1 GiB", nil, nil), map[string]int{"GET " + quota: 1, "DELETE " + limit + "/{limit_id}": 2}},
			} {
				state, diags = p.Apply(t.Context(), o.typeName, p.Plan(o.typeName, state, change.config))
				acctest.NoErrors(t, diags)
				expect(change.what, change.want)
			}
			_, diags = p.Apply(t.Context(), o.typeName, p.Plan(o.typeName, state, nil))
			acctest.NoErrors(t, diags)
			expect("destroy", map[string]int{"DELETE " + quota + "/{quota_id}": 1})
			p.Create(o.typeName, config("1 GiB", nil, nil))
			expect("create without any", map[string]int{"POST " + quota: 1})
		})
	}
}

// An import reads the limits with the quota, and the configuration that Terraform
// generates from it holds them.
func TestQuota_limitsImport(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name := o.make(registry, t)
			registry.Must(t, http.MethodPost, "/superuser/"+o.path+"/"+name+"/quota", map[string]int{"limit_bytes": 1 << 30})
			o.addLimit(t, registry, name, "Warning", 80)
			o.addLimit(t, registry, name, "Reject", 95)
			simulator := registry.Simulator(t)
			p := registry.Serve(t, nil)
			simulator.ResetCalls()
			state, diags := p.ImportByID(o.typeName, name)
			acctest.NoErrors(t, diags)
			if requests := len(simulator.Requests()); requests != 1 {
				t.Errorf("imported with %d calls: %v", requests, simulator.Calls())
			}
			generated := p.GenerateConfig(o.typeName, state)
			if got, want := generated["limits"].(tftypes.Value), limits([]int{80}, []int{95}); !got.Equal(want) {
				t.Errorf("the configuration has the limits %s, want %s", got, want)
			}
			if plan := p.Plan(o.typeName, state, generated); !plan.IsEmpty() {
				t.Errorf("this is planned: %s", plan.Value)
			}
		})
	}
}

// A limit that somebody removes while Terraform changes it is added anew.
func TestQuota_limitsRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	config := func(percent int) acctest.Attributes {
		return acctest.Attributes{"organization": organization, "limit": "1 GiB", "limits": limits(nil, []int{percent})}
	}
	state := p.Create("quay_org_quota", config(90))
	plan := p.Plan("quay_org_quota", state, config(80))
	var once sync.Once
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			once.Do(func() { organizations.removeLimits(t, registry, organization) })
		}
		return false
	})
	_, diags := p.Apply(t.Context(), "quay_org_quota", plan)
	acctest.NoErrors(t, diags)
	if got := organizations.limitsOf(t, registry, organization); !slices.Equal(got, []string{"Reject 80"}) {
		t.Errorf("the limits are %q", got)
	}
}

// From Quay 3.16 on only a superuser with full access may write limits. The quota
// exists then, and Terraform knows it.
func TestAccQuota_limitsDenied(t *testing.T) {
	t.Parallel()
	for _, version := range quaytest.Versions() {
		t.Run(version.String(), func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t, quaytest.WithVersion(version), quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
			registry.Simulator(t)
			username := registry.User(t)
			p := registry.Serve(t, nil)
			config := acctest.Attributes{"username": username, "limit": "1 GiB", "limits": limits([]int{80}, nil)}
			state, diags := p.Apply(t.Context(), "quay_user_quota", p.Plan("quay_user_quota", p.Absent("quay_user_quota"), config))
			if version < quaytest.Quay3_16 {
				acctest.NoErrors(t, diags)
				return
			}
			if len(diags) != 1 || diags[0].Attribute.String() != `AttributeName("limits")` ||
				!strings.Contains(diags[0].Detail, "Unable to add 80 percent of warning_percentages. Quay lets only superusers write the percentages") ||
				!strings.Contains(diags[0].Detail, "FEATURE_SUPERUSERS_FULL_ACCESS: true") {
				t.Errorf("diagnostics: %v", diags)
			}
			if text, _ := state.Text(t, "username"); text != username {
				t.Errorf("the state is %s", state.Value)
			}
			config["limits"] = limits(nil, nil)
			if plan := p.Plan("quay_user_quota", state, config); !plan.IsEmpty() {
				t.Errorf("with the limits that the quota has, this is planned: %s", plan.Value)
			}
		})
	}
}

// If Terraform renames an organization, its quota keeps unmanaged limits. Managed limits can
// change in the same apply.
func TestAccQuota_limitsGoAlong(t *testing.T) {
	t.Parallel()
	for name, managed := range map[string]bool{"managed": true, "not managed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name, renamed := registry.Organization(t), acctest.Name("tforg")
			registry.CleanUpOrganization(t, renamed)
			registry.Must(t, http.MethodPost, "/superuser/organization/"+name+"/quota", map[string]int{"limit_bytes": 1 << 30})
			organizations.addLimit(t, registry, name, "Reject", 90)
			p := registry.Serve(t, nil).OneRun()
			organization, diags := p.ImportByID("quay_organization", name)
			acctest.NoErrors(t, diags)
			quota, diags := p.ImportByID("quay_org_quota", name)
			acctest.NoErrors(t, diags)
			rename := p.Plan("quay_organization", organization, acctest.Attributes{"name": renamed})
			config, want := acctest.Attributes{"organization": renamed, "limit": "2 GiB"}, []string{"Reject 90"}
			if managed {
				config["limits"], want = limits([]int{50}, nil), []string{"Warning 50"}
			}
			update := p.Plan("quay_org_quota", quota, config)
			_, diags = p.Apply(t.Context(), "quay_organization", rename)
			acctest.NoErrors(t, diags)
			state, diags := p.Apply(t.Context(), "quay_org_quota", update)
			acctest.NoErrors(t, diags)
			if got := organizations.limitsOf(t, registry, renamed); !slices.Equal(got, want) {
				t.Errorf("the limits are %q, want %q", got, want)
			}
			read, diags := p.Read("quay_org_quota", state)
			acctest.NoErrors(t, diags)
			if !read.Value.Equal(state.Value) {
				t.Errorf("the state is\n%s, but the server has\n%s", state.Value, read.Value)
			}
		})
	}
}
