package user_test

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

// The registry has more users than one page, and one of them is disabled.
func TestAccAllUsers(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	var names []string
	for range 103 {
		names = append(names, registry.User(t))
	}
	disabled := names[50]
	registry.Must(t, http.MethodPut, "/superuser/users/"+disabled, map[string]bool{"enabled": false})

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{{
			ConfigDirectory: acctest.Directory("read"),
			ConfigVariables: acctest.Variables(map[string]any{"usernames": names}),
			Check: func(state *terraform.State) error {
				all := state.RootModule().Outputs["all"].Value.(map[string]any)
				enabled := state.RootModule().Outputs["enabled"].Value.(map[string]any)
				for _, name := range names {
					user, listed := all[name].(map[string]any)
					if !listed {
						return fmt.Errorf("%s is missing among all users", name)
					}
					if got, want := user["email"], name+"@example.com"; got != want {
						return fmt.Errorf("the e-mail address of %s is %v", name, got)
					}
					if _, listed := enabled[name]; listed != (name != disabled) || user["enabled"] != listed {
						return fmt.Errorf("%s among enabled users: %v, enabled: %v", name, listed, user["enabled"])
					}
				}
				return nil
			},
		}},
	})
}

func TestAccUserData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.User(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: registry.Config("data \"quay_user\" \"test\" { username = %q }", name),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute("data."+address, "email", knownvalue.StringExact(name+"@example.com")),
					acctest.Attribute("data."+address, "enabled", knownvalue.Bool(true)),
					acctest.Attribute("data."+address, "super_user", knownvalue.Bool(false)),
				},
			},
			{
				Config:      registry.Config("data \"quay_user\" \"test\" { username = \"nosuchuser\" }"),
				ExpectError: acctest.ErrorContains(`There is no user "nosuchuser" in the registry.`),
			},
		},
	})
}
