package servicekey_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

func TestServiceKeyList_filters(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	service := acctest.Name("tfacc_")
	var nameless string
	for _, key := range []map[string]any{
		{"service": service, "name": "a key", "expiration": nil},
		{"service": service + "_other", "name": "of another", "expiration": nil},
		{"service": service, "expiration": nil},
	} {
		kid := registry.Must(t, http.MethodPost, "/superuser/keys", key).(map[string]any)["kid"].(string)
		t.Cleanup(func() { deleteKey(t, registry, map[string]string{"kid": kid}) })
		nameless = service + " " + kid
	}
	for name, want := range map[string][]string{service: {"a key", nameless}, service + "_none": {}} {
		slices.Sort(want)
		if got := p.ListNames("quay_service_key", acctest.Attributes{"service": name}); !slices.Equal(got, want) {
			t.Errorf("keys of %s: %q, want %q", name, got, want)
		}
	}
}

// Terraform can import an expired key. Its date is no error.
func TestServiceKeyList_expired(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	var expiration time.Time
	for wait := 2 * time.Second; ; wait *= 2 { // a slow registry refuses what has expired meanwhile
		expiration = time.Now().Add(wait)
		status, answer := registry.Call(t, http.MethodPost, "/superuser/keys", map[string]any{"service": service, "expiration": expiration.Unix()})
		if status == http.StatusOK {
			kid := answer.(map[string]any)["kid"].(string)
			t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
			break
		}
		if wait > 30*time.Second {
			t.Fatalf("no key can be made: %d %v", status, answer)
		}
	}
	time.Sleep(time.Until(expiration.Add(100 * time.Millisecond)))
	p := registry.Serve(t, nil)
	all, diags := p.List("quay_service_key", acctest.Attributes{"service": service}, 100, true)
	acctest.NoErrors(t, diags)
	if len(all) != 1 {
		t.Fatalf("found %v", all)
	}
	plan := p.Plan("quay_service_key", all[0].State, p.GenerateConfig("quay_service_key", all[0].State))
	acctest.NoErrors(t, plan.Diagnostics)
	if !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}
}
