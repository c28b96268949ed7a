package mirror_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/mirror"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, mirror.Area(), repositoryCase(), organizationCase(), actionCase(syncAction), actionCase(cancelAction))
}

// repositoryCase returns the case of the mirrors of repositories.
func repositoryCase() acctest.Case {
	return acctest.Case{
		Type:     repositoryType,
		Identity: []string{"repository"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			return acctest.Attributes{
				"repository": registry.Repository(t, organization, "team/app"), "external_reference": "8.8.8.8/lib/app", "tags": []string{"latest", "v*"},
				"robot": registry.Robot(t, organization, "mirror"), "sync_interval": 86400, "sync_start_date": "2030-01-01T00:00:00Z",
			}
		},
		Change: acctest.Attributes{
			"external_reference": "8.8.4.4/lib/app", "tags": []string{"v1"}, "is_enabled": false, "sync_interval": 3600, "verify_tls": false,
		},
		Variants: []acctest.Attributes{{}, {
			"is_enabled": false, "verify_tls": false, "username": "u", "password_wo": "a-secret", "password_wo_version": 1,
			"proxy": proxy(map[string]string{"http_proxy": "http://proxy.example.com:3128", "no_proxy": "localhost"}),
		}},
		FaultCases: 100,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			shown := registry.Object(t, fmt.Sprintf("/repository/%s/mirror", config["repository"]))
			settings, _ := shown["external_registry_config"].(map[string]any)
			return acctest.Risk("does not verify TLS", settings["verify_tls"], true, false)
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, "/repository/"+identity["repository"], nil)
		},
		Parent:     func(config acctest.Attributes) string { return fmt.Sprintf("/repository/%s", config["repository"]) },
		InvalidIDs: map[string]string{"acme": "repository must be namespace/name", "acme/": "repository must be namespace/name", "acme/app:latest": "without a tag"},
		Inputs: acctest.Inputs{
			Rules: append(settingsRules(),
				acctest.RepositoryRule("repository"),
				acctest.Rule{
					Attribute: "external_reference", Error: "must be a repository with its registry, such as quay.io/acme/app, without a scheme, a user or a query.",
					Refused:  []string{"", "nginx", "quay.io/", "https://quay.io/acme/app", "u:p@quay.io/acme/app", "quay.io/acme/app?x=1", " quay.io/acme/app", "quay.io//app"},
					Accepted: []string{"quay.io/acme/app", "8.8.8.8:5000/app", "docker.io/library/nginx", "quay.io/a/b/c"},
				},
			),
			Invalid: append(settingsInvalid(), []acctest.Invalid{
				{Config: acctest.Attributes{"sync_interval": 0}, Attribute: "sync_interval", Error: "sync_interval must be between 1 and 2147483647."},
				{Config: acctest.Attributes{"sync_interval": 1 << 31}, Attribute: "sync_interval", Error: "sync_interval must be between 1 and 2147483647."},
				{Config: acctest.Attributes{"skopeo_timeout": 299}, Attribute: "skopeo_timeout", Error: "skopeo_timeout must be between 300 and 2147483647."},
				{Config: acctest.Attributes{"tags": []string{}}, Attribute: "tags", Error: "at least 1"},
				{Config: acctest.Attributes{"tags": []string{"a,b"}}, Attribute: "tags", Error: "tags must not be empty, and must not hold white space or commas."},
				{Config: acctest.Attributes{"tags": []string{""}}, Attribute: "tags", Error: "tags must not be empty, and must not hold white space or commas."},
				{
					Config: acctest.Attributes{"architecture_filter": []string{"AMD64"}}, Attribute: "architecture_filter",
					Error: "architecture_filter must be an architecture such as amd64.",
				},
			}...),
		},
		List: &acctest.List{Finds: map[string]string{"repository": "repository"}, Inputs: acctest.RepositoryFilterInputs(), Example: exampleMirror},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				f := fixture{registry, organization, registry.Repository(t, organization, "app"), registry.Robot(t, organization, "mirror")}
				f.addMirror(t)
				return acctest.Attributes{"repository": f.repository}
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.RepositoryRule("repository")}},
			Example: exampleMirror,
		},
	}
}

// exampleMirror makes a mirror of acme/app.
func exampleMirror(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	fixture{registry, "acme", "acme/app", "acme+ci"}.addMirror(t)
	return nil
}

// exampleOrganizationMirror makes a mirror of the organization other.
func exampleOrganizationMirror(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	needsOrganizationMirrors(t, registry)
	organizationFixture{registry, "other", registry.Robot(t, "other", "mirror")}.addMirror(t)
	return nil
}

// organizationCase returns the case of the mirrors of organizations.
func organizationCase() acctest.Case {
	return acctest.Case{
		Type:     organizationType,
		Identity: []string{"organization"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			f := newOrganizationFixture(t, registry)
			return f.config(acctest.Attributes{"sync_interval": 86400})
		},
		Change: acctest.Attributes{
			"external_registry_url": "https://8.8.4.4/", "external_namespace": "other", "is_enabled": false, "sync_interval": 3600, "verify_tls": false,
			"visibility": "public", "repository_filters": []string{"app-*"}, "skopeo_timeout": 60,
		},
		Variants: []acctest.Attributes{{}, {
			"external_registry_type": "harbor", "username": "u", "password_wo": "a-secret", "password_wo_version": 1, "repository_filters": []string{"a", "b"},
			"proxy": proxy(map[string]string{"https_proxy": "http://proxy.example.com:3128"}),
		}},
		FaultCases: 100,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			shown := registry.Object(t, fmt.Sprintf("/organization/%s/mirror", config["organization"]))
			settings, _ := shown["external_registry_config"].(map[string]any)
			risk := acctest.Risk("does not verify TLS", settings["verify_tls"], true, false)
			maps.Copy(risk, acctest.Risk("visibility", shown["visibility"], "private", "public"))
			return risk
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, "/organization/"+identity["organization"]+"/mirror", nil)
		},
		Parent: func(config acctest.Attributes) string {
			return fmt.Sprintf("/superuser/organizations/%s", config["organization"])
		},
		InvalidIDs: map[string]string{"Acme": "organization must be 1 to 255", "acme/app": "organization must be 1 to 255"},
		Inputs: acctest.Inputs{
			Rules: append(settingsRules(),
				acctest.NameRule("organization"),
				acctest.Rule{
					Attribute: "external_registry_type", Error: `must be one of "harbor", "quay".`, Refused: []string{"", "docker", "QUAY"}, Accepted: []string{"harbor", "quay"},
				},
				acctest.Rule{
					Attribute: "external_registry_url", Error: "must be a web address such as https://quay.io, without a user, a query or a fragment.",
					Refused:  []string{"", "quay.io", "ftp://quay.io", "https://", "https://u:p@quay.io", "https://quay.io?x=1", "https://quay.io#x"},
					Accepted: []string{"https://quay.io", "http://8.8.8.8:8080/", "https://quay.example.com/registry"},
				},
				acctest.Rule{
					Attribute: "external_namespace", Error: "must be 1 to 255 characters without white space.",
					Refused: []string{"", "a b", strings.Repeat("a", 256)}, Accepted: []string{"acme", "a/b", strings.Repeat("a", 255)},
				},
				acctest.Rule{
					Attribute: "visibility", Error: `must be one of "public", "private".`, Refused: []string{"", "internal"}, Accepted: []string{"public", "private"},
				},
			),
			Invalid: append(settingsInvalid(), []acctest.Invalid{
				{Config: acctest.Attributes{"sync_interval": 59}, Attribute: "sync_interval", Error: "sync_interval must be between 60 and 2147483647."},
				{Config: acctest.Attributes{"skopeo_timeout": 29}, Attribute: "skopeo_timeout", Error: "skopeo_timeout must be between 30 and 3600."},
				{Config: acctest.Attributes{"skopeo_timeout": 3601}, Attribute: "skopeo_timeout", Error: "skopeo_timeout must be between 30 and 3600."},
				{Config: acctest.Attributes{"repository_filters": []string{}}, Attribute: "repository_filters", Error: "at least 1"},
				{
					Config: acctest.Attributes{"repository_filters": []string{""}}, Attribute: "repository_filters",
					Error: "repository_filters must not be empty, and must not hold white space.",
				},
			}...),
		},
		Example: needsOrganizationMirrors,
		List: &acctest.List{
			Finds: map[string]string{"prefix": "organization"}, Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.PrefixRule("prefix")}},
			Example: exampleOrganizationMirror,
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				f := newOrganizationFixture(t, registry)
				f.addMirror(t)
				return acctest.Attributes{"organization": f.organization}
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization")}},
			Example: exampleOrganizationMirror,
		},
	}
}

// settingsRules are those for what both types of mirrors have.
func settingsRules() []acctest.Rule {
	return []acctest.Rule{
		{
			Attribute: "robot", Error: "must be a robot account with its namespace, such as acme+mirror.",
			Refused: []string{"", "mirror", "acme+", "+mirror", "Acme+mirror", "acme+a+b", "acme/mirror"}, Accepted: []string{"acme+mirror"},
		},
		{
			Attribute: "sync_start_date", Error: "must be ",
			Refused: []string{"", "2030-01-01", "2030-01-01T00:00:00", "2030-01-01T00:00:00.5Z"}, Accepted: []string{"2030-01-01T00:00:00Z", "2030-01-01T00:00:00+02:00"},
		},
		{Attribute: "username", Error: "must not be empty.", Refused: []string{""}, Accepted: []string{"u", "acme+ci"}},
	}
}

// settingsInvalid are configurations of both types of mirrors that are refused.
func settingsInvalid() []acctest.Invalid {
	return []acctest.Invalid{
		{
			Config:    acctest.Attributes{"robot": "other+mirror"},
			Attribute: "robot", Error: "robot must belong to the namespace that Quay mirrors to.",
		},
		{
			Config:    acctest.Attributes{"username": "u", "password_wo": "a-secret"},
			Attribute: "password_wo", Error: `Attribute "password_wo_version" must be specified`,
		},
		{
			Config:    acctest.Attributes{"password_wo": "a-secret", "password_wo_version": 1},
			Attribute: "password_wo", Error: `Attribute "username" must be specified`,
		},
		{
			Config:    acctest.Attributes{"username": "u", "password_wo_version": 1},
			Attribute: "password_wo_version", Error: `Attribute "password_wo" must be specified`,
		},
		{
			Config:    acctest.Attributes{"username": "u", "password_wo": "", "password_wo_version": 1},
			Attribute: "password_wo", Error: "password_wo must not be empty.",
		},
		{Config: acctest.Attributes{"proxy": proxy(nil)}, Attribute: "proxy", Error: "At least one attribute out of"},
		{
			Config:    acctest.Attributes{"proxy": proxy(map[string]string{"http_proxy": ""})},
			Attribute: "proxy", Error: "proxy.http_proxy must not be empty, and must not hold white space.",
		},
	}
}

// proxy returns the value of a proxy.
func proxy(values map[string]string) tftypes.Value {
	types, attributes := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy"} {
		types[name], attributes[name] = tftypes.String, tftypes.NewValue(tftypes.String, nil)
		if value, ok := values[name]; ok {
			attributes[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, attributes)
}
