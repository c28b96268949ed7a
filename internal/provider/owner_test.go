package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// The demo's organization takes a token of a user who is no superuser, with the
// scopes that the guide "Least privilege" names. It works the same if the registry has no calls
// for superusers at all.
func TestAccOwner(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]bool{"refused": false, "hidden": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
			simulator := registry.Simulator(t)
			for _, username := range []string{"owner", "alice", "bob"} {
				simulator.AddUser(username, username+"@example.com")
			}
			registry.Token = simulator.AddToken("owner", "org:admin", "repo:admin", "repo:create", "user:admin")
			var superuserCalls atomic.Int32
			complete := acctest.Start(t)
			simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/api/v1/discovery" && hidden {
					hideSuperuserCalls(t, complete.URL+r.URL.String(), w)
					return true
				}
				if !strings.HasPrefix(r.URL.Path, "/api/v1/superuser/") {
					return false
				}
				superuserCalls.Add(1)
				if hidden {
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					w.WriteHeader(http.StatusNotFound)
					fmt.Fprint(w, "<!doctype html>\n<title>404 Not Found</title>\n")
				}
				return hidden
			})
			c := newCommandLine(t, registry, "")
			demo, err := os.ReadFile(filepath.FromSlash("../../examples/demo/organization/main.tf"))
			if err != nil {
				t.Fatal(err)
			}
			c.add("main.tf", string(demo))
			if acctest.Version(t) < quaytest.Quay3_12 { // which has no policies for organizations
				c.cli.Env = append(c.cli.Env, "TF_VAR_keep_tags=0")
			}
			c.cli.Env = append(c.cli.Env, "TF_VAR_name=acme", `TF_VAR_members={"alice"="admin","bob"="write"}`)
			c.run(true, "apply", "-auto-approve")
			c.run(true, "plan", "-detailed-exitcode")
			c.run(true, "apply", "-auto-approve", `-var=members={"alice"="admin"}`)
			c.run(true, "plan", "-detailed-exitcode", `-var=members={"alice"="admin"}`)
			if n := superuserCalls.Load(); n != 0 {
				t.Errorf("the provider made %d calls for superusers", n)
			}
			c.run(true, "destroy", "-auto-approve")
			if left := simulator.Objects()["organizations"]; left != 0 {
				t.Errorf("%d organizations are left", left)
			}
		})
	}
}

// hideSuperuserCalls answers with a registry's list of calls, without the calls for superusers.
func hideSuperuserCalls(t *testing.T, url string, w http.ResponseWriter) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer resp.Body.Close()
	var document map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&document); err != nil {
		t.Error(err)
		return
	}
	maps.DeleteFunc(document["paths"].(map[string]any), func(path string, _ any) bool { return strings.HasPrefix(path, "/api/v1/superuser/") })
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(document); err != nil {
		t.Error(err)
	}
}
