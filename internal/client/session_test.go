package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// withPassword makes a client sign in as the superuser.
func withPassword(password string) func(*client.Config) {
	return func(config *client.Config) {
		config.Token, config.Username, config.Password = "", "admin", password
	}
}

func signedIn(config *client.Config) { withPassword(quaytest.SuperuserPassword)(config) }

// All versions accept a session instead of a token.
func TestSessionTakesThePlaceOfAToken(t *testing.T) {
	t.Parallel()
	for _, v := range quaytest.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			server := quaytest.Start(t, quaytest.WithVersion(v), quaytest.WithBasePath("registry"))
			c := newClient(t, server.URL, signedIn)
			if calls := server.Calls(); len(calls) != 0 {
				t.Errorf("calls before the first: %v", calls)
			}
			if _, err := c.CreateUser(t.Context(), "alice", "alice@example.com"); err != nil {
				t.Fatal(err)
			}
			if _, err := c.GetUser(t.Context(), "alice"); err != nil {
				t.Fatal(err)
			}
			if err := c.DeleteUser(t.Context(), "alice"); err != nil {
				t.Fatal(err)
			}
			if n := server.Calls()["POST /signin"]; n != 1 {
				t.Errorf("%d sign-ins, want one", n)
			}
		})
	}
}

// Calls at one time sign in once.
func TestParallelCallsSignInOnce(t *testing.T) {
	t.Parallel()
	server := quaytest.Start(t)
	c := newClient(t, server.URL, signedIn)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := c.GetUser(t.Context(), "admin"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := server.Calls()["POST /signin"]; n != 1 {
		t.Errorf("%d sign-ins, want one", n)
	}
}

// If a session has ended, or is too old for a call of a superuser, the client signs in again.
// It then repeats the call, even a creation.
func TestSessionIsRefreshed(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	server := quaytest.Start(t, quaytest.WithClock(func() time.Time { return time.Now().Add(time.Duration(later.Load())) }))
	c := newClient(t, server.URL, signedIn)
	create := func(name string) {
		t.Helper()
		if _, err := c.CreateUser(t.Context(), name, name+"@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	create("one")
	later.Store(int64(11 * time.Minute))
	create("two")
	server.EndSessions()
	create("three")
	server.EndSessions()
	if _, err := c.GetUser(t.Context(), "three"); err != nil {
		t.Fatal(err)
	}
	if n := server.Calls()["POST /signin"]; n != 4 {
		t.Errorf("%d sign-ins, want 4", n)
	}
	if n := server.Objects()["users"]; n != 4 {
		t.Errorf("%d users, want 4", n)
	}
}

// The client does not repeat a refused sign-in, because Quay would lock out the user.
func TestRefusedSignInIsNotRepeated(t *testing.T) {
	t.Parallel()
	server := quaytest.Start(t)
	c := newClient(t, server.URL, withPassword("wrong-password"), retries(3))
	for range 3 {
		_, err := c.GetUser(t.Context(), "admin")
		e := failure(t, err)
		if e.Kind != client.Unauthenticated || e.Operation.Name != "signinUser" || !strings.Contains(e.Message, "Invalid Username or Password") ||
			!strings.Contains(e.Remedy(), "QUAY_PASSWORD") || strings.Contains(e.Error()+e.Remedy(), "wrong-password") {
			t.Errorf("error: %q (%v): %s", e, e.Kind, e.Remedy())
		}
	}
	if n := server.Calls()["POST /signin"]; n != 1 {
		t.Errorf("%d sign-ins, want one", n)
	}
	// For some time, Quay now also refuses the right password.
	c = newClient(t, server.URL, signedIn, retries(3))
	for range 2 {
		_, err := c.GetUser(t.Context(), "admin")
		if e := failure(t, err); e.Status != http.StatusTooManyRequests || !strings.Contains(e.Remedy(), "wait a minute") {
			t.Errorf("error: %q: %s", e, e.Remedy())
		}
	}
	if n := server.Calls()["POST /signin"]; n != 2 {
		t.Errorf("%d sign-ins, want two", n)
	}
}

// A session that Quay never accepts is not renewed for each call.
func TestUselessSessionIsNotRenewed(t *testing.T) {
	t.Parallel()
	server := quaytest.Start(t)
	server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/superuser/") {
			server.EndSessions() // two servers that do not share their SECRET_KEY
		}
		return false
	})
	c := newClient(t, server.URL, signedIn)
	for range 3 {
		_, err := c.GetUser(t.Context(), "admin")
		if e := failure(t, err); e.Kind != client.Unauthenticated || !strings.Contains(e.Remedy(), "SECRET_KEY") {
			t.Errorf("error: %q: %s", e, e.Remedy())
		}
	}
	if n := server.Calls()["POST /signin"]; n != 1 {
		t.Errorf("%d sign-ins, want one", n)
	}
}

func TestSignInOff(t *testing.T) {
	t.Parallel()
	for _, v := range quaytest.Versions() {
		server := quaytest.Start(t, quaytest.WithVersion(v), quaytest.WithoutFeatures(quaytest.DirectLogin))
		_, err := newClient(t, server.URL, signedIn).GetUser(t.Context(), "admin")
		if e := failure(t, err); e.Kind != client.NotAvailable || !strings.Contains(e.Remedy(), "FEATURE_DIRECT_LOGIN") {
			t.Errorf("%v: %q: %s", v, e, e.Remedy())
		}
	}
}

// Errors, logs and printed clients omit the password, the cookies and the CSRF tokens. The
// client sends them only to the registry.
func TestSessionSecretsAreHidden(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	server := quaytest.Start(t)
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	t.Cleanup(other.Close)
	var echo string
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		echo = r.Header.Get("Cookie") + " " + r.Header.Get("X-CSRF-Token") + " " + quaytest.SuperuserPassword
		switch {
		case strings.HasSuffix(r.URL.Path, "/users/echo"):
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message":"you sent ` + echo + `"}`))
			return true
		case strings.HasSuffix(r.URL.Path, "/users/moved"):
			http.Redirect(w, r, other.URL, http.StatusFound)
			return true
		}
		return false
	})
	c := newClient(t, server.URL, signedIn, func(config *client.Config) {
		config.Log = func(_ context.Context, message string, fields map[string]any) {
			for name, value := range fields {
				log.WriteString(message + " " + name + ": " + strings.TrimSpace(strings.ReplaceAll(strings.TrimSpace(toText(value)), "\n", " ")) + "\n")
			}
		}
	})
	_, err := c.GetUser(t.Context(), "echo")
	text := failure(t, err).Error()
	_, err = c.GetUser(t.Context(), "moved")
	text += failure(t, err).Error() + log.String() + printed(c)
	for _, secret := range append(strings.Fields(strings.ReplaceAll(echo, "=", " ")), quaytest.SuperuserPassword) {
		if secret != "_csrf_token" && strings.Contains(text, secret) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
	if elsewhere != 0 {
		t.Errorf("%d requests to another host", elsewhere)
	}
}

// An application can be authorized without a click, whatever address the registry has.
func TestAuthorize(t *testing.T) {
	t.Parallel()
	for _, v := range quaytest.Versions() {
		for _, host := range []string{"", "quay.example.com"} {
			server := quaytest.Start(t, quaytest.WithVersion(v), quaytest.WithHostname(host))
			api := quaytest.API{URL: server.URL, Token: server.Token}
			_, _, _ = api.Call(t.Context(), "POST", "/organization/", map[string]string{"name": "tools"})
			_, app, _ := api.Call(t.Context(), "POST", "/organization/tools/applications", map[string]string{"name": "tf"})
			clientID, _ := app.(map[string]any)["client_id"].(string)
			c := newClient(t, server.URL, signedIn)
			token, err := c.Web().Authorize(t.Context(), clientID, []string{"super:user", "user:read"})
			if err != nil {
				t.Fatalf("%v: %v", v, err)
			}
			if _, err := newClient(t, server.URL, func(config *client.Config) { config.Token = token }).GetUser(t.Context(), "admin"); err != nil {
				t.Errorf("%v: the token does not work: %v", v, err)
			}
			all, err := c.ListAuthorizations(t.Context())
			i := slices.IndexFunc(all, func(a client.Authorization) bool { return a.Organization == "tools" && a.Application == "tf" })
			if err != nil || len(all) != 2 || i < 0 || strings.Join(all[i].Scopes, " ") != "super:user user:read" {
				t.Fatalf("%v: authorizations: %v %v", v, all, err)
			}
			if err := c.RevokeAuthorization(t.Context(), all[i].UUID); err != nil {
				t.Error(err)
			}
			if err := c.RevokeAuthorization(t.Context(), all[i].UUID); !errors.Is(err, client.NotFound) {
				t.Errorf("revoked again: %v", err)
			}
			if _, err := c.Web().Authorize(t.Context(), "NOSUCH", []string{"super:user"}); !errors.Is(err, client.NotFound) {
				t.Errorf("an unknown application: %v", err)
			}
			if _, err := c.Web().Authorize(t.Context(), clientID, []string{"nonsense"}); !errors.Is(err, client.Invalid) {
				t.Errorf("an unknown scope: %v", err)
			}
		}
	}
	if _, err := newClient(t, "http://127.0.0.1:1").Web().Authorize(t.Context(), "x", nil); !errors.Is(err, client.ErrNoSession) {
		t.Errorf("with a token: %v", err)
	}
}

// The client creates the first user without credentials. The user can then sign in, even after
// a refused sign-in.
func TestInitializeUser(t *testing.T) {
	t.Parallel()
	server := quaytest.Start(t, quaytest.WithEmptyDatabase())
	c := newClient(t, server.URL, withPassword("first-password"))
	if err := c.FindUser(t.Context(), "admin"); !errors.Is(err, client.NotFound) {
		t.Errorf("before: %v", err)
	}
	if _, err := c.GetUser(t.Context(), "admin"); !errors.Is(err, client.Unauthenticated) {
		t.Errorf("sign-in before: %v", err)
	}
	if err := c.InitializeUser(t.Context(), "admin", "short", ""); !errors.Is(err, client.Invalid) || failure(t, err).Field != "password" {
		t.Errorf("a short password: %v", err)
	}
	if err := c.InitializeUser(t.Context(), "admin", "first-password", "admin@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := c.InitializeUser(t.Context(), "admin", "first-password", "admin@example.com"); !errors.Is(err, client.Exists) {
		t.Errorf("again: %v", err)
	}
	if _, err := c.GetUser(t.Context(), "admin"); err != nil {
		t.Errorf("sign-in after: %v", err)
	}
	if err := c.Web().SignIn(t.Context(), "admin", "first-password"); err != nil {
		t.Errorf("sign-in by itself: %v", err)
	}
	off := newClient(t, quaytest.Start(t, quaytest.WithEmptyDatabase(), quaytest.WithoutFeatures(quaytest.UserInitialize)).URL)
	err := off.InitializeUser(t.Context(), "admin", "first-password", "")
	if e := failure(t, err); e.Kind != client.NotAvailable || !strings.Contains(e.Remedy(), "FEATURE_USER_INITIALIZE") {
		t.Errorf("feature off: %v: %s", e, e.Remedy())
	}
}

// A client whose configuration is not known yet makes no call, and says why.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	c, err := client.New(client.Config{Unknown: "url"})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range methodCalls() {
		err := call.make(t.Context(), c)
		if call.method.Name == "GetUserSource" { // which tells nothing in place of an error
			continue
		}
		if e := failure(t, err); e.Kind != client.NotConfigured || !strings.Contains(e.Error(), "known only after apply: url") || e.Remedy() == "" {
			t.Errorf("%v: %v", call, err)
		}
	}
	if err := c.Web().SignIn(t.Context(), "a", "b"); !errors.Is(err, client.NotConfigured) {
		t.Errorf("sign-in: %v", err)
	}
	if c.Configured() || !newClient(t, "http://127.0.0.1:1").Configured() {
		t.Error("Configured does not tell the two clients from each other")
	}
}
