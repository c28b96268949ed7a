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

// maxWait is the longest time to wait before a request is sent again. A server
// that asks for more with Retry-After is not waited for.
const maxWait = time.Minute

// errTooLarge ends the reading of an answer that exceeds maxBody.
var errTooLarge = errors.New("the answer exceeds 64 MiB")

// attempts counts what has been sent for one call.
type attempts struct {
	repeat Repeat
	page   bool // of a paged list
	// optional tells that a registry that cannot be reached is not asked again.
	optional bool
	count    int
	faults   int  // answers with status 500
	unknown  bool // one of them may have been carried out

	lockedOut bool // Quay refuses the user who signs in

	// reason is why the call is sent again, and failed is since when.
	reason string
	failed time.Time
}

type attemptsKey struct{}

func withAttempts(ctx context.Context, a *attempts) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
}

// countAttempt counts each sending, and logs each but the first, with the time
// that was waited before it. checkRetry cannot: it is asked twice about an answer
// that is read.
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

// checkRetry decides whether a call is made again, and notes whether an attempt
// may have been carried out though its answer does not tell.
//
// An [Idempotent] call is sent again after a transient fault of the way (no
// connection, a broken one, a time-out) or of a proxy (429, 502, 503, 504), and
// once after a 500, which Quay also gives as its lasting answer to some wrong
// requests. For a page of a list a 500 passes, too: Quay fails there when an
// object on it is deleted just then. Any other call is sent again only when no
// attempt can have been carried out: no connection came about, or a rate limit
// turned it away (429). A sign-in is idempotent, except where Quay itself turns it away.
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
	repeatable := a.repeat != IfNotSent || !a.unknown
	a.failed = time.Now()
	if err != nil {
		a.reason = reason(err)
		return repeatable && isTransient(err) && (!a.optional || !neverSent(err)), nil
	}
	a.reason = strings.TrimRight(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)), " ")
	if a.repeat == UnlessLockedOut && resp.StatusCode == http.StatusTooManyRequests {
		a.lockedOut = a.lockedOut || bodyBegins(resp, lockedOut) // which shows before the body is read
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

// bodyBegins tells whether the body of an answer begins with a text, and leaves the body to
// be read.
func bodyBegins(resp *http.Response, text string) bool {
	begin := make([]byte, len(text))
	n, _ := io.ReadFull(resp.Body, begin) // a shorter one is another text
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(begin[:n]), resp.Body), resp.Body}
	return string(begin[:n]) == text
}

// isTransient tells whether an error of the transport can go away by itself.
// What is wrong in a setting, in a certificate or in the server's protocol does
// not: an address that cannot be called, TLS where the server speaks none or
// refuses it, an answer that is not HTTP, a host that does not exist, a proxy that
// refuses. All else counts as transient.
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

// isNotHTTP tells whether a server answered with something other than HTTP. Go
// tells it in words only. An answer that begins as HTTP and is malformed may have
// broken off.
func isNotHTTP(err error) bool {
	_, line, found := strings.Cut(err.Error(), "malformed HTTP response \"")
	return found && !strings.HasPrefix(line, "HTTP/")
}

// neverSent tells whether a request surely did not reach the registry.
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
