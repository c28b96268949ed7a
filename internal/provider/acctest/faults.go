package acctest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// fault is a failure between the provider and the registry. It replaces a
// response.
type fault struct {
	name string
	// respond answers a request. The function next carries out the request. The function
	// cancel ends the context of Terraform's operation.
	respond func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc, cancel func())
	// lasting tells that the fault hits every further request of the same method and path.
	lasting bool
	// retried tells that the test also tries the fault with a provider that retries. Other
	// faults are permanent, or like one of the retried faults.
	retried bool
	// uncertain tells that the fault hides the outcome of a request. After such a fault, the
	// provider repeats the deletion of an ephemeral resource.
	uncertain bool
}

const webPage = "<!DOCTYPE html><html><head><title>Not Quay</title></head><body></body></html>"

func faults() []fault {
	reply := func(name string, status int, header map[string]string, body string) fault {
		return fault{name: name, respond: func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc, _ func()) {
			for name, value := range header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}}
	}
	page := func(name string, status int) fault {
		return reply(name, status, map[string]string{"Content-Type": "text/html"}, webPage)
	}
	refusal := func(name string, status int, errorType string) fault {
		body := fmt.Sprintf(`{"error_type": %q, "error_message": "no"}`, errorType)
		return reply(name, status, map[string]string{"Content-Type": "application/json"}, body)
	}
	lasting := func(f fault) fault { f.lasting = true; return f }
	retried := func(f fault) fault { f.retried = true; return f }
	uncertain := func(f fault) fault { f.uncertain = true; return f }
	return []fault{
		retried(uncertain(fault{name: "request lost", respond: func(http.ResponseWriter, *http.Request, http.HandlerFunc, func()) { abort() }})),
		retried(uncertain(responseLost())),
		retried(fault{name: "reset in mid-body", respond: func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
			writeHalf(w, carryOut(r, next), false)
		}}),
		{name: "cut JSON", respond: func(w http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
			writeHalf(w, carryOut(r, next), true)
		}},
		uncertain(fault{name: "time-out", respond: func(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc, _ func()) { Hang(r) }}),
		uncertain(fault{name: "time-out of the response", respond: func(_ http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
			carryOut(r, next)
			Hang(r)
		}}),
		{name: "cancelled", respond: func(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc, cancel func()) {
			cancel()
			Hang(r)
		}},
		{name: "cancelled before the response", respond: func(_ http.ResponseWriter, r *http.Request, next http.HandlerFunc, cancel func()) {
			carryOut(r, next)
			cancel()
			Hang(r)
		}},
		reply("429 in seconds", 429, map[string]string{"Content-Type": "text/html", "Retry-After": "1"}, webPage),
		reply("429 by date", 429, map[string]string{"Content-Type": "text/html", "Retry-After": "Fri, 31 Dec 2060 23:59:59 GMT"}, webPage),
		retried(page("429", 429)),
		retried(uncertain(page("500", 500))),
		lasting(page("500 for ever", 500)),
		uncertain(page("502", 502)),
		retried(uncertain(page("503", 503))),
		lasting(page("504", 504)),
		reply("308", 308, map[string]string{"Content-Type": "text/html", "Location": "/page/"}, webPage),
		page("200 with HTML", 200),
		refusal("401", 401, "invalid_token"),
		refusal("403 scope", 403, "insufficient_scope"),
		reply("403 CSRF", 403, map[string]string{"Content-Type": "text/html; charset=utf-8"}, `{"error": "CSRF token was invalid or missing."}`),
		page("404 HTML", 404),
	}
}

// responseLost is the fault that loses the response after the registry has carried out the
// request.
func responseLost() fault {
	return fault{name: "response lost", respond: func(_ http.ResponseWriter, r *http.Request, next http.HandlerFunc, _ func()) {
		carryOut(r, next)
		abort()
	}}
}

// carryOut lets the registry carry out a request and keeps its response.
func carryOut(r *http.Request, next http.HandlerFunc) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	next(recorder, r)
	return recorder
}

// abort breaks the connection without a response.
func abort() { panic(http.ErrAbortHandler) }

// Hang keeps a request without a response until the caller gives up.
func Hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // the server notices the caller's end only after it has read the body
	select {
	case <-r.Context().Done():
	case <-time.After(10 * time.Second):
	}
	abort()
}

// writeHalf writes the head of a response and half of its body. With complete, the
// Content-Length is the length of this half.
func writeHalf(w http.ResponseWriter, response *httptest.ResponseRecorder, complete bool) {
	body := response.Body.Bytes()
	maps.Copy(w.Header(), response.Header())
	w.Header().Del("Content-Length")
	if !complete {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	}
	w.WriteHeader(response.Code)
	_, _ = w.Write(body[:len(body)/2])
	if !complete {
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		abort()
	}
}

// faultyRegistry is an in-memory registry behind a server that can fail.
type faultyRegistry struct {
	*Registry
	quay  *quaytest.Server
	ahead atomic.Int64 // lead of the registry's clock, in nanoseconds

	mu     sync.Mutex
	fault  fault
	at     int  // number of the request that the fault hits, from 0; -1 for none
	rest   bool // the fault hits all later requests too
	seen   int  // number of requests since arm
	hit    string
	cancel func()
}

func startFaulty(t testing.TB, c Case) *faultyRegistry {
	t.Helper()
	f := &faultyRegistry{at: -1}
	now := func() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) }
	options := []quaytest.Option{
		quaytest.WithVersion(Version(t)), quaytest.WithNameHold(50 * time.Millisecond), quaytest.WithKeyBits(1024), quaytest.WithClock(now),
		quaytest.WithUsersFrom(c.users()),
	}
	if c.EmptyDatabase {
		options = append(options, quaytest.WithEmptyDatabase())
	}
	f.quay = quaytest.New(options...)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.Registry = At(server.URL, f.quay.Token)
	f.simulator = f.quay
	c.signIn(t, f.Registry)
	return f
}

// advance sets the registry's clock forward.
func (f *faultyRegistry) advance(by time.Duration) { f.ahead.Add(int64(by)) }

// arm makes a fault hit the request with a number and, with rest, all later requests.
func (f *faultyRegistry) arm(fault fault, at int, rest bool, cancel func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.at, f.rest, f.seen, f.hit, f.cancel = fault, at, rest, 0, "", cancel
}

// disarm ends the fault. It returns how many requests there were since arm, and
// whether the fault hit one of them.
func (f *faultyRegistry) disarm() (requests int, hit bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = -1
	return f.seen, f.hit != ""
}

// requests counts the requests of an operation without any fault.
func (f *faultyRegistry) requests(operation func()) int {
	f.arm(fault{}, -1, false, nil)
	operation()
	n, _ := f.disarm()
	return n
}

// checkHit disarms the fault, and fails the test if the fault has hit no request.
func (f *faultyRegistry) checkHit(t testing.TB) {
	t.Helper()
	if requests, hit := f.disarm(); !hit {
		t.Errorf("the fault hit none of %d requests", requests)
	}
}

func (f *faultyRegistry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	hits := f.at >= 0 && (f.seen == f.at || f.rest && f.seen > f.at || f.fault.lasting && f.hit == r.Method+r.URL.Path)
	if hits {
		f.hit = r.Method + r.URL.Path
	}
	f.seen++
	respond, cancel := f.fault.respond, f.cancel
	f.mu.Unlock()
	if hits {
		respond(w, r, f.quay.ServeHTTP, cancel)
		return
	}
	f.quay.ServeHTTP(w, r)
}
