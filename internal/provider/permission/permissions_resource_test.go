package permission_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const permissionsType = "quay_repository_permissions"

// roles are roles by name: "alice", "acme+ci" or "team:devs".
type roles map[string]string

// grant gives roles in a repository behind Terraform's back.
func grant(t testing.TB, registry *acctest.Registry, repository string, given roles) {
	t.Helper()
	for holder, role := range given {
		kind, name := "user", holder
		if team, ok := strings.CutPrefix(holder, "team:"); ok {
			kind, name = "team", team
		}
		registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/"+kind+"/"+name, map[string]string{"role": role})
	}
}

// rolesIn returns all roles in a repository.
func rolesIn(t testing.TB, registry *acctest.Registry, repository string) roles {
	t.Helper()
	all := roles{}
	for kind, prefix := range map[string]string{"user": "", "team": "team:"} {
		listed := registry.Object(t, "/repository/"+repository+"/permissions/"+kind+"/")["permissions"].(map[string]any)
		for name, permission := range listed {
			all[prefix+name] = permission.(map[string]any)["role"].(string)
		}
	}
	return all
}

// rolesOf returns the roles in a state or a plan.
func rolesOf(t testing.TB, value tftypes.Value) roles {
	t.Helper()
	all := roles{}
	if value.IsNull() {
		return all
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	for attribute, prefix := range map[string]string{"users": "", "robots": "", "teams": "team:"} {
		var listed map[string]tftypes.Value
		if err := attributes[attribute].As(&listed); err != nil {
			t.Fatal(err)
		}
		for name, value := range listed {
			var role string
			if err := value.As(&role); err != nil {
				t.Fatal(err)
			}
			all[prefix+name] = role
		}
	}
	return all
}

// listing returns a configuration that lists roles.
func listing(repository string, listed roles, ignored ...string) acctest.Attributes {
	users, robots, teams := map[string]string{}, map[string]string{}, map[string]string{}
	for holder, role := range listed {
		team, isTeam := strings.CutPrefix(holder, "team:")
		switch {
		case isTeam:
			teams[team] = role
		case strings.Contains(holder, "+"):
			robots[holder] = role
		default:
			users[holder] = role
		}
	}
	config := acctest.Attributes{"repository": repository, "users": users, "robots": robots, "teams": teams}
	if ignored != nil {
		config["ignore"] = ignored
	}
	return config
}

func wantRoles(t testing.TB, what string, got, want roles) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s: the roles are %v, not %v", what, got, want)
	}
}

// apply plans and applies, and expects no errors and no warnings.
func apply(t testing.TB, p *acctest.Provider, prior acctest.State, config acctest.Attributes) acctest.State {
	t.Helper()
	plan := p.Plan(permissionsType, prior, config)
	state, diags := p.Apply(t.Context(), permissionsType, plan)
	if diags = append(plan.Diagnostics, diags...); len(diags) > 0 {
		t.Fatalf("applied with %v", said(diags))
	}
	return state
}

func said(diags []*tfprotov6.Diagnostic) string {
	var texts []string
	for _, diag := range diags {
		texts = append(texts, fmt.Sprintf("%s: %s: %s (%s)", diag.Severity, diag.Summary, diag.Detail, diag.Attribute))
	}
	return strings.Join(texts, "\n")
}

// writes returns the calls that change permissions, in their order, as
// "PUT alice" or "DELETE team:devs".
func writes(t testing.TB, registry *acctest.Registry) []string {
	t.Helper()
	var calls []string
	for _, r := range registry.Simulator(t).Requests() {
		if r.Method == http.MethodGet {
			continue
		}
		_, holder, _ := strings.Cut(r.Path, "/permissions/")
		kind, name, _ := strings.Cut(holder, "/")
		if kind == "team" {
			name = "team:" + name
		}
		calls = append(calls, r.Method+" "+name)
	}
	return calls
}

func TestAccRepositoryPermissions(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, alice, bob := registry.Organization(t), registry.User(t), registry.User(t)
	repository := registry.Repository(t, organization, "team/app")
	robot, team, token := registry.Robot(t, organization, "ci"), registry.Team(t, organization, "devs"), creator(t, registry, repository)
	grant(t, registry, repository, roles{bob: "write"}) // as a default permission does
	const address = "quay_repository_permissions.test"
	config := func(users string) string {
		return registry.Config("resource \"quay_repository_permissions\" \"test\" {\n  repository = %q\n  users = {%s}\n  robots = { %q = \"write\" }\n  teams = { %s = \"read\" }\n}\n",
			repository, users, robot, team)
	}
	inQuay := func(want roles) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := rolesIn(t, registry, repository); !maps.Equal(got, want) {
				return fmt.Errorf("the roles are %v, not %v", got, want)
			}
			return nil
		}
	}
	both := fmt.Sprintf("%s = \"admin\", %s = \"read\"", token, alice)
	users := func(want map[string]knownvalue.Check) []plancheck.PlanCheck {
		return []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, tfjsonpath.New("users"), knownvalue.MapExact(want))}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy:             inQuay(roles{}),
		Steps: []resource.TestStep{
			{
				Config:           config(both),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            inQuay(roles{token: "admin", alice: "read", robot: "write", "team:" + team: "read"}),
			},
			{
				Config:           config(fmt.Sprintf("%s = \"admin\", %s = \"admin\"", token, alice)),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            inQuay(roles{token: "admin", alice: "admin", robot: "write", "team:" + team: "read"}),
			},
			{ // given and changed outside
				PreConfig: func() { grant(t, registry, repository, roles{bob: "admin", robot: "read"}) },
				Config:    config(both),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: append(
					users(map[string]knownvalue.Check{token: knownvalue.StringExact("admin"), alice: knownvalue.StringExact("read")}),
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				)},
				Check: inQuay(roles{token: "admin", alice: "read", robot: "write", "team:" + team: "read"}),
			},
			{ // removed outside
				PreConfig: func() {
					registry.Must(t, http.MethodDelete, "/repository/"+repository+"/permissions/team/"+team, nil)
				},
				Config:           config(both),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            inQuay(roles{token: "admin", alice: "read", robot: "write", "team:" + team: "read"}),
			},
			{
				ResourceName: address, ImportState: true, ImportStateId: repository,
				ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "repository",
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: repository},
		},
	})
}

func TestAccRepositoryPermissions_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	repository := registry.Repository(t, registry.Organization(t), "app")
	const address = "quay_repository_permissions.test"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{
				Config: registry.Config("resource \"quay_repository_permissions\" \"test\" {\n  repository = %q\n  users = { %s = \"admin\" }\n}\n",
					repository, creator(t, registry, repository)),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"repository": knownvalue.StringExact(repository)}),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// Terraform creates a repository and its permissions in one apply. The apply removes the roles
// that Quay itself has given.
func TestAccRepositoryPermissions_newRepository(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, alice := registry.Organization(t), registry.User(t)
	registry.Must(t, http.MethodPost, "/organization/"+organization+"/prototypes", map[string]any{
		"role": "write", "delegate": map[string]string{"name": registry.Team(t, organization, "devs"), "kind": "team"},
	})
	repository := organization + "/app"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`
resource "quay_repository" "app" {
  namespace = %q
  name      = "app"
}

resource "quay_repository_permissions" "app" {
  repository = "${quay_repository.app.namespace}/${quay_repository.app.name}"
  users      = { %s = "admin" }
}
`, organization, alice),
			Check: func(*terraform.State) error {
				if got := rolesIn(t, registry, repository); !maps.Equal(got, roles{alice: "admin"}) {
					return fmt.Errorf("the roles are %v", got)
				}
				return nil
			},
		}},
	})
}

// The plan after an import shows unlisted roles as removals.
func TestRepositoryPermissions_import(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, alice := registry.Serve(t, nil), registry.User(t)
	repository := registry.Repository(t, registry.Organization(t), "app")
	token := creator(t, registry, repository)
	grant(t, registry, repository, roles{alice: "write"})
	state, diags := p.ImportByID(permissionsType, repository)
	acctest.NoErrors(t, diags)
	wantRoles(t, "imported", rolesOf(t, state.Value), roles{token: "admin", alice: "write"})
	plan := p.Plan(permissionsType, state, listing(repository, roles{token: "admin"}))
	wantRoles(t, "planned", rolesOf(t, plan.Value), roles{token: "admin"})
	if plan.IsEmpty() || len(plan.Diagnostics) > 0 {
		t.Errorf("planned with %s", said(plan.Diagnostics))
	}
}

// The plan of a creation warns of the roles that the creation removes, if the repository
// exists.
func TestRepositoryPermissions_createWarns(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, alice, organization := registry.Serve(t, nil), registry.User(t), registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	token := creator(t, registry, repository)
	grant(t, registry, repository, roles{"team:" + registry.Team(t, organization, "devs"): "write"})
	for name, c := range map[string]struct {
		config acctest.Attributes
		words  string
	}{
		"some are removed": {listing(repository, roles{alice: "admin"}), token + " (admin), team:devs (write)."},
		"one is removed":   {listing(repository, roles{alice: "admin"}, token), "does not list them: team:devs (write)."},
		"all are listed":   {listing(repository, roles{token: "admin", "team:devs": "read"}), ""},
		"all are ignored":  {listing(repository, roles{alice: "admin"}, token, "team:devs"), ""},
		"no repository":    {listing(organization+"/new", roles{alice: "admin"}), ""},
		"users not known":  {acctest.Attributes{"repository": repository, "users": acctest.Unknown}, "does not list them: team:devs (write)."},
		"robots not known": {
			acctest.Attributes{"repository": repository, "users": map[string]string{alice: "admin"}, "robots": acctest.Unknown}, token + " (admin), team:devs (write).",
		},
		"ignore not known": {acctest.Attributes{"repository": repository, "users": map[string]string{alice: "admin"}, "ignore": acctest.Unknown}, ""},
	} {
		diags := p.Plan(permissionsType, p.Absent(permissionsType), c.config).Diagnostics
		if c.words == "" && len(diags) > 0 ||
			c.words != "" && (len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || !strings.Contains(diags[0].Detail, c.words)) {
			t.Errorf("%s: %s", name, said(diags))
		}
	}
}

// An apply that replaces a robot gives the new robot its role again.
func TestAccRepositoryPermissions_robotReplaced(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	token := creator(t, registry, repository)
	config := func(description string) string {
		return registry.Config(`
			resource "quay_organization_robot" "ci" {
			  organization = %q
			  name         = "ci"
			  description  = %q
			}
			resource "quay_repository_permissions" "test" {
			  repository = %q
			  users      = { %q = "admin" }
			  robots     = { (quay_organization_robot.ci.username) = "write" }
			}
		`, organization, description, repository, token)
	}
	check := func(*terraform.State) error {
		if got, want := rolesIn(t, registry, repository), (roles{token: "admin", organization + "+ci": "write"}); !maps.Equal(got, want) {
			return fmt.Errorf("the roles are %v, want %v", got, want)
		}
		return nil
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps:                    []resource.TestStep{{Config: config("one"), Check: check}, {Config: config("two"), Check: check}},
	})
}

// Terraform neither shows nor removes the roles of ignored holders, until the configuration no
// longer ignores them.
func TestRepositoryPermissions_ignore(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, alice, organization := registry.Serve(t, nil), registry.User(t), registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	token, robot := creator(t, registry, repository), registry.Robot(t, organization, "ci")
	registry.Team(t, organization, "devs")
	outside := roles{token: "admin", robot: "read", "team:devs": "write"}
	grant(t, registry, repository, outside)
	with := func(more roles) roles {
		all := roles{alice: "admin"}
		maps.Copy(all, more)
		return all
	}
	state := apply(t, p, p.Absent(permissionsType), listing(repository, roles{alice: "admin"}, token, robot, "team:devs", "team:nobody"))
	wantRoles(t, "created", rolesIn(t, registry, repository), with(outside))
	state, diags := p.Read(permissionsType, state)
	acctest.NoErrors(t, diags)
	wantRoles(t, "read", rolesOf(t, state.Value), roles{alice: "admin"})

	config := listing(repository, with(roles{robot: "write"}), token)
	if diags := p.Plan(permissionsType, state, config).Diagnostics; len(diags) != 1 || !strings.Contains(diags[0].Detail, "does not list them: team:devs (write).") {
		t.Errorf("planned with %s", said(diags))
	}
	state = applyWarned(t, p, state, config)
	wantRoles(t, "ignored no more", rolesIn(t, registry, repository), with(roles{token: "admin", robot: "write"}))
	state, diags = p.Read(permissionsType, state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(permissionsType, state, config); !plan.IsEmpty() {
		t.Errorf("still planned: %s", plan.Value)
	}
	if apply(t, p, state, nil); !maps.Equal(rolesIn(t, registry, repository), roles{token: "admin"}) {
		t.Errorf("destroying leaves %v", rolesIn(t, registry, repository))
	}
}

// The provider first adds roles. Administrators lose the role admin last.
func TestRepositoryPermissions_order(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, organization := registry.Serve(t, nil), registry.Organization(t)
	simulator := registry.Simulator(t)
	for _, name := range []string{"alice", "bob", "carol", "dave"} {
		simulator.AddUser(name, name+"@example.com")
	}
	registry.Team(t, organization, "devs")
	repository := registry.Repository(t, organization, "app")
	grant(t, registry, repository, roles{"alice": "admin", "bob": "write", "carol": "read"})
	expect := func(what string, want ...string) {
		t.Helper()
		if got := writes(t, registry); !slices.Equal(got, want) {
			t.Errorf("%s: %q, not %q", what, got, want)
		}
		simulator.ResetCalls()
	}
	simulator.ResetCalls()
	state := applyWarned(t, p, p.Absent(permissionsType), listing(repository, roles{"dave": "admin", "carol": "write", "team:devs": "read"}))
	expect("create", "PUT dave", "PUT carol", "PUT team:devs", "DELETE bob", "DELETE admin", "DELETE alice")
	state = apply(t, p, state, listing(repository, roles{"dave": "read", "bob": "admin", "team:devs": "admin"}))
	expect("update", "PUT bob", "PUT team:devs", "DELETE carol", "PUT dave")
	apply(t, p, state, nil)
	expect("destroy", "DELETE dave", "DELETE bob", "DELETE team:devs")
}

// applyWarned is apply for a plan that may warn.
func applyWarned(t testing.TB, p *acctest.Provider, prior acctest.State, config acctest.Attributes) acctest.State {
	t.Helper()
	state, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, prior, config))
	if len(diags) > 0 {
		t.Fatalf("applied with %v", said(diags))
	}
	return state
}

// If the token's user administers a repository through a role in it, the provider keeps this
// role.
func TestRepositoryPermissions_ownAccess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given, listed, taken roles // at first; and what would end the access
		attribute            string
		kept                 string
		order                []string // of destroying
	}{
		"the user's own role": {
			given: roles{"ci": "admin"}, listed: roles{"ci": "admin", "alice": "admin", "zoe": "admin", "team:devs": "read"}, taken: roles{"alice": "admin", "ci": "write"},
			attribute: "users", kept: "ci", order: []string{"DELETE team:devs", "DELETE alice", "DELETE zoe"},
		},
		"a team's": {
			given: roles{"team:devs": "admin"}, listed: roles{"alice": "admin", "team:devs": "admin", "team:ops": "admin"}, taken: roles{"alice": "admin", "team:ops": "admin"},
			attribute: "teams", kept: "team:devs", order: []string{"DELETE alice", "DELETE team:ops"},
		},
		"both": {
			given: roles{"ci": "admin", "team:devs": "admin"}, listed: roles{"ci": "admin", "alice": "admin", "team:devs": "admin"}, taken: roles{"alice": "admin"},
			attribute: "users", kept: "ci", order: []string{"DELETE alice", "DELETE team:devs"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			simulator := registry.Simulator(t)
			for _, name := range []string{"alice", "ci", "zoe"} {
				simulator.AddUser(name, name+"@example.com")
			}
			organization := registry.Organization(t)
			registry.Team(t, organization, "devs")
			registry.Team(t, organization, "ops")
			registry.Must(t, http.MethodPut, "/organization/"+organization+"/team/devs/members/ci", nil)
			repository := registry.Repository(t, organization, "app")
			registry.Must(t, http.MethodDelete, "/repository/"+repository+"/permissions/user/"+creator(t, registry, repository), nil)
			grant(t, registry, repository, c.given)
			p := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("ci")})
			refused := func(state acctest.State) {
				t.Helper()
				before := rolesIn(t, registry, repository)
				after, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, state, listing(repository, c.taken)))
				if len(diags) != 1 || !strings.Contains(diags[0].Detail, "only through the role admin of") || !strings.Contains(diags[0].Attribute.String(), c.attribute) {
					t.Errorf("applied with %s", said(diags))
				}
				wantRoles(t, "refused", rolesIn(t, registry, repository), before)
				if !after.Value.Equal(state.Value) {
					t.Errorf("the state became %s", after.Value)
				}
			}
			refused(p.Absent(permissionsType))
			ignoring := apply(t, p, p.Absent(permissionsType), listing(repository, roles{"zoe": "admin"}, "ci", "team:devs", "team:ops"))
			_, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, ignoring, listing(repository, roles{"zoe": "admin"}, "team:ops")))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "only through the role admin of") {
				t.Errorf("ignored no more: %s", said(diags))
			}
			apply(t, p, ignoring, nil)
			wantRoles(t, "destroyed while the access is ignored", rolesIn(t, registry, repository), c.given)
			state := apply(t, p, p.Absent(permissionsType), listing(repository, c.listed))
			refused(state)

			simulator.ResetCalls()
			apply(t, p, state, nil)
			if got := writes(t, registry); !slices.Equal(got, c.order) {
				t.Errorf("destroyed by %q, not %q", got, c.order)
			}
			wantRoles(t, "destroyed", rolesIn(t, registry, repository), roles{c.kept: "admin"})
			apply(t, p, p.Absent(permissionsType), listing(repository, c.listed)) // which is still possible
			wantRoles(t, "created again", rolesIn(t, registry, repository), c.listed)
		})
	}
}

// If Quay does not tell who the token's user is, the user can lose access. The errors say what
// to do.
func TestRepositoryPermissions_lostAccess(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	for _, name := range []string{"alice", "bob"} {
		simulator.AddUser(name, name+"@example.com")
	}
	repository := registry.Repository(t, registry.Organization(t), "app")
	listed := roles{creator(t, registry, repository): "write", "alice": "admin", "bob": "admin"}
	grant(t, registry, repository, listed)
	p := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("alice", "repo:admin")})
	state := apply(t, p, p.Absent(permissionsType), listing(repository, listed))
	destroyed, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, state, nil))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "Terraform has removed the role admin of alice") || !strings.Contains(diags[0].Detail, "The roles of bob are unchanged") {
		t.Errorf("destroyed with %s", said(diags))
	}
	if !destroyed.Value.Equal(state.Value) {
		t.Errorf("the state became %s", destroyed.Value)
	}
	read, diags := p.Read(permissionsType, state)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `terraform state rm`) || !read.Value.Equal(state.Value) {
		t.Errorf("read as %s with %s", read.Value, said(diags))
	}
}

// The robot of a mirror keeps its role. The state has it only if the configuration lists it.
func TestAccRepositoryPermissions_mirror(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, organization := registry.Serve(t, nil), registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	token := creator(t, registry, repository)
	mirror, ci := registry.Robot(t, organization, "mirror"), registry.Robot(t, organization, "ci")
	configuration := map[string]any{
		"external_reference": "quay.io/example/app", "sync_interval": 86400, "sync_start_date": "2030-01-01T00:00:00Z",
		"root_rule": map[string]any{"rule_kind": "tag_glob_csv", "rule_value": []string{"latest"}}, "robot_username": mirror,
	}
	if status, _ := registry.Call(t, http.MethodPost, "/repository/"+repository+"/mirror", configuration); status != http.StatusCreated {
		configuration["skopeo_timeout_interval"] = 300 // which Quay 3.16 and later require, and older ones do not know
		registry.Must(t, http.MethodPost, "/repository/"+repository+"/mirror", configuration)
	}
	config := listing(repository, roles{token: "admin", ci: "read"})
	state := apply(t, p, p.Absent(permissionsType), config)
	wantRoles(t, "created", rolesIn(t, registry, repository), roles{token: "admin", ci: "read", mirror: "write"})
	read, diags := p.Read(permissionsType, state)
	acctest.NoErrors(t, diags)
	if !read.Value.Equal(state.Value) {
		t.Errorf("read as %s", read.Value)
	}
	imported, diags := p.ImportByID(permissionsType, repository)
	acctest.NoErrors(t, diags)
	wantRoles(t, "imported", rolesOf(t, imported.Value), roles{token: "admin", ci: "read"})

	state = apply(t, p, state, listing(repository, roles{token: "admin", mirror: "write"}))
	state, diags = p.Read(permissionsType, state)
	acctest.NoErrors(t, diags)
	wantRoles(t, "listed", rolesOf(t, state.Value), roles{token: "admin", mirror: "write"})
	state = apply(t, p, state, listing(repository, roles{token: "admin"}))
	wantRoles(t, "listed no more", rolesIn(t, registry, repository), roles{token: "admin", mirror: "write"})
	apply(t, p, state, nil)
	wantRoles(t, "destroyed", rolesIn(t, registry, repository), roles{mirror: "write"})
}

// Quay does not change the role of the owner of a namespace.
func TestAccRepositoryPermissions_owner(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, owner, alice := registry.Serve(t, nil), registry.User(t), registry.User(t)
	repository := registry.UserRepository(t, owner, "app")
	token := creator(t, registry, repository)
	state := apply(t, p, p.Absent(permissionsType), listing(repository, roles{owner: "admin", alice: "read", token: "write"}, "nobody"))
	state, diags := p.Read(permissionsType, state)
	acctest.NoErrors(t, diags)
	wantRoles(t, "read", rolesOf(t, state.Value), roles{owner: "admin", alice: "read", token: "write"})
	state = apply(t, p, state, listing(repository, roles{alice: "admin"}))
	state, diags = p.Read(permissionsType, state)
	acctest.NoErrors(t, diags)
	wantRoles(t, "without the owner", rolesOf(t, state.Value), roles{alice: "admin"})
	apply(t, p, state, nil)

	organization := registry.Organization(t)
	config := listing(registry.Repository(t, organization, "app"), roles{organization: "admin"}, token)
	_, diags = p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, p.Absent(permissionsType), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "is an organization and not a user") {
		t.Errorf("an organization is taken for a user: %s", said(diags))
	}
}

// The plan warns if a second resource manages a single permission.
func TestRepositoryPermissions_exclusive(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	const user, team = "quay_repo_user_permission", "quay_repo_team_permission"
	app := acctest.Attributes{"repository": "acme/app", "users": map[string]string{"alice": "admin"}, "ignore": []string{"acme+ci", "team:ops"}}
	for name, c := range map[string]struct {
		typeName string
		config   acctest.Attributes
		warns    bool
	}{
		"a user":           {user, acctest.Attributes{"repository": "acme/app", "username": "bob", "role": "read"}, true},
		"a team":           {team, acctest.Attributes{"repository": "acme/app", "team": "devs", "role": "read"}, true},
		"an ignored robot": {user, acctest.Attributes{"repository": "acme/app", "username": "acme+ci", "role": "read"}, false},
		"an ignored team":  {team, acctest.Attributes{"repository": "acme/app", "team": "ops", "role": "read"}, false},
		"a user like it":   {user, acctest.Attributes{"repository": "acme/app", "username": "ops", "role": "read"}, true},
		"not known":        {user, acctest.Attributes{"repository": "acme/app", "username": acctest.Unknown, "role": "read"}, false},
		"elsewhere":        {user, acctest.Attributes{"repository": "acme/other", "username": "bob", "role": "read"}, false},
	} {
		for _, order := range []string{"whole first", "part first"} {
			run := p.OneRun()
			plans := []func() []*tfprotov6.Diagnostic{
				func() []*tfprotov6.Diagnostic {
					return run.Plan(permissionsType, p.Absent(permissionsType), app).Diagnostics
				},
				func() []*tfprotov6.Diagnostic {
					return run.Plan(c.typeName, p.Absent(c.typeName), c.config).Diagnostics
				},
			}
			if order == "part first" {
				slices.Reverse(plans)
			}
			first, second := plans[0](), plans[1]()
			warned := len(second) == 1 && second[0].Severity == tfprotov6.DiagnosticSeverityWarning && strings.Contains(second[0].Detail, "Each resource undoes")
			if len(first) > 0 || warned != c.warns || !c.warns && len(second) > 0 {
				t.Errorf("%s, %s: %s, then %s", name, order, said(first), said(second))
			}
		}
	}
}

// A refresh takes two calls, which single permissions share.
func TestRepositoryPermissions_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator, organization := registry.Simulator(t), registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	robot, token := registry.Robot(t, organization, "ci"), creator(t, registry, repository)
	registry.Team(t, organization, "devs")
	p := registry.Serve(t, nil)
	whole := p.Create(permissionsType, listing(repository, roles{token: "admin", robot: "write"}, "team:devs"))
	team := p.Create("quay_repo_team_permission", acctest.Attributes{"repository": repository, "team": "devs", "role": "read"})
	user := p.Create("quay_repo_user_permission", acctest.Attributes{"repository": repository, "username": token, "role": "admin"})
	run := p.OneRun()
	simulator.ResetCalls()
	for _, read := range []struct {
		typeName string
		state    acctest.State
	}{{"quay_repo_team_permission", team}, {permissionsType, whole}, {"quay_repo_user_permission", user}} {
		after, diags := run.Read(read.typeName, read.state)
		acctest.NoErrors(t, diags)
		if !after.Value.Equal(read.state.Value) {
			t.Errorf("%s is read as %s", read.typeName, after.Value)
		}
	}
	want := map[string]int{"GET /repository/{repository}/permissions/user/": 1, "GET /repository/{repository}/permissions/team/": 1}
	if calls := simulator.Calls(); !maps.Equal(calls, want) {
		t.Errorf("a refresh makes the calls %v, not %v", calls, want)
	}
	simulator.ResetCalls()
	apply(t, p, whole, listing(repository, roles{token: "admin", robot: "read"}, "team:devs"))
	if calls := simulator.Calls(); !maps.Equal(calls, map[string]int{"PUT /repository/{repository}/permissions/user/{username}": 1}) {
		t.Errorf("an update makes the calls %v", calls)
	}
}

// The plan within an apply does not repeat the warnings, and makes no call for them.
func TestRepositoryPermissions_plannedInApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator, organization := registry.Simulator(t), registry.Organization(t)
	run := registry.Serve(t, nil).OneRun()
	run.Create("quay_repository", acctest.Attributes{"namespace": organization, "name": "app"})
	simulator.ResetCalls()
	plan := run.Plan(permissionsType, run.Absent(permissionsType), listing(organization+"/app", roles{"alice": "admin"}))
	if calls := simulator.Calls(); len(plan.Diagnostics) > 0 || len(calls) > 0 {
		t.Errorf("diagnostics %v, calls %v", plan.Diagnostics, calls)
	}
}

// If a call of an operation fails, the state has the changes of the earlier calls.
func TestAccRepositoryPermissions_partial(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, alice, organization := registry.Serve(t, nil), registry.User(t), registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	token, ci := creator(t, registry, repository), registry.Robot(t, organization, "ci")
	nobody := organization + "+nosuch"
	failed := func(prior acctest.State, listed roles, words ...string) acctest.State {
		t.Helper()
		state, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, prior, listing(repository, listed)))
		if len(diags) != 1 {
			t.Fatalf("applied with %s", said(diags))
		}
		for _, text := range words {
			if !strings.Contains(diags[0].Detail, text) {
				t.Errorf("applied with %s, want %q", said(diags), text)
			}
		}
		wantRoles(t, "in the state", rolesOf(t, state.Value), rolesIn(t, registry, repository))
		return state
	}
	state, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, p.Absent(permissionsType), listing(repository, roles{token: "admin", nobody: "read"})))
	if len(diags) != 1 || !state.Value.IsNull() || strings.Contains(diags[0].Detail, "untaint") {
		t.Errorf("created to %s with %s", state.Value, said(diags))
	}
	unknown := fmt.Sprintf("There is no user or robot %q", nobody)
	failed(p.Absent(permissionsType), roles{token: "admin", alice: "admin", nobody: "read"}, unknown, "terraform untaint")
	state = apply(t, p, p.Absent(permissionsType), listing(repository, roles{token: "admin", alice: "admin"}))
	state = failed(state, roles{token: "admin", ci: "admin", nobody: "read"}, unknown)
	wantRoles(t, "after a failure", rolesOf(t, state.Value), roles{token: "admin", alice: "admin", ci: "admin"})
	state = apply(t, p, state, listing(repository, roles{token: "admin", ci: "admin"}))
	apply(t, p, state, nil)
}

func TestAccRepositoryPermissions_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p, alice, organization := registry.Serve(t, nil), registry.User(t), registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	token := creator(t, registry, repository)
	for name, c := range map[string]struct {
		config           acctest.Attributes
		attribute, words string
	}{
		"missing repository": {listing(organization+"/no/such", roles{alice: "admin"}), "repository", `There is no repository "` + organization + `/no/such"`},
		"missing namespace":  {listing("nosuchnamespace/app", roles{alice: "admin"}), "repository", `There is no repository "nosuchnamespace/app"`},
		"missing user":       {listing(repository, roles{token: "admin", "nosuchuser": "read"}), "users", `There is no user or robot "nosuchuser"`},
		"missing robot":      {listing(repository, roles{token: "admin", organization + "+no": "read"}), "robots", `There is no user or robot "` + organization + `+no"`},
		"missing team":       {listing(repository, roles{token: "admin", "team:nosuchteam": "read"}), "teams", `There is no team "nosuchteam" in the organization`},
	} {
		state, diags := p.Apply(t.Context(), permissionsType, p.Plan(permissionsType, p.Absent(permissionsType), c.config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) || !strings.Contains(diags[0].Attribute.String(), c.attribute) || !state.Value.IsNull() {
			t.Errorf("%s: %s", name, said(diags))
		}
	}
}
