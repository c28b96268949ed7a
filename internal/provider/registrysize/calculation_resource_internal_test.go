package registrysize

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

func TestHasRun(t *testing.T) {
	t.Parallel()
	never := client.RegistrySize{}
	ran := func(at int64) client.RegistrySize { return client.RegistrySize{LastRan: &at} }
	queued, running := ran(7), ran(7)
	queued.Queued, running.Running = true, true
	for name, c := range map[string]struct {
		before, now client.RegistrySize
		want        bool
	}{
		"never":                     {never, never, false},
		"the first":                 {never, ran(5), true},
		"the same":                  {ran(5), ran(5), false},
		"another":                   {ran(5), ran(7), true},
		"the clock was set back":    {ran(5), ran(3), true},
		"another's, ours is queued": {ran(5), queued, false},
		"another's, ours runs":      {ran(5), running, false},
		"it ran when we asked":      {running, ran(8), true},
	} {
		if got := hasRun(&c.before, &c.now); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	ran := int64(5)
	for name, c := range map[string]struct {
		limit  time.Duration
		done   int // the look that sees the end; 0 for none
		fail   error
		want   error
		looks  []time.Duration // when, since the start
		lasted time.Duration
	}{
		"ends": {
			limit: 10 * time.Minute, done: 7,
			looks:  []time.Duration{1, 3, 7, 15, 30, 45, 60},
			lasted: 60,
		},
		"out of time": {
			limit: 20 * time.Second, want: context.DeadlineExceeded,
			looks:  []time.Duration{1, 3, 7, 15},
			lasted: 20,
		},
		"fails": {
			limit: time.Minute, fail: client.Unavailable, want: client.Unavailable,
			looks:  []time.Duration{1},
			lasted: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.limit)
				defer cancel()
				start := time.Now()
				var looks []time.Duration
				_, err := await(ctx, func(context.Context) (*client.RegistrySize, error) {
					looks = append(looks, time.Since(start)/time.Second)
					if len(looks) == c.done {
						return &client.RegistrySize{LastRan: &ran}, nil
					}
					return &client.RegistrySize{Queued: true}, c.fail
				}, &client.RegistrySize{})
				if !errors.Is(err, c.want) || !slices.Equal(looks, c.looks) || time.Since(start)/time.Second != c.lasted {
					t.Errorf("looked at %d, ended after %s with %v", looks, time.Since(start), err)
				}
			})
		})
	}
}
