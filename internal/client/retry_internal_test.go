package client

import (
	"context"
	"errors"
	"math"
	"net/http"
	"testing"
	"time"
)

// What takes too long to be waited for in a test, or cannot be timed, is tried
// on the functions themselves.

func TestBackoffDoublesUpToTheMost(t *testing.T) {
	t.Parallel()
	const least, most = 100 * time.Millisecond, time.Second
	for i, want := range []time.Duration{least, 2 * least, 4 * least, 8 * least, most, most, most} {
		shortest, longest := time.Duration(math.MaxInt64), time.Duration(0)
		for range 500 {
			wait := backoff(least, most, i, nil)
			shortest, longest = min(shortest, wait), max(longest, wait)
		}
		if shortest < want/2 || longest > want {
			t.Errorf("before attempt %d it waits %v to %v, want %v to %v", i+2, shortest, longest, want/2, want)
		}
		if longest-shortest < want/4 {
			t.Errorf("before attempt %d it waits %v to %v: parallel calls stay together", i+2, shortest, longest)
		}
	}
	for _, i := range []int{16, 63, 64, 1000} {
		if wait := backoff(least, most, i, nil); wait < most/2 || wait > most {
			t.Errorf("before attempt %d it waits %v", i+2, wait)
		}
	}
	if wait := backoff(1, 1, 0, nil); wait < 0 || wait > 1 {
		t.Errorf("the shortest wait is %v", wait)
	}
}

func TestBackoffIsWhatTheServerAsksFor(t *testing.T) {
	t.Parallel()
	resp := &http.Response{Header: http.Header{"Retry-After": {"7"}}}
	if wait := backoff(time.Millisecond, time.Minute, 3, resp); wait != 7*time.Second {
		t.Errorf("it waits %v, want 7 s", wait)
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	tests := map[string]struct{ least, most time.Duration }{
		"":                             {0, 0},
		"soon":                         {0, 0},
		"1.5":                          {0, 0},
		"0":                            {0, 0},
		"-5":                           {0, 0},
		"-99999999999999999999":        {0, 0},
		"1":                            {time.Second, time.Second},
		"60":                           {time.Minute, time.Minute},
		"99999999999999999999":         {time.Hour, math.MaxInt64},
		in(time.Minute):                {58 * time.Second, time.Minute},
		in(-time.Minute):               {0, 0},
		in(200 * 365 * 24 * time.Hour): {time.Hour, math.MaxInt64},
	}
	for text, want := range tests {
		resp := &http.Response{Header: http.Header{}}
		resp.Header.Set("Retry-After", text)
		if got := retryAfter(resp); got < want.least || got > want.most {
			t.Errorf("Retry-After %q is %v, want %v to %v", text, got, want.least, want.most)
		}
	}
	if got := retryAfter(nil); got != 0 {
		t.Errorf("without an answer it is %v", got)
	}
}

func TestAnAnswerOutlivesTheContext(t *testing.T) {
	t.Parallel()
	// A user was created, and its password is in the answer: it must not be
	// thrown away because the context ends while it is handed on.
	ctx, cancel := context.WithCancel(withAttempts(t.Context(), &attempts{repeat: IfNotSent}))
	cancel()
	if again, err := checkRetry(ctx, &http.Response{StatusCode: http.StatusOK}, nil); again || err != nil {
		t.Errorf("a success is sent again: %v, error: %v", again, err)
	}
	if again, err := checkRetry(ctx, &http.Response{StatusCode: http.StatusBadGateway}, nil); again || !errors.Is(err, context.Canceled) {
		t.Errorf("a fault is sent again: %v, error: %v", again, err)
	}
}
