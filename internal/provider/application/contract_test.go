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

// The ids of the examples.
const (
	exampleClientID = "7K30KPDXOMR8C043U40E"
	exampleUUID     = "ca45a858-38f9-45ae-915f-4988351a9d12"
)

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
	}, tokenCase(organizations[0], clientIDRule), acctest.Case{
		Type: "quay_oauth_application_tokens",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				config := tokenOwner(t, registry)
				registry.Must(t, http.MethodPost, tokensPath(config), map[string]any{"name": "ci", "scope": "repo:read"})
				return config
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{organizations[0], clientIDRule}},
			Example: addTokenApplication,
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

// tokenCase returns the case of tokens.
func tokenCase(organizationRule, clientIDRule acctest.Rule) acctest.Case {
	nameRule := acctest.Rule{
		Attribute: "name", Error: "must be 1 to 255 characters, and must not begin or end with white space.",
		Refused: []string{"", " ci", "ci\n", strings.Repeat("x", 256)}, Accepted: []string{"x", "ünï ✓", strings.Repeat("ü", 200)},
	}
	validForRule := acctest.Rule{
		Attribute: "valid_for", Error: "must be a duration such as 12h or 2160h, from 1s to 87660h (ten years).",
		Refused: []string{"", "soon", "0s", "-1h", "999ms", "87661h", "90d"}, Accepted: []string{"1s", "2160h", "87660h"},
	}
	badScopes := []acctest.Invalid{
		{Config: acctest.Attributes{"scopes": []string{}}, Attribute: "scopes", Error: "must contain at least 1 elements"},
		{Config: acctest.Attributes{"scopes": []string{"repo:nope"}}, Attribute: "scopes", Error: `must be one of "repo:read", "repo:write"`},
	}
	return acctest.Case{
		Type:     tokenType,
		Identity: []string{"organization", "client_id", "uuid"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return withToken(tokenOwner(t, registry))
		},
		Variants: []acctest.Attributes{{}, {"valid_for": "2160h", "rotate_before": "336h"}, {"scopes": []string{"org:admin"}}},
		Secrets:  []string{"token"},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			return map[string]float64{"tokens": float64(len(registry.Object(t, tokensPath(config))["tokens"].([]any)))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			path := applicationPath(identity["organization"], identity["client_id"]) + "/tokens/" + identity["uuid"]
			registry.Call(t, http.MethodDelete, path, nil)
		},
		InvalidIDs: map[string]string{
			"acme:" + exampleClientID: "Write it as organization:client_id:uuid", "Acme:" + exampleClientID + ":" + exampleUUID: "organization must be 1 to 255",
			"acme:a/b:" + exampleUUID: "client_id must be a client ID", "acme:" + exampleClientID + ":7": "uuid must be a UUID",
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				organizationRule, clientIDRule, acctest.UUIDRule("uuid"), nameRule, validForRule,
				{
					Attribute: "rotate_before", Error: "must be a duration such as 90s or 2m, above zero.",
					Refused: []string{"", "soon", "0s", "-1h"}, Accepted: []string{"336h"},
				},
			},
			Invalid: append(badScopes, acctest.Invalid{
				Config: acctest.Attributes{"valid_for": "24h", "rotate_before": "24h"}, Attribute: "rotate_before", Error: "rotate_before must be shorter than valid_for.",
			}),
		},
		Example: addTokenApplication,
		List: &acctest.List{
			Finds:   map[string]string{"organization": "organization", "client_id": "client_id"},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{organizationRule, clientIDRule}},
			Example: addTokenApplication,
		},
		Ephemeral: &acctest.EphemeralResource{
			Config: withToken(acctest.Attributes{"organization": "acme", "client_id": exampleClientID, "valid_for": "10m"}),
			Prepare: func(t testing.TB, registry *acctest.Registry) {
				registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
				addTokenApplication(t, registry)
			},
			Secrets:    []string{"token"},
			CloseError: []string{"uuid", "expires_at"},
			Inputs:     acctest.Inputs{Rules: []acctest.Rule{organizationRule, clientIDRule, nameRule, validForRule}, Invalid: badScopes},
			Example:    addTokenApplication,
		},
	}
}

// withToken adds a token to the attributes of an application.
func withToken(config acctest.Attributes) acctest.Attributes {
	config["name"], config["scopes"] = "ci", []string{"repo:read", "repo:write"}
	return config
}

// tokenOwner makes an application and returns the attributes that name it. It skips the test
// if the registry has no tokens of applications.
func tokenOwner(t testing.TB, registry *acctest.Registry) acctest.Attributes {
	t.Helper()
	organization := registry.Organization(t)
	config := acctest.Attributes{"organization": organization, "client_id": newApplication(t, registry, organization)}
	needTokens(t, registry, config)
	return config
}

// needTokens skips the test if the registry has no tokens of applications.
func needTokens(t testing.TB, registry *acctest.Registry, config acctest.Attributes) {
	t.Helper()
	if status, _ := registry.Call(t, http.MethodGet, tokensPath(config), nil); status != http.StatusOK {
		t.Skip("needs a registry with tokens of applications")
	}
}

// tokensPath is the path of the tokens of the application of a configuration.
func tokensPath(config acctest.Attributes) string {
	return applicationPath(config["organization"], config["client_id"]) + "/tokens"
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

// addTokenApplication adds the application of the examples of tokens.
func addTokenApplication(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	addApplication(t, registry)
	needTokens(t, registry, acctest.Attributes{"organization": "acme", "client_id": exampleClientID})
	return nil
}
