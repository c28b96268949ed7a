package servicekey_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const approveAction = "quay_approve_service_key"

func TestApproveServiceKey(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t) // only a service can register a key
	p := registry.Serve(t, nil)
	for notes, want := range map[any]string{"looked at it": "looked at it", nil: ""} {
		kid := simulator.AddServiceKey("clair", "of a service")
		progress, diags := p.Invoke(approveAction, acctest.Attributes{"kid": kid, "notes": notes})
		acctest.NoErrors(t, diags)
		if len(progress) != 1 || !strings.HasPrefix(progress[0], "The key "+kid+" of the service clair is approved, since 20") {
			t.Errorf("progress: %q", progress)
		}
		approval := registry.Must(t, http.MethodGet, "/superuser/keys/"+kid, nil).(map[string]any)["approval"].(map[string]any)
		if approval["notes"] != want {
			t.Errorf("approved as %v", approval)
		}
	}
}

// A key that is approved stays as it is, and other notes are refused.
func TestApproveServiceKey_approvedAlready(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	kid := approvedKey(t, registry, "approved by hand")
	for _, notes := range []any{nil, "approved by hand"} {
		progress, diags := p.Invoke(approveAction, acctest.Attributes{"kid": kid, "notes": notes})
		acctest.NoErrors(t, diags)
		if len(progress) != 1 {
			t.Errorf("progress: %q", progress)
		}
	}
	_, diags := p.Invoke(approveAction, acctest.Attributes{"kid": kid, "notes": "by Terraform"})
	if len(diags) != 1 || diags[0].Attribute.String() != `AttributeName("notes")` || !strings.Contains(diags[0].Detail, `is approved already, with the notes "approved by hand"`) {
		t.Errorf("other notes: %v", diags)
	}
}

func TestApproveServiceKey_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for name, c := range map[string]struct {
		config acctest.Attributes
		words  string
	}{
		"no such key": {acctest.Attributes{"kid": "none"}, `There is no service key "none" in the registry.`},
		"empty id":    {acctest.Attributes{"kid": ""}, "kid must be the id of a key"},
		"empty notes": {acctest.Attributes{"kid": "none", "notes": ""}, "notes must not be empty."},
	} {
		progress, diags := p.Invoke(approveAction, c.config)
		if len(progress) > 0 || len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) {
			t.Errorf("%s: %q, %v", name, progress, diags)
		}
	}
}
