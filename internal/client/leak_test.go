package client_test

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// No goroutine of a call stays after the call, whatever its result.
func TestNothingIsLeftRunning(t *testing.T) { //nolint:paralleltest // counts what runs
	before := runtime.NumGoroutine()
	var turn atomic.Int64
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch turn.Add(1) % 6 {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			_, _ = io.Copy(io.Discard, r.Body) // or the server would not see the client go
			<-r.Context().Done()               // until the time is out
		case 2:
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"username`))
		case 3:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 4:
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(strings.Repeat("x", 1<<20)))
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"username": "alice"}`))
		}
	}))
	c := newClient(t, server.URL, retries(1), func(config *client.Config) { config.RequestTimeout = 50 * time.Millisecond })
	var calls sync.WaitGroup
	for i := range 60 {
		calls.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(5+i)*time.Millisecond)
			defer cancel()
			_, _ = c.GetUser(ctx, "alice")
			_ = c.ChangeQuota(ctx, client.OrganizationNamespace("acme"), 1, 2)
		})
	}
	calls.Wait()
	server.Close()

	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines are left of %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}
