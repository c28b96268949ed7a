package servicekey_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// If every response is lost, the provider creates a key at most twice, and leaves no key
// behind.
func TestServiceKey_everyAnswerLost(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	made := 0
	var lose func(w http.ResponseWriter, r *http.Request) bool
	lose = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		made++
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		simulator.Intercept(nil)
		registry.Must(t, http.MethodPost, "/superuser/keys", body)
		simulator.Intercept(lose)
		panic(http.ErrAbortHandler)
	}
	simulator.Intercept(lose)
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"service": acctest.Name("tfacc_")}
	state, diags := p.Apply(t.Context(), "quay_service_key", p.Plan("quay_service_key", p.Absent("quay_service_key"), config))
	if len(diags) != 1 || !state.Value.IsNull() {
		t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
	}
	if left := simulator.Objects()["service_keys"]; made != 2 || left != 0 {
		t.Errorf("%d keys were made, %d are left", made, left)
	}
}

// If the response is lost, the provider does not accept somebody else's approval with other
// notes as its own.
func TestServiceKeyApproval_answerLost(t *testing.T) {
	t.Parallel()
	for theirs, succeeds := range map[string]bool{"looked at it": true, "theirs": false} {
		t.Run(theirs, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			simulator := registry.Simulator(t)
			kid := simulator.AddServiceKey("clair", "a key")
			simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodPost {
					return false
				}
				simulator.Intercept(nil)
				registry.Must(t, http.MethodPost, "/superuser/approvedkeys/"+kid, map[string]string{"notes": theirs})
				panic(http.ErrAbortHandler)
			})
			p := registry.Serve(t, nil)
			config := acctest.Attributes{"kid": kid, "notes": "looked at it"}
			state, diags := p.Apply(t.Context(), "quay_service_key_approval", p.Plan("quay_service_key_approval", p.Absent("quay_service_key_approval"), config))
			if succeeds {
				acctest.NoErrors(t, diags)
			} else if len(diags) != 1 || !strings.HasPrefix(diags[0].Summary, "Unable to create Quay service key approval") {
				t.Errorf("diagnostics: %v", diags)
			}
			if state.Value.IsNull() == succeeds {
				t.Errorf("the state is %s", state.Value)
			}
		})
	}
}
