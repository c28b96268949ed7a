package application_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/application"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// The client ID of the examples.
const exampleClientID = "7K30KPDXOMR8C043U40E"

func TestContract(t *testing.T) {
	t.Parallel()
	organizations := []acctest.Rule{acctest.NameRule("organization")}
	clientIDRule := acctest.Rule{
		Attribute: "client_id", Error: "must be a client ID: 1 to 255 letters and digits.",
		Refused: []string{"", "a/b", "a b", strings.Repeat("A", 256)}, Accepted: []string{exampleClientID},
	}
	acctest.Contract(t, application.Area(), acctest.Case{
		Type:     applicationType,
		Identity: []string{"organization", "client_id"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{
				"organization": registry.Organization(t), "name": "ci", "description": "builds images", "application_uri": "https://ci.example.com",
				"redirect_uri": "https://ci.example.com/login", "avatar_email": "ci@example.com",
			}
		},
		InMemory: func(simulator *quaytest.Server) acctest.Attributes {
			simulator.AddOrganization("acme", "acme@example.com", "admin")
			return acctest.Attributes{"organization": "acme", "name": "ci", "rotation": "1"}
		},
		Change:   acctest.Attributes{"name": "builds", "description": "", "avatar_email": "builds@example.com", "rotation": "2"},
		Variants: []acctest.Attributes{{"description": nil, "application_uri": nil, "redirect_uri": nil, "avatar_email": nil}, {"name": "", "rotation": "1"}},
		Unique:   true,
		Secrets:  []string{"client_secret"},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			applications := registry.Object(t, fmt.Sprintf("/organization/%s/applications", config["organization"]))["applications"].([]any)
			return map[string]float64{"applications": float64(len(applications))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, applicationPath(identity["organization"], identity["client_id"]), nil)
		},
		Parent: organizationPath,
		InvalidIDs: map[string]string{
			"acme": "Write it as organization:client_id", "acme:": "Write it as organization:client_id", "Acme:" + exampleClientID: "organization must be 1 to 255",
			"acme:a/b": "client_id must be a client ID: 1 to 255 letters and digits.",
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			organizations[0], clientIDRule, textRule("name"), textRule("application_uri"), textRule("redirect_uri"), textRule("avatar_email"),
		}},
		List: &acctest.List{
			Finds:  map[string]string{"organization": "organization"},
			Inputs: acctest.Inputs{Rules: organizations},
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				return acctest.Attributes{"organization": organization, "client_id": newApplication(t, registry, organization)}
			},
			Inputs: acctest.Inputs{
				Rules: append(organizations, clientIDRule),
				Invalid: []acctest.Invalid{
					{Config: acctest.Attributes{"client_id": nil}, Attribute: "client_id", Error: "No attribute specified when one (and only one) of"},
					{Config: acctest.Attributes{"name": "ci"}, Attribute: "client_id", Error: "2 attributes specified when one (and only one) of"},
				},
			},
			Example: addApplication,
		},
	}, acctest.Case{
		Type: "quay_oauth_applications",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				newApplication(t, registry, organization)
				return acctest.Attributes{"organization": organization}
			},
			Inputs: acctest.Inputs{Rules: organizations},
		},
	})
}

// textRule is for a text of an application.
func textRule(attribute string) acctest.Rule {
	return acctest.Rule{
		Attribute: attribute, Error: "must have at most 255 characters.",
		Refused: []string{strings.Repeat("x", 256)}, Accepted: []string{"", " ünï ✓ ", strings.Repeat("ü", 255)},
	}
}

// organizationPath is the path of the organization of a configuration.
func organizationPath(config acctest.Attributes) string {
	return fmt.Sprintf("/superuser/organizations/%s", config["organization"])
}

// applicationPath is the path of an application.
func applicationPath(organization, clientID any) string {
	return fmt.Sprintf("/organization/%s/applications/%s", organization, clientID)
}

// newApplication makes an application and returns its client ID.
func newApplication(t testing.TB, registry *acctest.Registry, organization string) string {
	t.Helper()
	path := fmt.Sprintf("/organization/%s/applications", organization)
	return registry.Must(t, http.MethodPost, path, map[string]any{"name": "tfacc"}).(map[string]any)["client_id"].(string)
}

// addApplication adds the application of the examples.
func addApplication(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	registry.Simulator(t).AddApplication("acme", exampleClientID, "terraform")
	return nil
}
