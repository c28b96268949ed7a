package defaultpermission_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	typeName = "quay_organization_default_permission"
	address  = typeName + ".test"
)

// rulesOf returns the default permissions of an organization as Quay shows them.
func rulesOf(t testing.TB, registry *acctest.Registry, organization string) (rules []map[string]any) {
	t.Helper()
	_, answer := registry.Call(t, http.MethodGet, "/organization/"+organization+"/prototypes", nil)
	body, _ := answer.(map[string]any)
	list, _ := body["prototypes"].([]any)
	for _, rule := range list {
		rules = append(rules, rule.(map[string]any))
	}
	return rules
}

// addRule adds a default permission of a team and returns its id.
func addRule(t testing.TB, registry *acctest.Registry, organization, team, role string) string {
	t.Helper()
	answer := registry.Must(t, http.MethodPost, "/organization/"+organization+"/prototypes", map[string]any{
		"role": role, "delegate": map[string]string{"name": team, "kind": "team"},
	})
	return answer.(map[string]any)["id"].(string)
}

func config(registry *acctest.Registry, organization, body string) string {
	return registry.Config("resource %q \"test\" {\n  organization = %q\n%s\n}\n", typeName, organization, body)
}

func TestAccDefaultPermission(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, user := registry.Organization(t), registry.User(t)
	team, robot := registry.Team(t, organization, "devs"), registry.Robot(t, organization, "ci")
	path := "/organization/" + organization + "/prototypes/"
	byTeam := fmt.Sprintf("delegate_team = %q\nrole = \"write\"", team)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           config(registry, organization, fmt.Sprintf("delegate_team = %q\nrole = \"read\"", team)),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
			},
			{
				Config:           config(registry, organization, byTeam),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
			},
			{ // changed outside
				PreConfig: func() {
					registry.Must(t, http.MethodPut, path+rulesOf(t, registry, organization)[0]["id"].(string), map[string]string{"role": "admin"})
				},
				Config:           config(registry, organization, byTeam),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
			},
			{ // deleted outside
				PreConfig: func() {
					registry.Must(t, http.MethodDelete, path+rulesOf(t, registry, organization)[0]["id"].(string), nil)
				},
				Config:           config(registry, organization, byTeam),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
			},
			{
				Config:           config(registry, organization, fmt.Sprintf("delegate_robot = %q\nrole = \"write\"\ncreator = %q", robot, user)),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "delegate_team", knownvalue.Null()),
					acctest.Attribute(address, "delegate_robot", knownvalue.StringExact(robot)),
					acctest.Attribute(address, "creator", knownvalue.StringExact(user)),
				},
			},
			{ // gone with the robot
				PreConfig: func() {
					registry.Must(t, http.MethodDelete, "/organization/"+organization+"/robots/ci", nil)
				},
				Config:           config(registry, organization, fmt.Sprintf("delegate_user = %q\nrole = \"read\"", user)),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
			},
		},
	})
	if rules := rulesOf(t, registry, organization); len(rules) > 0 {
		t.Errorf("default permissions are left: %v", rules)
	}
}

// The error for Quay's refusal has the reason, on the invalid attribute. So has the provider's
// own refusal of a second rule for the same delegate and creator.
func TestAccDefaultPermission_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	team := registry.Team(t, organization, "devs")
	id := addRule(t, registry, organization, team, "admin")
	p := registry.Serve(t, nil)
	missing := acctest.Name("tfnone")
	importBlock := fmt.Sprintf("import {\n  to = %s.example\n  id = %q", typeName, organization+":"+id)
	for name, c := range map[string]struct {
		config acctest.Attributes
		words  []string
		on     string
	}{
		"the same":        {acctest.Attributes{"delegate_team": team, "role": "admin"}, []string{importBlock, `with the role "admin"`}, ""},
		"contradicting":   {acctest.Attributes{"delegate_team": team, "role": "read"}, []string{importBlock, `with the role "admin"`}, ""},
		"no user":         {acctest.Attributes{"delegate_user": missing}, []string{fmt.Sprintf("There is no user %q in the registry.", missing)}, "delegate_user"},
		"no robot":        {acctest.Attributes{"delegate_robot": "a+" + missing}, []string{fmt.Sprintf("There is no robot account %q", "a+"+missing)}, "delegate_robot"},
		"no team":         {acctest.Attributes{"delegate_team": missing}, []string{fmt.Sprintf("There is no team %q in the organization %q.", missing, organization)}, "delegate_team"},
		"no creator":      {acctest.Attributes{"delegate_team": team, "creator": missing}, []string{fmt.Sprintf("There is no user or robot account %q", missing)}, "creator"},
		"an organization": {acctest.Attributes{"delegate_user": organization}, []string{fmt.Sprintf("There is no user %q", organization)}, "delegate_user"},
	} {
		config := acctest.Attributes{"organization": organization, "role": "read"}
		maps.Copy(config, c.config)
		_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
		if len(diags) != 1 {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		for _, words := range c.words {
			if !strings.Contains(diags[0].Detail, words) {
				t.Errorf("%s: %q lacks %q", name, diags[0].Detail, words)
			}
		}
		if on := diags[0].Attribute; (c.on == "") != (on == nil) || on != nil && on.String() != fmt.Sprintf("AttributeName(%q)", c.on) {
			t.Errorf("%s: on %v, want %s", name, on, c.on)
		}
	}
}

// If the organization does not exist, the error names it. Quay 3.9 does not show this.
func TestDefaultPermission_noOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18))
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": "nosuch", "delegate_user": "admin", "role": "read"}
	_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `There is no organization "nosuch" in the registry.`) {
		t.Errorf("diagnostics: %v", diags)
	}
}

// Two rules for one team and different creators do not contradict each other.
func TestAccDefaultPermission_creators(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, user := registry.Organization(t), registry.User(t)
	team := registry.Team(t, organization, "devs")
	body := fmt.Sprintf(`
resource %[1]q "all" {
  organization  = %[2]q
  delegate_team = %[3]q
  role          = "read"
}

resource %[1]q "one" {
  organization  = %[2]q
  delegate_team = %[3]q
  role          = "admin"
  creator       = %[4]q
}

data "%[1]ss" "test" {
  organization = %[2]q
  depends_on   = [%[1]s.all, %[1]s.one]
}
`, typeName, organization, team, user)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("%s", body),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data."+typeName+"s.test", tfjsonpath.New("default_permissions"), knownvalue.SetExact([]knownvalue.Check{
					knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"role": knownvalue.StringExact("admin"), "delegate_team": knownvalue.StringExact(team), "creator": knownvalue.StringExact(user),
						"delegate_user": knownvalue.Null(), "delegate_robot": knownvalue.Null(),
					}),
					knownvalue.ObjectPartial(map[string]knownvalue.Check{"role": knownvalue.StringExact("read"), "creator": knownvalue.Null()}),
				})),
			},
		}},
	})
}

// The rule of a deleted user stays in Quay under a UUID. Terraform shows that as a
// change, and the lists leave the rule out.
func TestDefaultPermission_userDeleted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, user := registry.Organization(t), registry.User(t)
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": organization, "delegate_user": user, "role": "read"}
	state := p.Create(typeName, config)
	registry.DeleteUser(t, user)
	p.NextRun()
	read, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if name, _ := read.Text(t, "delegate_user"); name == user || name == "" {
		t.Errorf("the delegate is %q", name)
	}
	if plan := p.Plan(typeName, read, config); !plan.Replace {
		t.Errorf("planned: %s", plan.Value)
	}
	listed, diags := p.List(typeName, acctest.Attributes{"organization": organization}, 10, false)
	acctest.NoErrors(t, diags)
	if len(listed) > 0 {
		t.Errorf("listed: %v", listed)
	}
	destroyed, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, read, nil))
	acctest.NoErrors(t, diags)
	if rules := rulesOf(t, registry, organization); !destroyed.Value.IsNull() || len(rules) > 0 {
		t.Errorf("destroyed to %s, and Quay has %v", destroyed.Value, rules)
	}
}

// Of two equal resources in one configuration, one creates the rule, and the other
// reports it.
func TestDefaultPermission_twins(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	team := registry.Team(t, organization, "devs")
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": organization, "delegate_team": team, "role": "read"}
	run := p.OneRun()
	failures := make(chan int, 4)
	for range cap(failures) {
		go func() {
			_, diags := run.Apply(t.Context(), typeName, run.Plan(typeName, run.Absent(typeName), config))
			failures <- len(diags)
		}()
	}
	failed := 0
	for range cap(failures) {
		failed += <-failures
	}
	if rules := rulesOf(t, registry, organization); failed != cap(failures)-1 || len(rules) != 1 {
		t.Errorf("%d failed, and Quay has %v", failed, rules)
	}
}

// A plan reads all rules of an organization with one call, and what deletes rules
// makes that list stale.
func TestDefaultPermission_sharedReads(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	var states []acctest.State
	for i := range 20 {
		team := registry.Team(t, organization, fmt.Sprintf("team%d", i))
		states = append(states, p.Create(typeName, acctest.Attributes{"organization": organization, "delegate_team": team, "role": "read"}))
	}
	team, diags := p.ImportByID("quay_organization_team", organization+":team0")
	acctest.NoErrors(t, diags)
	p = p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := p.Read(typeName, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("read %s", read.Value)
		}
	}
	if calls := simulator.Calls(); len(simulator.Requests()) != 1 {
		t.Errorf("calls: %v", calls)
	}
	_, diags = p.Apply(t.Context(), "quay_organization_team", p.Plan("quay_organization_team", team, nil))
	acctest.NoErrors(t, diags)
	gone, diags := p.Read(typeName, states[0])
	acctest.NoErrors(t, diags)
	if !gone.Value.IsNull() {
		t.Errorf("the rule of a deleted team is read as %s", gone.Value)
	}
}
