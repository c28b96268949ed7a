package teamsync_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	address    = "quay_organization_team_sync.test"
	teamType   = "quay_organization_team"
	memberType = "quay_organization_team_member"
)

func TestAccTeamSync(t *testing.T) {
	t.Parallel()
	registry := acctest.StartWithUsersFrom(t, quaytest.LDAPUsers)
	organization := registry.Organization(t)
	robot := registry.Robot(t, organization, "ci")
	path := fmt.Sprintf("/organization/%s/team/devs", organization)
	config := func(group string) string {
		return registry.Config(`
resource "quay_organization_team" "test" {
  organization = %[1]q
  name         = "devs"
  role         = "member"
  members      = [%[2]q]
}

resource "quay_organization_team_sync" "test" {
  organization = %[1]q
  team         = quay_organization_team.test.name
  group_dn     = %[3]q
}
`, organization, robot, group)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           config(quaytest.DevsGroup),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            resource.TestCheckResourceAttr(address, "group_dn", quaytest.DevsGroup),
			},
			{Config: config(quaytest.OpsGroup), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate)},
			{ResourceName: address, ImportState: true, ImportStateId: organization + ":devs", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "team"},
			{ // ended outside
				PreConfig:        func() { registry.Must(t, http.MethodDelete, path+"/syncing", nil) },
				Config:           config(quaytest.OpsGroup),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
			},
			{ // another group outside
				PreConfig: func() {
					registry.Must(t, http.MethodDelete, path+"/syncing", nil)
					registry.Must(t, http.MethodPost, path+"/syncing", map[string]string{"group_dn": quaytest.DevsGroup})
				},
				Config:           config(quaytest.OpsGroup),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
			},
		},
	})
}

// refuses expects one error on an attribute, in the plan or in the apply.
func refuses(t *testing.T, p *acctest.Provider, typeName string, prior acctest.State, config acctest.Attributes, inPlan bool, attribute, words string) {
	t.Helper()
	plan := p.Plan(typeName, prior, config)
	diags := plan.Diagnostics
	if !inPlan {
		_, diags = p.Apply(t.Context(), typeName, plan)
	}
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) || attribute != "" && diags[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", attribute) {
		t.Errorf("want %q on %q: %v", words, attribute, diags)
	}
}

// The plan refuses a group that the directory cannot have, on its attribute. Only Quay knows
// the groups of LDAP.
func TestAccTeamSync_refused(t *testing.T) {
	t.Parallel()
	for source, cases := range map[quaytest.UserSource][]struct {
		config           acctest.Attributes
		inPlan           bool
		attribute, words string
	}{
		quaytest.LDAPUsers: {
			{acctest.Attributes{"group_dn": quaytest.DevsGroup + "," + quaytest.LDAPBase}, true, "group_dn", `Leave ",dc=example,dc=com" out at the end.`},
			{acctest.Attributes{"group_dn": "CN=devs, OU=groups, DC=Example, DC=com"}, true, "group_dn", `Leave ",dc=example,dc=com" out at the end.`},
			{acctest.Attributes{"group_name": "devs"}, true, "group_name", "Use group_dn in place of group_name."},
			{acctest.Attributes{"group_dn": "cn=nosuch,ou=groups"}, false, "group_dn", "LDAP has no such group, or the group is empty"},
		},
		quaytest.OIDCUsers: {
			{acctest.Attributes{"group_dn": quaytest.DevsGroup}, true, "group_dn", "Use group_name in place of group_dn."},
		},
		quaytest.DatabaseUsers: {
			{acctest.Attributes{"group_dn": quaytest.DevsGroup}, true, "group_dn", "The users of this registry come from its own database"},
			{acctest.Attributes{"group_name": "devs"}, true, "group_name", "The users of this registry come from its own database"},
		},
	} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			registry := acctest.StartWithUsersFrom(t, source)
			organization := registry.Organization(t)
			p := registry.Serve(t, nil)
			for _, c := range cases {
				c.config["organization"], c.config["team"] = organization, registry.Team(t, organization, "devs")
				refuses(t, p, typeName, p.Absent(typeName), c.config, c.inPlan, c.attribute, c.words)
			}
			missing := acctest.Attributes{"organization": organization, "team": "nosuch", "group_dn": quaytest.DevsGroup}
			if source == quaytest.LDAPUsers {
				refuses(t, p, typeName, p.Absent(typeName), missing, false, "team", "There is no team")
			}
		})
	}
}

// The provider does not manage an existing synchronization without an import.
func TestAccTeamSync_exists(t *testing.T) {
	t.Parallel()
	registry := acctest.StartWithUsersFrom(t, quaytest.LDAPUsers)
	organization := registry.Organization(t)
	registry.Team(t, organization, "devs")
	registry.Must(t, http.MethodPost, "/organization/"+organization+"/team/devs/syncing", map[string]string{"group_dn": quaytest.OpsGroup})
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": organization, "team": "devs", "group_dn": quaytest.DevsGroup}
	refuses(t, p, typeName, p.Absent(typeName), config, false, "", "import {\n  to = quay_organization_team_sync.example\n  id = \""+organization+":devs\"")
}

// With OIDC, Quay removes every person from the team at once. The plan says so, and the
// configuration must allow it.
func TestAccTeamSync_oidcRemovesPeople(t *testing.T) {
	t.Parallel()
	if acctest.Version(t) < quaytest.Quay3_12 {
		t.Skip("Quay 3.9 has no synchronization with OIDC")
	}
	registry := acctest.StartWithUsersFrom(t, quaytest.OIDCUsers)
	organization := registry.Organization(t)
	registry.Team(t, organization, "devs")
	path := "/organization/" + organization + "/team/devs/members/"
	robot, config := registry.Robot(t, organization, "ci"), acctest.Attributes{"organization": organization, "team": "devs", "group_name": "devs"}
	registry.Must(t, http.MethodPut, path+"admin", nil)
	registry.Must(t, http.MethodPut, path+robot, nil)
	p := registry.Serve(t, nil)
	refuses(t, p, typeName, p.Absent(typeName), config, true, "allow_member_removal", `Quay removes every person from the team "devs": admin. Set allow_member_removal = true`)

	config["allow_member_removal"] = true
	plan := p.Plan(typeName, p.Absent(typeName), config)
	if len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, `will remove every person from the team "devs": admin.`) {
		t.Errorf("the plan tells %v", plan.Diagnostics)
	}
	state, diags := p.Apply(t.Context(), typeName, plan)
	acctest.NoErrors(t, diags)
	if got := membersOf(t, registry, organization); !slices.Equal(got, []string{robot}) {
		t.Errorf("the members are %q", got)
	}
	config["group_name"] = "others"
	_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, config))
	acctest.NoErrors(t, diags)
}

// A person who joins the team between plan and apply is not removed either, unless the
// configuration allows it.
func TestTeamSync_personJoinsBeforeApply(t *testing.T) {
	t.Parallel()
	for _, change := range []bool{false, true} {
		registry := withTeam(t, quaytest.OIDCUsers)
		p := registry.Serve(t, nil)
		config := acctest.Attributes{"organization": "acme", "team": "devs", "group_name": "devs"}
		state := p.Absent(typeName)
		if change {
			state = p.Create(typeName, config)
			config["group_name"] = "others"
		}
		plan := p.Plan(typeName, state, config)
		join(t, registry, change)
		if _, diags := p.Apply(t.Context(), typeName, plan); len(diags) != 1 || !strings.Contains(diags[0].Detail, "Set allow_member_removal = true") {
			t.Errorf("change %t: diagnostics: %v", change, diags)
		}
		if got := membersOf(t, registry, "acme"); len(got) != 1 {
			t.Errorf("change %t: the members are %q", change, got)
		}
	}
}

// withTeam returns an in-memory registry with the team devs in the organization acme.
func withTeam(t *testing.T, source quaytest.UserSource) *acctest.Registry {
	t.Helper()
	registry := acctest.Start(t, quaytest.WithUsersFrom(source))
	registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
	registry.Team(t, "acme", "devs")
	return registry
}

// join adds the superuser to the team devs of acme. Quay adds a person of the group to a
// synchronized team when the person signs in.
func join(t *testing.T, registry *acctest.Registry, synced bool) {
	t.Helper()
	const team = "/organization/acme/team/devs"
	if synced {
		registry.Must(t, http.MethodDelete, team+"/syncing", nil)
	}
	registry.Must(t, http.MethodPut, team+"/members/admin", nil)
}

// A change of the OIDC group removes people as the first group does. The plan says so, and the
// configuration must allow it.
func TestTeamSync_changedGroupRemovesPeople(t *testing.T) {
	t.Parallel()
	registry := withTeam(t, quaytest.OIDCUsers)
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": "acme", "team": "devs", "group_name": "devs"}
	state := p.Create(typeName, config)
	join(t, registry, true)
	config["group_name"] = "others"
	refuses(t, p, typeName, state, config, true, "allow_member_removal", `Quay removes every person from the team "devs": admin. Set allow_member_removal = true`)
	config["allow_member_removal"] = true
	if diags := p.Plan(typeName, state, config).Diagnostics; len(diags) != 1 || !strings.Contains(diags[0].Detail, `will remove every person from the team "devs": admin.`) {
		t.Errorf("the plan tells %v", diags)
	}
}

// If Quay refuses the new group, the provider synchronizes the team with the former group
// again.
func TestAccTeamSync_formerGroupStays(t *testing.T) {
	t.Parallel()
	registry := acctest.StartWithUsersFrom(t, quaytest.LDAPUsers)
	organization := registry.Organization(t)
	registry.Team(t, organization, "devs")
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": organization, "team": "devs", "group_dn": quaytest.DevsGroup}
	state := p.Create(typeName, config)
	changed := acctest.Attributes{"organization": organization, "team": "devs", "group_dn": "cn=nosuch,ou=groups"}
	refuses(t, p, typeName, state, changed, false, "group_dn", "The team is synchronized with the former group again.")
	read, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(typeName, read, config); !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}
}

// If somebody synchronizes a team by hand, the plan is empty without managed members, or with
// only robots. It refuses people.
func TestAccTeamSync_byHand(t *testing.T) {
	t.Parallel()
	registry := acctest.StartWithUsersFrom(t, quaytest.LDAPUsers)
	organization, person := registry.Organization(t), registry.User(t)
	robot := registry.Robot(t, organization, "ci")
	p := registry.Serve(t, nil)
	unmanaged := acctest.Attributes{"organization": organization, "name": "unmanaged", "role": "member"}
	robots := acctest.Attributes{"organization": organization, "name": "robots", "role": "member", "members": []string{robot}}
	people := acctest.Attributes{"organization": organization, "name": "people", "role": "member", "members": []string{person, robot}}
	states := map[string]acctest.State{}
	for _, config := range []acctest.Attributes{unmanaged, robots, people} {
		name := config["name"].(string)
		states[name] = p.Create(teamType, config)
		registry.Must(t, http.MethodPut, fmt.Sprintf("/organization/%s/team/%s/members/admin", organization, name), nil)
		registry.Must(t, http.MethodPost, fmt.Sprintf("/organization/%s/team/%s/syncing", organization, name), map[string]string{"group_dn": quaytest.DevsGroup})
		read, diags := p.Read(teamType, states[name])
		acctest.NoErrors(t, diags)
		states[name] = read
	}
	for _, config := range []acctest.Attributes{unmanaged, robots} {
		if plan := p.Plan(teamType, states[config["name"].(string)], config); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
			t.Errorf("%s: planned %s (%v)", config["name"], plan.Value, plan.Diagnostics)
		}
	}
	refuses(t, p, teamType, states["people"], people, true, "members", "Leave "+person+" out of members.")
	member := acctest.Attributes{"organization": organization, "team": "people", "member": "admin"}
	refuses(t, p, memberType, p.Absent(memberType), member, true, "member", "The team is synchronized with a group of a directory")

	// An import reads the robots only.
	imported, diags := p.ImportByID(teamType, organization+":robots")
	acctest.NoErrors(t, diags)
	imported, diags = p.Read(teamType, imported)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(teamType, imported, robots); !plan.IsEmpty() {
		t.Errorf("after the import, planned %s", plan.Value)
	}
}

// A plan warns if a configuration manages people of a team that it synchronizes.
func TestTeamSync_planWarnsOfPeople(t *testing.T) {
	t.Parallel()
	registry := withTeam(t, quaytest.LDAPUsers)
	sync := acctest.Attributes{"organization": "acme", "team": "devs", "group_dn": quaytest.DevsGroup}
	team := func(members ...string) acctest.Attributes {
		return acctest.Attributes{"organization": "acme", "name": "devs", "role": "member", "members": members}
	}
	for name, c := range map[string]struct {
		typeName string
		config   acctest.Attributes
		warns    bool
	}{
		"members":        {teamType, team("admin"), true},
		"robots":         {teamType, team("acme+ci"), false},
		"no members":     {teamType, acctest.Attributes{"organization": "acme", "name": "devs", "role": "member"}, false},
		"a person":       {memberType, acctest.Attributes{"organization": "acme", "team": "devs", "member": "admin"}, true},
		"a robot":        {memberType, acctest.Attributes{"organization": "acme", "team": "devs", "member": "acme+ci"}, false},
		"another's team": {memberType, acctest.Attributes{"organization": "acme", "team": "ops", "member": "admin"}, false},
	} {
		p := registry.Serve(t, nil).OneRun()
		diags := slices.Concat(p.Plan(typeName, p.Absent(typeName), sync).Diagnostics, p.Plan(c.typeName, p.Absent(c.typeName), c.config).Diagnostics)
		if warned := len(diags) == 1 && strings.Contains(diags[0].Summary, "Two resources manage Quay team"); warned != c.warns || !c.warns && len(diags) > 0 {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// Reads of a synchronization and of members of the same team share one call.
func TestTeamSync_sharedReads(t *testing.T) {
	t.Parallel()
	registry := withTeam(t, quaytest.LDAPUsers)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	member := p.Create(memberType, acctest.Attributes{"organization": "acme", "team": "devs", "member": registry.Robot(t, "acme", "ci")})
	sync := p.Create(typeName, acctest.Attributes{"organization": "acme", "team": "devs", "group_dn": quaytest.DevsGroup})
	p = p.OneRun()
	simulator.ResetCalls()
	for typeName, state := range map[string]acctest.State{typeName: sync, memberType: member} {
		_, diags := p.Read(typeName, state)
		acctest.NoErrors(t, diags)
	}
	if calls := simulator.Calls(); len(simulator.Requests()) != 1 {
		t.Errorf("calls: %v", calls)
	}
}

// The data source also reads a team that is not synchronized. For a synchronized team, it has
// the time of the last synchronization.
func TestTeamSync_dataSource(t *testing.T) {
	t.Parallel()
	registry := withTeam(t, quaytest.LDAPUsers)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	read := func(want map[string]string) {
		t.Helper()
		state, diags := p.ReadData(typeName, acctest.Attributes{"organization": "acme", "team": "devs"})
		acctest.NoErrors(t, diags)
		for name, value := range want {
			if got, _ := state.Text(t, name); got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
	}
	read(map[string]string{"service": "ldap", "base_dn": quaytest.LDAPBase, "group_dn": ""})
	p.Create(typeName, acctest.Attributes{"organization": "acme", "team": "devs", "group_dn": quaytest.DevsGroup})
	read(map[string]string{"service": "ldap", "group_dn": quaytest.DevsGroup, "last_updated": ""})
	simulator.SyncTeams()
	state, diags := p.ReadData(typeName, acctest.Attributes{"organization": "acme", "team": "devs"})
	acctest.NoErrors(t, diags)
	if updated, _ := state.Text(t, "last_updated"); !strings.HasSuffix(updated, "Z") {
		t.Errorf("last_updated is %q", updated)
	}
	if got := membersOf(t, registry, "acme"); !slices.Equal(got, []string{"admin"}) {
		t.Errorf("the members are %q", got)
	}
}

// membersOf returns the names of the members of the team devs.
func membersOf(t *testing.T, registry *acctest.Registry, organization string) (names []string) {
	t.Helper()
	for _, member := range registry.Object(t, "/organization/"+organization+"/team/devs/members")["members"].([]any) {
		names = append(names, member.(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	return names
}

// For a team of a registry with OIDC, the data source has the domain of the issuer.
func TestTeamSync_dataSourceOIDC(t *testing.T) {
	t.Parallel()
	registry := withTeam(t, quaytest.OIDCUsers)
	p := registry.Serve(t, nil)
	p.Create(typeName, acctest.Attributes{"organization": "acme", "team": "devs", "group_name": "developers"})
	state, diags := p.ReadData(typeName, acctest.Attributes{"organization": "acme", "team": "devs"})
	acctest.NoErrors(t, diags)
	state.CheckValues(t, map[string]any{
		"synchronized": true, "service": "oidc", "issuer_domain": "idp.example.com", "base_dn": nil, "group_dn": nil, "group_name": "developers",
	})
}

// If nobody knows whether Quay has begun the synchronization with the new group, the provider
// tries the new group again, and not the former one.
func TestTeamSync_newGroupAfterFault(t *testing.T) {
	t.Parallel()
	registry := withTeam(t, quaytest.LDAPUsers)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"organization": "acme", "team": "devs", "group_dn": quaytest.DevsGroup}
	state := p.Create(typeName, config)
	config["group_dn"] = quaytest.OpsGroup
	failed := false
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if failed || r.Method != http.MethodPost {
			return false
		}
		failed = true
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	if _, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, config)); len(diags) > 0 || !failed {
		t.Errorf("diagnostics: %v", diags)
	}
	members := registry.Object(t, "/organization/acme/team/devs/members")
	if group := members["synced"].(map[string]any)["config"].(map[string]any)["group_dn"]; group != quaytest.OpsGroup {
		t.Errorf("the team follows %v", group)
	}
}
