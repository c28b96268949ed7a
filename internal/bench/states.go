//go:build unix

package main

import (
	"io"
	"net/http"
	"sync"
)

// states stores states of Terraform's "http" backend in memory, each at its own path. The
// "local" backend would write the whole state after each change. With ten thousand objects,
// these writes take most of the time.
type states struct{ byPath sync.Map }

func (s *states) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		state, found := s.byPath.Load(r.URL.Path)
		if !found {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(state.([]byte)) //nolint:gosec // the state that Terraform sent; Terraform reports a failed write
	case http.MethodPost:
		state, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.byPath.Store(r.URL.Path, state)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}
