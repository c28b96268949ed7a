package provider_test

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// tableRow matches a row of the table of calls: operation, call, and type.
var tableRow = regexp.MustCompile("(?m)^\\| (\\w+) \\| `([A-Z]+ /\\S+)` \\| (resource|data source) `(quay_\\w+)` \\|$")

// Every call of Quay's superuser and permission chapters is made by the type
// that the table in the documentation names.
func TestCallsTable(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/guides/api-calls.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := os.ReadFile("../client/testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := tableRow.FindAllStringSubmatch(string(page), -1)
	if len(rows) != 35 {
		t.Errorf("the table has %d rows", len(rows))
	}
	callsOf := map[string]map[string]int{} // by kind and name of the type
	for _, row := range rows {
		operation, call, kind, typeName := row[1], row[2], row[3], row[4]
		if !strings.Contains(string(reference), " "+operation+" "+call+"\n") {
			t.Errorf("%s, %s, is not in the reference", operation, call)
		}
		key := kind + " " + typeName
		if callsOf[key] == nil {
			if kind == "resource" {
				callsOf[key] = callsOfResource(t, typeName)
			} else {
				callsOf[key] = callsOfDataSource(t, typeName)
			}
		}
		if callsOf[key][call] == 0 {
			t.Errorf("%s does not call %s (%s); it calls %v", key, call, operation, callsOf[key])
		}
	}
}

// changes are what to change of the objects that can be changed in place.
var changes = map[string]acctest.Attributes{
	"quay_user":                 {"enabled": true},
	"quay_organization":         {"name": acctest.Name("tforg"), "invoice_email": false},
	"quay_org_quota":            {"limit": "2 GiB"},
	"quay_user_quota":           {"limit_bytes": 7},
	"quay_service_key":          {"name": "another"},
	"quay_repo_user_permission": {"role": "read"},
	"quay_repo_team_permission": {"role": "read"},
}

// callsOfResource walks an object through its life and returns the calls it took.
func callsOfResource(t *testing.T, typeName string) map[string]int {
	t.Helper()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	o := objectOf(t, registry, typeName)
	if typeName == "quay_service_key_approval" { // a key that waits for one
		o.config = acctest.Attributes{"kid": simulator.AddServiceKey("clair", "registered by clair")}
	}
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	state, diags := p.Read(typeName, p.Create(typeName, o.config))
	acctest.NoErrors(t, diags)
	if change, ok := changes[typeName]; ok {
		maps.Copy(o.config, change)
		state, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, o.config))
		acctest.NoErrors(t, diags)
	}
	_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	acctest.NoErrors(t, diags)
	return simulator.Calls()
}

// callsOfDataSource reads a data source and returns the calls it took.
func callsOfDataSource(t *testing.T, typeName string) map[string]int {
	t.Helper()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization, username := registry.Organization(t), registry.User(t)
	repository := registry.Repository(t, organization, "app")
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+username, map[string]string{"role": "read"})
	build := registry.Must(t, http.MethodPost, "/repository/"+repository+"/build/", map[string]any{
		"archive_url": "http://127.0.0.1:1/context.tar.gz", "docker_tags": []string{"latest"},
	}).(map[string]any)["id"]
	configs := map[string]acctest.Attributes{
		"quay_build":                           {"build_uuid": build},
		"quay_build_status":                    {"build_uuid": build},
		"quay_build_logs":                      {"build_uuid": build},
		"quay_repo_user_permissions":           {"repository": repository},
		"quay_repo_team_permissions":           {"repository": repository},
		"quay_repo_user_transitive_permission": {"repository": repository, "username": username},
	}
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	_, diags := p.ReadData(typeName, configs[typeName])
	acctest.NoErrors(t, diags)
	return simulator.Calls()
}
