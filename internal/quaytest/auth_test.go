package quaytest

import (
	"testing"
	"time"
)

// TestScopes checks what each single scope allows the superuser. The recordings
// cover other scopes and calls.
func TestScopes(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddUser("bob", "")
	s.AddOrganization("org", "org@example.com", "admin")
	s.AddRepository("org", "app", "admin")
	for _, test := range []struct {
		scope, method, path, body string
		status                    int
	}{
		{"repo:read", "GET", "/repository/org/app", "", 200},
		{"repo:read", "PUT", "/repository/org/app", `{"description":"x"}`, 403},
		{"repo:write", "PUT", "/repository/org/app", `{"description":"x"}`, 200},
		{"repo:write", "GET", "/repository/org/app/permissions/user/", "", 403},
		{"repo:admin", "PUT", "/repository/org/app/permissions/user/bob", `{"role":"read"}`, 200},
		{"repo:admin", "POST", "/repository", `{"namespace":"org","repository":"a","visibility":"private","description":""}`, 403},
		{"repo:create", "POST", "/repository", `{"namespace":"org","repository":"b","visibility":"private","description":""}`, 201},
		{"repo:create", "PUT", "/organization/org", `{"invoice_email":true}`, 403},
		{"org:admin", "PUT", "/organization/org", `{"invoice_email":true}`, 200},
		{"org:admin", "PUT", "/organization/org/team/devs", `{"role":"member"}`, 200},
		{"org:admin", "GET", "/superuser/organizations/", "", 403},
		{"user:read", "GET", "/user/", "", 200},
		{"user:read", "GET", "/user/quota", "", 403},
		{"user:read", "POST", "/organization/", `{"name":"org2"}`, 403},
		{"user:admin", "GET", "/user/quota", "", 200},
		{"user:admin", "POST", "/organization/", `{"name":"org2"}`, 201},
		{"super:user", "POST", "/organization/", `{"name":"org3"}`, 403},
		{"super:user", "DELETE", "/superuser/organizations/org2", "", 204},
		{"super:user", "PUT", "/repository/org/app/permissions/user/bob", `{"role":"write"}`, 200},
	} {
		client{t, s, s.AddToken("admin", test.scope)}.want(test.status, test.method, test.path, test.body)
	}
}

// TestOrdinaryUser checks what a user who is not a superuser can do.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	s := Start(t)
	for _, name := range []string{"owner", "member", "stranger"} {
		s.AddUser(name, "")
	}
	s.AddOrganization("org", "org@example.com", "owner")
	s.AddRepository("org", "app", "owner")
	owner, member, stranger := client{t, s, s.AddToken("owner")}, client{t, s, s.AddToken("member")}, client{t, s, s.AddToken("stranger")}

	owner.want(200, "PUT", "/organization/org/team/devs", `{"role":"member"}`)
	owner.want(200, "PUT", "/organization/org/team/devs/members/member", "")
	member.want(403, "GET", "/repository/org/app", "")
	owner.want(200, "PUT", "/repository/org/app/permissions/team/devs", `{"role":"read"}`)
	member.want(200, "GET", "/repository/org/app", "")
	member.want(403, "GET", "/repository/org/app/permissions/user/", "")
	stranger.want(403, "GET", "/repository/org/app", "")
	for _, c := range []client{owner, member, stranger} {
		c.want(403, "GET", "/superuser/users/", "")
	}

	if v := member.want(200, "GET", "/organization/org", "").object(t); v["is_member"] != true || v["is_admin"] != false || v["email"] != "" || v["teams"] == nil {
		t.Errorf("the organization for a member: %v", v)
	}
	if v := stranger.want(200, "GET", "/organization/org", "").object(t); v["is_member"] != false || v["teams"] != nil {
		t.Errorf("the organization for a stranger: %v", v)
	}
	if v := owner.want(200, "GET", "/organization/org", "").object(t); v["is_admin"] != true || v["email"] != "org@example.com" {
		t.Errorf("the organization for its owner: %v", v)
	}
	lists := func(c client) int {
		return len(c.want(200, "GET", "/repository?namespace=org", "").object(t)["repositories"].([]any))
	}
	if o, m, x := lists(owner), lists(member), lists(stranger); o != 1 || m != 1 || x != 0 {
		t.Errorf("repositories listed: %d by the owner, %d by the member, %d by the stranger", o, m, x)
	}
	stranger.want(201, "POST", "/repository", `{"repository":"mine","visibility":"private","description":""}`)
	stranger.want(200, "GET", "/repository/stranger/mine/permissions/user/", "")
}

// TestInvalidTokens checks that Quay treats a call with an invalid token as
// anonymous.
func TestInvalidTokens(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, WithClock(clock.Now))
	s.AddUser("bob", "")
	c := superuser(t, s)

	revoked := client{t, s, s.AddToken("admin")}
	revoked.want(200, "GET", "/superuser/users/", "")
	s.RevokeToken(revoked.token)
	revoked.want(401, "GET", "/superuser/users/", "")
	revoked.want(403, "DELETE", "/superuser/users/bob", "")

	bob := client{t, s, s.AddToken("bob")}
	bob.want(200, "GET", "/user/", "")
	c.want(200, "PUT", "/superuser/users/bob", `{"enabled":false}`)
	bob.want(401, "GET", "/user/", "")
	c.want(200, "PUT", "/superuser/users/bob", `{"enabled":true}`)
	bob.want(200, "GET", "/user/", "")
	c.want(204, "DELETE", "/superuser/users/bob", "")
	bob.want(401, "GET", "/user/", "")

	c.want(201, "POST", "/organization/", `{"name":"org"}`)
	app := c.want(200, "POST", "/organization/org/applications", `{"name":"tf"}`).object(t)["client_id"].(string)
	made := c.want(200, "POST", "/organization/org/applications/"+app+"/tokens", `{"name":"x","scope":"super:user","expiration":60}`).object(t)
	short := client{t, s, made["token"].(string)}
	short.want(200, "GET", "/superuser/users/", "")
	short.want(403, "POST", "/organization/org/applications/"+app+"/tokens", `{"name":"x","scope":"repo:read"}`)
	clock.move(time.Minute)
	short.want(401, "GET", "/superuser/users/", "")

	made = c.want(200, "POST", "/organization/org/applications/"+app+"/tokens", `{"name":"x","scope":"super:user"}`).object(t)
	long := client{t, s, made["token"].(string)}
	long.want(200, "GET", "/superuser/users/", "")
	c.want(204, "DELETE", "/organization/org/applications/"+app+"/tokens/"+made["uuid"].(string), "")
	long.want(401, "GET", "/superuser/users/", "")
}

func TestWithoutFullAccess(t *testing.T) {
	t.Parallel()
	s := Start(t, WithoutFeatures(SuperusersFullAccess))
	s.AddUser("owner", "")
	s.AddOrganization("org", "org@example.com", "owner")
	s.AddRepository("org", "app", "owner")
	c := superuser(t, s)
	c.want(200, "GET", "/superuser/organizations/", "")
	c.want(201, "POST", "/superuser/organization/org/quota", `{"limit_bytes":1}`)
	c.want(403, "GET", "/organization/org/quota", "")
	c.want(403, "GET", "/repository/org/app", "")
	c.want(403, "PUT", "/organization/org/team/devs", `{"role":"member"}`)
	c.want(403, "PUT", "/repository/org/app/permissions/team/owners", `{"role":"read"}`)
	c.want(204, "DELETE", "/superuser/organizations/org", "")
}
