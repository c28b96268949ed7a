package authorization_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/authorization"
)

const typeName = "quay_user_authorization"

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, authorization.Area(), acctest.Case{
		Type:   typeName,
		SignIn: true,
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			return config(organization, application(t, registry, organization))
		},
		Secrets:    []string{"token"},
		FaultCases: 200,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			return map[string]float64{"tokens": float64(tokensOf(t, registry, config["organization"]))}
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				acctest.NameRule("organization"),
				{
					Attribute: "client_id", Error: "must be a client ID: 1 to 255 letters and digits.",
					Refused: []string{"", "a/b", "a b", strings.Repeat("A", 256)}, Accepted: []string{"7K30KPDXOMR8C043U40E"},
				},
			},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"scopes": []string{}}, Attribute: "scopes", Error: "at least 1 elements"},
				{Config: acctest.Attributes{"scopes": []string{"all"}}, Attribute: "scopes", Error: "must be one of"},
			},
		},
	}, acctest.Case{Type: "quay_user_authorizations", DataSource: &acctest.DataSource{Config: acctest.NoConfig}})
}

func config(organization, clientID string) acctest.Attributes {
	return acctest.Attributes{"organization": organization, "client_id": clientID, "scopes": []string{"repo:read", "org:admin"}, "rotation": "1"}
}

// application makes an application of an organization and returns its client ID.
func application(t testing.TB, registry *acctest.Registry, organization string) string {
	t.Helper()
	app := registry.Must(t, "POST", "/organization/"+organization+"/applications", map[string]string{"name": "tool"})
	return app.(map[string]any)["client_id"].(string)
}

// tokensOf counts the tokens of applications of an organization.
func tokensOf(t testing.TB, registry *acctest.Registry, organization any) (n int) {
	t.Helper()
	_, answer := registry.Call(t, "GET", "/user/authorizations", nil)
	all, _ := answer.(map[string]any)["authorizations"].([]any)
	for _, one := range all {
		app := one.(map[string]any)["application"].(map[string]any)
		if app["organization"].(map[string]any)["name"] == organization {
			n++
		}
	}
	return n
}
