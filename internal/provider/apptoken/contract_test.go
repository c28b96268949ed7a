package apptoken_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/apptoken"
)

const uuid = "aff0604d-4de0-4db1-9eaa-b55021c20504" // of the examples

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, apptoken.Area(), acctest.Case{
		Type:     "quay_app_token",
		Identity: []string{"uuid"},
		Config: func(testing.TB, *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{"title": acctest.Name("laptop ")}
		},
		Unique:  true,
		Secrets: []string{"token"},
		Risk: func(t testing.TB, registry *acctest.Registry, _ acctest.Attributes) map[string]float64 {
			return map[string]float64{"tokens": float64(len(registry.Object(t, "/user/apptoken")["tokens"].([]any)))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, "/user/apptoken/"+identity["uuid"], nil)
		},
		InvalidIDs: map[string]string{"7": "uuid must be a UUID"},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			{
				Attribute: "title", Error: "must be 1 to 255 characters",
				Refused: []string{"", strings.Repeat("x", 256)}, Accepted: []string{"x", "  ünï ✓ ", strings.Repeat("ü", 255)},
			},
			acctest.UUIDRule("uuid"),
		}},
		List: &acctest.List{Example: addToken},
		Ephemeral: &acctest.EphemeralResource{
			Config:    acctest.Attributes{"uuid": uuid},
			Prepare:   func(t testing.TB, registry *acctest.Registry) { addToken(t, registry) },
			ReadsOnly: true,
			Secrets:   []string{"token"},
			Inputs:    acctest.Inputs{Rules: []acctest.Rule{acctest.UUIDRule("uuid")}},
			Example:   addToken,
		},
	}, acctest.Case{Type: "quay_app_tokens", DataSource: &acctest.DataSource{Config: acctest.NoConfig}})
}

// addToken adds the token of the examples.
func addToken(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	registry.Simulator(t).AddAppToken("admin", uuid, "laptop")
	return nil
}
