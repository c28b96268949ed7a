package team_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// membersOf returns the names of the members of the team devs, and of those who were invited.
func membersOf(t *testing.T, registry *acctest.Registry, organization string) []string {
	t.Helper()
	path := fmt.Sprintf("/organization/%s/team/devs/members?includePending=true", organization)
	var names []string
	for _, member := range registry.Object(t, path)["members"].([]any) {
		names = append(names, member.(map[string]any)["name"].(string))
	}
	return names
}

// Terraform adds and removes members until the team has the members of the configuration.
// Without members in the configuration, the team keeps its members.
func TestAccTeam_members(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	alice, bob, robot := registry.User(t), registry.User(t), registry.Robot(t, organization, "ci")
	members := fmt.Sprintf("/organization/%s/team/devs/members/", organization)
	step := func(action plancheck.ResourceActionType, body string, want ...string) resource.TestStep {
		return resource.TestStep{
			Config:           config(registry, organization, "name = \"devs\"\nrole = \"member\"\n"+body),
			ConfigPlanChecks: acctest.Planned(address, action),
			Check: func(*terraform.State) error {
				got := membersOf(t, registry, organization)
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					return fmt.Errorf("the members are %q, want %q", got, want)
				}
				return nil
			},
		}
	}
	named := func(names ...string) string { return `members = ["` + strings.Join(names, `", "`) + `"]` }
	changed := step(plancheck.ResourceActionUpdate, named(alice, robot), alice, robot)
	changed.PreConfig = func() {
		registry.Must(t, http.MethodDelete, members+robot, nil)
		registry.Must(t, http.MethodPut, members+bob, nil)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			step(plancheck.ResourceActionCreate, named(alice, bob), alice, bob),
			step(plancheck.ResourceActionUpdate, named(alice, robot), alice, robot),
			changed,
			step(plancheck.ResourceActionNoop, "", alice, robot), // left out: not managed any more
			step(plancheck.ResourceActionUpdate, "members = []"),
			{
				ResourceName: address, ImportState: true, ImportStateId: organization + ":devs",
				ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
			},
		},
	})
}

// A team whose members are not managed takes no call for them.
func TestTeam_membersNotRead(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	state := p.Create(typeName, acctest.Attributes{"organization": organization, "name": "devs", "role": "member"})
	registry.Must(t, http.MethodPut, fmt.Sprintf("/organization/%s/team/devs/members/%s", organization, registry.User(t)), nil)
	simulator.ResetCalls()
	read, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if calls := simulator.Calls(); len(simulator.Requests()) != 1 || !read.Value.Equal(state.Value) {
		t.Errorf("read %s with %v", read.Value, calls)
	}
}

// If the registry sends e-mails, the provider invites a user once. An invite counts as a
// membership, and a removal revokes all invites.
func TestTeam_invites(t *testing.T) {
	t.Parallel()
	for name, mailing := range map[string]quaytest.Mailing{"on": quaytest.MailingOn, "server down": quaytest.MailServerDown} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t, quaytest.WithMailing(mailing))
			simulator := registry.Simulator(t)
			simulator.AddUser("alice", "alice@example.com")
			simulator.AddOrganization("acme", "acme@example.com", "admin")
			p := registry.Serve(t, nil)
			config := acctest.Attributes{"organization": "acme", "name": "devs", "role": "member", "members": []string{"alice"}}
			state := p.Create(typeName, config)
			read, diags := p.Read(typeName, state)
			acctest.NoErrors(t, diags)
			if plan := p.Plan(typeName, read, config); !plan.IsEmpty() {
				t.Errorf("planned %s", plan.Value)
			}
			if got := membersOf(t, registry, "acme"); len(got) != 1 {
				t.Errorf("after the creation: %q", got)
			}
			data, diags := p.ReadData("quay_organization_team_members", acctest.Attributes{"organization": "acme", "team": "devs"})
			acctest.NoErrors(t, diags)
			data.CheckValues(t, map[string]any{"members": []any{map[string]any{"name": "alice", "email": nil, "is_robot": false, "pending": true}}})
			registry.Call(t, http.MethodPut, "/organization/acme/team/devs/members/alice", nil) // a second invite
			config["members"] = []string{}
			_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, read, config))
			acctest.NoErrors(t, diags)
			if got := membersOf(t, registry, "acme"); len(got) != 0 {
				t.Errorf("after the removal: %q", got)
			}
		})
	}
}

// The single member does not invite an invited user again, and is not adopted. Destroying the
// member revokes all invites.
func TestTeam_memberInvites(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithMailing(quaytest.MailingOn))
	simulator := registry.Simulator(t)
	simulator.AddUser("alice", "alice@example.com")
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	registry.Team(t, "acme", "devs")
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": "acme", "team": "devs", "member": "alice"}
	state := p.Create(memberType, config)
	p.NextRun()
	_, diags := p.Apply(t.Context(), memberType, p.Plan(memberType, p.Absent(memberType), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `id = "acme:devs:alice"`) {
		t.Errorf("diagnostics: %v", diags)
	}
	if got := membersOf(t, registry, "acme"); len(got) != 1 {
		t.Errorf("the invites are %q", got)
	}
	registry.Call(t, http.MethodPut, "/organization/acme/team/devs/members/alice", nil) // a second invite
	_, diags = p.Apply(t.Context(), memberType, p.Plan(memberType, state, nil))
	acctest.NoErrors(t, diags)
	if got := membersOf(t, registry, "acme"); len(got) != 0 {
		t.Errorf("after the removal: %q", got)
	}
}

// Members that Terraform has not managed before are removed if the configuration does not list
// them. The plan warns of that. A listed invited user is not invited again.
func TestTeam_membersManagedLater(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithMailing(quaytest.MailingOn))
	simulator := registry.Simulator(t)
	for _, name := range []string{"alice", "bob"} {
		simulator.AddUser(name, name+"@example.com")
	}
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddRobot("acme", "ci")
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": "acme", "name": "devs", "role": "member"}
	state := p.Create(typeName, config)
	for _, name := range []string{"alice", "bob", "acme+ci"} {
		registry.Must(t, http.MethodPut, "/organization/acme/team/devs/members/"+name, nil)
	}
	p.NextRun()
	config["members"] = []string{"alice"}
	plan := p.Plan(typeName, state, config)
	if len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, "these members: acme+ci, bob.") {
		t.Errorf("the plan tells %v", plan.Diagnostics)
	}
	state, diags := p.Apply(t.Context(), typeName, plan)
	acctest.NoErrors(t, diags)
	if got := membersOf(t, registry, "acme"); !slices.Equal(got, []string{"alice"}) {
		t.Errorf("the members are %q", got)
	}
	state, diags = p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(typeName, state, config); !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}
}

// If Terraform first manages the members of a synchronized team, the team keeps its people.
func TestTeam_robotsManagedLater(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithUsersFrom(quaytest.LDAPUsers))
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddRobot("acme", "ci")
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": "acme", "name": "devs", "role": "member"}
	state := p.Create(typeName, config)
	registry.Must(t, http.MethodPut, "/organization/acme/team/devs/members/admin", nil)
	registry.Must(t, http.MethodPost, "/organization/acme/team/devs/syncing", map[string]string{"group_dn": quaytest.DevsGroup})
	p.NextRun()
	config["members"] = []string{"acme+ci"}
	plan := p.Plan(typeName, state, config)
	if len(plan.Diagnostics) != 0 {
		t.Errorf("the plan tells %v", plan.Diagnostics)
	}
	_, diags := p.Apply(t.Context(), typeName, plan)
	acctest.NoErrors(t, diags)
	if got := membersOf(t, registry, "acme"); !slices.Equal(got, []string{"admin", "acme+ci"}) {
		t.Errorf("the members are %q", got)
	}
}

// The user of the token cannot leave the only team that makes it an administrator. The error
// says what to do.
func TestTeam_ownMembership(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
	p := registry.Serve(t, nil)
	state, diags := p.ImportByID(memberType, "acme:owners:admin")
	acctest.NoErrors(t, diags)
	_, diags = p.Apply(t.Context(), memberType, p.Plan(memberType, state, nil))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "Use the token of another administrator") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// An apply that replaces a robot adds the new robot to the team again. A robot that was not in
// the team is no such robot.
func TestAccTeam_robotReplaced(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	config := func(description, role, members string, robots int) string {
		return registry.Config(`
			resource "quay_organization_robot" "all" {
			  count        = %[3]d
			  organization = %[1]q
			  name         = ["ci", "cd"][count.index]
			  description  = %[2]q
			}
			resource "quay_organization_team" "devs" {
			  organization = %[1]q
			  name         = "devs"
			  role         = %[4]q
			  members      = %[5]s
			  depends_on   = [quay_organization_robot.all]
			}
		`, organization, description, robots, role, members)
	}
	members := func(robots ...string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			got := membersOf(t, registry, organization)
			slices.Sort(got)
			if want := organization + "+" + strings.Join(robots, " "+organization+"+"); strings.Join(got, " ") != want {
				return fmt.Errorf("the members are %q, want %q", got, want)
			}
			return nil
		}
	}
	names, literal := "quay_organization_robot.all[*].username", fmt.Sprintf("[%q]", organization+"+ci")
	robots := acctest.Attribute("quay_organization_team.devs", "recreated_robots", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(organization + "+ci")}))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config("one", "member", names, 1), Check: members("ci")},
			{Config: config("two", "member", names, 2), Check: members("cd", "ci"), ConfigStateChecks: []statecheck.StateCheck{robots}},
			{Config: config("two", "member", literal, 1), Check: members("ci")},
			{Config: config("three", "creator", literal, 1), Check: members("ci"), ConfigStateChecks: []statecheck.StateCheck{robots}}, // the plan knows all members
		},
	})
}

// The error for Quay's refusal of a member is on the attribute. The state has the earlier
// changes.
func TestAccTeam_membersRefused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, alice := registry.Organization(t), registry.User(t)
	p := registry.Serve(t, nil)
	nobody := "zz" + acctest.Name("nobody")
	config := acctest.Attributes{"organization": organization, "name": "devs", "role": "member", "members": []string{alice, nobody}}
	state, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, fmt.Sprintf("Unable to add %q.", nobody)) || !strings.Contains(diags[0].Detail, "terraform untaint") || diags[0].Attribute.String() != `AttributeName("members")` {
		t.Errorf("diagnostics: %v", diags)
	}
	config["members"] = []string{alice}
	if plan := p.Plan(typeName, state, config); !plan.IsEmpty() {
		t.Errorf("with the member that exists, this is planned: %s", plan.Value)
	}
	missing := acctest.Attributes{"organization": organization, "team": "nosuch", "member": alice}
	if _, diags := p.Apply(t.Context(), memberType, p.Plan(memberType, p.Absent(memberType), missing)); len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no team") {
		t.Errorf("in a missing team: %v", diags)
	}
}
