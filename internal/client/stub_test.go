package client_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// token is what every test's client authenticates with.
const token = "T0k3nT0k3nT0k3nT0k3nT0k3nT0k3nT0k3nT0k3n"

var (
	acme = client.OrganizationNamespace("acme")
	app  = client.Repository{Namespace: "acme", Name: "app"}
	user = client.UserGrantee("alice")
)

// TestMain takes the machine's network settings out of the tests: no proxy, and
// a name server that knows no name.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		os.Unsetenv(name)
		os.Unsetenv(strings.ToLower(name))
	}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: dialNoNames}
	os.Exit(m.Run())
}

// dialNoNames connects to a name server that answers every question with
// NXDOMAIN. As the connection is not a packet's, each message has its length
// in front.
func dialNoNames(context.Context, string, string) (net.Conn, error) {
	resolver, server := net.Pipe()
	go func() {
		defer server.Close()
		for {
			var length uint16
			if binary.Read(server, binary.BigEndian, &length) != nil {
				return
			}
			message := make([]byte, length)
			if _, err := io.ReadFull(server, message); err != nil {
				return
			}
			message[2] |= 0x80 // an answer
			message[3] = 3     // no such name
			if _, err := server.Write(append(binary.BigEndian.AppendUint16(nil, length), message...)); err != nil {
				return
			}
		}
	}()
	return resolver, nil
}

// newClient returns a client that does not wait long and, unless changed, sends
// a request once only.
func newClient(t testing.TB, url string, change ...func(*client.Config)) *client.Client {
	t.Helper()
	config := client.Config{URL: url, Token: token, UserAgent: "test/1", RetryWait: time.Millisecond}
	for _, f := range change {
		f(&config)
	}
	c, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// bounded returns a context for calls that would not end if what is tested
// failed.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func retries(n int) func(*client.Config) {
	return func(config *client.Config) { config.MaxRetries = n }
}

// start runs a server until the test ends.
func start(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // broken connections are intended
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// reply is an answer that is always the same.
type reply struct {
	status      int
	contentType string
	body        string
	header      map[string]string
}

func (r reply) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", r.contentType)
	for name, value := range r.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(r.status)
	io.WriteString(w, r.body) //nolint:errcheck // the client notices
}

func jsonReply(status int, body string) reply {
	return reply{status: status, contentType: "application/json", body: body}
}

func htmlReply(status int, body string) reply {
	return reply{status: status, contentType: "text/html; charset=utf-8", body: body}
}

// sent is a request as the server saw it.
type sent struct {
	method, uri, body string
	header            http.Header
}

// recorder keeps what is sent to a handler. With none it answers {} and has every call. It
// omits the client's calls of /discovery.
type recorder struct {
	http.Handler

	mu        sync.Mutex
	requests  []sent
	discovery string // what the registry has, as JSON; empty if it does not tell
}

// describe returns the /discovery of a registry that has calls, and every field. Without
// any call, it does not tell which calls it has.
func describe(calls []client.Operation) string {
	paths := map[string]struct{}{}
	for _, op := range calls {
		paths["/api/v1"+op.Path] = struct{}{}
	}
	document, _ := json.Marshal(map[string]any{ // a map of texts has a JSON
		"paths": paths,
		"definitions": map[string]any{
			"AutoPrunePolicyConfig": map[string]any{"properties": map[string]any{"tagPattern": struct{}{}}},
			"CreateMirrorConfig":    map[string]any{"properties": map[string]any{"skopeo_timeout_interval": struct{}{}, "architecture_filter": struct{}{}}},
		},
	})
	return string(document)
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if strings.HasSuffix(req.URL.Path, "/discovery") {
		if r.Handler == nil {
			jsonReply(http.StatusOK, describe(client.Operations())).ServeHTTP(w, req)
			return
		}
		if r.discovery != "" {
			jsonReply(http.StatusOK, r.discovery).ServeHTTP(w, req)
			return
		}
		htmlReply(http.StatusNotFound, "").ServeHTTP(w, req)
		return
	}
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	r.requests = append(r.requests, sent{req.Method, req.RequestURI, string(body), req.Header})
	r.mu.Unlock()
	if r.Handler == nil {
		jsonReply(http.StatusOK, `{}`).ServeHTTP(w, req)
		return
	}
	r.Handler.ServeHTTP(w, req)
}

func (r *recorder) all() []sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// only returns the one request that was sent.
func (r *recorder) only(t *testing.T) sent {
	t.Helper()
	all := r.all()
	if len(all) != 1 {
		t.Fatalf("%d requests were sent, want one", len(all))
	}
	return all[0]
}

// inTurn answers the n-th request with the n-th handler, and those beyond with
// the last.
func inTurn(handlers ...http.Handler) http.Handler {
	var mu sync.Mutex
	next := 0
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		h := handlers[min(next, len(handlers)-1)]
		next++
		mu.Unlock()
		h.ServeHTTP(w, req)
	})
}

// stage answers with one handler after the other, for tests of hundreds of
// answers that a server for each would slow down. It is a registry that has every call.
type stage struct{ current atomic.Pointer[recorder] }

func (s *stage) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.current.Load().ServeHTTP(w, req)
}

// set gives the answer to the next requests and returns what records them.
func (s *stage) set(handler http.Handler) *recorder {
	r := &recorder{Handler: handler, discovery: describe(client.Operations())}
	s.current.Store(r)
	return r
}

// failure returns an error as the client's own type.
func failure(t testing.TB, err error) *client.Error {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v (%T) is not a *client.Error", err, err)
	}
	return e
}

// byMethod makes one call of each HTTP method, for tests where only that
// matters.
var byMethod = map[string]func(context.Context, *client.Client) error{
	"GET": func(ctx context.Context, c *client.Client) error {
		_, err := c.GetUser(ctx, "alice")
		return err
	},
	"POST": func(ctx context.Context, c *client.Client) error {
		_, err := c.CreateUser(ctx, "alice", "alice@example.com")
		return err
	},
	"PUT": func(ctx context.Context, c *client.Client) error {
		return c.ChangeUser(ctx, "alice", client.UserChange{Email: new("alice@example.com")})
	},
	"DELETE": func(ctx context.Context, c *client.Client) error {
		return c.DeleteUser(ctx, "alice")
	},
}

// recordedCall is a call to a real Quay and its answer.
type recordedCall struct {
	Title   string `json:"title"`
	Request struct {
		Method string          `json:"method"`
		Path   string          `json:"path"`
		JSON   json.RawMessage `json:"json"`
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
		JSON    json.RawMessage   `json:"json"`
		Text    string            `json:"text"`
	} `json:"response"`
}

// reply returns the recorded answer.
func (c *recordedCall) reply() reply {
	body := c.Response.Text
	if c.Response.JSON != nil {
		body = string(c.Response.JSON)
	}
	return reply{status: c.Response.Status, contentType: c.Response.Headers["content-type"], body: body}
}

// recordings returns the recorded calls by version and area.
func recordings(t testing.TB) map[string][]recordedCall {
	t.Helper()
	files, err := filepath.Glob("../quaytest/testdata/transcripts/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no recordings (%v)", err)
	}
	areas := map[string][]recordedCall{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var area struct {
			Area  string         `json:"area"`
			Calls []recordedCall `json:"calls"`
		}
		if err := json.Unmarshal(data, &area); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		areas[filepath.Base(filepath.Dir(file))+" "+area.Area] = area.Calls
	}
	return areas
}

// first reads no more than the first item of a list.
func first[T any](items iter.Seq2[T, error]) error {
	for _, err := range items {
		return err
	}
	return nil
}

func createQuota(namespace client.Namespace) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error { return c.CreateQuota(ctx, namespace, 1<<30) }
}

func changeQuota(namespace client.Namespace) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error { return c.ChangeQuota(ctx, namespace, 7, 1<<30) }
}

func setPermission(grantee client.Grantee) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error {
		_, err := c.SetPermission(ctx, app, grantee, "read")
		return err
	}
}
