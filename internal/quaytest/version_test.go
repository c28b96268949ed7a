package quaytest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	if !slices.IsSorted(Versions()) || len(Versions()) != len(versionNames) {
		t.Errorf("versions: %v", Versions())
	}
	for _, v := range Versions() {
		if parsed, err := ParseVersion(v.String()); err != nil || parsed != v {
			t.Errorf("%v is parsed as %v, %v", v, parsed, err)
		}
	}
	for _, name := range []string{"", "3.18", "4.0.0", "Version(7)"} {
		if v, err := ParseVersion(name); err == nil {
			t.Errorf("%q is parsed as %v", name, v)
		}
	}
	if v := New().version; v != Quay3_18 {
		t.Errorf("the default version is %v", v)
	}
	for _, v := range []Version{-1, Development + 1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("WithVersion(%d) does not panic", v)
				}
			}()
			New(WithVersion(v))
		}()
	}
}

// everyVersion runs a test on a new server of each version.
func everyVersion(t *testing.T, test func(t *testing.T, v Version, s *Server, c client), options ...Option) {
	t.Helper()
	for _, v := range Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := Start(t, append(options, WithVersion(v))...)
			test(t, v, s, superuser(t, s))
		})
	}
}

// notAllowed is the message of a path that does not have the method.
const notAllowed = "The method is not allowed for the requested URL."

// TestMissingCalls checks the responses to calls that do not exist.
func TestMissingCalls(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		s.AddOrganization("org", "", "admin")
		write := 405
		if v <= Quay3_12 {
			write = 500
		}
		for _, path := range []string{"/superuser/organization/org/quota", "/organization/org/quota/1", "/nothing"} {
			c.want(308, "GET", path, "")
			if r := c.want(404, "GET", path+"/", ""); !strings.HasPrefix(r.body, "<!DOCTYPE html>") {
				t.Errorf("GET %s/: %s", path, r.body)
			}
			for _, method := range []string{"POST", "PUT", "DELETE"} {
				if r := c.want(write, method, path, ""); !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
					t.Errorf("%s %s: %v", method, path, r.header)
				}
				c.want(405, method, path+"/", "")
			}
		}
		// A call that exists refuses other methods in JSON.
		for _, path := range []string{"/superuser/users/", "/organization/org/team/owners"} {
			if r := c.want(405, "PATCH", path, ""); r.object(t)["message"] != notAllowed {
				t.Errorf("PATCH %s: %s", path, r.body)
			}
		}
	}, WithoutFeatures(QuotaManagement))
}

// TestNestedRepository checks that Quay reads an unknown path below a repository as
// the name of a nested repository, and that DELETE deletes that repository.
func TestNestedRepository(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, _ Version, s *Server, c client) {
		s.AddOrganization("org", "", "admin")
		s.AddRepository("org", "app", "")
		s.AddRepository("org", "app/mirror", "")
		c.want(200, "GET", "/repository/org/app/mirror", "")
		c.want(204, "DELETE", "/repository/org/app/mirror", "")
		if n := s.Objects()["repositories"]; n != 1 {
			t.Errorf("%d repositories", n)
		}
		c.want(204, "DELETE", "/repository/org/app/mirror", "")
		if r := c.want(404, "GET", "/repository/org/app/mirror", "").object(t); r["error_type"] != "not_found" {
			t.Errorf("GET: %v", r)
		}
		r := c.want(400, "PUT", "/repository/org/app/mirror", `{"sync_interval":600}`).object(t)
		if message, _ := r["detail"].(string); !strings.HasPrefix(message, "'description' is a required property") {
			t.Errorf("PUT: %v", r)
		}
		if r := c.want(405, "POST", "/repository/org/app/mirror", `{}`); r.object(t)["message"] != notAllowed {
			t.Errorf("POST: %s", r.body)
		}
		c.want(405, "DELETE", "/repository/org/app/mirror/", "")
	}, WithoutFeatures(RepoMirror))
}

// TestDiscovery checks that the discovery lists the calls that exist, with and
// without a token.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	lists := func(c client, query string) map[string]any {
		return c.want(200, "GET", "/discovery"+query, "").object(c.t)["paths"].(map[string]any)
	}
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		for _, token := range []string{s.Token, "", "wrong"} {
			c.token = token
			public, all := lists(c, ""), lists(c, "?internal=true")
			for path, want := range map[string][2]bool{ // in the first and in the second
				"/api/v1/superuser/users/":                                       {true, true},
				"/api/v1/superuser/organizations/{name}":                         {true, true},
				"/api/v1/superuser/organizations/":                               {false, true},
				"/api/v1/superuser/registrysize/":                                {false, true},
				"/api/v1/superuser/organization/{namespace}/quota/{quota_id}":    {true, true},
				"/api/v1/organization/{orgname}/logs":                            {true, true},
				"/api/v1/user/logs":                                              {true, true},
				"/api/v1/repository/{repository}/permissions/user/{username}":    {true, true},
				"/api/v1/organization/{orgname}/applications/{client_id}/tokens": {v >= Quay3_18, v >= Quay3_18},
				"/api/v1/repository/mirror/health":                               {false, false},
			} {
				if public[path] != nil != want[0] || all[path] != nil != want[1] {
					t.Errorf("%s: want %v, got %v, %v", path, want, public[path] != nil, all[path] != nil)
				}
			}
		}
	})
	s := Start(t, WithoutFeatures(QuotaManagement))
	paths := lists(superuser(t, s), "?internal=true")
	if len(paths) < 30 {
		t.Errorf("without quotas, %d paths are listed", len(paths))
	}
	for path := range paths {
		if strings.Contains(path, "quota") {
			t.Errorf("without quotas: %s", path)
		}
	}
}

// TestNamesOfDeleted checks that only the development version reserves the names of deleted
// objects.
func TestNamesOfDeleted(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(_ *testing.T, v Version, _ *Server, c client) {
		again := 200
		if v == Development {
			again = 400
		}
		for range 2 {
			c.want(200, "POST", "/superuser/users/", `{"username":"name"}`)
			c.want(204, "DELETE", "/superuser/users/name", "")
			if again != 200 {
				break
			}
		}
		c.want(again, "POST", "/superuser/users/", `{"username":"name"}`)
	})
}

// TestMissingOrganization checks what a DELETE of the superuser answers when
// there is no such organization.
func TestMissingOrganization(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		s.AddUser("bob", "")
		for _, name := range []string{"nobody", "bob"} {
			if v == Development {
				c.want(404, "DELETE", "/superuser/organizations/"+name, "")
				continue
			}
			r := c.want(400, "DELETE", "/superuser/organizations/"+name, "").object(t)
			if r["message"] != "Organization does not exist: "+name {
				t.Errorf("%s: %v", name, r)
			}
		}
	})
}

// TestFullAccess checks the rights of a superuser in organizations of other users.
func TestFullAccess(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		s.AddUser("owner", "")
		s.AddOrganization("org", "org@example.com", "owner")
		s.AddRepository("org", "app", "owner")
		allowed := func(status int) int {
			if v < Quay3_12 {
				return 403
			}
			return status
		}
		view := c.want(200, "GET", "/organization/org", "").object(t)
		if want := v >= Quay3_16; view["is_admin"] != want || view["teams"] != nil != want || view["email"] == "org@example.com" != want {
			t.Errorf("the organization: %v", view)
		}
		c.want(allowed(200), "PUT", "/organization/org", `{"email":"new@example.com"}`)
		c.want(allowed(404), "PUT", "/organization/missing", `{"email":"new@example.com"}`)
		c.want(allowed(201), "POST", "/repository", `{"namespace":"org","repository":"new","visibility":"private","description":""}`)
		c.want(200, "PUT", "/organization/org/team/devs", `{"role":"member"}`)
		c.want(allowed(200), "GET", "/organization/org/team/devs/members", "")
		c.want(allowed(404), "GET", "/organization/missing/team/devs/members", "")
		c.want(200, "PUT", "/organization/org/team/devs/members/owner", "")
		c.want(allowed(204), "DELETE", "/organization/org/team/devs/members/owner", "")
		c.want(200, "PUT", "/repository/org/app/permissions/user/admin", `{"role":"read"}`)
		c.want(201, "POST", "/organization/org/quota", `{"limit_bytes":5}`)
		c.want(allowed(204), "DELETE", "/organization/org", "")
		if v < Quay3_12 {
			c.want(204, "DELETE", "/superuser/organizations/org", "")
		}
	})
}

// TestOwner checks what the owner of an organization can do who is no superuser.
func TestOwner(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		s.AddUser("owner", "")
		s.AddUser("stranger", "")
		s.AddOrganization("org", "org@example.com", "owner")
		owner := client{t, s, s.AddToken("owner", "org:admin")}
		reader := client{t, s, s.AddToken("owner", "repo:read", "user:read")}
		stranger := client{t, s, s.AddToken("stranger")}

		c.want(201, "POST", "/superuser/organization/org/quota", `{"limit_bytes":5}`)
		quotas := owner.want(200, "GET", "/organization/org/quota", "")
		if v >= Quay3_12 != strings.Contains(quotas.body, `"limit":"5.0 Byte"`) || !strings.Contains(quotas.body, `"limit_bytes":5`) {
			t.Errorf("quotas: %s", quotas.body)
		}
		owner.want(403, "POST", "/organization/org/quota", `{"limit_bytes":5}`)
		owner.want(403, "PUT", "/organization/org/quota/1", `{"limit_bytes":5}`)
		owner.want(403, "DELETE", "/organization/org/quota/1", "")
		if view := owner.want(200, "GET", "/organization/org", "").object(t); view["email"] != "org@example.com" {
			t.Errorf("the organization: %v", view)
		}
		owner.want(200, "PUT", "/organization/org", `{"email":"new@example.com"}`)
		owner.want(200, "GET", "/organization/org/logs", "")
		for _, other := range []client{reader, stranger} {
			other.want(403, "GET", "/organization/org/quota", "")
			other.want(403, "GET", "/organization/org/logs", "")
			other.want(403, "PUT", "/organization/org", `{"email":"new@example.com"}`)
			other.want(403, "DELETE", "/organization/org", "")
			if view := other.want(200, "GET", "/organization/org", "").object(t); view["email"] != "" || view["is_admin"] != false {
				t.Errorf("the organization: %v", view)
			}
		}
		owner.want(204, "DELETE", "/organization/org", "")
		owner.want(403, "DELETE", "/organization/org", "")
		owner.want(403, "DELETE", "/superuser/organizations/org", "")
	})
}

// TestMailing checks what the state of the mail server means for new users.
func TestMailing(t *testing.T) {
	t.Parallel()
	const path = "/superuser/users/"
	for _, state := range []Mailing{MailingOff, MailingOn, MailServerDown} {
		everyVersion(t, func(t *testing.T, _ Version, _ *Server, c client) {
			created := 200
			if state == MailServerDown {
				created = 400
			}
			for body, message := range map[string]string{
				`{"username":"none"}`:              "Invalid email address: None",
				`{"username":"empty","email":""}`:  "Invalid email address: ",
				`{"username":"bad","email":"bad"}`: "Invalid email address: bad",
			} {
				if state == MailingOff {
					c.want(200, "POST", path, body)
				} else if r := c.want(400, "POST", path, body).object(t); r["message"] != message {
					t.Errorf("%s: %v", body, r)
				}
			}
			r := c.want(created, "POST", path, `{"username":"bob","email":"bob@example.com"}`).object(t)
			if state == MailServerDown && !strings.HasPrefix(fmt.Sprint(r["message"]), "Could not send email.") {
				t.Errorf("mail server down: %v", r)
			}
			if u := c.want(200, "GET", path+"bob", "").object(t); u["verified"] != (state == MailingOff) {
				t.Errorf("the user: %v", u)
			}
		}, WithMailing(state))
	}
}

// TestQuotaLog checks since when changes of a quota are in the usage log.
func TestQuotaLog(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		s.AddOrganization("org", "", "admin")
		c.want(201, "POST", "/organization/org/quota", `{"limit_bytes":5}`)
		c.want(200, "PUT", "/organization/org/quota/1", `{"limit_bytes":6}`)
		c.want(204, "DELETE", "/organization/org/quota/1", "")
		want := 0
		if v >= Quay3_18 {
			want = 3
		}
		if list := c.want(200, "GET", "/organization/org/logs", "").object(t)["logs"].([]any); len(list) != want {
			t.Errorf("want %d entries, got %v", want, list)
		}
	})
}

// TestLogPages walks through the usage log.
func TestLogPages(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, v Version, s *Server, c client) {
		s.AddUser("bob", "")
		c.want(201, "POST", "/organization/", `{"name":"org"}`)
		s.AddLogEntries(2 * logsPerPage)
		pages := func(path string) (sizes []int, kinds []string) {
			next := ""
			for {
				page := c.want(200, "GET", path+"?next_page="+next, "").object(t)
				list := page["logs"].([]any)
				sizes = append(sizes, len(list))
				for _, l := range list {
					kinds = append(kinds, l.(map[string]any)["kind"].(string))
				}
				if page["next_page"] == nil {
					return sizes, kinds
				}
				next = page["next_page"].(string)
			}
		}
		for path, want := range map[string]struct {
			sizes []int
			last  string
		}{
			"/superuser/logs":        {[]int{20, 20, 1, 0}, "org_create"},
			"/organization/org/logs": {[]int{1, 0}, "org_create"},
			"/user/logs":             {[]int{20, 20, 0}, "login_success"},
		} {
			sizes, kinds := pages(path)
			if !slices.Equal(sizes, want.sizes) || kinds[len(kinds)-1] != want.last {
				t.Errorf("%s: pages of %v entries, the last %s", path, sizes, kinds[len(kinds)-1])
			}
		}
		if v < Quay3_12 {
			c.want(403, "GET", "/organization/missing/logs", "")
		} else if r := c.want(400, "GET", "/organization/missing/logs", "").object(t); r["message"] != "Invalid namespace requested: missing" {
			t.Errorf("missing organization: %v", r)
		}
		reader := client{t, s, s.AddToken("admin", "user:read", "super:user")}
		reader.want(403, "GET", "/user/logs", "")
		bob := client{t, s, s.AddToken("bob", "user:admin")}
		if list := bob.want(200, "GET", "/user/logs", "").object(t)["logs"].([]any); len(list) != 0 {
			t.Errorf("another's log: %v", list)
		}
	})
}
