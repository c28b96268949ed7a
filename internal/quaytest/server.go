// Package quaytest is an in-memory Quay server: an [http.Handler] that answers
// the API calls that the provider needs as a real Quay does, with the same
// inconsistencies. Tests, demonstrations and benchmarks use it in place of a real
// registry.
//
// The recordings in testdata come from real registries of several versions. The
// package's tests replay every recorded call on a [Server] of that version and
// compare the responses.
package quaytest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a Quay registry in memory. It is an [http.Handler] and safe for concurrent use. A
// new server has one user, the superuser admin, unless its database is empty.
type Server struct {
	// URL is the registry's address with the base path, without a slash at the
	// end. [Start] sets it.
	URL string

	// Token is a token of the superuser admin that has all scopes.
	Token string

	basePath       string
	serverHostname string // see WithHostname
	empty          bool   // see WithEmptyDatabase
	version        Version
	off            map[Feature]bool
	routes         []*route

	mu    sync.Mutex // guards store
	store *store

	traffic *traffic
}

// Feature is a part of Quay that its configuration switches on or off.
type Feature string

// Option is an option of [New] and [Start].
type Option func(*Server)

// WithBasePath serves the registry below a path such as "/registry".
func WithBasePath(path string) Option {
	path = strings.Trim(path, "/")
	if path != "" {
		path = "/" + path
	}
	return func(s *Server) { s.basePath = path }
}

// WithClock sets the registry's clock. Defaults to [time.Now].
func WithClock(now func() time.Time) Option {
	return func(s *Server) { s.store.now = now }
}

// WithoutFeatures switches features off. All features are on by default.
func WithoutFeatures(features ...Feature) Option {
	known := switchable()
	for _, f := range features {
		if !slices.Contains(known, f) {
			panic(fmt.Sprintf("quaytest: WithoutFeatures: no feature %q", f))
		}
	}
	return func(s *Server) {
		for _, f := range features {
			s.off[f] = true
		}
	}
}

// WithNameHold sets the time between the deletion of a user or an organization and its garbage
// collection. Defaults to 65 s. Until then, every version lists the permissions of a deleted
// user under a UUID. Only the development version also reserves the name. Releases free the
// name at once.
func WithNameHold(d time.Duration) Option {
	return func(s *Server) { s.store.nameHold = d }
}

// New returns a registry without a listener. [Start] returns a registry with one.
func New(opts ...Option) *Server {
	s := &Server{version: Quay3_18, off: map[Feature]bool{}, store: newStore(), traffic: newTraffic()}
	for _, opt := range opts {
		opt(s)
	}
	s.store.reservesNames = !s.before(Development)
	s.store.uniqueOrganizationEmails = s.before(Quay3_18)
	for _, a := range s.store.areas {
		if a.setUp != nil && !s.empty {
			a.setUp(s.store)
		}
		for _, r := range a.routes {
			if s.has(a.feature) && r.oldest <= s.version {
				s.routes = append(s.routes, r)
			}
		}
	}
	sortRoutes(s.routes)
	if !s.empty {
		s.Token = s.AddToken(superuserName)
	}
	return s
}

// Start returns a registry that listens on the loopback interface until the
// test ends.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := New(opts...)
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	s.URL = listener.URL + s.basePath
	return s
}

// has reports whether a feature is on. The feature "" is always on.
func (s *Server) has(f Feature) bool { return !s.off[f] }

// maxBody is the size of the largest request body that the registry reads.
const maxBody = 8 << 20

// ServeHTTP answers a request as Quay does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var found match
	path, inside := s.pathOf(r)
	if inside {
		found = s.find(r.Method, path)
	}
	s.traffic.wait(r)
	recorder := &statusRecorder{ResponseWriter: w, now: s.store.now}
	hook, entry := s.traffic.record(r, found)
	defer func() { s.traffic.setStatus(entry, recorder.status) }()

	if hook != nil && hook(recorder, r) {
		return
	}
	if !inside {
		http.NotFound(recorder, r)
		return
	}
	body, err := readBody(recorder, r)
	if err != nil {
		http.Error(recorder, "request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	if found.route == nil {
		s.unrouted(s.externalURL(r, path), r, found).write(recorder)
		return
	}
	c := &call{srv: s, store: s.store, request: r, params: found.params, body: body}
	s.respond(c, found.route).write(recorder)
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil { // a request without a connection
		return nil, nil
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
}

// pathOf returns the path of a request below the base path, and whether the
// request's path is below the base path.
func (s *Server) pathOf(r *http.Request) (path string, inside bool) {
	path, inside = strings.CutPrefix(r.URL.Path, s.basePath)
	return path, inside && strings.HasPrefix(path, "/")
}

// externalURL returns the URL that a client uses for a path.
func (s *Server) externalURL(r *http.Request, path string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	address := url.URL{Scheme: scheme, Host: r.Host, Path: s.basePath + path}
	return address.String()
}

// respond authenticates a call and runs its operation with the store locked.
func (s *Server) respond(c *call, r *route) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.eraseDeleted()
	c.authenticate()
	resp, err := c.serve(r)
	if err != nil {
		return s.errorResponse(c.request, err)
	}
	return resp
}

// change changes the store for a test.
func (s *Server) change(f func(st *store)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.eraseDeleted()
	f(s.store)
}

// Objects returns the number of objects of each kind, such as "users" and
// "service_keys". Every kind is present. Objects does not count deleted objects,
// even if Quay still reserves their names.
func (s *Server) Objects() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.eraseDeleted()
	return s.store.count()
}

// Secrets returns the texts that no output may show: the valid tokens, and every password and
// private key that a client received or set.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append(slices.Collect(maps.Keys(s.store.tokens)), s.store.secrets...)
}
