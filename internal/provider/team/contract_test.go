package team_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/team"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	references := []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("name")}
	acctest.Contract(t, team.Area(), acctest.Case{
		Type:     typeName,
		Identity: []string{"organization", "name"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{"organization": registry.Organization(t), "name": "devs", "role": "creator", "description": "developers"}
		},
		Change: acctest.Attributes{"role": "member", "description": "others"},
		InMemory: func(simulator *quaytest.Server) acctest.Attributes {
			simulator.AddOrganization("acme", "acme@example.com", "admin")
			for _, name := range []string{"alice", "bob"} {
				simulator.AddUser(name, name+"@example.com")
			}
			return acctest.Attributes{"organization": "acme", "name": "devs", "role": "creator", "description": "developers", "members": []string{"alice", "bob"}}
		},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			teams, _ := registry.Object(t, fmt.Sprintf("/organization/%s", config["organization"]))["teams"].(map[string]any)
			devs, _ := teams["devs"].(map[string]any)
			return acctest.Risk("role", devs["role"], nil, "member", "creator", "admin")
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, fmt.Sprintf("/organization/%s/team/%s", identity["organization"], identity["name"]), nil)
		},
		Parent: func(config acctest.Attributes) string {
			return fmt.Sprintf("/superuser/organizations/%s", config["organization"])
		},
		InvalidIDs: map[string]string{
			"acme": "Write it as organization:name", "acme:": "Write it as organization:name", "Acme:devs": "organization must be 1 to 255", "acme:a/b": "name must be 2 to 255",
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			acctest.NameRule("organization"),
			{
				Attribute: "name", Error: "must be 2 to 255 characters: lower-case letters and digits, with single '.', '_' or '-' between them",
				Refused:  []string{"", "a", "Devs", "-devs", "a..b", "a__b", "acme/devs", "a:b", "devs ", strings.Repeat("a", 256)},
				Accepted: []string{"ab", "under_score", "dash-name", "dot.name", "12345", strings.Repeat("a", 255)},
			},
			{
				Attribute: "role", Error: `must be one of "member", "creator", "admin".`,
				Refused: []string{"", "owner", "ADMIN"}, Accepted: []string{"member", "creator", "admin"},
			},
		}},
		Example: acctest.ExampleUser("alice"),
		List: &acctest.List{
			Finds:  map[string]string{"organization": "organization"},
			Inputs: acctest.Inputs{Rules: references[:1]},
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				return acctest.Attributes{"organization": organization, "name": registry.Team(t, organization, "devs")}
			},
			Inputs: acctest.Inputs{Rules: references},
		},
	}, acctest.Case{
		Type:     memberType,
		Identity: []string{"organization", "team", "member"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			return acctest.Attributes{"organization": organization, "team": registry.Team(t, organization, "devs"), "member": registry.Robot(t, organization, "ci")}
		},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			members := registry.Object(t, fmt.Sprintf("/organization/%s/team/%s/members", config["organization"], config["team"]))["members"].([]any)
			return map[string]float64{"members": float64(len(members))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, fmt.Sprintf("/organization/%s/team/%s/members/%s", identity["organization"], identity["team"], identity["member"]), nil)
		},
		InvalidIDs: map[string]string{
			"acme:devs": "Write it as organization:team:member", "acme:devs:": "Write it as organization:team:member",
			"acme:Devs:alice": "team must be 1 to 255", "acme:devs:a/b": "member must be the name of a user",
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("team"), acctest.GranteeRule("member")}},
		List: &acctest.List{
			Finds:  map[string]string{"organization": "organization", "team": "team"},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("team")}},
		},
		Example: acctest.ExampleUser("alice"),
	}, acctest.Case{
		Type: "quay_organization_teams",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"organization": registry.Organization(t)}
			},
			Inputs: acctest.Inputs{Rules: references[:1]},
		},
	}, acctest.Case{
		Type: "quay_organization_team_members",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				return acctest.Attributes{"organization": organization, "team": registry.Team(t, organization, "devs")}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("team")}},
		},
	})
}
