package quaytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// client calls a server with a token.
type client struct {
	t      *testing.T
	server *Server
	token  string
}

func superuser(t *testing.T, s *Server) client { return client{t, s, s.Token} }

// reply is the response to a call.
type reply struct {
	status int
	header http.Header
	body   string
}

// object returns the response's JSON object.
func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("%v in %q", err, r.body)
	}
	return v
}

// call makes a call below /api/v1. The body may be empty.
func (c client) call(method, path, body string) reply {
	c.t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, c.server.URL+"/api/v1"+path, content)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := noRedirects.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(text)}
}

// want makes a call. The test fails if the response has another status.
func (c client) want(status int, method, path, body string) reply {
	c.t.Helper()
	r := c.call(method, path, body)
	if r.status != status {
		c.t.Fatalf("%s %s: want %d, got %d: %s", method, path, status, r.status, r.body)
	}
	return r
}

// fakeClock is a clock that only moves when a test moves it.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 11, 25, 21, 33, 23, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestCalls(t *testing.T) {
	t.Parallel()
	s := Start(t)
	c := superuser(t, s)
	c.want(200, "GET", "/superuser/users/admin", "")
	c.want(404, "GET", "/superuser/users/nobody", "")
	c.want(200, "GET", "/superuser/users/?limit=1", "")
	c.want(200, "GET", "/repository/a/b/c/permissions/user/", "")
	c.want(400, "GET", "/repository/a/b/c/permissions/user/x", "")
	c.want(308, "GET", "/nothing", "")
	c.want(405, "DELETE", "/superuser/users/", "")

	want := map[string]int{
		"GET /superuser/users/{username}":                          2,
		"GET /superuser/users/":                                    1,
		"GET /repository/{repository}/permissions/user/":           1,
		"GET /repository/{repository}/permissions/user/{username}": 1,
		"GET (no route)":                                           1,
		"DELETE (no route)":                                        1,
	}
	if got := s.Calls(); !maps.Equal(got, want) {
		t.Errorf("calls: want %v, got %v", want, got)
	}
	journal := s.Requests()
	if len(journal) != 7 {
		t.Fatalf("the journal has %d entries", len(journal))
	}
	if want := (Request{"GET", "/api/v1/superuser/users/nobody", "getInstallUser", 404}); journal[1] != want {
		t.Errorf("journal: want %v, got %v", want, journal[1])
	}
	if want := (Request{"DELETE", "/api/v1/superuser/users/", "", 405}); journal[6] != want {
		t.Errorf("journal: want %v, got %v", want, journal[6])
	}
	s.ResetCalls()
	if calls, journal := s.Calls(), s.Requests(); len(calls) != 0 || len(journal) != 0 {
		t.Errorf("after the reset: %v, %v", calls, journal)
	}
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/registry", "registry/", "/registry/"} {
		s := Start(t, WithBasePath(path))
		if !strings.HasSuffix(s.URL, "/registry") {
			t.Errorf("%q: URL %s", path, s.URL)
		}
		c := superuser(t, s)
		c.want(200, "GET", "/superuser/users/", "")
		problem := c.want(404, "GET", "/superuser/users/nobody", "").object(t)
		if want := s.URL + "/api/v1/error/not_found"; problem["type"] != want {
			t.Errorf("type: want %s, got %v", want, problem["type"])
		}
		redirect := c.want(308, "GET", "/superuser/registrysize", "")
		if want := s.URL + "/api/v1/superuser/registrysize/"; redirect.header.Get("Location") != want {
			t.Errorf("location: want %s, got %s", want, redirect.header.Get("Location"))
		}
		if want := map[string]int{
			"GET /superuser/users/":           1,
			"GET /superuser/users/{username}": 1,
			"GET (no route)":                  1,
		}; !maps.Equal(s.Calls(), want) {
			t.Errorf("calls: want %v, got %v", want, s.Calls())
		}

		// The registry serves nothing outside of the base path.
		outside := httptest.NewRequest(http.MethodGet, "/api/v1/superuser/users/", nil)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, outside)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "Quay") {
			t.Errorf("outside: %d %s", w.Code, w.Body)
		}
	}
}

func TestIntercept(t *testing.T) {
	t.Parallel()
	s := Start(t)
	c := superuser(t, s)
	fail := true
	s.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		if fail {
			fail = false
			w.Header().Set("Retry-After", "1")
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return true
		}
		return false
	})
	c.want(429, "GET", "/superuser/users/", "")
	c.want(200, "GET", "/superuser/users/", "")
	if n := s.Calls()["GET /superuser/users/"]; n != 2 {
		t.Errorf("%d calls were counted", n)
	}
	if journal := s.Requests(); journal[0].Status != 429 || journal[1].Status != 200 {
		t.Errorf("journal: %v", journal)
	}

	s.Intercept(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	if resp, err := http.Get(s.URL + "/api/v1/superuser/users/"); err == nil {
		resp.Body.Close()
		t.Errorf("the connection was not broken: %d", resp.StatusCode)
	}
	s.Intercept(nil)
	c.want(200, "GET", "/superuser/users/", "")
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	s := Start(t)
	c := superuser(t, s)
	c.want(201, "POST", "/organization/", `{"name":"org","email":"org@example.com"}`)
	const workers, rounds = 8, 10
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			want := func(status int, method, path, body string) {
				if r := c.call(method, path, body); r.status != status {
					t.Errorf("%s %s: want %d, got %d: %s", method, path, status, r.status, r.body)
				}
			}
			for r := range rounds {
				name := fmt.Sprintf("user%d-%d", w, r)
				want(200, "POST", "/superuser/users/", `{"username":"`+name+`"}`)
				want(201, "POST", "/repository", `{"namespace":"org","repository":"`+name+`","visibility":"private","description":""}`)
				want(200, "PUT", "/repository/org/"+name+"/permissions/user/"+name, `{"role":"read"}`)
				want(201, "POST", "/superuser/users/"+name+"/quota", `{"limit_bytes":5}`)
				want(200, "GET", "/superuser/users/", "")
				want(200, "GET", "/repository/org/"+name+"/permissions/user/", "")
				s.Calls()
				s.Objects()
				s.Requests()
				if r%2 == 0 {
					want(204, "DELETE", "/superuser/users/"+name, "")
				}
			}
			want(200, "POST", "/superuser/keys", `{"service":"ci","expiration":null}`)
		})
	}
	wg.Wait()
	checkObjects(t, s, map[string]int{
		"users": 1 + workers*rounds/2, "organizations": 1, "teams": 1, "quotas": workers * rounds / 2, "service_keys": workers,
		"repositories": workers * rounds, "permissions": workers*rounds + workers*rounds/2,
	})
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	seen := map[Route]bool{}
	operations := map[string]bool{}
	s := New()
	for _, r := range Routes() {
		if seen[r] || operations[r.Operation] {
			t.Errorf("%v comes twice", r)
		}
		seen[r], operations[r.Operation] = true, true

		path := strings.ReplaceAll(r.Path, "{repository}", "namespace/some/name")
		for name := "x"; strings.Contains(path, "{"); name += "x" {
			open, end := strings.Index(path, "{"), strings.Index(path, "}")
			path = path[:open] + name + path[end+1:]
		}
		m := s.find(r.Method, apiRoot+path)
		if m.route == nil || m.route.operation != r.Operation {
			t.Errorf("%s %s does not lead to %s", r.Method, path, r.Operation)
		}
	}
	if len(seen) < 70 {
		t.Errorf("only %d routes", len(seen))
	}
}

// TestNew checks that a server works without a listener.
func TestNew(t *testing.T) {
	t.Parallel()
	s := New()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/superuser/users/", bytes.NewReader([]byte(`{"username":"alice"}`)))
	r.Header.Set("Authorization", "Bearer "+s.Token)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	checkObjects(t, s, map[string]int{"users": 2})
}

// TestMistakes checks that the methods for tests panic on mistakes of a test.
func TestMistakes(t *testing.T) {
	t.Parallel()
	s := New()
	s.AddOrganization("org", "", "admin")
	s.AddRepository("org", "app", "")
	for name, mistake := range map[string]func(){
		"AddUser: Username has already been taken": func() { s.AddUser("admin", "") },
		"AddUser: Invalid namespace":               func() { s.AddUser("Nope", "") },
		"AddOrganization: no user":                 func() { s.AddOrganization("x", "", "nobody") },
		"AddRepository: no namespace":              func() { s.AddRepository("nowhere", "app", "") },
		"AddRepository: org/app exists":            func() { s.AddRepository("org", "app", "") },
		"AddRepository: bad name":                  func() { s.AddRepository("org", "App", "") },
		"AddRepository: no user":                   func() { s.AddRepository("org", "app2", "nobody") },
		"AddToken: no user":                        func() { s.AddToken("nobody") },
		"AddToken: no scope":                       func() { s.AddToken("admin", "repo:eat") },
		"RevokeToken: no such token":               func() { s.RevokeToken("x") },
		"AddServiceKey: bad service":               func() { s.AddServiceKey("Quay", "") },
		"AddServiceKey: bad name":                  func() { s.AddServiceKey("quay", "é") },
		"WithoutFeatures: no feature":              func() { New(WithoutFeatures("TIME_TRAVEL")) },
	} {
		func() {
			defer func() {
				if text := fmt.Sprint(recover()); !strings.HasPrefix(text, "quaytest: "+name) {
					t.Errorf("%s: panics with %q", name, text)
				}
			}()
			mistake()
		}()
	}
	checkObjects(t, s, map[string]int{"users": 1, "organizations": 1, "teams": 1, "repositories": 1})
}

// TestSetCost checks that six calls of 20 ms in two slots take 60 ms, and that a
// call without a token is not delayed.
func TestSetCost(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.SetCost(20*time.Millisecond, 2)
	began := time.Now()
	var calls sync.WaitGroup
	for range 6 {
		calls.Go(func() {
			if _, _, err := (API{URL: s.URL, Token: s.Token}).Call(t.Context(), http.MethodGet, "/superuser/users/", nil); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if took := time.Since(began); took < 60*time.Millisecond {
		t.Errorf("six calls took %s", took)
	}
	s.SetCost(time.Hour, 1)
	if _, _, err := (API{URL: s.URL}).Call(t.Context(), http.MethodGet, "/superuser/users/", nil); err != nil {
		t.Error(err)
	}
}

func TestDateIsNotBeforeWhatTheCallMade(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)
	s := Start(t, WithClock(func() time.Time { // a slow registry
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}))
	c := superuser(t, s)
	created := c.want(200, "POST", "/superuser/keys", `{"service":"quay","expiration":null}`)
	key := c.want(200, "GET", "/superuser/keys/"+created.object(t)["kid"].(string), "").object(t)
	made, err := http.ParseTime(key["created_date"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if date, err := http.ParseTime(created.header.Get("Date")); err != nil || date.Before(made) {
		t.Errorf("the key was created at %v, and the response has the date %v (%v)", made, date, err)
	}
}
