package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// maxWait is the longest time to wait before a retry. If Retry-After asks for more, the client
// does not retry.
const maxWait = time.Minute

// errTooLarge ends the reading of an answer that exceeds maxBody.
var errTooLarge = errors.New("the answer exceeds 64 MiB")

// attempts counts the attempts of one call.
type attempts struct {
	repeat Repeat
	page   bool // of a paged list
	// optional tells that the client does not retry if the registry cannot be reached.
	optional bool
	count    int
	faults   int  // answers with status 500
	unknown  bool // Quay may have carried out an attempt

	lockedOut bool // Quay refuses the user who signs in

	// reason is why the client retries, and failed is when the last attempt failed.
	reason string
	failed time.Time
}

type attemptsKey struct{}

func withAttempts(ctx context.Context, a *attempts) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
}

// countAttempt counts each attempt, and logs each retry with the time waited before it.
// checkRetry cannot count, because it runs twice for one response.
func (c *Client) countAttempt(_ retryablehttp.Logger, req *http.Request, _ int) {
	a, ok := req.Context().Value(attemptsKey{}).(*attempts)
	if !ok {
		return
	}
	a.count++
	if a.count == 1 {
		return
	}
	c.log(req.Context(), "calling Quay again", map[string]any{
		"method": req.Method, "path": req.URL.EscapedPath(), "attempt": a.count,
		"reason": redacted(a.reason, c.hidden()), "wait_ms": time.Since(a.failed).Milliseconds(),
	})
}

// checkRetry decides whether the client retries a call. It also records whether Quay may have
// carried out an attempt.
//
// The client retries an [Idempotent] call after a transient error: no connection, a broken
// connection, a time-out, or status 429, 502, 503 or 504. It retries once after a 500, because
// Quay always answers some wrong requests with 500. For a page of a list, a 500 is also
// transient: Quay fails if somebody deletes an object on the page meanwhile. The client
// retries any other call only if Quay cannot have carried out an attempt: there was no
// connection, or a rate limit refused the request (429). A sign-in is idempotent, unless Quay
// has locked out the user.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	a, _ := ctx.Value(attemptsKey{}).(*attempts)
	if err == nil && resp.StatusCode < 300 {
		return false, nil // keeps the response even if ctx ends now
	}
	if err != nil && !neverSent(err) || err == nil && resp.StatusCode >= http.StatusInternalServerError {
		a.unknown = true
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	repeatable := a.repeat != IfNotSent || !a.unknown
	a.failed = time.Now()
	if err != nil {
		a.reason = reason(err)
		return repeatable && isTransient(err) && (!a.optional || !neverSent(err)), nil
	}
	a.reason = strings.TrimRight(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)), " ")
	if a.repeat == UnlessLockedOut && resp.StatusCode == http.StatusTooManyRequests {
		a.lockedOut = a.lockedOut || bodyBegins(resp, lockedOut) // does not consume the body
		if a.lockedOut {
			return false, nil
		}
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

// bodyBegins tells whether the body of a response begins with a text. It does not consume the
// body.
func bodyBegins(resp *http.Response, text string) bool {
	begin := make([]byte, len(text))
	n, _ := io.ReadFull(resp.Body, begin) // a shorter body does not match
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(begin[:n]), resp.Body), resp.Body}
	return string(begin[:n]) == text
}

// isTransient tells whether an error of the transport can be transient. Errors of a setting, a
// certificate or a protocol are permanent: an invalid address, a host that does not exist, a
// TLS error, a response that is not HTTP, or a proxy that refuses. All other errors count as
// transient.
func isTransient(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		plaintext   tls.RecordHeaderError
		address     *net.AddrError
		operation   *net.OpError
		dns         *net.DNSError
		connect     errConnect
	)
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, http.ErrSchemeMismatch), isNotHTTP(err),
		errors.As(err, &certificate), errors.As(err, &plaintext), errors.As(err, &address):
		return false
	case errors.As(err, &operation) && (operation.Op == "remote error" || operation.Op == "local error"): // an alert of TLS
		return false
	case errors.As(err, &dns):
		return !dns.IsNotFound
	case errors.As(err, &connect):
		return connect == http.StatusRequestTimeout || connect == http.StatusTooManyRequests || connect >= http.StatusInternalServerError
	}
	return true
}

// isNotHTTP tells whether a server answered with something other than HTTP. Go tells this only
// in words. A malformed response that begins as HTTP may be incomplete.
func isNotHTTP(err error) bool {
	_, line, found := strings.Cut(err.Error(), "malformed HTTP response \"")
	return found && !strings.HasPrefix(line, "HTTP/")
}

// neverSent tells whether a request certainly did not reach the registry.
func neverSent(err error) bool {
	var (
		op      *net.OpError
		through *proxyError
	)
	return errors.As(err, &through) && through.isProxys() || errors.As(err, &op) && op.Op == "dial"
}

// reason returns an error of the transport on one line, without the call, which
// Go repeats.
func reason(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return oneLine(err.Error())
}

// backoff returns how long to wait before attempt number i+1. The server can set the time.
// Otherwise, the time doubles with each attempt. Half of it is random, so that parallel calls
// spread out.
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

// retryAfter reads the Retry-After header in either form, seconds or a date. It returns zero
// without a valid header.
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
