package client

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// maxWait is the longest time to wait before a request is sent again. A server
// that asks for more with Retry-After is not waited for.
const maxWait = time.Minute

// errTooLarge ends the reading of an answer that exceeds maxBody.
var errTooLarge = errors.New("the answer exceeds 64 MiB")

// attempts counts what has been sent for one call.
type attempts struct {
	repeat  Repeat
	page    bool // of a paged list
	count   int
	faults  int  // answers with status 500
	unknown bool // one of them may have been carried out
}

type attemptsKey struct{}

func withAttempts(ctx context.Context, a *attempts) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
}

// countAttempt counts each sending. checkRetry cannot: it is asked twice about
// an answer that is read.
func countAttempt(_ retryablehttp.Logger, req *http.Request, _ int) {
	if a, ok := req.Context().Value(attemptsKey{}).(*attempts); ok {
		a.count++
	}
}

// checkRetry decides whether a call is made again, and notes whether an attempt
// may have been carried out though its answer does not tell.
//
// An [Idempotent] call is sent again after a transient fault of the way (no
// connection, a broken one, a time-out) or of a proxy (429, 502, 503, 504), and
// once after a 500, which Quay also gives as its lasting answer to some wrong
// requests. For a page of a list a 500 passes, too: Quay fails there when an
// object on it is deleted just then. Any other call is sent again only when no
// attempt can have been carried out: no connection came about, or a rate limit
// turned it away (429).
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	a, _ := ctx.Value(attemptsKey{}).(*attempts)
	if err == nil && resp.StatusCode < 300 {
		return false, nil // done, and not to be lost even if ctx ends right now
	}
	if err != nil && !neverSent(err) || err == nil && resp.StatusCode >= http.StatusInternalServerError {
		a.unknown = true
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	repeatable := a.repeat == Idempotent || !a.unknown
	if err != nil {
		return repeatable && passing(err), nil
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return repeatable && retryAfter(resp) <= maxWait, nil
	case http.StatusInternalServerError:
		a.faults++
		return repeatable && (a.page || a.faults == 1) && retryAfter(resp) <= maxWait, nil
	}
	return false, nil
}

// passing tells whether an error of the transport can go away by itself.
func passing(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		plaintext   tls.RecordHeaderError
		dns         *net.DNSError
	)
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, http.ErrSchemeMismatch),
		errors.As(err, &certificate), errors.As(err, &plaintext):
		return false
	case errors.As(err, &dns):
		return !dns.IsNotFound
	}
	return true
}

// neverSent tells whether a request surely did not reach the server.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// backoff returns how long to wait before attempt number i+1: what the server
// asks for, or else a time that doubles, half of it at random so that
// parallel calls spread out.
func backoff(least, most time.Duration, i int, resp *http.Response) time.Duration {
	if wait := retryAfter(resp); wait > 0 {
		return wait
	}
	wait := most
	if i < 16 {
		wait = min(least<<i, most)
	}
	return wait/2 + rand.N(wait/2+1) //nolint:gosec // not for secrets
}

// retryAfter reads the Retry-After header in either form, seconds or a date.
// It returns zero where there is none, or none that can be read.
func retryAfter(resp *http.Response) time.Duration {
	if resp == nil {
		return 0
	}
	text := resp.Header.Get("Retry-After")
	seconds, err := strconv.ParseInt(text, 10, 32) // out of range: the nearest
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}
