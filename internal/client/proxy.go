package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// EnvironmentError is the error of [New] for an environment variable that
// cannot be used. It never holds the variable's value.
type EnvironmentError struct {
	Variable string
	Problem  string // what follows the variable's name
}

func (e *EnvironmentError) Error() string { return e.Variable + " " + e.Problem }

// proxy is the proxy between the client and a registry.
type proxy struct {
	url      *url.URL
	variable string // that names it
}

// findProxy returns the proxy that the environment names for a registry, or nil. Go ignores an
// address that it cannot read, or fails at each call.
func findProxy(base *url.URL) (*proxy, error) {
	environment := httpproxy.FromEnvironment()
	variable := environmentName("HTTPS_PROXY")
	if base.Scheme == "http" {
		variable = environmentName("HTTP_PROXY")
	}
	if strings.TrimSpace(os.Getenv(variable)) == "" {
		return nil, nil
	}
	// A valid address shows whether Go uses a proxy for this registry.
	environment.HTTPProxy, environment.HTTPSProxy = "http://proxy.invalid", "http://proxy.invalid"
	used, err := environment.ProxyFunc()(base)
	if err != nil {
		return nil, &EnvironmentError{variable, "is not used where REQUEST_METHOD is set, as in a CGI script: " + err.Error()}
	}
	if used == nil {
		return nil, nil
	}
	address, ok := parseProxy(os.Getenv(variable))
	if !ok {
		return nil, &EnvironmentError{variable, "is not the address of a proxy: write it like http://proxy.example.com:3128, " +
			"or name the registry's host in NO_PROXY to reach it without a proxy"}
	}
	return &proxy{address, variable}, nil
}

// environmentName returns the lower-case name if only the lower-case variable is set.
func environmentName(name string) string {
	if lower := strings.ToLower(name); os.Getenv(name) == "" && os.Getenv(lower) != "" {
		return lower
	}
	return name
}

// parseProxy reads the address of a proxy: a URL, or a host that may have a
// port.
func parseProxy(text string) (address *url.URL, ok bool) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	address, err := url.Parse(text)
	if err != nil || address.Hostname() == "" || !validPort(address) {
		return nil, false
	}
	return address, slices.Contains([]string{"http", "https", "socks5", "socks5h"}, address.Scheme)
}

// validPort tells whether an address has no port or a valid port.
func validPort(address *url.URL) bool {
	port, err := strconv.ParseUint(cmp.Or(address.Port(), "443"), 10, 16)
	return err == nil && port > 0
}

// proxyError is an error of a call through a proxy.
type proxyError struct {
	*proxy
	cause error
}

func (e *proxyError) Error() string {
	return fmt.Sprintf("through the proxy %s (%s): %s", e.url.Host, e.variable, e.cause)
}

func (e *proxyError) Unwrap() error { return e.cause }

// errConnect is the cause of a proxy's answer other than 200 to CONNECT.
type errConnect int

func (e errConnect) Error() string {
	return fmt.Sprintf("the proxy answered %d %s", int(e), http.StatusText(int(e)))
}

// isProxys tells whether the error is certainly from the proxy, so the call has not reached
// the registry.
func (e *proxyError) isProxys() bool {
	op, ok := errors.AsType[*net.OpError](e.cause)
	return errors.As(e.cause, new(errConnect)) || ok && (op.Op == "proxyconnect" || op.Op == "socks connect")
}

// remedy tells what to do about an error of a call through a proxy.
func (e *proxyError) remedy() string {
	const without = "To reach the registry without the proxy, name its host in NO_PROXY."
	connect, answered := errors.AsType[errConnect](e.cause)
	switch {
	case connect == http.StatusProxyAuthRequired:
		return fmt.Sprintf("The proxy wants a user and password. Write them into %s: http://user:password@%s. %s", e.variable, e.url.Host, without)
	case answered:
		return fmt.Sprintf("The proxy that %s names does not let the call pass. Check that the variable is right, and that the proxy allows "+
			"connections to the registry. %s", e.variable, without)
	case e.isProxys():
		return fmt.Sprintf("The proxy that %s names cannot be reached. Check that the variable is right and the proxy is up. %s", e.variable, without)
	}
	return fmt.Sprintf("The call went through the proxy that %s names. Check that the proxy and the registry are up, and that the variable and "+
		"the provider's url are right. %s", e.variable, without)
}

// proxyTransport marks the errors of calls that go through a proxy.
type proxyTransport struct {
	*http.Transport
	proxy *proxy
}

// RoundTrip sends a request through the proxy.
func (t proxyTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.Transport.RoundTrip(req)
	if err == nil {
		return resp, nil
	}
	return nil, &proxyError{t.proxy, err}
}

// withProxy makes a transport use a proxy, if there is one.
func withProxy(transport *http.Transport, p *proxy) http.RoundTripper {
	transport.Proxy = nil
	if p == nil {
		return transport
	}
	transport.Proxy = http.ProxyURL(p.url)
	transport.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return errConnect(resp.StatusCode)
		}
		return nil
	}
	return proxyTransport{transport, p}
}
