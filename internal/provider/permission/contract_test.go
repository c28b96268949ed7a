package permission_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/permission"
)

func TestContract(t *testing.T) {
	t.Parallel()
	user, team := grantee("user", "username", acctest.GranteeRule("username")), grantee("team", "team", acctest.NameRule("team"))
	user.Config = func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
		organization := registry.Organization(t)
		return acctest.Attributes{
			"repository": registry.Repository(t, organization, "team/app"), "username": registry.Robot(t, organization, "ci"), "role": "write",
		}
	}
	user.Example, user.List.Example = acctest.ExampleUser("alice"), nil
	user.InvalidIDs = map[string]string{
		"acme/App:alice": "repository must be namespace/name", "acme/app:a/b": "username must be the name",
		"acme/app": "Write it as namespace/name:username", "acme/app:": "Write it as namespace/name:username", ":alice": "Write it as namespace/name:username",
	}
	team.Config = func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
		organization := registry.Organization(t)
		return acctest.Attributes{
			"repository": registry.Repository(t, organization, "team/app"), "team": registry.Team(t, organization, "devs"), "role": "admin",
		}
	}
	team.List.Example = func(t testing.TB, registry *acctest.Registry) map[string]string {
		registry.Must(t, http.MethodPut, "/repository/acme/app/permissions/team/devs", map[string]string{"role": "read"})
		return nil
	}
	team.InvalidIDs = map[string]string{
		"acme/app :devs": "repository must be namespace/name", "acme/app:org/devs": "team must be 1 to 255", "acme/app:latest:devs": "team must be 1 to 255",
	}
	all := func(typeName string) acctest.Case {
		return acctest.Case{Type: typeName, DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"repository": registry.Repository(t, registry.Organization(t), "app")}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.RepositoryRule("repository")}},
		}}
	}
	acctest.Contract(t, permission.Area(), user, team, permissions(), all("quay_repo_user_permissions"), all("quay_repo_team_permissions"), acctest.Case{
		Type: "quay_repo_user_transitive_permission", DataSource: user.DataSource,
	})
}

// grantee returns what the permissions of users and of teams have in common.
func grantee(kind, attribute string, rule acctest.Rule) acctest.Case {
	path := func(repository, name any) string {
		return fmt.Sprintf("/repository/%s/permissions/%s/%s", repository, kind, name)
	}
	rules := []acctest.Rule{acctest.RepositoryRule("repository"), rule}
	return acctest.Case{
		Type:     "quay_repo_" + kind + "_permission",
		Identity: []string{"repository", attribute},
		Change:   acctest.Attributes{"role": "read"},
		Adopts:   true,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			role := registry.Object(t, path(config["repository"], config[attribute]))["role"]
			return acctest.Risk("role", role, nil, "read", "write", "admin")
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, path(identity["repository"], identity[attribute]), nil)
		},
		Parent: func(config acctest.Attributes) string {
			organization, _, _ := strings.Cut(config["repository"].(string), "/")
			return "/superuser/organizations/" + organization
		},
		FaultCases: 140,
		Inputs: acctest.Inputs{Rules: append(rules, acctest.Rule{
			Attribute: "role", Error: `must be one of "read", "write", "admin".`,
			Refused: []string{"", "owner", "READ"}, Accepted: []string{"read", "write", "admin"},
		})},
		List: &acctest.List{
			Finds:  map[string]string{"repository": "repository"},
			Inputs: acctest.RepositoryFilterInputs(),
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				repository, name := registry.Repository(t, organization, "app"), "readers"
				if kind == "team" {
					registry.Team(t, organization, name)
				} else {
					name = registry.User(t)
				}
				registry.Must(t, http.MethodPut, path(repository, name), map[string]string{"role": "read"})
				return acctest.Attributes{"repository": repository, attribute: name}
			},
			Inputs: acctest.Inputs{Rules: rules},
		},
	}
}

// permissions is the case of the whole. Its repository has an administrator who created
// it, and a user whose role the creation removes.
func permissions() acctest.Case {
	const typeName = "quay_repository_permissions"
	rolesOf := func(t testing.TB, registry *acctest.Registry, repository any) map[string]any {
		all := map[string]any{}
		for _, kind := range []string{"user", "team"} {
			listed := registry.Object(t, fmt.Sprintf("/repository/%s/permissions/%s/", repository, kind))["permissions"].(map[string]any)
			for name, permission := range listed {
				all[kind+" "+name] = permission.(map[string]any)["role"]
			}
		}
		return all
	}
	const admins = "must list an administrator, unless robots or teams does"
	return acctest.Case{
		Type:             typeName,
		OptionalSettings: []string{"FEATURE_REPO_MIRROR"}, // to leave the robot of a mirror alone
		Identity:         []string{"repository"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			repository := registry.Repository(t, organization, "team/app")
			registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+registry.User(t), map[string]string{"role": "write"})
			return acctest.Attributes{
				"repository": repository,
				"users":      map[string]string{creator(t, registry, repository): "admin"},
				"robots":     map[string]string{registry.Robot(t, organization, "ci"): "write"},
				"teams":      map[string]string{registry.Team(t, organization, "devs"): "read", registry.Team(t, organization, "ops"): "admin"},
			}
		},
		Change: acctest.Attributes{"teams": map[string]string{"devs": "admin", "ops": "write"}},
		Adopts: true,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			risks := map[string]float64{}
			for holder, role := range rolesOf(t, registry, config["repository"]) {
				switch name, _ := strings.CutPrefix(holder, "user "); { // the names of all but teams differ from case to case
				case strings.Contains(name, "+"):
					holder = "robot"
				case config["users"].(map[string]string)[name] != "":
					holder = "creator"
				case name != holder:
					holder = "somebody else"
				}
				risks[holder] = acctest.Risk("role", role, "read", "write", "admin")["role"]
			}
			return risks
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, "/repository/"+identity["repository"], nil)
		},
		Parent: func(config acctest.Attributes) string {
			organization, _, _ := strings.Cut(config["repository"].(string), "/")
			return "/superuser/organizations/" + organization
		},
		InvalidIDs: map[string]string{
			"acme": "repository must be namespace/name", "acme/App": "repository must be namespace/name", "acme/app:latest": "repository must be namespace/name",
		},
		FaultCases: 580,
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{acctest.RepositoryRule("repository")},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"users": nil, "teams": nil}, Attribute: "users", Error: admins},
				{Config: acctest.Attributes{"users": map[string]string{"alice": "write"}, "teams": nil}, Attribute: "users", Error: admins},
				{Config: acctest.Attributes{"users": map[string]string{"Alice": "admin"}}, Attribute: "users", Error: "users must be 1 to 255 lower-case letters"},
				{Config: acctest.Attributes{"users": map[string]string{"acme+ci": "admin"}}, Attribute: "users", Error: "users must be 1 to 255 lower-case letters"},
				{Config: acctest.Attributes{"users": map[string]string{"alice": "owner"}}, Attribute: "users", Error: `users must be one of "read", "write", "admin".`},
				{Config: acctest.Attributes{"robots": map[string]string{"ci": "read"}}, Attribute: "robots", Error: "robots must be names of robots as namespace+name"},
				{Config: acctest.Attributes{"robots": map[string]string{"elsewhere+ci": "read"}}, Attribute: "robots", Error: "robots must be robots of the namespace of the repository"},
				{Config: acctest.Attributes{"teams": map[string]string{"a/b": "read"}}, Attribute: "teams", Error: "teams must be 1 to 255 lower-case letters"},
				{Config: acctest.Attributes{"teams": map[string]string{"devs": ""}}, Attribute: "teams", Error: `teams must be one of "read", "write", "admin".`},
				{Config: acctest.Attributes{"ignore": []string{"group:a"}}, Attribute: "ignore", Error: "ignore must be names of users, of robots as namespace+name, and of teams as team:name"},
				{Config: acctest.Attributes{"ignore": []string{"team:Devs"}}, Attribute: "ignore", Error: "ignore must be names of users"},
				{Config: acctest.Attributes{"ignore": []string{"bob", "team:devs"}}, Attribute: "ignore", Error: "ignore must not name a holder whose role is listed"},
				{
					Config:    acctest.Attributes{"repository": "alice/app", "robots": nil, "users": map[string]string{"alice": "write"}},
					Attribute: "users", Error: "users must list the owner of the namespace with the role admin, or not at all",
				},
			},
		},
		Example: acctest.ExampleUser("alice"),
		List: &acctest.List{
			Finds:  map[string]string{"repository": "repository"},
			Inputs: acctest.RepositoryFilterInputs(),
		},
	}
}
