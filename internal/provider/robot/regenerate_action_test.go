package robot_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// The action gives a robot another token, of an organization or of the token's user. It does
// not show the token. If the response is lost, it looks for a new token.
func TestRegenerateAction(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddRobot("acme", "ci")
	simulator.AddRobot("admin", "ci")
	p := registry.Serve(t, acctest.Attributes{"max_retries": 0})
	for path, test := range map[string]struct {
		config acctest.Attributes
		words  string
	}{
		"/organization/acme/robots/ci": {acctest.Attributes{"organization": "acme", "name": "ci"}, "The robot acme+ci has a new token."},
		"/user/robots/ci":              {acctest.Attributes{"name": "ci"}, "The robot admin+ci has a new token."},
	} {
		for _, lost := range []bool{false, true} {
			simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if !lost || r.Method != http.MethodPost {
					return false
				}
				simulator.Intercept(nil)
				registry.Must(t, http.MethodPost, path+"/regenerate", nil)
				panic(http.ErrAbortHandler)
			})
			before := registry.Object(t, path)["token"]
			progress, diags := p.Invoke("quay_regenerate_robot_token", test.config)
			acctest.NoErrors(t, diags)
			if registry.Object(t, path)["token"] == before {
				t.Errorf("%s: the token is the same", path)
			}
			if len(progress) != 1 || progress[0] != test.words {
				t.Errorf("%s: progress: %q", path, progress)
			}
		}
	}

	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost { // which is lost on the way
			panic(http.ErrAbortHandler)
		}
		return false
	})
	_, diags := p.Invoke("quay_regenerate_robot_token", acctest.Attributes{"name": "ci"})
	simulator.Intercept(nil)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "No answer to POST /api/v1/user/robots/ci/regenerate") {
		t.Errorf("diagnostics: %v", diags)
	}
	_, diags = p.Invoke("quay_regenerate_robot_token", acctest.Attributes{"organization": "acme", "name": "nosuch"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `There is no robot "acme+nosuch" in the registry.`) {
		t.Errorf("diagnostics: %v", diags)
	}
}
