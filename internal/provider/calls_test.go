package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// tableRow matches a row of the table of calls: operation, call, and type.
var tableRow = regexp.MustCompile("(?m)^\\| (\\w+) \\| `([A-Z]+ /\\S+)` \\| (resource|data source|ephemeral resource) `(quay_\\w+)`[^|]* \\|$")

// parameter matches one in a path. Quay itself names some otherwise than its
// reference does.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

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
	if len(rows) != 35+2 {
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
			callsOf[key] = map[string]func(*testing.T, string) map[string]int{
				"resource": callsOfResource, "data source": callsOfDataSource, "ephemeral resource": callsOfEphemeral,
			}[kind](t, typeName)
		}
		made := false
		for other := range callsOf[key] {
			made = made || parameter.ReplaceAllString(other, "{}") == parameter.ReplaceAllString(call, "{}")
		}
		if !made {
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
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18)) // older ones fail for a build like this
	simulator := registry.Simulator(t)
	organization, username := registry.Organization(t), registry.User(t)
	repository := registry.Repository(t, organization, "app")
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+username, map[string]string{"role": "read"})
	registry.Team(t, organization, "readers")
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/team/readers", map[string]string{"role": "read"})
	registry.Must(t, http.MethodPost, "/superuser/users/"+username+"/quota", map[string]int{"limit_bytes": 1})
	registry.Must(t, http.MethodPost, "/superuser/organization/"+organization+"/quota", map[string]int{"limit_bytes": 1})
	build := registry.Must(t, http.MethodPost, "/repository/"+repository+"/build/", map[string]any{
		"archive_url": "http://127.0.0.1:1/context.tar.gz", "docker_tags": []string{"latest"},
	}).(map[string]any)["id"]
	configs := map[string]acctest.Attributes{
		"quay_build":                           {"build_uuid": build},
		"quay_build_status":                    {"build_uuid": build},
		"quay_build_logs":                      {"build_uuid": build},
		"quay_user_quota":                      {"username": username},
		"quay_org_quota":                       {"organization": organization},
		"quay_repo_user_permission":            {"repository": repository, "username": username},
		"quay_repo_team_permission":            {"repository": repository, "team": "readers"},
		"quay_service_key":                     {"kid": simulator.AddServiceKey("clair", "registered by clair")},
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

// callsOfEphemeral opens and closes an ephemeral resource and returns the calls
// it took.
func callsOfEphemeral(t *testing.T, typeName string) map[string]int {
	t.Helper()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	opened, diags := p.Open(t.Context(), typeName, acctest.Attributes{"service": "tfacc"})
	acctest.NoErrors(t, diags)
	acctest.NoErrors(t, p.Close(t.Context(), typeName, opened))
	return simulator.Calls()
}

// A plan reads what it can from lists, whatever the parallelism; an apply makes
// one call for each of these objects.
func TestAccSharedReads(t *testing.T) {
	t.Parallel()
	const repositories, users = 3, 140
	registry := acctest.Start(t, quaytest.WithKeyBits(1024))
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	for i := range repositories {
		simulator.AddRepository(organization, fmt.Sprintf("app%d", i), "admin")
	}
	for i := range 10 {
		simulator.AddOrganization(fmt.Sprintf("org%d", i), fmt.Sprintf("org%d@example.com", i), "admin")
		registry.Team(t, organization, fmt.Sprintf("team%d", i))
	}
	c := newCommandLine(t, registry, fmt.Sprintf(`
		resource "quay_user" "u" {
		  count    = %[3]d
		  username = "user${count.index}"
		}
		resource "quay_user_quota" "u" {
		  count    = 10
		  username = quay_user.u[count.index].username
		  limit    = "1 GiB"
		}
		resource "quay_org_quota" "o" {
		  count        = 10
		  organization = "org${count.index}"
		  limit        = "1 GiB"
		}
		resource "quay_service_key" "k" {
		  count   = 5
		  service = "tfacc"
		}
		resource "quay_repo_user_permission" "u" {
		  count      = 10 * %[2]d
		  repository = "%[1]s/app${count.index %% %[2]d}"
		  username   = quay_user.u[count.index].username
		  role       = "read"
		}
		resource "quay_repo_team_permission" "t" {
		  count      = 10 * %[2]d
		  repository = "%[1]s/app${count.index %% %[2]d}"
		  team       = "team${floor(count.index / %[2]d)}"
		  role       = "read"
		}
	`, organization, repositories, users))
	calls := func(args ...string) (int, map[string]int) {
		t.Helper()
		simulator.ResetCalls()
		c.run(true, args...)
		return len(simulator.Requests()), simulator.Calls()
	}
	simulator.SetCost(5*time.Millisecond, 2)
	const objects = users + 10 + 10 + 5 + 20*repositories
	if n, routes := calls("apply", "-auto-approve"); n != objects {
		t.Errorf("%d objects took %d calls: %v", objects, n, routes)
	}
	for _, parallelism := range []int{1, 10, 100} {
		n, routes := calls("plan", "-detailed-exitcode", fmt.Sprintf("-parallelism=%d", parallelism))
		want := map[string]int{
			"GET /superuser/users/":                          2, // 140 and admin
			"GET /superuser/organizations/":                  1,
			"GET /superuser/keys":                            1,
			"GET /repository/{repository}/permissions/user/": repositories,
			"GET /repository/{repository}/permissions/team/": repositories,
			"GET /superuser/users/{username}":                1, // before the second page pays, if at all
			"GET /superuser/users/{namespace}/quota":         1,
		}
		for route, count := range routes {
			if count > want[route] {
				t.Errorf("-parallelism=%d: %d calls in all, %d of %s", parallelism, n, count, route)
			}
		}
		for route := range want {
			if routes[route] == 0 && !strings.Contains(route, "/users/{") {
				t.Errorf("-parallelism=%d: %d calls in all, none of %s", parallelism, n, route)
			}
		}
	}
}

// Data sources and lists tell what is there when they are read, not when the
// resources were; and so does whatever another run of Terraform reads.
func TestReadsAnew(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	username := registry.User(t)
	p := registry.Serve(t, nil)
	_, diags := p.ImportByID("quay_user", username) // shares the list of users
	acctest.NoErrors(t, diags)
	registry.Must(t, http.MethodPut, "/superuser/users/"+username, map[string]string{"email": "new-" + username + "@example.com"})
	for typeName, config := range map[string]acctest.Attributes{
		"quay_user":      {"username": username},
		"quay_all_users": nil,
	} {
		state, diags := p.ReadData(typeName, config)
		acctest.NoErrors(t, diags)
		if !strings.Contains(state.Value.String(), "new-"+username) {
			t.Errorf("%s tells of the past", typeName)
		}
	}
	listed, diags := p.List("quay_user", acctest.Attributes{"prefix": username}, 10, true)
	acctest.NoErrors(t, diags)
	next, diags := registry.Serve(t, nil).ImportByID("quay_user", username)
	acctest.NoErrors(t, diags)
	for what, states := range map[string]string{"a list": fmt.Sprint(listed), "an import of the next run": next.Value.String()} {
		if !strings.Contains(states, "new-"+username) {
			t.Errorf("%s tells of the past: %s", what, states)
		}
	}
}
