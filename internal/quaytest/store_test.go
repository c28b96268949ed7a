package quaytest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNameHold checks that Quay gives out the name of a deleted user or
// organization after the name hold, and not before.
func TestNameHold(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, WithVersion(Development), WithClock(clock.Now), WithNameHold(10*time.Second))
	c := superuser(t, s)
	const newUser, newOrganization = `{"username":"name","email":"a@example.com"}`, `{"name":"name"}`
	held := func() {
		t.Helper()
		for path, body := range map[string]string{"/superuser/users/": newUser, "/organization/": newOrganization} {
			r := c.want(400, "POST", path, body)
			if !strings.Contains(r.body, "Username is not available") {
				t.Fatalf("%s: %s", path, r.body)
			}
		}
	}
	c.want(200, "POST", "/superuser/users/", newUser)
	c.want(204, "DELETE", "/superuser/users/name", "")
	held()
	clock.move(10*time.Second - 1)
	held()
	clock.move(1)
	c.want(201, "POST", "/organization/", newOrganization)
	c.want(204, "DELETE", "/superuser/organizations/name", "")
	held()
	clock.move(10 * time.Second)
	c.want(200, "POST", "/superuser/users/", newUser)
}

// TestDeletedUser checks that Quay keeps the permissions of a deleted user under
// another name during the name hold.
func TestDeletedUser(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, WithClock(clock.Now))
	s.AddUser("bob", "")
	s.AddOrganization("org", "", "admin")
	s.AddRepository("org", "app", "admin")
	c := superuser(t, s)
	c.want(200, "PUT", "/repository/org/app/permissions/user/bob", `{"role":"read"}`)
	c.want(204, "DELETE", "/superuser/users/bob", "")
	names := func() []string {
		var names []string
		for name := range c.want(200, "GET", "/repository/org/app/permissions/user/", "").object(t)["permissions"].(map[string]any) {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	if n := names(); len(n) != 2 || slices.Contains(n, "bob") || !slices.ContainsFunc(n, uuidExpression.MatchString) {
		t.Errorf("right after: %v", n)
	}
	if n := s.Objects()["permissions"]; n != 1 {
		t.Errorf("%d permissions are counted", n)
	}
	clock.move(65 * time.Second)
	if n := names(); !slices.Equal(n, []string{"admin"}) {
		t.Errorf("later: %v", n)
	}
}

// checkObjects compares the number of objects of each kind. A kind that want does
// not have counts as 0.
func checkObjects(t *testing.T, s *Server, want map[string]int) {
	t.Helper()
	got := s.Objects()
	for kind := range want {
		if _, known := got[kind]; !known {
			t.Errorf("there is no kind of object %q", kind)
		}
	}
	for kind, n := range got {
		if n != want[kind] {
			t.Errorf("%s: want %d, got %d", kind, want[kind], n)
		}
	}
}

// addOneOfEach adds an organization that has one object of every kind that can
// depend on it, and an entry in the logs about it.
func addOneOfEach(c client, name string) {
	c.t.Helper()
	c.want(201, "POST", "/organization/", `{"name":"`+name+`"}`)
	c.want(200, "PUT", "/organization/"+name, `{"invoice_email":true}`)
	c.want(201, "POST", "/repository", `{"namespace":"`+name+`","repository":"app","visibility":"private","description":""}`)
	c.want(200, "PUT", "/organization/"+name+"/team/devs", `{"role":"member"}`)
	c.want(201, "PUT", "/organization/"+name+"/robots/ci", `{}`)
	c.want(200, "PUT", "/organization/"+name+"/team/devs/members/"+name+"+ci", "")
	c.want(200, "PUT", "/repository/"+name+"/app/permissions/team/devs", `{"role":"read"}`)
	c.want(200, "PUT", "/repository/"+name+"/app/permissions/user/"+name+"+ci", `{"role":"read"}`)
	c.want(201, "POST", "/superuser/organization/"+name+"/quota", `{"limit_bytes":5}`)
	c.want(201, "POST", "/repository/"+name+"/app/build/", `{"archive_url":"https://example.com/a.tgz"}`)
	app := c.want(200, "POST", "/organization/"+name+"/applications", `{"name":"tf"}`).object(c.t)["client_id"].(string)
	c.want(200, "POST", "/organization/"+name+"/applications/"+app+"/tokens", `{"name":"x","scope":"repo:read"}`)
}

// stateSizes returns the number of elements in the state of each area.
func stateSizes(s *Server) map[string]int {
	sizes := map[string]int{}
	for name, part := range s.store.states {
		for _, field := range reflect.ValueOf(part).Elem().Fields() {
			if k := field.Kind(); k == reflect.Map || k == reflect.Slice {
				sizes[name.String()] += field.Len()
			}
		}
	}
	delete(sizes, "*quaytest.logsState") // Quay keeps the logs of deleted objects
	return sizes
}

// TestCascade checks that Quay deletes everything that depends on an
// organization, on a team or on a robot, and nothing else.
func TestCascade(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, WithClock(clock.Now))
	c := superuser(t, s)
	want := map[string]int{"users": 1}
	checkObjects(t, s, want)
	sizes := stateSizes(s)
	for range 2 {
		for kind, n := range map[string]int{
			"organizations": 1, "quotas": 1, "permissions": 3, "teams": 2, "robots": 1, "repositories": 1,
			"applications": 1, "application tokens": 1,
		} {
			want[kind] += n
		}
	}
	addOneOfEach(c, "org")
	addOneOfEach(c, "kept")
	checkObjects(t, s, want)
	c.want(204, "DELETE", "/superuser/organizations/org", "")
	want = map[string]int{
		"users": 1, "organizations": 1, "quotas": 1, "permissions": 3, "teams": 2, "robots": 1, "repositories": 1,
		"applications": 1, "application tokens": 1,
	}
	checkObjects(t, s, want)
	if list := c.want(200, "GET", "/superuser/organizations/", "").object(t)["organizations"].([]any); len(list) != 1 {
		t.Errorf("organizations: %v", list)
	}

	c.want(204, "DELETE", "/organization/kept/robots/ci", "")
	want["robots"]--
	want["permissions"]--
	checkObjects(t, s, want)
	if members := c.want(200, "GET", "/organization/kept/team/devs/members", "").object(t)["members"].([]any); len(members) != 0 {
		t.Errorf("members of the team: %v", members)
	}
	c.want(204, "DELETE", "/organization/kept/team/devs", "")
	want["teams"]--
	want["permissions"]--
	checkObjects(t, s, want)
	c.want(204, "DELETE", "/organization/kept", "")
	checkObjects(t, s, map[string]int{"users": 1})

	// After the name hold no area holds anything of what was deleted.
	clock.move(65 * time.Second)
	checkObjects(t, s, map[string]int{"users": 1})
	if got := stateSizes(s); !maps.Equal(got, sizes) {
		t.Errorf("sizes of the areas' states: want %v, got %v", sizes, got)
	}
}

// TestTransitive checks a user's direct roles and the roles of its teams.
func TestTransitive(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddUser("bob", "")
	s.AddOrganization("org", "", "admin")
	s.AddRepository("org", "app", "")
	c := superuser(t, s)
	const path = "/repository/org/app/permissions/user/bob/transitive"
	roles := func() string {
		var roles []string
		for _, p := range c.want(200, "GET", path, "").object(t)["permissions"].([]any) {
			roles = append(roles, p.(map[string]any)["role"].(string))
		}
		slices.Sort(roles)
		return strings.Join(roles, " ")
	}
	c.want(404, "GET", path, "")
	for i, role := range []string{"read", "write"} {
		team := fmt.Sprintf("team%d", i)
		c.want(200, "PUT", "/organization/org/team/"+team, `{"role":"member"}`)
		c.want(200, "PUT", "/organization/org/team/"+team+"/members/bob", "")
		c.want(200, "PUT", "/repository/org/app/permissions/team/"+team, `{"role":"`+role+`"}`)
	}
	if got := roles(); got != "read write" {
		t.Errorf("by two teams: %s", got)
	}
	c.want(200, "PUT", "/repository/org/app/permissions/user/bob", `{"role":"admin"}`)
	if got := roles(); got != "admin read write" {
		t.Errorf("by oneself too: %s", got)
	}
	c.want(204, "DELETE", "/organization/org/team/team0/members/bob", "")
	if got := roles(); got != "admin write" {
		t.Errorf("without one team: %s", got)
	}
}

// TestRename checks that a renamed organization keeps everything that depends on
// it.
func TestRename(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddOrganization("other", "", "admin")
	c := superuser(t, s)
	addOneOfEach(c, "old")
	objects, sizes := s.Objects(), stateSizes(s)
	c.want(200, "PUT", "/superuser/organizations/old", `{"name":"new"}`)
	checkObjects(t, s, objects)
	if got := stateSizes(s); !maps.Equal(got, sizes) {
		t.Errorf("sizes of the areas' states: want %v, got %v", sizes, got)
	}
	c.want(200, "GET", "/organization/new/robots/ci", "")
	c.want(200, "GET", "/repository/new/app", "")
	c.want(404, "GET", "/repository/old/app", "")
	c.want(200, "PUT", "/repository/new/app/permissions/user/new+ci", `{"role":"read"}`)
	c.want(500, "PUT", "/superuser/organizations/new", `{"name":"other"}`)
	c.want(200, "GET", "/organization/new/team/devs/members", "")
	c.want(200, "GET", "/repository/new/app/permissions/team/devs", "")
	c.want(200, "GET", "/organization/new/quota", "")
	addOneOfEach(c, "old")
}

// TestPaging checks pages of a list whose objects were not last written in the
// order of their ids.
func TestPaging(t *testing.T) {
	t.Parallel()
	s := Start(t)
	c := superuser(t, s)
	want := []string{"admin"}
	for i := range 12 {
		name := fmt.Sprintf("user%d", 11-i)
		s.AddUser(name, "")
		want = append(want, name)
	}
	c.want(200, "PUT", "/superuser/users/user7", `{"email":"first@example.com"}`)
	for _, limit := range []int{1, 5, 12, 13, 100} {
		var got []string
		next := ""
		for {
			page := c.want(200, "GET", fmt.Sprintf("/superuser/users/?limit=%d&next_page=%s", limit, next), "").object(t)
			users := page["users"].([]any)
			if len(users) > limit {
				t.Errorf("limit %d: a page of %d users", limit, len(users))
			}
			for _, u := range users {
				got = append(got, u.(map[string]any)["name"].(string))
			}
			var more bool
			if next, more = page["next_page"].(string); !more {
				break
			}
			if len(got) > len(want) {
				t.Fatalf("limit %d: too many users", limit)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: want %v, got %v", limit, want, got)
		}
	}
}
