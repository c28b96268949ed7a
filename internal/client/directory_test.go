package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// A plan asks for the source of users, but works without it. The client asks a registry that
// does not exist yet once, and asks again after an error of a gateway.
func TestUserSourceOfMissingRegistry(t *testing.T) {
	t.Parallel()
	again := 0
	count := func(config *client.Config) {
		config.MaxRetries, config.Log = 3, func(_ context.Context, message string, _ map[string]any) {
			if message == "calling Quay again" {
				again++
			}
		}
	}
	missing := httptest.NewServer(http.NotFoundHandler())
	missing.Close()
	if source := newClient(t, missing.URL, count).GetUserSource(t.Context()); source != "" || again != 0 {
		t.Errorf("a missing registry says %q, and was asked %d times more", source, again)
	}
	failures := 2
	gateway := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if failures > 0 {
			failures--
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"config": {"AUTHENTICATION_TYPE": "LDAP"}}`))
	}))
	if source := newClient(t, gateway.URL, count).GetUserSource(t.Context()); source != client.LDAPUsers || again != 2 {
		t.Errorf("after failures, the registry says %q, and was asked %d times more", source, again)
	}
}
