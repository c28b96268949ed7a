package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// The example "adopt" brings a whole organization under Terraform, without a change.
func TestAccAdopt(t *testing.T) {
	t.Parallel()
	t.Run("superuser", func(t *testing.T) {
		t.Parallel()
		testAdopt(t, acctest.Start(t), false)
	})
	t.Run("owner", func(t *testing.T) {
		t.Parallel()
		registry := acctest.Start(t)
		registry.Simulator(t).AddUser("owner", "owner@example.com")
		testAdopt(t, registry, true)
	})
}

// testAdopt adopts an organization, as an owner without the objects that only a superuser finds.
func testAdopt(t *testing.T, registry *acctest.Registry, asOwner bool) {
	t.Helper()
	c := newCommandLine(t, registry, "")
	c.require(acctest.QueriesAndActions)
	organization, user := registry.Organization(t), registry.User(t)
	app, nested := registry.Repository(t, organization, "app"), registry.Repository(t, organization, "team/app")
	robot, team := registry.Robot(t, organization, "ci"), registry.Team(t, organization, "devs")
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPut, "/repository/" + app, map[string]string{"description": "The *application*\n\nof ${all}"}},
		{http.MethodPost, "/repository/" + nested + "/changevisibility", map[string]string{"visibility": "public"}},
		{http.MethodPut, "/organization/" + organization + "/team/" + team + "/members/" + robot, nil},
		{http.MethodPut, "/organization/" + organization + "/team/owners/members/" + user, nil},
		{http.MethodPost, "/superuser/organization/" + organization + "/quota", map[string]any{"limit_bytes": 10 << 30}},
		{http.MethodPut, "/repository/" + nested + "/permissions/user/" + robot, map[string]string{"role": "write"}},
		{http.MethodPut, "/repository/" + app + "/permissions/team/" + team, map[string]string{"role": "read"}},
		{http.MethodPost, "/organization/" + organization + "/prototypes", map[string]any{
			"role": "read", "delegate": map[string]string{"kind": "team", "name": team}, "activating_user": map[string]string{"name": robot},
		}},
		{http.MethodPost, "/organization/" + organization + "/prototypes", map[string]any{
			"role": "write", "delegate": map[string]string{"kind": "user", "name": robot},
		}},
	} {
		registry.Must(t, call.method, call.path, call.body)
	}
	quotas := registry.Must(t, http.MethodGet, "/organization/"+organization+"/quota", nil).([]any)
	limits := fmt.Sprintf("/organization/%s/quota/%v/limit", organization, quotas[0].(map[string]any)["id"])
	registry.Must(t, http.MethodPost, limits, map[string]any{"type": "Warning", "threshold_percent": 80})
	// The organization, its quota, two repositories, two teams, a robot, two default
	// permissions, and permissions: the robot's, the team's and two of the creator's.
	imported := 13
	policies := []string{"/organization/" + organization + "/autoprunepolicy/", "/repository/" + app + "/autoprunepolicy/"}
	hasPolicies := true
	for _, path := range policies {
		status, _ := registry.Call(t, http.MethodPost, path, map[string]any{"method": "creation_date", "value": "30d"})
		hasPolicies = hasPolicies && status == http.StatusCreated
	}
	if err := os.Remove(c.cli.Dir + "/main.tf"); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(c.cli.Dir, os.DirFS("../../examples/adopt")); err != nil {
		t.Fatal(err)
	}
	if hasPolicies {
		imported += len(policies)
	} else if err := os.Remove(c.cli.Dir + "/policies.tfquery.hcl"); err != nil {
		t.Fatal(err)
	}
	c.cli.Env = append(c.cli.Env, "TF_VAR_organization="+organization)
	if asOwner {
		registry.Must(t, http.MethodPut, "/organization/"+organization+"/team/owners/members/owner", nil)
		c.cli.Env = append(c.cli.Env, "QUAY_TOKEN="+registry.Simulator(t).AddToken("owner", "org:admin", "repo:admin"))
		dropLists(t, c.cli.Dir+"/organization.tfquery.hcl", 2) // the organization and its quota
		imported -= 2
	}
	c.run(true, "query", "-generate-config-out=generated.tf")
	c.run(true, "apply", "-auto-approve")
	c.expect(fmt.Sprintf("Resources: %d imported, 0 added, 0 changed, 0 destroyed.", imported))
	c.run(true, "plan", "-detailed-exitcode")
	c.expect("No changes.")
}

// dropLists removes the first n lists from a query file.
func dropLists(t *testing.T, file string, n int) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for range n {
		before, list, _ := strings.Cut(text, "list ")
		_, after, found := strings.Cut(list, "\n}\n")
		if !found {
			t.Fatalf("%s has no such list", file)
		}
		text = before + after
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
