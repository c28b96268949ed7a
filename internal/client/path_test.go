package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

func TestEachNameIsOneElementOfThePath(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"alice":      "alice",
		"acme+ci":    "acme+ci",
		"a/b":        "a%2Fb",
		"../keys":    "..%2Fkeys",
		"a\\b":       "a%5Cb",
		"50%":        "50%25",
		"%2F":        "%252F",
		"a b":        "a%20b",
		"ünï✓":       "%C3%BCn%C3%AF%E2%9C%93",
		"a?b=c":      "a%3Fb=c",
		"a#b":        "a%23b",
		"a;b,c":      "a%3Bb%2Cc",
		"a\r\nb":     "a%0D%0Ab",
		"...":        "...",
		".hidden":    ".hidden",
		"{username}": "%7Busername%7D",
	} {
		server := &recorder{}
		c := newClient(t, start(t, server).URL)
		if _, err := c.GetUser(t.Context(), name); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := server.only(t).uri; got != "/api/v1/superuser/users/"+want {
			t.Errorf("%q: requested %s, want the element %s", name, got, want)
		}
	}
}

func TestRepositoriesSpanElements(t *testing.T) {
	t.Parallel()
	team := client.TeamGrantee("devs")
	for _, test := range []struct {
		repository client.Repository
		grantee    client.Grantee
		want       string
	}{
		{app, user, "acme/app/permissions/user/alice"},
		{app, team, "acme/app/permissions/team/devs"},
		{app, client.UserGrantee("acme+ci"), "acme/app/permissions/user/acme+ci"},
		{client.Repository{Namespace: "acme", Name: "nested/app"}, user, "acme/nested/app/permissions/user/alice"},
		{client.Repository{Namespace: "acme", Name: "a/b/c/d"}, team, "acme/a/b/c/d/permissions/team/devs"},
		{client.Repository{Namespace: "acme", Name: "permissions/user/bob"}, user, "acme/permissions/user/bob/permissions/user/alice"},
		{client.Repository{Namespace: "acme", Name: "a b/50%"}, user, "acme/a%20b/50%25/permissions/user/alice"},
		{client.Repository{Namespace: "ac/me", Name: "app"}, user, "ac%2Fme/app/permissions/user/alice"},
		{app, client.UserGrantee("a/b"), "acme/app/permissions/user/a%2Fb"},
	} {
		server := &recorder{}
		c := newClient(t, start(t, server).URL)
		if err := c.DeletePermission(t.Context(), test.repository, test.grantee); err != nil {
			t.Errorf("%v, %v: %v", test.repository, test.grantee, err)
			continue
		}
		if got := server.only(t).uri; got != "/api/v1/repository/"+test.want {
			t.Errorf("%v, %v: requested %s, want …/%s", test.repository, test.grantee, got, test.want)
		}
	}
}

func TestNamesThatChangeThePathAreRefused(t *testing.T) {
	t.Parallel()
	server := &recorder{}
	c := newClient(t, start(t, server).URL)
	in := func(name string) client.Repository { return client.Repository{Namespace: "acme", Name: name} }
	refused := map[string]error{
		"namespace": c.DeletePermission(t.Context(), client.Repository{Namespace: "..", Name: "app"}, user),
		"zero":      c.DeletePermission(t.Context(), client.Repository{}, user),
	}
	for _, name := range []string{"", ".", ".."} {
		refused["user "+name] = c.DeleteUser(t.Context(), name)
		refused["key "+name] = c.DeleteServiceKey(t.Context(), name)
		refused["organization "+name] = c.DeleteQuota(t.Context(), client.OrganizationNamespace(name), 7)
		refused["repository "+name] = c.DeletePermission(t.Context(), in(name), user)
		refused["repository within "+name] = c.DeletePermission(t.Context(), in("a/"+name), user)
		refused["repository under "+name] = c.DeletePermission(t.Context(), in(name+"/a"), user)
		refused["team "+name] = c.DeletePermission(t.Context(), app, client.TeamGrantee(name))
	}
	for what, err := range refused {
		if !errors.Is(err, client.Invalid) {
			t.Errorf("%q: error is %v, want Invalid", what, err)
			continue
		}
		if text := err.Error(); !strings.Contains(text, "cannot be used as ") || !strings.HasPrefix(text, "DELETE /api/v1/") {
			t.Errorf("%q: error is %v, want one that names the call and the parameter", what, err)
		}
	}
	if n := len(server.all()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestRegistryMayBeMountedUnderAPath(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"":              "",
		"/":             "",
		"//":            "",
		"/quay":         "/quay",
		"/quay/":        "/quay",
		"/a/b/":         "/a/b",
		"/a%2Fb":        "/a%2Fb",
		"/with%20space": "/with%20space",
		"/api":          "/api",
	} {
		server := &recorder{}
		c := newClient(t, start(t, server).URL+base)
		if err := c.DeletePermission(t.Context(), client.Repository{Namespace: "acme", Name: "nested/app"}, client.UserGrantee("a/b")); err != nil {
			t.Errorf("%q: %v", base, err)
			continue
		}
		if got := server.only(t).uri; got != want+"/api/v1/repository/acme/nested/app/permissions/user/a%2Fb" {
			t.Errorf("%q: requested %s", base, got)
		}
	}
}

func TestMissingFeatureIsSeenUnderAPath(t *testing.T) {
	t.Parallel()
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		redirect(308, "http://"+req.Host+req.URL.EscapedPath()+"/").ServeHTTP(w, req)
	}))
	c := newClient(t, server.URL+"/quay")
	if _, err := c.GetQuota(t.Context(), client.OrganizationNamespace("ac me")); !errors.Is(err, client.NotAvailable) {
		t.Errorf("error is %v, want NotAvailable", err)
	}
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://quay.example.com", "http://localhost:8080", "https://quay.example.com/", "https://quay.example.com/registry/",
		"HTTPS://QUAY.EXAMPLE.COM", "https://[::1]:8443", "https://192.0.2.1", "https://quay.example.com/api", "https://quay.example.com/my-api/v1",
		"https://quay.example.com#",
	} {
		if _, err := client.ParseURL(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}

	const (
		notURL     = "must be a URL, such as https://quay.example.com"
		notWeb     = "must be a web address, such as https://quay.example.com"
		withUser   = "must not hold a user name or password: give the token by itself"
		withQuery  = "must not have a query or a fragment: leave it out"
		withAPI    = "must not end in /api/v1: give the registry's address alone"
		hidden     = "hunter2"
		hiddenUser = "me:" + hidden + "@"
	)
	for text, want := range map[string]string{
		"":                                   notWeb,
		"quay.example.com":                   notWeb,
		"quay.example.com:8443":              notWeb,
		"localhost:8080":                     notWeb,
		"/quay":                              notWeb,
		"//quay.example.com":                 notWeb,
		"https:quay.example.com":             notWeb,
		"https:/quay.example.com":            notWeb,
		"https://":                           notWeb,
		"https:///quay":                      notWeb,
		"https://:8443":                      notWeb,
		"https://quay.example.com:0":         notWeb,
		"https://quay.example.com:65536":     notWeb,
		"https://quay.example.com:99999999":  notWeb,
		"ftp://quay.example.com":             notWeb,
		"file:///etc/passwd":                 notWeb,
		" https://quay.example.com":          notURL,
		"https://quay.example.com\n":         notURL,
		"https://quay example.com":           notURL,
		"https://quay.example.com:port":      notURL,
		"https://quay.example.com/%zz":       notURL,
		"https://[::1":                       notURL,
		"https://quay.example.com?":          withQuery,
		"https://quay.example.com/?a=b":      withQuery,
		"https://quay.example.com#top":       withQuery,
		"https://quay.example.com/api/v1":    withAPI,
		"https://quay.example.com/q/api/v1/": withAPI,

		"https://me@quay.example.com":                       withUser,
		"https://" + hiddenUser + "quay.example.com":        withUser,
		"https://" + hiddenUser + "quay.example.com/api/v1": withUser,
		"https://" + hiddenUser + "quay.example.com/?a=b":   withUser,
		"ftp://" + hiddenUser + "quay.example.com":          notWeb,
		hiddenUser + "quay.example.com":                     notWeb,
		"//" + hiddenUser + "quay.example.com":              notWeb,
		"https:/" + hiddenUser + "quay.example.com":         notWeb,
		"https:///" + hiddenUser + "quay.example.com":       notWeb,
		"https://" + hiddenUser + "quay.example.com:port":   notURL,
		"https://me:hunter2%zz@quay.example.com":            notURL,
		"https://quay.example.com?token=" + hidden:          withQuery,
		"https://quay.example.com#access_token=" + hidden:   withQuery,
	} {
		base, err := client.ParseURL(text)
		if err == nil || base != nil {
			t.Errorf("%q is accepted", text)
			continue
		}
		if err.Error() != want {
			t.Errorf("%q: error is %q, want %q", text, err, want)
		}
		if strings.Contains(err.Error(), hidden) {
			t.Errorf("%q: the error shows what is secret: %v", text, err)
		}
		if _, err := client.New(client.Config{URL: text}); err == nil || err.Error() != want {
			t.Errorf("%q: New returns %v, want %q", text, err, want)
		}
	}
}

func TestParseRepository(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 255)
	for text, want := range map[string]client.Repository{
		"acme/app":           {Namespace: "acme", Name: "app"},
		"acme/nested/app":    {Namespace: "acme", Name: "nested/app"},
		"a/b/c/d":            {Namespace: "a", Name: "b/c/d"},
		"a__b/1.x-y_z":       {Namespace: "a__b", Name: "1.x-y_z"},
		"_old-/app.":         {Namespace: "_old-", Name: "app."},
		long + "/" + long:    {Namespace: long, Name: long},
		"acme/a/" + long[2:]: {Namespace: "acme", Name: "a/" + long[2:]},
	} {
		got, err := client.ParseRepository(text)
		if err != nil || got != want {
			t.Errorf("%q is %+v, %v, want %+v", text, got, err, want)
		}
		if got.String() != text {
			t.Errorf("%q is written as %q", text, got)
		}
	}
	for _, text := range []string{
		"", "/", "acme", "acme/", "/app", "acme//app", "acme/app/", "acme/App", "Acme/app", "acme/app:latest", "acme/app@sha256:0",
		"acme/app ", " acme/app", "acme/app\n", "acme/../app", "acme/./app", "./app", "../app", "acme/-app", "acme/a/_b", "acme/ünï", "acme/a b",
		"acme+ci/app", "acme/a%2Fb", "quay.example.com:8443/acme/app", "https://quay.example.com/acme/app", "acme\\app", "acme/a\x00b",
		"acme/" + long + "a", long + "a/app", "acme/a/" + long,
	} {
		got, err := client.ParseRepository(text)
		if err == nil || !strings.HasPrefix(err.Error(), "must be namespace/name") {
			t.Errorf("%q is %+v, %v, want an error that tells the form", text, got, err)
		}
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"acme", "a", "1", "a.b-c_d", "a__b", "_a", "a-", "...", strings.Repeat("a", 255)} {
		if err := client.CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", ".", "..", "a/b", "acme/", "Acme", "acme ", " acme", "acme\n", "a b", "acme+ci", "acme:devs", "ünï", "a%2fb", "a\\b", "a\x00", "a?b", "a#b",
		strings.Repeat("a", 256),
	} {
		if err := client.CheckName(name); err == nil || !strings.HasPrefix(err.Error(), "must be 1 to 255 lower-case letters") {
			t.Errorf("%q: error is %v", name, err)
		}
	}
	for _, name := range []string{"alice", "acme+ci", "a+b", strings.Repeat("a", 127) + "+" + strings.Repeat("b", 127)} {
		if err := client.CheckGrantee(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "+", "acme+", "+ci", "acme+ci+x", "acme+c/i", "acme+CI", "..+ci", "acme+..", "acme + ci", strings.Repeat("a", 127) + "+" + strings.Repeat("b", 128)} {
		if err := client.CheckGrantee(name); err == nil || !strings.Contains(err.Error(), "namespace+name") {
			t.Errorf("%q: error is %v", name, err)
		}
	}
}

func TestHoldersTellTheirNames(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]interface{ String() string }{
		"acme+ci": client.UserGrantee("acme+ci"),
		"devs":    client.TeamGrantee("devs"),
		"acme":    client.OrganizationNamespace("acme"),
		"alice":   client.UserNamespace("alice"),
	} {
		if got.String() != want {
			t.Errorf("%#v is %q, want %q", got, got, want)
		}
	}
}
