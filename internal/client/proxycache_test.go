package client_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// Only the empty text for the upstream registry tells that there is no proxy cache.
func TestProxyCacheAsQuayShowsIt(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		cache client.ProxyCache
		kind  client.Kind
	}{
		`{"upstream_registry": "docker.io", "expiration_s": 60, "insecure": true}`:    {client.ProxyCache{UpstreamRegistry: "docker.io", ExpirationSeconds: 60, Insecure: true}, 0},
		`{"upstream_registry": "docker.io", "expiration_s": null, "insecure": false}`: {client.ProxyCache{UpstreamRegistry: "docker.io"}, 0},
		`{"upstream_registry": "", "expiration_s": "", "insecure": ""}`:               {kind: client.NotFound},
		`{"upstream_registry": "docker.io"}`:                                          {kind: client.Unexpected},
		`{"upstream_registry": "docker.io", "expiration_s": "", "insecure": ""}`:      {kind: client.Unexpected},
		`{"upstream_registry": null}`:                                                 {kind: client.Unexpected},
		`{}`:                                                                          {kind: client.Unexpected},
	} {
		cache, err := newClient(t, start(t, jsonReply(http.StatusOK, body)).URL).GetProxyCache(t.Context(), "acme")
		switch {
		case want.kind != 0 && !errors.Is(err, want.kind):
			t.Errorf("%s: the error is %v, want %v", body, err, want.kind)
		case want.kind == 0 && (err != nil || *cache != want.cache):
			t.Errorf("%s: read as %v (%v)", body, cache, err)
		}
	}
}
