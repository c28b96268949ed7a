package client_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// overlap answers slowly and remembers how many calls of one path there were at
// once, at the most.
type overlap struct {
	mu   sync.Mutex
	now  map[string]int
	most map[string]int
	all  atomic.Int32
	peak atomic.Int32
}

func (o *overlap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.now[r.URL.Path]++
	o.most[r.URL.Path] = max(o.most[r.URL.Path], o.now[r.URL.Path])
	o.mu.Unlock()
	if n := o.all.Add(1); n > o.peak.Load() {
		o.peak.Store(n)
	}
	time.Sleep(20 * time.Millisecond)
	o.all.Add(-1)
	o.mu.Lock()
	o.now[r.URL.Path]--
	o.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{}`))
}

// The client makes writes to one quota, or to one key, one after the other. Writes to
// different objects run in parallel.
func TestWritesAreInOrder(t *testing.T) {
	t.Parallel()
	server := &overlap{now: map[string]int{}, most: map[string]int{}}
	c := newClient(t, start(t, server).URL)
	var calls sync.WaitGroup
	for _, name := range []string{"acme", "globex"} {
		for range 5 {
			calls.Go(func() { _ = c.ChangeQuota(t.Context(), client.OrganizationNamespace(name), 1, 2) })
			calls.Go(func() { _, _ = c.ChangeServiceKey(t.Context(), name, client.ServiceKeyChange{Name: new("n")}) })
		}
	}
	calls.Wait()
	for path, most := range server.most {
		if most != 1 {
			t.Errorf("%d calls of %s at once", most, path)
		}
	}
	if len(server.most) != 4 || server.peak.Load() < 2 {
		t.Errorf("paths %v, at most %d calls at once", server.most, server.peak.Load())
	}
}

// A cancelled writer does not let the next writer overtake.
func TestOrderOutlivesCancellation(t *testing.T) {
	t.Parallel()
	server := &overlap{now: map[string]int{}, most: map[string]int{}}
	c := newClient(t, start(t, server).URL)
	write := func(ctx context.Context) error {
		return c.ChangeQuota(ctx, client.OrganizationNamespace("acme"), 1, 2)
	}
	var calls sync.WaitGroup
	calls.Go(func() { _ = write(t.Context()) })
	for server.all.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	for i := range 9 { // all wait for the first, and a third of them gives up
		calls.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%3 == 1 {
				cancel()
			}
			_ = write(ctx)
		})
	}
	calls.Wait()
	for path, most := range server.most {
		if most != 1 {
			t.Errorf("%d calls of %s at once", most, path)
		}
	}
	if err := write(t.Context()); err != nil {
		t.Errorf("nobody can write any more: %v", err)
	}
}
