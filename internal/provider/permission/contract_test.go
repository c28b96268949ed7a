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
	acctest.Contract(t, permission.Area(), user, team, all("quay_repo_user_permissions"), all("quay_repo_team_permissions"), acctest.Case{
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
			Finds: map[string]string{"repository": "repository"},
			Inputs: acctest.Inputs{
				Rules: []acctest.Rule{acctest.RepositoryRule("repository"), acctest.NameRule("organization")},
				Invalid: []acctest.Invalid{
					{Config: acctest.Attributes{"repository": nil}, Error: "No attribute specified when one (and only one) of"},
					{Config: acctest.Attributes{"organization": "a"}, Error: "2 attributes specified when one (and only one) of"},
				},
			},
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
