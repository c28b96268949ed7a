package client_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

func toText(value any) string { return fmt.Sprint(value) }

func printed(c *client.Client) string {
	var all strings.Builder
	for _, verb := range verbs {
		fmt.Fprintf(&all, verb+verb, c, *c)
	}
	return all.String()
}

func startup(d time.Duration) func(*client.Config) {
	return func(config *client.Config) { config.StartupTimeout = d }
}

// The first calls wait while the gateway in front has no registry, and are then made once.
func TestStartupIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, status := range []int{502, 503, 504} {
		var probes, calls atomic.Int64
		server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v1/discovery" {
				if r.Header.Get("Authorization") != "" {
					t.Error("the token is sent before the registry is up")
				}
				if probes.Add(1) < 4 {
					w.WriteHeader(status)
				}
				return
			}
			calls.Add(1)
			jsonReply(200, `{"username":"alice","password":"p"}`).ServeHTTP(w, r)
		}))
		c := newClient(t, server.URL, startup(30*time.Second))
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				if _, err := c.CreateUser(t.Context(), fmt.Sprintf("user%d", i), ""); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if probes.Load() != 4 || calls.Load() != 5 {
			t.Errorf("%d: %d questions and %d calls, want 4 and 5", status, probes.Load(), calls.Load())
		}
	}
}

func TestStartupWaitsForAConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	go func() {
		time.Sleep(50 * time.Millisecond)
		later, err := net.Listen("tcp", address)
		if err != nil {
			return // the test fails for it
		}
		server := httptest.NewUnstartedServer(jsonReply(200, `{"username":"alice"}`))
		server.Listener.Close()
		server.Listener = later
		server.Start()
		t.Cleanup(server.Close)
	}()
	if _, err := newClient(t, "http://"+address, startup(30*time.Second)).GetUser(t.Context(), "alice"); err != nil {
		t.Error(err)
	}
}

// The wait ends with an error if the registry does not start. A permanent error ends it at
// once.
func TestStartupEnds(t *testing.T) {
	t.Parallel()
	down := start(t, htmlReply(503, ""))
	_, err := newClient(t, down.URL, startup(20*time.Millisecond)).GetUser(t.Context(), "alice")
	if e := failure(t, err); e.Kind != client.Unavailable || e.Operation.Name != "getInstallUser" {
		t.Errorf("down: %v", err)
	}
	for _, status := range []int{401, 404, 429, 500} {
		var calls atomic.Int64
		server := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.WriteHeader(status)
		}))
		began := time.Now()
		_, err := newClient(t, server.URL, startup(time.Minute)).GetUser(bounded(t), "alice")
		if err == nil || time.Since(began) > 5*time.Second {
			t.Errorf("%d: %v after %s", status, err, time.Since(began))
		}
	}
	_, err = newClient(t, "https://"+down.Listener.Addr().String(), startup(time.Minute)).GetUser(bounded(t), "alice")
	if !errors.Is(err, client.Unexpected) && !errors.Is(err, client.Unavailable) || bounded(t).Err() != nil {
		t.Errorf("TLS where there is none: %v", err)
	}
}

// The wait ends in time, also if the registry accepts a connection and does not answer.
func TestStartupEndsInTime(t *testing.T) {
	t.Parallel()
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/discovery") {
			<-r.Context().Done()
			return
		}
		jsonReply(200, `{"username":"alice"}`).ServeHTTP(w, r)
	}))
	began := time.Now()
	_, err := newClient(t, server.URL, startup(50*time.Millisecond)).GetUser(bounded(t), "alice")
	if err != nil || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

// A host name that does not exist yet counts as starting.
func TestStartupWaitsForAName(t *testing.T) {
	t.Parallel()
	began := time.Now()
	_, err := newClient(t, "http://nosuch.invalid", startup(300*time.Millisecond)).GetUser(bounded(t), "alice")
	if !errors.Is(err, client.Unavailable) || time.Since(began) < 200*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

// A client that signs in waits, too.
func TestStartupBeforeSignIn(t *testing.T) {
	t.Parallel()
	var probes, early atomic.Int64
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasSuffix(r.URL.Path, "/discovery"):
			if probes.Load() < 3 {
				early.Add(1)
			}
			w.WriteHeader(http.StatusTeapot)
		case probes.Add(1) < 3:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	c := newClient(t, server.URL, startup(30*time.Second), func(config *client.Config) { config.Token, config.Username, config.Password = "", "admin", "password" })
	_, err := c.GetUser(bounded(t), "alice")
	if err == nil || probes.Load() != 3 || early.Load() != 0 {
		t.Errorf("%v; %d questions, and %d calls before the registry was up", err, probes.Load(), early.Load())
	}
}
