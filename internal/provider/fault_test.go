package provider_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// A fault takes the place of an answer. Next answers as the registry does, and
// so carries the call out; a fault that does not call it keeps the call from
// the registry. Cancel ends the context of Terraform's operation.
type fault struct {
	answer  func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc, cancel func())
	forEver bool // befalls every further call of the same method and path
}

const webPage = "<!DOCTYPE html><html><head><title>Not Quay</title></head><body></body></html>"

// reply is a fault that answers without the registry.
func reply(status int, header map[string]string, body string) fault {
	return fault{answer: func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc, _ func()) {
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}}
}

func page(status int) fault {
	return reply(status, map[string]string{"Content-Type": "text/html"}, webPage)
}

func problem(status int, kind string) fault {
	return reply(status, map[string]string{"Content-Type": "application/json"}, fmt.Sprintf(`{"error_type": %q, "error_message": "no"}`, kind))
}

func always(f fault) fault {
	f.forEver = true
	return f
}

// carriedOut lets the registry act and keeps its answer.
func carriedOut(r *http.Request, next http.HandlerFunc) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	next(recorder, r)
	return recorder
}

// lose breaks the connection without an answer.
func lose() { panic(http.ErrAbortHandler) }

// hang waits until the caller has gone, which shows once the body is read.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-r.Context().Done():
	case <-time.After(10 * time.Second):
	}
	lose()
}

// half writes the head of an answer and half its body, as long as it says or
// cut to a whole answer.
func half(w http.ResponseWriter, answer *httptest.ResponseRecorder, whole bool) {
	body := answer.Body.Bytes()
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	if !whole {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body[:len(body)/2])
	if !whole {
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		lose()
	}
}

var faults = map[string]fault{
	"request lost": {answer: func(http.ResponseWriter, *http.Request, http.HandlerFunc, func()) { lose() }},
	"response lost": {answer: func(_ http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
		carriedOut(r, next)
		lose()
	}},
	"reset in mid-body": {answer: func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
		half(w, carriedOut(r, next), false)
	}},
	"cut JSON": {answer: func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
		half(w, carriedOut(r, next), true)
	}},
	"time-out": {answer: func(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc, _ func()) { hang(r) }},
	"time-out of the answer": {answer: func(_ http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
		carriedOut(r, next)
		hang(r)
	}},
	"cancelled": {answer: func(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc, cancel func()) {
		cancel()
		hang(r)
	}},
	"cancelled before the answer": {answer: func(_ http.ResponseWriter, r *http.Request, next http.HandlerFunc, cancel func()) {
		carriedOut(r, next)
		cancel()
		hang(r)
	}},
	"429 in seconds": reply(429, map[string]string{"Content-Type": "text/html", "Retry-After": "1"}, webPage),
	"429 by date":    reply(429, map[string]string{"Content-Type": "text/html", "Retry-After": "Fri, 31 Dec 2060 23:59:59 GMT"}, webPage),
	"429":            page(429),
	"500":            page(500),
	"500 for ever":   always(page(500)),
	"502":            page(502),
	"503":            page(503),
	"504":            always(page(504)),
	"308":            reply(308, map[string]string{"Content-Type": "text/html", "Location": "/page/"}, webPage),
	"200 with HTML":  page(200),
	"401":            problem(401, "invalid_token"),
	"403 scope":      problem(403, "insufficient_scope"),
	"403 CSRF":       reply(403, map[string]string{"Content-Type": "text/html; charset=utf-8"}, `{"error": "CSRF token was invalid or missing."}`),
	"404 HTML":       page(404),
}

// retried are the faults after which a call can be sent again; the others are
// final, or retried in the same way.
var retried = []string{"request lost", "response lost", "reset in mid-body", "429", "500", "503"}

// faulty is a registry in memory behind a server that can fail.
type faulty struct {
	*acctest.Registry
	quay  *quaytest.Server
	ahead atomic.Int64 // of the registry's clock, in nanoseconds

	mu     sync.Mutex
	fault  fault
	at     int  // the call that it befalls, counted from 0; -1 for none
	rest   bool // and all calls after it
	seen   int  // calls since it was armed
	struck string
	cancel func()
}

func startFaulty(t *testing.T) *faulty {
	t.Helper()
	f := &faulty{at: -1}
	now := func() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) }
	f.quay = quaytest.New(
		quaytest.WithVersion(acctest.Version(t)), quaytest.WithNameHold(50*time.Millisecond), quaytest.WithKeyBits(1024), quaytest.WithClock(now),
	)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.Registry = acctest.At(server.URL, f.quay.Token)
	return f
}

// later sets the registry's clock forward.
func (f *faulty) later(by time.Duration) { f.ahead.Add(int64(by)) }

// arm lets a fault befall the call with a number, and perhaps the rest.
func (f *faulty) arm(fault fault, at int, rest bool, cancel func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.at, f.rest, f.seen, f.struck, f.cancel = fault, at, rest, 0, "", cancel
}

// disarm ends that. It returns how many calls there were, and whether the fault
// befell one of them.
func (f *faulty) disarm() (calls int, struck bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = -1
	return f.seen, f.struck != ""
}

// checkStruck disarms, and fails the test unless the fault befell a call: a case
// whose call is not made tests nothing.
func (f *faulty) checkStruck(t *testing.T) {
	t.Helper()
	if calls, struck := f.disarm(); !struck {
		t.Errorf("the fault befell none of %d calls", calls)
	}
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	strike := f.at >= 0 && (f.seen == f.at || f.rest && f.seen > f.at || f.fault.forEver && f.struck == r.Method+r.URL.Path)
	if strike {
		f.struck = r.Method + r.URL.Path
	}
	f.seen++
	answer, cancel := f.fault.answer, f.cancel
	f.mu.Unlock()
	if strike {
		answer(w, r, f.quay.ServeHTTP, cancel)
		return
	}
	f.quay.ServeHTTP(w, r)
}

// operation is one of the four things that Terraform does with an object. It
// reads before it changes or removes, unless it is told not to.
type operation string

const (
	creating         operation = "create"
	reading          operation = "read"
	updating         operation = "update"
	deleting         operation = "delete"
	updatingWhatRead operation = "update after a read"
	deletingWhatRead operation = "delete after a read"
)

// faultCase is an operation on an object, on a registry of its own.
type faultCase struct {
	*testing.T
	registry *faulty
	provider *acctest.Provider
	typeName string
	what     operation
	config   acctest.Attributes // before the operation
	target   acctest.Attributes // what the operation aims at; nil: nothing
	prior    acctest.State
}

// newFaultCase makes the registry, and the object unless it is to be created.
func newFaultCase(t *testing.T, typeName string, what operation, retries int) *faultCase {
	t.Helper()
	registry := startFaulty(t)
	c := &faultCase{T: t, registry: registry, typeName: typeName, what: what, config: objectOf(t, registry.Registry, typeName).config}
	if typeName == "quay_service_key_approval" { // a key that waits for one
		c.config = acctest.Attributes{"kid": registry.quay.AddServiceKey("clair", "registered"), "notes": "looked at it"}
	}
	c.provider = registry.Serve(t, acctest.Attributes{"request_timeout": "2s", "max_retries": retries})
	c.prior = c.provider.Absent(typeName)
	if what != creating {
		c.prior = c.provider.Create(typeName, c.config)
	}
	if what == updatingWhatRead || what == deletingWhatRead {
		var diags []*tfprotov6.Diagnostic
		c.prior, diags = c.provider.Read(typeName, c.prior)
		acctest.NoErrors(t, diags)
	}
	switch what {
	case creating, reading:
		c.target = c.config
	case updating, updatingWhatRead:
		c.target = maps.Clone(c.config)
		maps.Copy(c.target, changes[typeName])
	case deleting, deletingWhatRead: // nothing is to be left
	}
	return c
}

// run carries the operation out once.
func (c *faultCase) run(ctx context.Context) (acctest.State, []*tfprotov6.Diagnostic) {
	c.Helper()
	if c.what == reading {
		return c.provider.ReadIn(ctx, c.typeName, c.prior)
	}
	plan := c.provider.Plan(c.typeName, c.prior, c.target) //nolint:contextcheck // only applying is to be cancelled
	return c.provider.Apply(ctx, c.typeName, plan)
}

// again does what the next run of Terraform does: it refreshes, replaces what
// is tainted, and applies what is planned.
func (c *faultCase) again(state acctest.State, tainted bool) acctest.State {
	c.Helper()
	apply := func(config acctest.Attributes) {
		c.Helper()
		var diags []*tfprotov6.Diagnostic
		state, diags = c.provider.Apply(c.Context(), c.typeName, c.provider.Plan(c.typeName, state, config))
		acctest.NoErrors(c, diags)
	}
	if !state.Value.IsNull() {
		var diags []*tfprotov6.Diagnostic
		state, diags = c.provider.Read(c.typeName, state)
		acctest.NoErrors(c, diags)
	}
	if tainted && !state.Value.IsNull() {
		apply(nil)
		state = c.provider.Absent(c.typeName)
	}
	if state.Value.IsNull() && c.target == nil {
		return state
	}
	if plan := c.provider.Plan(c.typeName, state, c.target); !plan.IsEmpty() {
		apply(c.target)
	}
	return state
}

// callsOf counts the calls of an operation when nothing fails, and takes stock.
func callsOf(t *testing.T, typeName string, what operation) (calls int, after map[string]int) {
	t.Helper()
	c := newFaultCase(t, typeName, what, 0)
	c.registry.arm(fault{}, -1, false, nil)
	_, diags := c.run(t.Context())
	acctest.NoErrors(t, diags)
	calls, _ = c.registry.disarm()
	return calls, c.registry.quay.Objects()
}

// operationsOf are the operations that a type has. Those after a read are others
// only where the read tells the provider what the creation did not.
func operationsOf(t *testing.T, typeName string) []operation {
	t.Helper()
	operations := []operation{creating, reading, deleting}
	_, changeable := changes[typeName]
	if changeable {
		operations = append(operations, updating)
	}
	c := newFaultCase(t, typeName, reading, 0)
	read, diags := c.run(t.Context())
	acctest.NoErrors(t, diags)
	if !bytes.Equal(read.Private, c.prior.Private) {
		operations = append(operations, deletingWhatRead)
		if changeable {
			operations = append(operations, updatingWhatRead)
		}
	}
	return operations
}

// leastCases is how many cases there were when the matrix was last enlarged.
const leastCases = 1596

// Every fault, in every call of every operation of every resource: whatever the
// first apply makes of it, a second one without the fault puts all right, and
// nothing is lost, left behind, or made twice.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	types := acctest.At("http://quay.test", "t").Serve(t, nil).Types()
	var cases atomic.Int64
	t.Run("matrix", func(t *testing.T) {
		for _, typeName := range types {
			for _, what := range operationsOf(t, typeName) {
				calls, after := callsOf(t, typeName, what)
				for call := range calls {
					for name, fault := range faults {
						for retries := range 2 {
							if retries > 0 && !slices.Contains(retried, name) {
								continue
							}
							for _, rest := range []bool{false, true} {
								if rest && what != reading { // which has another call to fall back to
									continue
								}
								t.Run(fmt.Sprintf("%s/%s/call %d/%s, %d retries, rest %t", typeName, what, call, name, retries, rest), func(t *testing.T) {
									t.Parallel()
									cases.Add(1)
									c := newFaultCase(t, typeName, what, retries)
									// Such a fault passes, and the call can be sent again.
									passes := retries > 0 && !rest && (name == "429" || what != creating)
									testFault(t, c, fault, call, rest, passes, after)
								})
							}
						}
					}
				}
			}
		}
	})
	fmt.Printf("fault matrix: %d cases\n", cases.Load())
	part := strings.Contains(flag.Lookup("test.run").Value.String(), "/")
	if cases.Load() < leastCases && !part && !t.Failed() {
		t.Errorf("there were %d cases, want %d at least", cases.Load(), leastCases)
	}
}

func testFault(t *testing.T, c *faultCase, fault fault, call int, rest, passes bool, want map[string]int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	before := standingOf(t, c.registry.Registry, c.repository())
	c.registry.arm(fault, call, rest, cancel)
	state, diags := c.run(ctx)
	c.registry.checkStruck(t)
	c.checkSafety(before, diags)

	failed := slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
	for _, diag := range diags {
		if !strings.HasPrefix(diag.Summary, "Unable to ") || len(diag.Detail) < 20 {
			t.Errorf("an error of few words: %q, %q", diag.Summary, diag.Detail)
		}
	}
	if failed && c.what != creating && state.Value.IsNull() {
		t.Errorf("the object was dropped from the state: %v", diags)
	}
	if rest && !failed {
		t.Error("every call failed, and no error shows")
	}
	if passes && failed {
		t.Errorf("the fault passes, but the operation failed: %v", diags)
	}
	if failed && c.what == reading && !state.Value.Equal(c.prior.Value) {
		t.Errorf("the state became %s", state.Value)
	}

	state = c.again(state, failed && c.what == creating)
	if c.target == nil {
		if !state.Value.IsNull() {
			t.Errorf("left in the state: %s", state.Value)
		}
	} else {
		read, diags := c.provider.Read(c.typeName, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("the state is\n%s, but the server has\n%s", state.Value, read.Value)
		}
		if plan := c.provider.Plan(c.typeName, read, c.target); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
			t.Errorf("still planned: %s %v", plan.Value, plan.Diagnostics)
		}
		if secret, ok := map[string]string{"quay_user": "initial_password", "quay_service_key": "private_key"}[c.typeName]; ok {
			if text, _ := read.Text(t, secret); text == "" {
				t.Errorf("%s was lost: %s", secret, read.Value)
			}
		}
	}
	if got := c.registry.quay.Objects(); !maps.Equal(got, want) {
		t.Errorf("the registry holds %v, not %v", got, want)
	}
}

// A provider that is killed between the server's act and the answer leaves an
// object that Terraform does not know. The next apply says to import it.
func TestKilledProvider(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{"quay_user", "quay_organization", "quay_org_quota", "quay_user_quota"} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := newFaultCase(t, typeName, creating, 0)
			c.provider.Create(typeName, c.config) // and its state is lost with the process
			c.provider = c.registry.Serve(t, nil)
			state, diags := c.run(t.Context())
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "import {\n  to = "+typeName+".example\n  id = ") || !state.Value.IsNull() {
				t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
			}
		})
	}
	for _, typeName := range []string{"quay_repo_user_permission", "quay_repo_team_permission", "quay_service_key_approval"} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := newFaultCase(t, typeName, creating, 0)
			c.provider.Create(typeName, c.config)
			c.provider = c.registry.Serve(t, nil)
			_, diags := c.run(t.Context())
			acctest.NoErrors(t, diags) // it is taken over
		})
	}
}

// What somebody else made is never taken over, though the answer that would
// have told of it is lost.
func TestNotTakenOver(t *testing.T) {
	t.Parallel()
	for typeName, another := range map[string]acctest.Attributes{
		"quay_user":         {"enabled": true},
		"quay_organization": {"tag_expiration_s": 86400},
		"quay_org_quota":    {"limit": "7 GiB"},
		"quay_user_quota":   {"limit_bytes": 7},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := newFaultCase(t, typeName, creating, 0)
			theirs := maps.Clone(c.config)
			maps.Copy(theirs, another)
			before := c.provider.Create(typeName, theirs)
			// It was long ago that they made it.
			c.registry.later(time.Hour)

			c.registry.arm(faults["response lost"], 0, false, nil)
			state, diags := c.run(t.Context())
			c.registry.checkStruck(t)
			if len(diags) != 1 || !state.Value.IsNull() {
				t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
			}
			after, diags := c.provider.Read(typeName, before)
			acctest.NoErrors(t, diags)
			if !after.Value.Equal(before.Value) {
				t.Errorf("it was\n%s, and is\n%s", before.Value, after.Value)
			}
		})
	}
}
