package quaytest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
)

// Proxy is a registry on the loopback interface that counts the requests to it. It
// is a registry in memory, or a proxy of a real registry.
type Proxy struct {
	API
	// Memory is the registry in memory. It is nil for a real registry.
	Memory *Server
	// Calls is the number of requests so far.
	Calls atomic.Int64

	listener *httptest.Server
}

// NewProxy starts a proxy of the registry of the environment variables QUAY_URL
// and QUAY_TOKEN. If they are not set, it starts a registry in memory with the
// options. The caller has to close the proxy.
func NewProxy(options ...Option) (*Proxy, error) {
	p := &Proxy{API: API{URL: os.Getenv("QUAY_URL"), Token: os.Getenv("QUAY_TOKEN")}}
	var handler http.Handler
	base := ""
	if p.URL == "" || p.Token == "" {
		p.Memory = New(options...)
		handler, p.Token = p.Memory, p.Memory.Token
	} else {
		target, err := url.Parse(p.URL)
		if err != nil {
			return nil, errors.New("QUAY_URL is not a URL")
		}
		base = strings.TrimRight(target.Path, "/")
		target.Path = ""
		handler = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	}
	p.listener = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Calls.Add(1)
		handler.ServeHTTP(w, r)
	}))
	p.URL = p.listener.URL + base
	return p, nil
}

// Close stops the proxy.
func (p *Proxy) Close() { p.listener.Close() }

// String returns the address of a real registry, or says that the registry is in
// memory.
func (p *Proxy) String() string {
	if p.Memory != nil {
		return "a Quay in memory"
	}
	target, err := url.Parse(os.Getenv("QUAY_URL"))
	if err != nil {
		return "a real Quay"
	}
	return target.Redacted()
}
