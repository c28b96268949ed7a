package teamsync_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/teamsync"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const typeName = "quay_organization_team_sync"

func TestContract(t *testing.T) {
	t.Parallel()
	team := func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
		t.Helper()
		organization := registry.Organization(t)
		return acctest.Attributes{"organization": organization, "team": registry.Team(t, organization, "devs")}
	}
	references := []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("team")}
	synchronize := func(t testing.TB, registry *acctest.Registry) map[string]string {
		t.Helper()
		registry.Must(t, http.MethodPost, "/organization/acme/team/devs/syncing", map[string]string{"group_dn": quaytest.DevsGroup})
		return nil
	}
	acctest.Contract(t, teamsync.Area(), acctest.Case{
		Type:      typeName,
		UsersFrom: quaytest.LDAPUsers,
		Identity:  []string{"organization", "team"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := team(t, registry)
			config["group_dn"] = quaytest.DevsGroup
			return config
		},
		Change: acctest.Attributes{"group_dn": quaytest.OpsGroup},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, fmt.Sprintf("/organization/%s/team/%s/syncing", identity["organization"], identity["team"]), nil)
		},
		Parent: func(config acctest.Attributes) string {
			return fmt.Sprintf("/organization/%s/team/%s", config["organization"], config["team"])
		},
		InvalidIDs: map[string]string{
			"acme": "Write it as organization:team", "acme:": "Write it as organization:team", "Acme:devs": "organization must be 1 to 255", "acme:a/b": "team must be 1 to 255",
		},
		Inputs: acctest.Inputs{
			Rules: append([]acctest.Rule{
				{
					Attribute: "group_dn", Error: "must be a DN relative to the base DN of the registry",
					Refused: []string{"", " ", "devs", "cn=devs,", "=devs", ",ou=groups", "cn=devs,groups"}, Accepted: []string{"cn=devs", "cn=devs,ou=groups", "CN=a b, OU=Groups"},
				},
			}, references...),
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"group_dn": nil}, Error: "No attribute specified when one (and only one) of"},
				{Config: acctest.Attributes{"group_name": "devs"}, Error: "2 attributes specified when one (and only one) of"},
				{
					Config:    acctest.Attributes{"group_dn": nil, "group_name": ""},
					Attribute: "group_name", Error: "group_name must not be empty, and must not begin or end with white space.",
				},
				{
					Config:    acctest.Attributes{"group_dn": nil, "group_name": " devs"},
					Attribute: "group_name", Error: "group_name must not be empty, and must not begin or end with white space.",
				},
			},
		},
		List: &acctest.List{
			Finds:   map[string]string{"organization": "organization"},
			Inputs:  acctest.Inputs{Rules: references[:1]},
			Example: synchronize,
		},
		DataSource: &acctest.DataSource{
			Config:  team,
			Inputs:  acctest.Inputs{Rules: references},
			Example: synchronize,
		},
	})
}
