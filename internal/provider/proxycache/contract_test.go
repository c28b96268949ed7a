package proxycache_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/proxycache"
)

const (
	typeName = "quay_organization_proxy_cache"
	address  = typeName + ".test"

	// upstream is an address, because real registries for tests resolve no names.
	upstream = "8.8.8.8/library"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, proxycache.Area(), acctest.Case{
		Type:     typeName,
		Identity: []string{"organization"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{"organization": newOrganization(t, registry), "upstream_registry": upstream, "expiration_s": 3600}
		},
		Variants: []acctest.Attributes{{}, {"insecure": true}},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			cache := registry.Object(t, path(config["organization"].(string)))
			return acctest.Risk("insecure", cache["insecure"], false, true)
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, path(identity["organization"]), nil)
		},
		InvalidIDs: map[string]string{"Acme": "organization must be 1 to 255", "acme:x": "organization must be 1 to 255"},
		FaultCases: 80,
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				acctest.NameRule("organization"),
				{
					Attribute: "upstream_registry",
					Error:     "must be a host without a scheme, such as docker.io or quay.io/acme, of at most 270 characters. A port and a path are optional.",
					Refused: []string{
						"", " ", "https://docker.io", "docker.io ", " docker.io", "docker .io", "/library", ":5000", "docker.io:", "docker.io:port", "me@docker.io",
						"me:secret@docker.io", "docker.io?x", "docker.io/a#b", "docker.io/a b", "docker.io\n", "[::1", strings.Repeat("a", 271),
					},
					Accepted: []string{
						"docker.io", "docker.io/", "quay.io/acme", "8.8.8.8:5000/a/b", "8.8.8.8/LIB", "[2001:4860:4860::8888]:5000/a", "registry", strings.Repeat("ü", 270),
					},
				},
			},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"expiration_s": -1}, Attribute: "expiration_s", Error: "expiration_s must be between 0 and 2147483647."},
				{Config: acctest.Attributes{"expiration_s": 1 << 31}, Attribute: "expiration_s", Error: "expiration_s must be between 0 and 2147483647."},
				{
					Config:    acctest.Attributes{"upstream_registry_username": "me"},
					Attribute: "upstream_registry_username", Error: `Attribute "upstream_registry_password_wo" must be specified`,
				},
				{
					Config:    acctest.Attributes{"upstream_registry_password_wo": "secret", "upstream_registry_password_wo_version": 1},
					Attribute: "upstream_registry_password_wo", Error: `Attribute "upstream_registry_username" must be specified`,
				},
				{
					Config:    acctest.Attributes{"upstream_registry_username": "me", "upstream_registry_password_wo": "secret"},
					Attribute: "upstream_registry_password_wo", Error: `Attribute "upstream_registry_password_wo_version" must be specified`,
				},
				{
					Config:    acctest.Attributes{"upstream_registry_password_wo_version": 1},
					Attribute: "upstream_registry_password_wo_version", Error: `Attribute "upstream_registry_password_wo" must be specified`,
				},
			},
		},
		List: &acctest.List{
			Finds:   map[string]string{"organization": "organization"},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization")}},
			Example: exampleCache,
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := newOrganization(t, registry)
				addCache(t, registry, organization, map[string]any{"upstream_registry": upstream})
				return acctest.Attributes{"organization": organization}
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization")}},
			Example: exampleCache,
		},
	})
}

// path returns the path of the proxy cache of an organization.
func path(organization string) string { return "/organization/" + organization + "/proxycache" }

// newOrganization creates an organization. It skips the test if the registry has no proxy
// caches.
func newOrganization(t testing.TB, registry *acctest.Registry) string {
	t.Helper()
	organization := registry.Organization(t)
	if status, _ := registry.Call(t, http.MethodGet, path(organization), nil); status != http.StatusOK {
		t.Skip("needs a registry with proxy caches")
	}
	return organization
}

// addCache makes an organization a proxy cache.
func addCache(t testing.TB, registry *acctest.Registry, organization string, cache map[string]any) {
	t.Helper()
	registry.Must(t, http.MethodPost, path(organization), cache)
}

// exampleCache makes the proxy cache of the examples.
func exampleCache(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	addCache(t, registry, "acme", map[string]any{"upstream_registry": upstream})
	return nil
}
