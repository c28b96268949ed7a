package team_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	typeName = "quay_organization_team"
	address  = typeName + ".test"

	memberType = "quay_organization_team_member"
)

func config(registry *acctest.Registry, organization, body string) string {
	return registry.Config("resource %q \"test\" {\n  organization = %q\n%s\n}\n", typeName, organization, body)
}

func TestAccTeam(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	path := "/organization/" + organization
	team := func(name string) map[string]any {
		teams := registry.Must(t, http.MethodGet, path, nil).(map[string]any)["teams"].(map[string]any)
		view, _ := teams[name].(map[string]any)
		return view
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           config(registry, organization, "name = \"devs\"\nrole = \"member\"\ndescription = \"  a\\n# b ✓ \""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "role", knownvalue.StringExact("member")),
					acctest.Attribute(address, "description", knownvalue.StringExact("  a\n# b ✓ ")),
				},
			},
			{
				Config:           config(registry, organization, "name = \"devs\"\nrole = \"creator\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "role", knownvalue.StringExact("creator")),
					acctest.Attribute(address, "description", knownvalue.StringExact("")),
				},
			},
			{ // changed outside
				PreConfig: func() {
					registry.Must(t, http.MethodPut, path+"/team/devs", map[string]string{"role": "admin", "description": "by hand"})
				},
				Config:           config(registry, organization, "name = \"devs\"\nrole = \"creator\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
			},
			{ // deleted outside
				PreConfig:        func() { registry.Must(t, http.MethodDelete, path+"/team/devs", nil) },
				Config:           config(registry, organization, "name = \"devs\"\nrole = \"creator\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
			},
			{
				Config:           config(registry, organization, "name = \"ops\"\nrole = \"admin\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{ // with the role admin, too
				Config:  config(registry, organization, "name = \"ops\"\nrole = \"admin\""),
				Destroy: true,
			},
		},
	})
	if team("devs") != nil || team("ops") != nil {
		t.Errorf("teams are left: %v, %v", team("devs"), team("ops"))
	}
}

// Quay fails to delete a team with the role admin if the token's user is in no such team. This
// can be a superuser. On Quay 3.9, a superuser cannot read the teams there.
func TestTeam_adminOfOthers(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18))
	simulator := registry.Simulator(t)
	simulator.AddUser("alice", "alice@example.com")
	simulator.AddOrganization("hers", "hers@example.com", "alice")
	p := registry.Serve(t, nil)
	state := p.Create(typeName, acctest.Attributes{"organization": "hers", "name": "devs", "role": "admin"})
	if status, _ := registry.Call(t, http.MethodDelete, "/organization/hers/team/devs", nil); status != http.StatusInternalServerError {
		t.Fatalf("Quay answers %d", status)
	}
	destroyed, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	acctest.NoErrors(t, diags)
	if !destroyed.Value.IsNull() {
		t.Errorf("destroyed to %s", destroyed.Value)
	}
}

// The error for Quay's refusal has the reason, on the invalid attribute.
func TestAccTeam_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	owners := acctest.Attributes{"organization": organization, "name": "owners", "role": "admin"}
	imported, diags := p.ImportByID(typeName, organization+":owners")
	acctest.NoErrors(t, diags)
	for name, c := range map[string]struct {
		prior  acctest.State
		config acctest.Attributes
		words  string
		on     string
	}{
		"exists":          {p.Absent(typeName), owners, "import {\n  to = quay_organization_team.example\n  id = \"" + organization + ":owners\"", ""},
		"no organization": {p.Absent(typeName), acctest.Attributes{"organization": acctest.Name("tforg"), "name": "devs", "role": "member"}, "There is no organization", "organization"},
		"last admin team": {imported, acctest.Attributes{"organization": organization, "name": "owners", "role": "member"}, "only this team makes the user of the access token an administrator", "role"},
		"delete it":       {imported, nil, "first add the user to another team with the role admin", ""},
	} {
		_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, c.prior, c.config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		if on := diags[0].Attribute; (c.on == "") != (on == nil) || on != nil && on.String() != fmt.Sprintf("AttributeName(%q)", c.on) {
			t.Errorf("%s: on %v, want %s", name, on, c.on)
		}
	}
}

// A plan reads all teams of an organization with one call.
func TestTeam_sharedReads(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	var states []acctest.State
	for i := range 20 {
		states = append(states, p.Create(typeName, acctest.Attributes{"organization": organization, "name": fmt.Sprintf("team%d", i), "role": "member"}))
	}
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
}
