package repository_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/repository"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestContract(t *testing.T) {
	t.Parallel()
	name := acctest.Rule{
		Attribute: "name", Error: "must",
		Refused: []string{
			"", "App", "a//b", "/a", "a/", "-a", ".a", "a b", "a:b", "a@b", "a+b", "a%2fb", "..", "a/../b", "ünï", strings.Repeat("a", 256),
			"app/mirror", "app/tag", "app/build", "app/notification", "a/b/trigger", "app/tag/latest", "app/permissions/user/bob", "app/changestate",
		},
		Accepted: []string{"a", "team/app", "a/b/c.d", "a..b", "a--b", "trail-", "tag", "mirror/app", "app/permissions", strings.Repeat("a", 255)},
	}
	acctest.Contract(t, repository.Area(), acctest.Case{
		Type:             typeName,
		OptionalSettings: []string{"FEATURE_REPO_MIRROR"}, // only for another state
		Identity:         []string{"namespace", "name"},
		IDSeparator:      "/",
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{
				"namespace": registry.Organization(t), "name": "team/app", "description": "an *app*", "visibility": "private", "force_destroy": false,
			}
		},
		InMemory: func(simulator *quaytest.Server) acctest.Attributes {
			simulator.AddOrganization("acme", "acme@example.com", "admin")
			return acctest.Attributes{
				"namespace": "acme", "name": "team/app", "description": "an *app*", "visibility": "public", "state": "READ_ONLY", "force_destroy": false,
			}
		},
		Change:   acctest.Attributes{"description": "", "visibility": "private", "state": "NORMAL", "force_destroy": true},
		Variants: []acctest.Attributes{{"state": "READ_ONLY"}, {"state": "MIRROR"}, {"visibility": "public"}, {"force_destroy": true}},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			_, answer := registry.Call(t, http.MethodGet, fmt.Sprintf("/repository/%s/%s", config["namespace"], config["name"]), nil)
			view, _ := answer.(map[string]any)
			return acctest.Risk("visibility", view["is_public"], false, true)
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, fmt.Sprintf("/repository/%s/%s", identity["namespace"], identity["name"]), nil)
		},
		Parent: func(config acctest.Attributes) string {
			return fmt.Sprintf("/superuser/organizations/%s", config["namespace"])
		},
		InvalidIDs: map[string]string{
			"acme": "Write it as namespace/name", "acme/": "Write it as namespace/name", "acme:app": "Write it as namespace/name",
			"Acme/app": "namespace must be 1 to 255", "acme/App": "name must be 1 to 255", "acme/app/tag": "name must not end like the path /tag of",
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			acctest.NameRule("namespace"),
			name,
			{
				Attribute: "visibility", Error: `must be one of "public", "private".`,
				Refused: []string{"", "internal", "Private"}, Accepted: []string{"public", "private"},
			},
			{
				Attribute: "state", Error: `must be one of "NORMAL", "READ_ONLY", "MIRROR".`,
				Refused: []string{"", "ORG_MIRROR", "normal"}, Accepted: []string{"NORMAL", "READ_ONLY", "MIRROR"},
			},
		}},
		List: &acctest.List{
			Finds:  map[string]string{"namespace": "namespace"},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("namespace")}},
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				registry.Repository(t, organization, "team/app")
				return acctest.Attributes{"namespace": organization, "name": "team/app"}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("namespace"), name}},
		},
	}, acctest.Case{
		Type: "quay_repositories",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				registry.Repository(t, organization, "app")
				return acctest.Attributes{"namespace": organization}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{
				acctest.NameRule("namespace"),
				{
					Attribute: "kind", Error: `must be one of "image", "application".`,
					Refused: []string{"", "chart"}, Accepted: []string{"image", "application"},
				},
			}},
		},
	}, acctest.Case{
		Type: "quay_repository_tag",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				simulator := registry.Simulator(t) // no call of Quay's API makes a tag
				simulator.AddOrganization("acme", "acme@example.com", "admin")
				simulator.AddRepository("acme", "app", "admin")
				simulator.AddTag("acme", "app", quaytest.Tag{Name: "latest", Digest: digest, Size: 1234})
				return acctest.Attributes{"repository": "acme/app", "name": "latest"}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{
				acctest.RepositoryRule("repository"),
				{
					Attribute: "name", Error: "must be 1 to 128 letters",
					Refused:  []string{"", ".a", "-a", "a b", "a/b", "a:b", strings.Repeat("a", 129)},
					Accepted: []string{"latest", "v1.2.3_A-b", "_", strings.Repeat("a", 128)},
				},
			}},
			Example: addLatest,
		},
	}, acctest.Case{
		Type: "quay_repository_tags",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"repository": registry.Repository(t, registry.Organization(t), "app")}
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.RepositoryRule("repository")}},
			Example: addLatest,
		},
	})
}

// addLatest adds the tag of the examples.
func addLatest(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	registry.Simulator(t).AddTag("acme", "app", quaytest.Tag{Name: "latest", Digest: digest, Size: 1234})
	return nil
}
