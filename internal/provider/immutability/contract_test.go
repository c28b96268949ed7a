package immutability_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/immutability"
)

// kind is a kind of policies, by their owner.
type kind struct {
	name      string       // also the name of the owner's attribute
	rule      acctest.Rule // for the attribute
	inExample string       // the owner in the examples
	create    func(t testing.TB, registry *acctest.Registry) string
}

var (
	organizationPolicies = kind{
		name: "organization", rule: acctest.NameRule("organization"), inExample: "acme",
		create: func(t testing.TB, registry *acctest.Registry) string { return registry.Organization(t) },
	}
	repositoryPolicies = kind{
		name: "repository", rule: acctest.RepositoryRule("repository"), inExample: "acme/app",
		create: func(t testing.TB, registry *acctest.Registry) string {
			return registry.Repository(t, registry.Organization(t), "team/app")
		},
	}
)

// someUUID is the UUID of no policy.
const someUUID = "0d4ff0b1-1c8a-4d9b-8d3e-8f0e0a6f6c11"

// typeName is the name of the resource.
func (k kind) typeName() string { return "quay_" + k.name + "_immutability_policy" }

// dataType is the name of the data source.
func (k kind) dataType() string { return "quay_" + k.name + "_immutability_policies" }

// newOwner creates an owner and returns the configuration that names it. It skips the test if
// the registry has no such policies.
func (k kind) newOwner(t testing.TB, registry *acctest.Registry) acctest.Attributes {
	t.Helper()
	owner := k.create(t, registry)
	if status, _ := registry.Call(t, http.MethodGet, k.path(owner), nil); status == http.StatusNotFound {
		t.Skip("needs a registry with immutability policies")
	}
	return acctest.Attributes{k.name: owner}
}

// path returns the path of the policies of an owner.
func (k kind) path(owner any) string { return fmt.Sprintf("/%s/%s/immutabilitypolicy/", k.name, owner) }

// policies returns the policies of an owner as Quay shows them.
func (k kind) policies(t testing.TB, registry *acctest.Registry, owner any) (policies []map[string]any) {
	t.Helper()
	list, _ := registry.Object(t, k.path(owner))["policies"].([]any)
	for _, policy := range list {
		policies = append(policies, policy.(map[string]any))
	}
	return policies
}

// addPolicy adds a policy and returns its UUID.
func (k kind) addPolicy(t testing.TB, registry *acctest.Registry, owner any, pattern string, matches bool) string {
	t.Helper()
	policy := map[string]any{"tagPattern": pattern, "tagPatternMatches": matches}
	return registry.Must(t, http.MethodPost, k.path(owner), policy).(map[string]any)["uuid"].(string)
}

func TestContract(t *testing.T) {
	t.Parallel()
	organizations, repositories := resourceCase(organizationPolicies), resourceCase(repositoryPolicies)
	organizations.Parent = func(config acctest.Attributes) string {
		return fmt.Sprintf("/superuser/organizations/%s", config["organization"])
	}
	organizations.InvalidIDs = map[string]string{
		"acme": "Write it as organization:uuid", "acme:": "Write it as organization:uuid", "acme:7": "uuid must be a UUID",
		"Acme:" + someUUID: "organization must be 1 to 255",
	}
	repositories.Parent = func(config acctest.Attributes) string { return fmt.Sprintf("/repository/%s", config["repository"]) }
	repositories.InvalidIDs = map[string]string{
		"acme/app": "Write it as namespace/name:uuid", "acme/app:7": "uuid must be a UUID", "app:" + someUUID: "repository must be namespace/name",
	}
	repositories.List.Inputs = acctest.RepositoryFilterInputs()
	acctest.Contract(t, immutability.Area(), organizations, repositories, dataSourceCase(organizationPolicies), dataSourceCase(repositoryPolicies))
}

// resourceCase returns the case of a resource and its list.
func resourceCase(k kind) acctest.Case {
	return acctest.Case{
		Type:     k.typeName(),
		Identity: []string{k.name, "uuid"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := k.newOwner(t, registry)
			maps.Copy(config, acctest.Attributes{"tag_pattern": "v[0-9]+"})
			return config
		},
		Change:     acctest.Attributes{"tag_pattern": "(?!dev-).*", "tag_pattern_matches": false},
		Variants:   []acctest.Attributes{{}, {"tag_pattern_matches": false}},
		Unique:     true,
		FaultCases: 168,
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, k.path(identity[k.name])+identity["uuid"], nil)
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			k.rule,
			{
				Attribute: "uuid", Error: "must be a UUID.",
				Refused:  []string{"7", "0d4ff0b11c8a4d9b8d3e8f0e0a6f6c11", "0D4FF0B1-1C8A-4D9B-8D3E-8F0E0A6F6C11"},
				Accepted: []string{someUUID},
			},
			{
				Attribute: "tag_pattern", Error: "must be 1 to 256 characters, and must not begin or end with white space.",
				Refused:  []string{"", " ", " v.*", "v.*\n", "\u00a0x", "x\x1f", strings.Repeat("x", 257)},
				Accepted: []string{"v[0-9]+", "a b", "[", "(?!latest).*", strings.Repeat("ü", 256)},
			},
		}},
		List: &acctest.List{
			Finds:   map[string]string{k.name: k.name},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{k.rule}},
			Example: k.example,
		},
		Example: needed,
	}
}

// dataSourceCase returns the case of the data source for all policies of an owner.
func dataSourceCase(k kind) acctest.Case {
	return acctest.Case{Type: k.dataType(), DataSource: &acctest.DataSource{
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := k.newOwner(t, registry)
			k.addPolicy(t, registry, config[k.name], "v.*", true)
			return config
		},
		Inputs:  acctest.Inputs{Rules: []acctest.Rule{k.rule}},
		Example: k.example,
	}}
}

// needed skips the test of an example on a registry without the policies.
func needed(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	organizationPolicies.newOwner(t, registry)
	return nil
}

// example makes a policy for an example that finds one.
func (k kind) example(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	needed(t, registry)
	k.addPolicy(t, registry, k.inExample, "v.*", true)
	return nil
}
