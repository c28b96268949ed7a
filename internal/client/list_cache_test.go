package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// newFixture returns a registry with a user, an organization, their quotas, a
// key, and permissions.
func newFixture(t *testing.T) (registry *quaytest.Server, c *client.Client, kid string) {
	t.Helper()
	registry = quaytest.Start(t, quaytest.WithKeyBits(1024))
	registry.AddUser("alice", "alice@example.com")
	registry.AddOrganization("acme", "acme@example.com", "admin")
	registry.AddRepository("acme", "app", "admin")
	c = newClient(t, registry.URL, func(config *client.Config) { config.Token = registry.Token })
	ctx := t.Context()
	_, err := c.SetPermission(ctx, app, user, "read")
	for _, namespace := range []client.Namespace{client.OrganizationNamespace("acme"), client.UserNamespace("alice")} {
		err = errors.Join(err, c.CreateQuota(ctx, namespace, 1000))
	}
	if err != nil {
		t.Fatal(err)
	}
	return registry, c, registry.AddServiceKey("clair", "a key")
}

// A read of a single object has the same result with and without the list cache: before a
// change, after it, and after the object's deletion.
func TestSharedReadsSayTheSame(t *testing.T) {
	t.Parallel()
	registry, single, kid := newFixture(t)
	ctx, cached := t.Context(), single.WithListCache()
	for name, object := range map[string]struct {
		read           func(c *client.Client) (any, error)
		change, remove func() error
		list           string
	}{
		"user": {
			func(c *client.Client) (any, error) { return c.GetUser(ctx, "alice") },
			func() error {
				return cached.ChangeUser(ctx, "alice", client.UserChange{Email: new("new@example.com")})
			},
			nil, // last, because of the permission
			"GET /superuser/users/",
		},
		"organization quota": {
			func(c *client.Client) (any, error) {
				quota, err := c.GetQuota(ctx, client.OrganizationNamespace("acme"))
				if err != nil {
					return nil, err
				}
				return []any{*quota.ID, quota.LimitBytes}, nil
			},
			func() error { return single.ChangeQuota(ctx, client.OrganizationNamespace("acme"), 1, 77) },
			func() error { return single.DeleteQuota(ctx, client.UserNamespace("acme"), 1) },
			"GET /superuser/organizations/",
		},
		"user quota": {
			func(c *client.Client) (any, error) {
				quota, err := c.GetQuota(ctx, client.UserNamespace("alice"))
				if err != nil {
					return nil, err
				}
				return []any{*quota.ID, quota.LimitBytes}, nil
			},
			func() error { return cached.ChangeQuota(ctx, client.UserNamespace("alice"), 2, 77) },
			func() error { return cached.DeleteQuota(ctx, client.UserNamespace("alice"), 2) },
			"GET /superuser/users/",
		},
		"service key": {
			func(c *client.Client) (any, error) { return c.GetServiceKey(ctx, kid) },
			func() error { return single.ApproveServiceKey(ctx, kid, "looked at") },
			func() error { return single.DeleteServiceKey(ctx, kid) },
			"GET /superuser/keys",
		},
		"user permission": {
			func(c *client.Client) (any, error) {
				permission, err := c.GetPermission(ctx, app, user)
				if err != nil {
					return nil, err
				}
				return permission.Role, nil
			},
			func() error { _, err := single.SetPermission(ctx, app, user, "admin"); return err },
			func() error { return single.DeletePermission(ctx, app, user) },
			"GET /repository/{repository}/permissions/user/",
		},
		"team permission": {
			func(c *client.Client) (any, error) {
				permission, err := c.GetPermission(ctx, app, client.TeamGrantee("owners"))
				if err != nil {
					return nil, err
				}
				return permission.Role, nil
			},
			func() error {
				_, err := single.SetPermission(ctx, app, client.TeamGrantee("owners"), "write")
				return err
			},
			func() error { return single.DeletePermission(ctx, app, client.TeamGrantee("owners")) },
			"GET /repository/{repository}/permissions/team/",
		},
	} {
		single = newClient(t, registry.URL, func(config *client.Config) { config.Token = registry.Token })
		cached = single.WithListCache()
		if name == "team permission" {
			if _, err := single.SetPermission(ctx, app, client.TeamGrantee("owners"), "read"); err != nil {
				t.Fatal(err)
			}
		}
		agree := func(when string) (text string, err error) {
			t.Helper()
			want, wantErr := object.read(single)
			registry.ResetCalls()
			got, err := object.read(cached)
			calls := registry.Calls()
			if shared, alone := show(t, got), show(t, want); shared != alone || (err == nil) != (wantErr == nil) {
				t.Errorf("%s %s: the list says %s, %v; a read %s, %v", name, when, shared, err, alone, wantErr)
			}
			if calls[object.list] != 1 || err == nil && len(calls) != 1 {
				t.Errorf("%s %s: calls %v", name, when, calls)
			}
			return show(t, got), err
		}
		before, _ := agree("at first")
		if err := object.change(); err != nil {
			t.Fatal(name, err)
		}
		if after, _ := agree("after a change"); after == before {
			t.Errorf("%s is still %s", name, after)
		}
		if object.remove == nil {
			continue
		}
		if err := object.remove(); err != nil {
			t.Fatal(name, err)
		}
		if _, err := agree("once it is gone"); !errors.Is(err, client.NotFound) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// After a write, the client does not use lists that it has read before or during the write.
func TestSharedReadsDuringWrite(t *testing.T) {
	t.Parallel()
	for name, early := range map[string]bool{ // whether Quay carries the write out before the other read
		"list read before the write":     true,
		"list read while Quay writes it": false,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := quaytest.New(quaytest.WithKeyBits(1024))
			registry.AddUser("alice", "old@example.com")
			arrived, proceed := make(chan struct{}), make(chan struct{})
			server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPut {
					registry.ServeHTTP(w, r)
					return
				}
				answer := httptest.NewRecorder()
				if early {
					registry.ServeHTTP(answer, r)
				}
				close(arrived)
				<-proceed
				if !early {
					registry.ServeHTTP(answer, r)
				}
				w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
			}))
			c := newClient(t, server.URL, func(config *client.Config) { config.Token = registry.Token })
			cached := c.WithListCache()
			email := func() string {
				t.Helper()
				u, err := cached.GetUser(t.Context(), "alice")
				if err != nil {
					t.Fatal(err)
				}
				return u.Email
			}
			if got := email(); got != "old@example.com" {
				t.Errorf("before the write, the address is %s", got)
			}
			done := make(chan error)
			go func() { done <- c.ChangeUser(t.Context(), "alice", client.UserChange{Email: new("new@example.com")}) }()
			<-arrived
			if got, want := email(), map[bool]string{true: "new@example.com", false: "old@example.com"}[early]; got != want {
				t.Errorf("during the write, the address is %s, not %s", got, want)
			}
			close(proceed)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if got := email(); got != "new@example.com" {
				t.Errorf("after the write, the address is %s", got)
			}
		})
	}
}

// The client takes teams from the response for the organization, until a team changes.
func TestOrganizationTellsOfTeams(t *testing.T) {
	t.Parallel()
	registry, c, _ := newFixture(t)
	ctx, cached := t.Context(), c.WithListCache()
	const call = "GET /organization/{orgname}"
	for _, role := range []string{"member", "creator"} {
		if err := c.SetTeam(ctx, "acme", client.Team{Name: "devs", Role: role}); err != nil {
			t.Fatal(err)
		}
		registry.ResetCalls()
		_, err := cached.GetOrganization(ctx, "acme")
		team, teamErr := cached.GetTeam(ctx, "acme", "devs")
		if err := errors.Join(err, teamErr); err != nil {
			t.Fatal(err)
		}
		if calls := registry.Calls(); team.Role != role || !maps.Equal(calls, map[string]int{call: 1}) {
			t.Errorf("the role of the team is %q after the calls %v, and not %q", team.Role, calls, role)
		}
		if _, err := cached.GetTeam(ctx, "acme", "ops"); !errors.Is(err, client.NotFound) {
			t.Errorf("a team that does not exist: %v", err)
		}
		if n := registry.Calls()[call]; n != 2 {
			t.Errorf("%d calls tell that a team does not exist", n)
		}
	}
}

// The client takes no teams from a response before a write.
func TestOrganizationBeforeWriteTellsOfNoTeams(t *testing.T) {
	t.Parallel()
	registry, c, _ := newFixture(t)
	ctx, cached := t.Context(), c.WithListCache()
	if err := c.SetTeam(ctx, "acme", client.Team{Name: "devs", Role: "member"}); err != nil {
		t.Fatal(err)
	}
	registry.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || strings.Contains(r.URL.Path, "/team/") {
			return false
		}
		registry.Intercept(nil)
		registry.ServeHTTP(w, r)
		if err := c.SetTeam(ctx, "acme", client.Team{Name: "devs", Role: "creator"}); err != nil {
			t.Error(err)
		}
		return true
	})
	if _, err := cached.GetOrganization(ctx, "acme"); err != nil {
		t.Fatal(err)
	}
	if team, err := cached.GetTeam(ctx, "acme", "devs"); err != nil || team.Role != "creator" {
		t.Errorf("the team is %v, %v", team, err)
	}
}

// show returns all values of an object.
func show(t *testing.T, object any) string {
	t.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// If the registry has no quotas, its lists have none. The single read says why.
func TestSharedQuotaWithoutFeature(t *testing.T) {
	t.Parallel()
	registry := quaytest.Start(t, quaytest.WithoutFeatures(quaytest.QuotaManagement))
	registry.AddUser("alice", "alice@example.com")
	c := newClient(t, registry.URL, func(config *client.Config) { config.Token = registry.Token }).WithListCache()
	if _, err := c.GetQuota(t.Context(), client.UserNamespace("alice")); !errors.Is(err, client.NotAvailable) {
		t.Errorf("error %v", err)
	}
}

// A failed list costs only its own call. The client then reads each object alone.
func TestSharedReadsWithoutList(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]reply{
		"denied":  jsonReply(403, `{"error_type": "insufficient_scope", "message": "no"}`),
		"no list": jsonReply(200, `{"users": 7}`),
		"failed":  htmlReply(500, "<html></html>"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry, c, _ := newFixture(t)
			registry.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/users/") {
					return false
				}
				answer.ServeHTTP(w, r)
				return true
			})
			registry.ResetCalls()
			cached := c.WithListCache()
			var readers sync.WaitGroup
			for range 10 {
				readers.Go(func() {
					if u, err := cached.GetUser(t.Context(), "alice"); err != nil || u.Email != "alice@example.com" {
						t.Errorf("user is %v, %v", u, err)
					}
				})
			}
			readers.Wait()
			if calls := registry.Calls(); calls["GET /superuser/users/"] != 1 || calls["GET /superuser/users/{username}"] != 10 {
				t.Errorf("calls %v", calls)
			}
		})
	}
}

// A hundred thousand users that have been listed take less than 100 MB.
func TestSharedReadsMemory(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	const users, perPage = 100_000, 100
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/users/") {
			jsonReply(404, `{"error_type": "not_found"}`).ServeHTTP(w, r)
			return
		}
		from, _ := strconv.Atoi(r.URL.Query().Get("next_page")) // none for the first
		answer := httptest.NewRecorder()
		fmt.Fprint(answer, `{"users": [`)
		for i := from; i < from+perPage; i++ {
			if i > from {
				fmt.Fprint(answer, ",")
			}
			fmt.Fprintf(answer, `{"kind": "user", "name": "user-%[1]d", "username": "user-%[1]d", "email": "user-%[1]d@mail.example.com", "verified": true,
				"super_user": false, "enabled": true, "quotas": [{"id": %[1]d, "limit_bytes": 5368709120, "limits": []}]}`, i)
		}
		fmt.Fprint(answer, `]`)
		if from+perPage < users {
			fmt.Fprintf(answer, `, "next_page": "%d"`, from+perPage)
		}
		fmt.Fprint(answer, `}`)
		jsonReply(200, answer.Body.String()).ServeHTTP(w, r)
	}))
	memory := func() int64 { // signed: there may be less afterwards
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before := memory()
	c := newClient(t, server.URL).WithListCache()
	for i := range users / perPage {
		if _, err := c.GetUser(t.Context(), fmt.Sprint("nobody", i)); !errors.Is(err, client.NotFound) {
			t.Fatal(err)
		}
	}
	if u, err := c.GetUser(t.Context(), "user-99999"); err != nil || u.Quotas[0].LimitBytes != 5368709120 {
		t.Errorf("the last user is %v, %v", u, err)
	}
	if mb := (memory() - before) >> 20; mb >= 100 {
		t.Errorf("%d MB are kept", mb)
	}
	runtime.KeepAlive(c)
}
