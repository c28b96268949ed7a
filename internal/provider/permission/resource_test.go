package permission_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// holder is a kind of grantee, with the properties of its resource.
type holder struct {
	kind      string // "user" or "team"
	attribute string
	grantee   string
	other     string
}

func (h holder) address() string { return "quay_repo_" + h.kind + "_permission.test" }

func (h holder) config(registry *acctest.Registry, repository, grantee, role string) string {
	return registry.Config("resource \"quay_repo_%s_permission\" \"test\" {\n  repository = %q\n  %s = %q\n  role = %q\n}\n",
		h.kind, repository, h.attribute, grantee, role)
}

func (h holder) path(repository, grantee string) string {
	return "/repository/" + repository + "/permissions/" + h.kind + "/" + url.PathEscape(grantee)
}

// onServer expects a role on the server. The role "" means no permission.
func (h holder) onServer(t *testing.T, registry *acctest.Registry, repository, grantee, role string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if role == "" {
			registry.NotFound(t, h.path(repository, grantee))
			return nil
		}
		status, answer := registry.Call(t, http.MethodGet, h.path(repository, grantee), nil)
		if status != http.StatusOK || answer.(map[string]any)["role"] != role {
			return fmt.Errorf("the role of %s in %s is not %q: %d %v", grantee, repository, role, status, answer)
		}
		return nil
	}
}

func TestAccUserPermission(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	testPermission(t, registry, organization, holder{"user", "username", registry.User(t), registry.User(t)})
}

func TestAccUserPermission_robot(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	testPermission(t, registry, organization, holder{
		"user", "username", registry.Robot(t, organization, "ci"), registry.Robot(t, organization, "cd"),
	})
}

func TestAccTeamPermission(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	testPermission(t, registry, organization, holder{
		"team", "team", registry.Team(t, organization, "devs"), registry.Team(t, organization, "ops"),
	})
}

// testPermission creates, changes, imports and deletes a permission.
func testPermission(t *testing.T, registry *acctest.Registry, organization string, h holder) {
	flat, nested := registry.Repository(t, organization, "app"), registry.Repository(t, organization, "team/nested/app")
	address := h.address()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(
			h.onServer(t, registry, flat, h.grantee, ""), h.onServer(t, registry, nested, h.other, ""),
		),
		Steps: []resource.TestStep{
			{
				Config:           h.config(registry, flat, h.grantee, "read"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "repository", knownvalue.StringExact(flat)),
					acctest.Attribute(address, h.attribute, knownvalue.StringExact(h.grantee)),
					acctest.Attribute(address, "role", knownvalue.StringExact("read")),
				},
				Check: h.onServer(t, registry, flat, h.grantee, "read"),
			},
			{
				Config:           h.config(registry, flat, h.grantee, "write"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            h.onServer(t, registry, flat, h.grantee, "write"),
			},
			{ // changed outside
				PreConfig: func() {
					registry.Must(t, http.MethodPut, h.path(flat, h.grantee), map[string]string{"role": "admin"})
				},
				Config:           h.config(registry, flat, h.grantee, "write"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            h.onServer(t, registry, flat, h.grantee, "write"),
			},
			{ // removed outside
				PreConfig:        func() { registry.Must(t, http.MethodDelete, h.path(flat, h.grantee), nil) },
				Config:           h.config(registry, flat, h.grantee, "write"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            h.onServer(t, registry, flat, h.grantee, "write"),
			},
			{ // another repository, with slashes in its name
				Config:           h.config(registry, nested, h.grantee, "admin"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check: resource.ComposeAggregateTestCheckFunc(
					h.onServer(t, registry, flat, h.grantee, ""), h.onServer(t, registry, nested, h.grantee, "admin"),
				),
			},
			{
				ResourceName:                         address,
				ImportState:                          true,
				ImportStateId:                        nested + ":" + h.grantee,
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: "repository",
			},
			{
				ResourceName:    address,
				ImportState:     true,
				ImportStateKind: resource.ImportBlockWithID,
				ImportStateId:   nested + ":" + h.grantee,
			},
			{
				Config:           h.config(registry, nested, h.other, "admin"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            h.onServer(t, registry, nested, h.grantee, ""),
			},
		},
	})
}

func TestAccUserPermission_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	testImportByIdentity(t, registry, registry.Repository(t, organization, "team/app"), holder{"user", "username", registry.Robot(t, organization, "ci"), ""})
}

func TestAccTeamPermission_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	testImportByIdentity(t, registry, registry.Repository(t, organization, "team/app"), holder{"team", "team", registry.Team(t, organization, "devs"), ""})
}

func testImportByIdentity(t *testing.T, registry *acctest.Registry, repository string, h holder) {
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{
				Config: h.config(registry, repository, h.grantee, "read"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(h.address(), map[string]knownvalue.Check{
						"repository": knownvalue.StringExact(repository), h.attribute: knownvalue.StringExact(h.grantee),
					}),
				},
			},
			{ResourceName: h.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAccPermission_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, username := registry.Organization(t), registry.User(t)
	repository := registry.Repository(t, organization, "app")
	user, team := holder{kind: "user", attribute: "username"}, holder{kind: "team", attribute: "team"}
	onAttribute := func(attribute, words string) *regexp.Regexp {
		return regexp.MustCompile(`(?s)` + attribute + ` += ".*` + acctest.ErrorContains(words).String())
	}
	steps := map[string]resource.TestStep{
		"missing repository": {
			Config:      user.config(registry, organization+"/nosuch", username, "read"),
			ExpectError: onAttribute("repository", `There is no repository "`+organization+`/nosuch"`),
		},
		"missing repository, team": {
			Config:      team.config(registry, organization+"/no/such", "owners", "read"),
			ExpectError: onAttribute("repository", `There is no repository "`+organization+`/no/such"`),
		},
		"missing namespace": {
			Config:      user.config(registry, "nosuchnamespace/app", username, "read"),
			ExpectError: onAttribute("repository", `There is no repository "nosuchnamespace/app"`),
		},
		"missing user": {
			Config:      user.config(registry, repository, "nosuchuser", "read"),
			ExpectError: onAttribute("username", `There is no user or robot "nosuchuser"`),
		},
		"missing robot": {
			Config:      user.config(registry, repository, organization+"+nosuch", "read"),
			ExpectError: onAttribute("username", `There is no user or robot "`+organization+`+nosuch"`),
		},
		"missing team": {
			Config:      team.config(registry, repository, "nosuchteam", "read"),
			ExpectError: onAttribute("team", `There is no team "nosuchteam" in the organization "`+organization+`"`),
		},
	}
	t.Run("owner of the namespace", func(t *testing.T) {
		t.Parallel()
		step := resource.TestStep{
			Config:      user.config(registry, registry.UserRepository(t, username, "mine"), username, "read"),
			ExpectError: onAttribute("username", `"`+username+`" owns the namespace`),
		}
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: []resource.TestStep{step}})
	})
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Providers(), Steps: []resource.TestStep{step}})
		})
	}
}

func TestAccPermission_importRefused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	team := holder{kind: "team", attribute: "team"}
	for name, c := range map[string]struct{ id, words string }{
		"no grantee":    {repository, "is not an import id of this resource. Write it as namespace/name:team."},
		"no repository": {":devs", "is not an import id of this resource. Write it as namespace/name:team."},
		"no namespace":  {"app:devs", `repository must be namespace/name.`},
		"no such team":  {repository + ":devs", "Cannot import non-existent remote object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:        team.config(registry, repository, "devs", "read"),
					ResourceName:  team.address(),
					ImportState:   true,
					ImportStateId: c.id,
					ExpectError:   acctest.ErrorContains(c.words),
				}},
			})
		})
	}
}

// Reads of permissions share the lists of repositories, or the lists of teams and robots,
// whichever are fewer. If the token may not read one kind of list, the client makes one
// additional call.
func TestPermission_callsByScope(t *testing.T) {
	t.Parallel()
	const (
		ofRepository = "GET /repository/{repository}/permissions/"
		ofTeam       = "GET /organization/{orgname}/team/{teamname}/permissions"
		ofRobot      = "GET /organization/{orgname}/robots/{robot_shortname}/permissions"
	)
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	robot := registry.Robot(t, organization, "ci")
	p := registry.Serve(t, nil)
	type permission struct {
		typeName string
		state    acctest.State
	}
	var permissions []permission
	for i := range 6 {
		repository := registry.Repository(t, organization, fmt.Sprintf("app%d", i))
		for _, team := range []string{"devs", "ops"} {
			registry.Team(t, organization, team)
			config := acctest.Attributes{"repository": repository, "team": team, "role": "read"}
			permissions = append(permissions, permission{"quay_repo_team_permission", p.Create("quay_repo_team_permission", config)})
		}
		config := acctest.Attributes{"repository": repository, "username": robot, "role": "write"}
		permissions = append(permissions, permission{"quay_repo_user_permission", p.Create("quay_repo_user_permission", config)})
	}
	for scopes, want := range map[string]map[string]int{
		"repo:admin org:admin user:admin": {ofRepository + "team/": 2, ofTeam: 2, ofRepository + "user/": 1, ofRobot: 1},
		"repo:admin org:admin":            {ofRepository + "team/": 2, ofTeam: 2, ofRepository + "user/": 6, ofRobot: 1},
		"repo:admin":                      {ofRepository + "team/": 6, ofTeam: 1, ofRepository + "user/": 6, ofRobot: 1},
		"super:user":                      {ofRepository + "team/": 2, ofTeam: 2, ofRepository + "user/": 6, ofRobot: 1},
	} {
		token := simulator.AddToken("admin", strings.Fields(scopes)...)
		run := registry.Serve(t, acctest.Attributes{"token": token}).OneRun()
		simulator.ResetCalls()
		for _, permission := range permissions {
			read, diags := run.Read(permission.typeName, permission.state)
			acctest.NoErrors(t, diags)
			if !read.Value.Equal(permission.state.Value) {
				t.Errorf("%s: %s is read as %s", scopes, permission.state.Value, read.Value)
			}
		}
		if calls := simulator.Calls(); !maps.Equal(calls, want) {
			t.Errorf("%s: calls %v, not %v", scopes, calls, want)
		}
	}
}
