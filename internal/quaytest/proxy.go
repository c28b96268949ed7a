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

// Front is a registry on loopback that counts the calls made to it: one in
// memory, or a real one behind a proxy.
type Front struct {
	API
	// Memory is the registry in memory; nil where it is a real one.
	Memory *Server
	// Calls is how many requests came.
	Calls atomic.Int64

	listener *httptest.Server
}

// NewFront starts one for the registry that QUAY_URL and QUAY_TOKEN name, or
// for a new one in memory with the options given. It has to be closed.
func NewFront(options ...Option) (*Front, error) {
	f := &Front{API: API{URL: os.Getenv("QUAY_URL"), Token: os.Getenv("QUAY_TOKEN")}}
	var handler http.Handler
	base := ""
	if f.URL == "" || f.Token == "" {
		f.Memory = New(options...)
		handler, f.Token = f.Memory, f.Memory.Token
	} else {
		target, err := url.Parse(f.URL)
		if err != nil {
			return nil, errors.New("QUAY_URL is not a URL")
		}
		base = strings.TrimRight(target.Path, "/")
		target.Path = ""
		handler = &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target) }}
	}
	f.listener = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.Calls.Add(1)
		handler.ServeHTTP(w, r)
	}))
	f.URL = f.listener.URL + base
	return f, nil
}

// Close ends the front, and with it a registry in memory.
func (f *Front) Close() { f.listener.Close() }

// String says which registry it is, without its token.
func (f *Front) String() string {
	if f.Memory != nil {
		return "a Quay in memory"
	}
	target, err := url.Parse(os.Getenv("QUAY_URL"))
	if err != nil {
		return "a real Quay"
	}
	return target.Redacted()
}
