package quaytest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNameHold checks that the name of what was deleted is free again after
// the time configured, and not before.
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

// TestDeletedUser checks that a deleted user's permissions stay, under another
// name, until the name is free again.
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
	if n := s.Objects().Permissions; n != 1 {
		t.Errorf("%d permissions are counted", n)
	}
	clock.move(65 * time.Second)
	if n := names(); !slices.Equal(n, []string{"admin"}) {
		t.Errorf("later: %v", n)
	}
}

// TestCascade checks that an organization takes along what belongs to it.
func TestCascade(t *testing.T) {
	t.Parallel()
	s := Start(t)
	c := superuser(t, s)
	before := s.Objects()
	for _, name := range []string{"org", "kept"} {
		c.want(201, "POST", "/organization/", `{"name":"`+name+`"}`)
		c.want(201, "POST", "/repository", `{"namespace":"`+name+`","repository":"app","visibility":"private","description":""}`)
		c.want(200, "PUT", "/organization/"+name+"/team/devs", `{"role":"member"}`)
		c.want(201, "PUT", "/organization/"+name+"/robots/ci", `{}`)
		c.want(200, "PUT", "/organization/"+name+"/team/devs/members/"+name+"+ci", "")
		c.want(200, "PUT", "/repository/"+name+"/app/permissions/team/devs", `{"role":"read"}`)
		c.want(200, "PUT", "/repository/"+name+"/app/permissions/user/"+name+"+ci", `{"role":"read"}`)
		c.want(201, "POST", "/superuser/organization/"+name+"/quota", `{"limit_bytes":5}`)
	}
	each := Objects{Organizations: 1, Quotas: 1, Permissions: 3, Teams: 2, Robots: 1, Repositories: 1}
	if got, want := s.Objects(), sum(before, each, each); got != want {
		t.Fatalf("with both: want %+v, got %+v", want, got)
	}
	c.want(204, "DELETE", "/superuser/organizations/org", "")
	if got, want := s.Objects(), sum(before, each); got != want {
		t.Errorf("with one: want %+v, got %+v", want, got)
	}
	if list := c.want(200, "GET", "/superuser/organizations/", "").object(t)["organizations"].([]any); len(list) != 1 {
		t.Errorf("organizations: %v", list)
	}

	// A team goes with its permissions, a robot with its own and its membership.
	c.want(204, "DELETE", "/organization/kept/team/devs", "")
	each.Teams--
	each.Permissions--
	if got, want := s.Objects(), sum(before, each); got != want {
		t.Errorf("without the team: want %+v, got %+v", want, got)
	}
	c.want(204, "DELETE", "/organization/kept/robots/ci", "")
	each.Robots--
	each.Permissions--
	if got, want := s.Objects(), sum(before, each); got != want {
		t.Errorf("without the robot: want %+v, got %+v", want, got)
	}
	c.want(204, "DELETE", "/organization/kept", "")
	if got := s.Objects(); got != before {
		t.Errorf("without both: want %+v, got %+v", before, got)
	}
}

func sum(list ...Objects) (total Objects) {
	for _, o := range list {
		total.Users += o.Users
		total.Organizations += o.Organizations
		total.Quotas += o.Quotas
		total.ServiceKeys += o.ServiceKeys
		total.Permissions += o.Permissions
		total.Teams += o.Teams
		total.Robots += o.Robots
		total.Repositories += o.Repositories
	}
	return total
}

// TestTransitive checks every way into a repository.
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

// TestRename checks that a renamed organization keeps all it has.
func TestRename(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddOrganization("old", "", "admin")
	s.AddOrganization("other", "", "admin")
	s.AddRepository("old", "app", "admin")
	c := superuser(t, s)
	c.want(201, "PUT", "/organization/old/robots/ci", `{}`)
	c.want(200, "PUT", "/superuser/organizations/old", `{"name":"new"}`)
	c.want(200, "GET", "/organization/new/robots/ci", "")
	c.want(200, "GET", "/repository/new/app", "")
	c.want(404, "GET", "/repository/old/app", "")
	c.want(200, "PUT", "/repository/new/app/permissions/user/new+ci", `{"role":"read"}`)
	c.want(500, "PUT", "/superuser/organizations/new", `{"name":"other"}`)
	c.want(201, "POST", "/organization/", `{"name":"old"}`)
}

// TestPaging walks through lists whose order differs from that of their ids.
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
