package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// The table of calls has a row for every call of Quay's superuser and permission
// chapters, and names types that exist. That the types make the calls is part of
// the contract of each type.
func TestCallsTable(t *testing.T) {
	t.Parallel()
	reference, err := os.ReadFile("../client/testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	types := map[string][]string{"resource": p.Types(), "data source": p.DataSourceTypes(), "ephemeral resource": p.EphemeralTypes()}
	chapters := map[string]map[string]bool{"superuser": {}, "permission": {}} // operations
	for _, row := range acctest.CallsTable(t) {
		chapter := "permission"
		if strings.Contains(row.Call, " /superuser/") {
			chapter = "superuser"
		}
		chapters[chapter][row.Operation] = true
		if !strings.Contains(string(reference), " "+row.Operation+" "+row.Call+"\n") {
			t.Errorf("%s, %s, is not in the reference", row.Operation, row.Call)
		}
		if !slices.Contains(types[row.Kind], row.Type) {
			t.Errorf("%s: there is no %s %s", row.Operation, row.Kind, row.Type)
		}
	}
	if n, m := len(chapters["superuser"]), len(chapters["permission"]); n != 26 || m != 9 { // as Quay's reference documents
		t.Errorf("the table has %d calls of the chapter superuser, and %d of the chapter permission", n, m)
	}
}

// A plan reads lists if it can, with any parallelism. An apply makes one call for each of
// these objects.
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
	c := newCommandLine(t, registry, "")
	c.use(map[string]string{"organization": organization, "repositories": strconv.Itoa(repositories), "users": strconv.Itoa(users)})
	calls := func(args ...string) (int, map[string]int) {
		t.Helper()
		simulator.ResetCalls()
		c.run(true, args...)
		return len(simulator.Requests()), simulator.Calls()
	}
	simulator.SetCost(5*time.Millisecond, 2)
	const objects = users + 10 + 10 + 5 + 20*repositories
	if n, routes := calls("apply", "-auto-approve"); n != objects+2 { // the plan and the apply ask where users come from
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
			// A team's list is read where its second permission comes before the list of
			// that repository.
			"GET /organization/{orgname}/team/{teamname}/permissions": repositories,
			"GET /superuser/users/{username}":                         1, // before the second page pays, if at all
			"GET /superuser/users/{namespace}/quota":                  1,
		}
		for route, count := range routes {
			if count > want[route] {
				t.Errorf("-parallelism=%d: %d calls in all, %d of %s", parallelism, n, count, route)
			}
		}
		for route := range want {
			if routes[route] == 0 && !strings.Contains(route, "/users/{") && !strings.Contains(route, "/{teamname}/") {
				t.Errorf("-parallelism=%d: %d calls in all, none of %s", parallelism, n, route)
			}
		}
	}
}

// If Terraform opens an ephemeral resource during a plan, the client drops only the lists that
// it changes. A new key changes the list of keys, and a robot's token changes no list.
func TestEphemeralResourcesKeepLists(t *testing.T) {
	t.Parallel()
	const users, repositories, teams = 1000, 100, 4
	registry := acctest.Start(t, quaytest.WithKeyBits(1024))
	simulator, organization := registry.Simulator(t), registry.Organization(t)
	registry.Robot(t, organization, "ci")
	var userIDs, permissionIDs []string
	for i := range users {
		userIDs = append(userIDs, fmt.Sprint("user", i))
		simulator.AddUser(userIDs[i], userIDs[i]+"@example.com")
	}
	for i := range repositories {
		simulator.AddRepository(organization, fmt.Sprint("app", i), "admin")
	}
	for i := range teams {
		team := registry.Team(t, organization, fmt.Sprint("team", i))
		for j := range repositories {
			repository := fmt.Sprintf("%s/app%d", organization, j)
			registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/team/"+team, map[string]string{"role": "read"})
			permissionIDs = append(permissionIDs, repository+":"+team)
		}
	}
	p := registry.Serve(t, nil).OneRun()
	imported := func(typeName string, ids ...string) (read func(from, to int)) {
		var states []acctest.State
		for _, id := range ids {
			state, diags := p.ImportByID(typeName, id)
			acctest.NoErrors(t, diags)
			states = append(states, state)
		}
		return func(from, to int) {
			t.Helper()
			for _, state := range states[from:to] {
				after, diags := p.Read(typeName, state)
				acctest.NoErrors(t, diags)
				if !after.Value.Equal(state.Value) {
					t.Errorf("%s is read as %s", state.Value, after.Value)
				}
			}
		}
	}
	readUsers, readPermissions := imported("quay_user", userIDs...), imported("quay_repo_team_permission", permissionIDs...)
	readKey := imported("quay_service_key", simulator.AddServiceKey("clair", "a key"))

	p = p.OneRun()
	simulator.ResetCalls()
	readUsers(0, users/2)
	readPermissions(0, 250) // in the middle of the permissions of a team
	readKey(0, 1)
	for typeName, config := range map[string]acctest.Attributes{
		"quay_service_key":              {"service": "ci", "valid_for": "15m"},
		"quay_organization_robot_token": {"organization": organization, "name": "ci"},
	} {
		_, diags := p.Open(t.Context(), typeName, config)
		acctest.NoErrors(t, diags)
	}
	readUsers(users/2, users)
	readPermissions(250, len(permissionIDs))
	readKey(0, 1)
	want := map[string]int{
		"GET /superuser/users/":                                   11, // 1,000 and admin
		"GET /repository/{repository}/permissions/team/":          teams,
		"GET /organization/{orgname}/team/{teamname}/permissions": teams,
		"GET /superuser/keys":                                     2,
		"POST /superuser/keys":                                    1,
		"GET /organization/{orgname}/robots/{robot_shortname}":    1,
	}
	if calls := simulator.Calls(); !maps.Equal(calls, want) {
		t.Errorf("calls %v, not %v", calls, want)
	}
}

// Data sources and lists return the current objects, and not those of earlier reads. The reads
// of another run of Terraform are also current.
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
