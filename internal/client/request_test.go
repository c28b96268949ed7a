package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

func TestWritesSendTheirBodies(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 11, 24, 1, 8, 49, 999, time.FixedZone("", 3600))
	never := (*time.Time)(nil)
	changeUser := func(change client.UserChange) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error { return c.ChangeUser(ctx, "alice", change) }
	}
	createUser := func(name, email string) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.CreateUser(ctx, name, email)
			return err
		}
	}
	createKey := func(key client.NewServiceKey) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.CreateServiceKey(ctx, key)
			return err
		}
	}
	changeKey := func(change client.ServiceKeyChange) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.ChangeServiceKey(ctx, "kid", change)
			return err
		}
	}
	changeOrganization := func(change client.OrganizationChange) func(context.Context, *client.Client) error {
		return func(ctx context.Context, c *client.Client) error {
			_, err := c.ChangeOrganization(ctx, "acme", change)
			return err
		}
	}
	tests := map[string]struct {
		make func(context.Context, *client.Client) error
		want string // request line and body
	}{
		"create user":                {createUser("alice", "a@b"), `POST /superuser/users/ {"email":"a@b","username":"alice"}`},
		"create user without e-mail": {createUser("alice", ""), `POST /superuser/users/ {"username":"alice"}`},

		"change nothing of a user": {changeUser(client.UserChange{}), `PUT /superuser/users/alice {}`},
		"change an e-mail":         {changeUser(client.UserChange{Email: new("a@b")}), `PUT /superuser/users/alice {"email":"a@b"}`},
		"empty an e-mail":          {changeUser(client.UserChange{Email: new("")}), `PUT /superuser/users/alice {"email":""}`},
		"change a password":        {changeUser(client.UserChange{Password: new(`"<&>"`)}), `PUT /superuser/users/alice {"password":"\"\u003c\u0026\u003e\""}`},
		"disable":                  {changeUser(client.UserChange{Enabled: new(false)}), `PUT /superuser/users/alice {"enabled":false}`},
		"enable and more":          {changeUser(client.UserChange{Email: new("a@b"), Enabled: new(true)}), `PUT /superuser/users/alice {"email":"a@b","enabled":true}`},

		"create organization": {func(ctx context.Context, c *client.Client) error {
			return c.CreateOrganization(ctx, "acme", "acme@example.com")
		}, `POST /organization/ {"email":"acme@example.com","name":"acme"}`},
		"create organization without e-mail": {func(ctx context.Context, c *client.Client) error {
			return c.CreateOrganization(ctx, "acme", "")
		}, `POST /organization/ {"name":"acme"}`},
		"change nothing of an organization": {changeOrganization(client.OrganizationChange{}), `PUT /organization/acme {}`},
		"change all of an organization": {
			changeOrganization(client.OrganizationChange{
				Email: new("a@b"), InvoiceEmail: new(true), InvoiceEmailAddress: new("c@d"), TagExpirationSeconds: new(int64(86400)),
			}),
			`PUT /organization/acme {"email":"a@b","invoice_email":true,"invoice_email_address":"c@d","tag_expiration_s":86400}`,
		},
		"empty all of an organization": {
			changeOrganization(client.OrganizationChange{
				Email: new(""), InvoiceEmail: new(false), InvoiceEmailAddress: new(""), TagExpirationSeconds: new(int64(0)),
			}),
			`PUT /organization/acme {"email":"","invoice_email":false,"invoice_email_address":"","tag_expiration_s":0}`,
		},
		"rename organization": {func(ctx context.Context, c *client.Client) error {
			return c.RenameOrganization(ctx, "acme", "umbrella")
		}, `PUT /superuser/organizations/acme {"name":"umbrella"}`},

		"create quota":      {createQuota(acme), `POST /superuser/organization/acme/quota {"limit_bytes":1073741824}`},
		"create user quota": {createQuota(client.UserNamespace("alice")), `POST /superuser/users/alice/quota {"limit_bytes":1073741824}`},
		"change quota":      {changeQuota(acme), `PUT /superuser/organization/acme/quota/7 {"limit_bytes":1073741824}`},
		"largest quota": {func(ctx context.Context, c *client.Client) error {
			return c.ChangeQuota(ctx, acme, 1<<62, 1<<63-1)
		}, `PUT /superuser/organization/acme/quota/4611686018427387904 {"limit_bytes":9223372036854775807}`},

		"create key": {createKey(client.NewServiceKey{Service: "ci"}), `POST /superuser/keys {"service":"ci","expiration":null}`},
		"create key with all": {
			createKey(client.NewServiceKey{Service: "ci", Name: "n", Notes: "o", Metadata: map[string]string{"b": "2", "a": "1"}, Expiration: &date}),
			`POST /superuser/keys {"service":"ci","name":"n","notes":"o","metadata":{"a":"1","b":"2"},"expiration":1795478929}`,
		},

		"change nothing of a key": {changeKey(client.ServiceKeyChange{}), `PUT /superuser/keys/kid {}`},
		"rename key":              {changeKey(client.ServiceKeyChange{Name: new("n")}), `PUT /superuser/keys/kid {"name":"n"}`},
		"empty a key's name":      {changeKey(client.ServiceKeyChange{Name: new("")}), `PUT /superuser/keys/kid {"name":""}`},
		"change metadata":         {changeKey(client.ServiceKeyChange{Metadata: map[string]string{"a": "1"}}), `PUT /superuser/keys/kid {"metadata":{"a":"1"}}`},
		"change an expiration":    {changeKey(client.ServiceKeyChange{Expiration: new(&date)}), `PUT /superuser/keys/kid {"expiration":1795478929}`},
		"take an expiration away": {changeKey(client.ServiceKeyChange{Expiration: &never}), `PUT /superuser/keys/kid {"expiration":null}`},
		"approve key": {func(ctx context.Context, c *client.Client) error {
			return c.ApproveServiceKey(ctx, "kid", "notes")
		}, `POST /superuser/approvedkeys/kid {"notes":"notes"}`},
		"approve without notes": {func(ctx context.Context, c *client.Client) error {
			return c.ApproveServiceKey(ctx, "kid", "")
		}, `POST /superuser/approvedkeys/kid {"notes":""}`},

		"give a user a role": {setPermission(user), `PUT /repository/acme/app/permissions/user/alice {"role":"read"}`},
		"give a team a role": {setPermission(client.TeamGrantee("devs")), `PUT /repository/acme/app/permissions/team/devs {"role":"read"}`},
	}
	for name, test := range tests {
		server := &recorder{}
		if err := test.make(t.Context(), newClient(t, start(t, server).URL)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		request := server.only(t)
		got := request.method + " " + strings.TrimPrefix(request.uri, "/api/v1") + " " + request.body
		if got != test.want {
			t.Errorf("%s: sent\n%s, want\n%s", name, got, test.want)
		}
		if got := request.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: Content-Type is %q", name, got)
		}
	}
}

func TestCallsWithoutParametersSendNoBody(t *testing.T) {
	t.Parallel()
	calls := callsByOperation(t)
	for _, op := range client.Operations() {
		name := op.Name
		if op.Method != http.MethodGet && op.Method != http.MethodDelete && name != "postRegistrySize" {
			continue
		}
		server := &recorder{}
		_ = calls[name].make(t.Context(), newClient(t, start(t, server).URL)) // {} does not suit all of them
		request := server.only(t)
		if request.body != "" || request.header.Get("Content-Type") != "" || strings.TrimLeft(request.header.Get("Content-Length"), "0") != "" {
			t.Errorf("%s sends %q with the headers %v", name, request.body, request.header)
		}
	}
}

func TestEveryCallIntroducesItself(t *testing.T) {
	t.Parallel()
	anonymous := map[string]bool{}
	for _, op := range client.Operations() {
		anonymous[op.Name] = op.Anonymous
	}
	for name, call := range callsByOperation(t) {
		server := &recorder{}
		c := newClient(t, start(t, server).URL, func(config *client.Config) {
			config.Headers = map[string]string{"X-Gateway": "one", "x-other": "two"}
		})
		_ = call.make(t.Context(), c) // {} does not suit all of them
		header := server.only(t).header
		for field, want := range map[string]string{
			"Authorization": "Bearer " + token,
			"User-Agent":    "test/1",
			"Accept":        "application/json",
			"X-Gateway":     "one",
			"X-Other":       "two",
		} {
			if field == "Authorization" && anonymous[name] {
				want = ""
			}
			if got := header.Get(field); got != want {
				t.Errorf("%s: %s is %q, want %q", name, field, got, want)
			}
		}
	}
}

func TestListsSendTheirFilters(t *testing.T) {
	t.Parallel()
	west := time.FixedZone("", -8*3600)
	from, to := time.Date(2026, 1, 2, 23, 0, 0, 0, west), time.Date(2026, 12, 31, 15, 59, 59, 0, west)
	for want, call := range map[string]func(context.Context, *client.Client) error{
		"/superuser/organizations/?limit=100":    func(ctx context.Context, c *client.Client) error { return first(c.ListOrganizations(ctx)) },
		"/repository?limit=100&namespace=a%26b+": func(ctx context.Context, c *client.Client) error { return first(c.ListRepositories(ctx, "a&b ")) },
		// Quay reads dates in this form and in UTC only.
		"/superuser/logs?endtime=12%2F31%2F2026&limit=100&starttime=01%2F03%2F2026": func(ctx context.Context, c *client.Client) error {
			return first(c.ListLogs(ctx, from, to))
		},
		"/superuser/keys": func(ctx context.Context, c *client.Client) error {
			_, err := c.ListServiceKeys(ctx)
			return err
		},
		"/superuser/build/logs": func(ctx context.Context, c *client.Client) error {
			_, err := c.GetBuildLogs(ctx, "build")
			return err
		},
	} {
		server := &recorder{}
		_ = call(t.Context(), newClient(t, start(t, server).URL)) // {} does not suit all of them
		if got := server.only(t).uri; got != "/api/v1"+want {
			t.Errorf("requested %s, want /api/v1%s", got, want)
		}
	}
}

func TestConfigMayChangeAfterNew(t *testing.T) {
	t.Parallel()
	headers := map[string]string{"X-Gateway": "one"}
	server := &recorder{}
	c := newClient(t, start(t, server).URL, func(config *client.Config) { config.Headers = headers })
	headers["X-Gateway"] = "two"
	if _, err := c.GetUser(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	if got := server.only(t).header.Get("X-Gateway"); got != "one" {
		t.Errorf("X-Gateway is %q", got)
	}
}

// Bodies are read by a server that is strict about types, so a limit must be an
// integer in JSON too.
func TestLimitIsAnIntegerInJSON(t *testing.T) {
	t.Parallel()
	server := &recorder{}
	if err := newClient(t, start(t, server).URL).CreateQuota(t.Context(), acme, 5<<60); err != nil {
		t.Fatal(err)
	}
	var body map[string]json.Number
	if err := json.Unmarshal([]byte(server.only(t).body), &body); err != nil {
		t.Fatal(err)
	}
	if got := body["limit_bytes"].String(); got != "5764607523034234880" || len(body) != 1 {
		t.Errorf("the body is %v", body)
	}
}
