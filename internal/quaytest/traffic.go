package quaytest

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// traffic records the requests to a registry, delays them and lets a hook handle
// them.
type traffic struct {
	mu       sync.Mutex // guards the other fields
	calls    map[string]int
	requests []*Request
	hook     hook
	delay    time.Duration
	slots    chan struct{} // one element for each call that is being delayed
}

// hook is a function that can handle a request before the registry does.
type hook = func(w http.ResponseWriter, r *http.Request) (handled bool)

func newTraffic() *traffic { return &traffic{calls: map[string]int{}} }

// wait delays a call with a token.
func (t *traffic) wait(r *http.Request) {
	t.mu.Lock()
	delay, slots := t.delay, t.slots
	t.mu.Unlock()
	if delay == 0 || strings.TrimSpace(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer")) == "" {
		return
	}
	select {
	case slots <- struct{}{}:
	case <-r.Context().Done(): // the client closed the connection
		return
	}
	defer func() { <-slots }()
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
	}
}

// record counts and records a request. It returns the hook for the request.
func (t *traffic) record(r *http.Request, m match) (hook, *Request) {
	entry := &Request{Method: r.Method, Path: r.URL.Path}
	key := r.Method + " (no route)"
	if m.route != nil {
		entry.Operation = m.route.operation
		key = r.Method + " " + m.route.path
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[key]++
	t.requests = append(t.requests, entry)
	return t.hook, entry
}

// setStatus sets the status of a recorded request.
func (t *traffic) setStatus(entry *Request, status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	entry.Status = status
}

// Request is a recorded request.
type Request struct {
	Method    string
	Path      string // as the client sent it, with the base path and without the query
	Operation string // Quay's name of the operation; "" if no route serves the request
	Status    int    // 0 until the registry sends the response, and if it sends none
}

// Calls returns the number of requests since the start or the last
// [Server.ResetCalls], by method and route, such as
// "GET /superuser/users/{username}". Requests without a route have a key such as
// "GET (no route)".
func (s *Server) Calls() map[string]int {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	return maps.Clone(s.traffic.calls)
}

// ResetCalls forgets the recorded requests.
func (s *Server) ResetCalls() {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	clear(s.traffic.calls)
	s.traffic.requests = nil
}

// Requests returns the requests since the start or the last [Server.ResetCalls],
// in the order of their arrival.
func (s *Server) Requests() []Request {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	list := make([]Request, len(s.traffic.requests))
	for i, r := range s.traffic.requests {
		list[i] = *r
	}
	return list
}

// Intercept sets a hook that receives every request before the registry does. If the hook
// returns true, the hook has answered the request. The registry counts and records such
// requests too. The hook can panic with [http.ErrAbortHandler] to break the connection. Nil
// removes the hook.
func (s *Server) Intercept(f func(w http.ResponseWriter, r *http.Request) (handled bool)) {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	s.traffic.hook = f
}

// SetCost delays every further call with a token by perCall. The registry
// processes as many of these calls at a time as there are slots. A real Quay
// needs a quarter of a second of processor time to check a token, so it has one
// slot for each processor. There is no delay by default.
func (s *Server) SetCost(perCall time.Duration, slots int) {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	s.traffic.delay, s.traffic.slots = perCall, make(chan struct{}, slots)
}

// statusRecorder records the status of a response, and dates the response by the
// registry's clock unless a hook has set the date.
type statusRecorder struct {
	http.ResponseWriter
	now    func() time.Time
	status int
}

func (w *statusRecorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		if _, set := w.Header()["Date"]; !set {
			w.Header().Set("Date", w.now().UTC().Format(http.TimeFormat))
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusRecorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets an [http.ResponseController] reach the connection.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
