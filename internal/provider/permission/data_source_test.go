package permission_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

func TestAccPermissionData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, username, leaver := registry.Organization(t), registry.User(t), registry.User(t)
	repository := registry.Repository(t, organization, "team/app")
	robot, team := registry.Robot(t, organization, "ci"), registry.Team(t, organization, "devs")
	registry.Must(t, http.MethodPut, "/organization/"+organization+"/team/"+team+"/members/"+username, map[string]any{})
	for path, role := range map[string]string{"user/" + username: "read", "user/" + leaver: "read", "user/" + robot: "write", "team/" + team: "admin"} {
		registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/"+path, map[string]string{"role": role})
	}
	registry.Must(t, http.MethodDelete, "/superuser/users/"+leaver, nil) // leaves a permission under a UUID

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{{
			ConfigDirectory: acctest.Directory("read"),
			ConfigVariables: acctest.Variables(map[string]any{"repository": repository, "username": username, "robot": robot, "team": team}),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute("data.quay_repo_user_permission.user", "role", knownvalue.StringExact("read")),
				acctest.Attribute("data.quay_repo_user_permission.robot", "role", knownvalue.StringExact("write")),
				acctest.Attribute("data.quay_repo_team_permission.team", "role", knownvalue.StringExact("admin")),
				acctest.Attribute("data.quay_repo_user_transitive_permission.user", "role", knownvalue.StringExact("admin")),
				acctest.Attribute("data.quay_repo_user_transitive_permission.user", "roles", knownvalue.ListSizeExact(2)),
				acctest.Attribute("data.quay_repo_team_permissions.all", "permissions", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectExact(map[string]knownvalue.Check{"name": knownvalue.StringExact(team), "role": knownvalue.StringExact("admin")}),
				})),
			},
			Check: func(state *terraform.State) error {
				got := state.RootModule().Outputs["users"].Value
				if want := fmt.Sprintf("%s=write/true %s=read/false", robot, username); got != want { // "tforg…" before "tfuser…"
					return fmt.Errorf("the users are %q, not %q", got, want)
				}
				for _, name := range state.RootModule().Outputs["names"].Value.([]any) {
					if len(name.(string)) == 36 {
						return fmt.Errorf("the deleted user is listed as %s", name)
					}
				}
				return nil
			},
		}},
	})
}

func TestAccPermissionData_missing(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, username := registry.Organization(t), registry.User(t)
	repository := registry.Repository(t, organization, "app")
	missing := organization + "/no/such"
	noRepository := fmt.Sprintf("There is no repository %q in the registry.", missing)
	for name, c := range map[string]struct{ typeName, body, words string }{
		"users of a missing repository":      {"quay_repo_user_permissions", fmt.Sprintf("repository = %q", missing), noRepository},
		"teams of a missing repository":      {"quay_repo_team_permissions", fmt.Sprintf("repository = %q", missing), noRepository},
		"user of a missing repository":       {"quay_repo_user_permission", fmt.Sprintf("repository = %q\nusername = %q", missing, username), noRepository},
		"team of a missing repository":       {"quay_repo_team_permission", fmt.Sprintf("repository = %q\nteam = %q", missing, "owners"), noRepository},
		"transitive in a missing repository": {"quay_repo_user_transitive_permission", fmt.Sprintf("repository = %q\nusername = %q", missing, username), noRepository},
		"user without": {
			"quay_repo_user_permission", fmt.Sprintf("repository = %q\nusername = %q", repository, username),
			fmt.Sprintf("The user %q has no permission in the repository %q.", username, repository),
		},
		"team without": {
			"quay_repo_team_permission", fmt.Sprintf("repository = %q\nteam = %q", repository, "owners"),
			fmt.Sprintf("The team %q has no permission in the repository %q.", "owners", repository),
		},
		"transitive without": {
			"quay_repo_user_transitive_permission", fmt.Sprintf("repository = %q\nusername = %q", repository, "nosuchuser"),
			fmt.Sprintf("The user %q has no permission in the repository %q.", "nosuchuser", repository),
		},
		"no namespace": {"quay_repo_user_permissions", `repository = "app"`, `repository must be namespace/name.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:      registry.Config("data %q \"test\" {\n%s\n}\n", c.typeName, c.body),
					ExpectError: acctest.ErrorContains(c.words),
				}},
			})
		})
	}
}

// A repository without permissions exists.
func TestAccPermissionData_none(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	repository := registry.Repository(t, registry.Organization(t), "app")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("data \"quay_repo_team_permissions\" \"test\" { repository = %q }", repository),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute("data.quay_repo_team_permissions.test", "permissions", knownvalue.ListSizeExact(0)),
			},
		}},
	})
}
