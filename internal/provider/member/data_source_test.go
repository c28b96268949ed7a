package member_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const (
	members       = "data.quay_organization_members.test"
	collaborators = "data.quay_organization_collaborators.test"
)

func config(registry *acctest.Registry, organization string) string {
	return registry.Config(`
data "quay_organization_members" "test" {
  organization = %[1]q
}

data "quay_organization_collaborators" "test" {
  organization = %[1]q
}
`, organization)
}

func names(names ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, name := range slices.Sorted(slices.Values(names)) {
		checks = append(checks, knownvalue.StringExact(name))
	}
	return knownvalue.ListExact(checks)
}

// entries expects entries in the order of their names.
func entries(byName map[string]map[string]knownvalue.Check) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		entry := maps.Clone(byName[name])
		entry["name"] = knownvalue.StringExact(name)
		checks = append(checks, knownvalue.ObjectExact(entry))
	}
	return knownvalue.ListExact(checks)
}

// A user in a team is a member, and a user with only a permission is a collaborator. The lists
// omit robot accounts, deleted users, and users whom Quay has removed from the organization.
func TestAccMember(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	path := "/organization/" + organization
	owner := registry.Object(t, path+"/team/owners/members")["members"].([]any)[0].(map[string]any)["name"].(string)
	robot := registry.Robot(t, organization, "ci")
	member, both, outsider, leaver := registry.User(t), registry.User(t), registry.User(t), registry.User(t)
	for _, team := range []string{"ops", "devs"} {
		registry.Team(t, organization, team)
		registry.Must(t, http.MethodPut, path+"/team/"+team+"/members/"+member, nil)
	}
	for _, name := range []string{both, leaver, robot} {
		registry.Must(t, http.MethodPut, path+"/team/devs/members/"+name, nil)
	}
	for _, name := range []string{"team/app", "app"} {
		repository := registry.Repository(t, organization, name)
		for _, username := range []string{outsider, both, leaver, robot} {
			registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+username, map[string]string{"role": "read"})
		}
	}
	registry.Must(t, http.MethodPut, "/repository/"+organization+"/app/permissions/team/ops", map[string]string{"role": "read"})
	registry.DeleteUser(t, leaver)

	owners := map[string]knownvalue.Check{"teams": names("owners"), "repositories": names("app", "team/app")} // who has created them
	none := knownvalue.ListExact(nil)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: config(registry, organization),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(members, "members", entries(map[string]map[string]knownvalue.Check{
						owner:  owners,
						member: {"teams": names("devs", "ops"), "repositories": none},
						both:   {"teams": names("devs"), "repositories": names("app", "team/app")},
					})),
					acctest.Attribute(collaborators, "collaborators", entries(map[string]map[string]knownvalue.Check{
						outsider: {"repositories": names("app", "team/app")},
					})),
				},
			},
			{
				PreConfig: func() {
					for _, name := range []string{both, outsider} {
						registry.Must(t, http.MethodDelete, path+"/members/"+name, nil)
					}
					registry.Must(t, http.MethodDelete, path+"/team/ops", nil)
				},
				Config: config(registry, organization),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(members, "members", entries(map[string]map[string]knownvalue.Check{
						owner: owners, member: {"teams": names("devs"), "repositories": none},
					})),
					acctest.Attribute(collaborators, "collaborators", none),
				},
			},
		},
	})
}

// Before Quay 3.12, a superuser has no right to read the collaborators of an
// organization that does not exist.
func TestAccMember_missing(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	missing := acctest.Name("tforg")
	words := fmt.Sprintf("There is no organization %q in the registry", missing)
	for typeName, words := range map[string]string{
		"quay_organization_members":       words,
		"quay_organization_collaborators": words + "|The access token does not allow this",
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:      registry.Config("data %q \"test\" {\n  organization = %q\n}\n", typeName, missing),
					ExpectError: regexp.MustCompile(words),
				}},
			})
		})
	}
}

// Each data source takes one call for any number of entries.
func TestMember_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	for typeName, call := range map[string]string{
		"quay_organization_members":       "GET /organization/{orgname}/members",
		"quay_organization_collaborators": "GET /organization/{orgname}/collaborators",
	} {
		simulator.ResetCalls()
		_, diags := p.ReadData(typeName, acctest.Attributes{"organization": organization})
		acctest.NoErrors(t, diags)
		if got := simulator.Calls(); !maps.Equal(got, map[string]int{call: 1}) {
			t.Errorf("%s: calls %v", typeName, got)
		}
	}
}
