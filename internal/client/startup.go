package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// startupPause is the longest time between two checks whether the registry is up.
const startupPause = 2 * time.Second

// startup waits for a registry that is just starting, before the first call.
type startup struct {
	timeout time.Duration
	sem     chan struct{} // held during a check
	over    bool          // the registry has answered, or the time is over
}

func newStartup(timeout time.Duration) *startup {
	return &startup{timeout: timeout, sem: make(chan struct{}, 1), over: timeout <= 0}
}

// wait calls /discovery until the registry answers, or the time is over. Any response that is
// not a gateway's ends the wait. The call itself then reports what is wrong. wait fails only
// if ctx has ended.
func (s *startup) wait(ctx context.Context, c *Client) *Error {
	if s.timeout <= 0 {
		return nil
	}
	stopped := func() *Error {
		e := &Error{Operation: discovery, Path: discovery.Path}
		e.classifyTransportError(ctx, c.base.Host, ctx.Err())
		return e
	}
	select {
	case s.sem <- struct{}{}:
		defer func() { <-s.sem }()
	case <-ctx.Done():
		return stopped()
	}
	if s.over {
		return nil
	}
	pause, end := min(c.http.RetryWaitMin, startupPause), time.Now().Add(s.timeout)
	checkCtx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	for ; c.isStarting(checkCtx) && time.Now().Add(pause).Before(end); pause = min(2*pause, startupPause) {
		c.log(ctx, "waiting for Quay to start", map[string]any{"wait_ms": pause.Milliseconds()})
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return stopped()
		}
	}
	if ctx.Err() != nil {
		return stopped()
	}
	s.over = true
	return nil
}

// isStarting asks the registry once, without credentials, and tells whether it is not up yet.
// Then the client has no connection, or a gateway has none.
func (c *Client) isStarting(ctx context.Context) bool {
	target := c.base.JoinPath(apiPath, discovery.Path)
	req, err := http.NewRequestWithContext(ctx, discovery.Method, target.String(), nil)
	if err != nil {
		return false
	}
	req.Header, req.Host = c.header.Clone(), c.host
	req.Header.Del("Authorization")
	resp, err := c.http.HTTPClient.Do(req)
	if err != nil {
		return ctx.Err() == nil && noConnection(err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// noConnection tells whether an error of the transport can be that of a server that is not up
// yet. A host name that does not exist yet can be new.
func noConnection(err error) bool {
	if isTransient(err) {
		return true
	}
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound && errors.As(err, new(*url.Error))
}
