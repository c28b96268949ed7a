// Package quaytest is a Project Quay registry in memory: an [http.Handler] that
// answers the API calls for users, organizations, repositories, permissions,
// quotas and service keys as a real registry does, odd answers included. It
// serves tests, demonstrations and measurements that can't have a real one.
//
// The recordings in testdata are of real registries of several versions; the
// package's tests play every one of their calls to a [Server] of that version and
// compare the answers.
package quaytest

import (
	"bytes"
	"encoding/json"
	"errors"
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

// Server is a Quay registry in memory. It is an http.Handler and safe for use
// by many goroutines. A new one holds the superuser admin and nothing else.
type Server struct {
	// URL is the registry's address with the base path, without a slash at the
	// end. [Start] sets it.
	URL string

	// Token is a token of the superuser admin that has all scopes.
	Token string

	options options
	routes  []*route

	mu    sync.Mutex // guards store
	store *store

	watch   sync.Mutex // guards what follows
	calls   map[string]int
	journal []*Request
	hook    func(w http.ResponseWriter, r *http.Request) bool
	cost    time.Duration
	places  chan struct{}
}

// Feature is a part of Quay that its configuration switches on.
type Feature string

const (
	// QuotaManagement is FEATURE_QUOTA_MANAGEMENT: without it the calls for
	// quotas don't exist and no answer mentions a quota.
	QuotaManagement Feature = "QUOTA_MANAGEMENT"

	// SuperusersFullAccess is FEATURE_SUPERUSERS_FULL_ACCESS: without it a
	// superuser can't work in namespaces of others.
	SuperusersFullAccess Feature = "SUPERUSERS_FULL_ACCESS"
)

// Option changes what [New] and [Start] build.
type Option func(*options)

type options struct {
	basePath     string
	now          func() time.Time
	off          map[Feature]bool
	defaultQuota int64
	version      Version
	nameHold     time.Duration
	mailing      Mailing
	keyBits      int
}

// WithBasePath mounts the registry under a path such as "/registry".
func WithBasePath(path string) Option {
	path = strings.Trim(path, "/")
	if path != "" {
		path = "/" + path
	}
	return func(o *options) { o.basePath = path }
}

// WithClock gives the registry its time. The default is [time.Now].
func WithClock(now func() time.Time) Option {
	return func(o *options) { o.now = now }
}

// WithoutFeatures switches features off. All are on by default.
func WithoutFeatures(features ...Feature) Option {
	for _, f := range features {
		if f != QuotaManagement && f != SuperusersFullAccess {
			panic(fmt.Sprintf("quaytest: WithoutFeatures: no feature %q", f))
		}
	}
	return func(o *options) {
		for _, f := range features {
			o.off[f] = true
		}
	}
}

// WithDefaultQuota sets DEFAULT_SYSTEM_REJECT_QUOTA_BYTES, the quota of every
// namespace that has none of its own. The default is 0: none.
func WithDefaultQuota(bytes int64) Option {
	return func(o *options) { o.defaultQuota = bytes }
}

// WithNameHold sets how long after its deletion Quay's garbage collection frees
// a user or an organization. The default is 65 s. Until then the permissions of a
// deleted user are listed under a UUID, on every version. Only the development
// state keeps the name for as long; releases give it out at once.
func WithNameHold(d time.Duration) Option {
	return func(o *options) { o.nameHold = d }
}

// WithKeyBits sets the size of the service keys that the registry generates, at
// least 1024. The default is Quay's own 2048; smaller ones are made sooner.
func WithKeyBits(bits int) Option {
	return func(o *options) { o.keyBits = bits }
}

// New returns a registry without a listener. [Start] returns one with.
func New(opts ...Option) *Server {
	o := options{now: time.Now, off: map[Feature]bool{}, version: Quay3_18, nameHold: 65 * time.Second, keyBits: 2048}
	for _, opt := range opts {
		opt(&o)
	}
	s := &Server{
		options: o,
		calls:   map[string]int{},
		store:   newStore(o.now, o.nameHold),
	}
	s.store.reservesNames = !s.before(Development)
	for _, r := range routeTable() {
		if !o.off[r.feature] && r.since <= o.version {
			s.routes = append(s.routes, r)
		}
	}
	s.AddUser(superuserName, superuserName+"@example.com")
	s.Token = s.AddToken(superuserName)
	return s
}

// Start returns a registry that listens on the loopback interface until the
// test ends.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := New(opts...)
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	s.URL = listener.URL + s.options.basePath
	return s
}

func (s *Server) has(f Feature) bool { return !s.options.off[f] }

// maxBody is the largest request body that is read.
const maxBody = 8 << 20

// ServeHTTP answers a request as Quay does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var found match
	path, inside := s.pathOf(r)
	if inside {
		found = s.find(r.Method, path)
	}
	s.charge(r)
	recorder := &statusRecorder{ResponseWriter: w}
	hook, entry := s.observe(r, found)
	defer func() {
		s.watch.Lock()
		defer s.watch.Unlock()
		entry.Status = recorder.status
	}()

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
	s.answer(c, found.route).write(recorder)
}

// charge takes the time that a call with a token costs.
func (s *Server) charge(r *http.Request) {
	s.watch.Lock()
	cost, places := s.cost, s.places
	s.watch.Unlock()
	if cost == 0 || strings.TrimSpace(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer")) == "" {
		return
	}
	select {
	case places <- struct{}{}:
	case <-r.Context().Done(): // the client has gone
		return
	}
	defer func() { <-places }()
	select {
	case <-time.After(cost):
	case <-r.Context().Done():
	}
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil { // of a request that came through no connection
		return nil, nil
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
}

// pathOf returns the path of a request below the base path, and whether it is
// below it.
func (s *Server) pathOf(r *http.Request) (path string, inside bool) {
	path, inside = strings.CutPrefix(r.URL.Path, s.options.basePath)
	return path, inside && strings.HasPrefix(path, "/")
}

// externalURL returns the address at which a client finds a path.
func (s *Server) externalURL(r *http.Request, path string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	address := url.URL{Scheme: scheme, Host: r.Host, Path: s.options.basePath + path}
	return address.String()
}

// answer authenticates a call, serves it and turns an error into an answer.
// The store is locked meanwhile.
func (s *Server) answer(c *call, r *route) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.collect()
	c.authenticate()
	a, err := c.serve(r)
	if err != nil {
		return s.errorResponse(c.request, err)
	}
	return a
}

func (s *Server) errorResponse(r *http.Request, err error) response {
	if p, ok := errors.AsType[*problem](err); ok {
		body := view{
			"detail":        p.message,
			"error_message": p.message,
			"error_type":    p.kind,
			"title":         p.kind,
			"type":          s.externalURL(r, apiRoot+"/error/"+p.kind),
			"status":        p.status,
		}
		maps.Copy(body, p.extra)
		return jsonResponse(p.status, body)
	}
	if plain, ok := errors.AsType[*plainError](err); ok {
		return jsonResponse(plain.status, view{"message": plain.message})
	}
	if errors.Is(err, errCSRF) {
		a := jsonResponse(http.StatusForbidden, view{"error": "CSRF token was invalid or missing."})
		a.contentType = "text/html; charset=utf-8"
		return a
	}
	return internalError()
}

func internalError() response {
	return response{status: http.StatusInternalServerError, contentType: "text/html", page: internalErrorPage}
}

// view is a JSON object of a response.
type view = map[string]any

// answer is what a call is answered with: JSON or a page.
type response struct {
	status      int
	contentType string
	location    string
	allow       string
	json        any
	page        string
}

func jsonResponse(status int, body any) response {
	return response{status: status, contentType: "application/json", json: body}
}

// ok answers a call that did what it should.
func ok(body any) (response, error) { return jsonResponse(http.StatusOK, body), nil }

// created answers the creation of something that isn't shown.
func created() (response, error) { return jsonResponse(http.StatusCreated, "Created"), nil }

// deleted answers a deletion.
func deleted() (response, error) { return jsonResponse(http.StatusNoContent, ""), nil }

// empty answers with a status alone, as a web page.
func empty(status int) (response, error) {
	return response{status: status, contentType: "text/html; charset=utf-8"}, nil
}

func (a response) write(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	if a.location != "" {
		header.Set("Location", a.location)
	}
	if a.allow != "" {
		header.Set("Allow", a.allow)
	}
	text := []byte(a.page)
	if a.json != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(a.json); err != nil {
			panic("quaytest: an answer isn't JSON: " + err.Error())
		}
		text = b.Bytes()
	}
	w.WriteHeader(a.status)
	if a.status != http.StatusNoContent {
		_, _ = w.Write(text) // the client may be gone
	}
}

// Request is an entry of the journal.
type Request struct {
	Method    string
	Path      string // as the client sent it, with the base path and without the query
	Operation string // Quay's name of the operation; "" if no route serves the request
	Status    int    // 0 while the request is being answered and if it never was
}

// observe counts a request, enters it in the journal and returns the hook for
// it.
func (s *Server) observe(r *http.Request, m match) (func(http.ResponseWriter, *http.Request) bool, *Request) {
	entry := &Request{Method: r.Method, Path: r.URL.Path}
	key := r.Method + " (no route)"
	if m.route != nil {
		entry.Operation = m.route.operation
		key = r.Method + " " + m.route.path
	}
	s.watch.Lock()
	defer s.watch.Unlock()
	s.calls[key]++
	s.journal = append(s.journal, entry)
	return s.hook, entry
}

// Calls returns how many requests came since the start or the last
// [Server.ResetCalls], by method and route, such as
// "GET /superuser/users/{username}". Requests that no route serves are counted
// as "GET (no route)".
func (s *Server) Calls() map[string]int {
	s.watch.Lock()
	defer s.watch.Unlock()
	return maps.Clone(s.calls)
}

// ResetCalls forgets the requests so far.
func (s *Server) ResetCalls() {
	s.watch.Lock()
	defer s.watch.Unlock()
	clear(s.calls)
	s.journal = nil
}

// Requests returns the requests since the start or the last
// [Server.ResetCalls], in the order in which they came.
func (s *Server) Requests() []Request {
	s.watch.Lock()
	defer s.watch.Unlock()
	list := make([]Request, len(s.journal))
	for i, r := range s.journal {
		list[i] = *r
	}
	return list
}

// Intercept sets a hook that sees every request before the registry does. If it
// returns true it has answered the request itself; such requests are counted
// and entered in the journal too. To break the connection it can panic with
// [http.ErrAbortHandler]. Nil, the default, lets everything through.
func (s *Server) Intercept(f func(w http.ResponseWriter, r *http.Request) (handled bool)) {
	s.watch.Lock()
	defer s.watch.Unlock()
	s.hook = f
}

// SetCost makes every further call with a token take time in one of a number of
// places; calls wait for a free one. A real Quay spends a quarter of a second of
// processor time on the token, so it has a place for each processor. The default
// is no cost.
func (s *Server) SetCost(perCall time.Duration, places int) {
	s.watch.Lock()
	defer s.watch.Unlock()
	s.cost, s.places = perCall, make(chan struct{}, places)
}

// Objects counts what a registry holds.
type Objects struct {
	Users         int `json:"users"`
	Organizations int `json:"organizations"`
	Quotas        int `json:"quotas"`
	ServiceKeys   int `json:"service_keys"`
	Permissions   int `json:"permissions"` // of users and of teams, on repositories
	Teams         int `json:"teams"`
	Robots        int `json:"robots"`
	Repositories  int `json:"repositories"`
}

// Objects returns how much of each kind there is. What is deleted doesn't
// count, though its name may still be held.
func (s *Server) Objects() Objects {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.collect()
	return s.store.count()
}

// Secrets returns what must show nowhere: the valid tokens, and every password
// and private key that was told to a client or set by one.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append(slices.Collect(maps.Keys(s.store.tokens)), s.store.secrets...)
}

// change runs a state method with the store locked.
func (s *Server) change(f func(st *store)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.collect()
	f(s.store)
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (w *statusRecorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusRecorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets an http.ResponseController reach the connection.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Route is a call of the API that the registry serves.
type Route struct {
	Operation string // Quay's name, such as "getInstallUser"
	Method    string
	Path      string // below /api/v1, such as "/superuser/users/{username}"
}

// Routes returns every call of the API that a [Server] of some version serves.
func Routes() []Route {
	table := routeTable()
	list := make([]Route, len(table))
	for i, r := range table {
		list[i] = Route{r.operation, r.method, r.path}
	}
	return slices.Clip(list)
}
