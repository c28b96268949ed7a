package autoprune_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// kind is a kind of policies, by their owner.
type kind struct {
	name      string
	attribute string       // that names the owner; empty for the token's user
	rule      acctest.Rule // for the attribute
	list      string       // the path of the policies, with the owner
	inExample string       // the owner in the examples
	create    func(t testing.TB, registry *acctest.Registry) string
}

var (
	organizationPolicies = kind{
		name: "organization", attribute: "organization", rule: acctest.NameRule("organization"), list: "/organization/%s/autoprunepolicy/", inExample: "acme",
		create: func(t testing.TB, registry *acctest.Registry) string { return registry.Organization(t) },
	}
	repositoryPolicies = kind{
		name: "repository", attribute: "repository", rule: acctest.RepositoryRule("repository"), list: "/repository/%s/autoprunepolicy/", inExample: "acme/app",
		create: func(t testing.TB, registry *acctest.Registry) string {
			return registry.Repository(t, registry.Organization(t), "team/app")
		},
	}
	userPolicies = kind{name: "user", list: "/user/autoprunepolicy/"}
)

// someUUID is the UUID of no policy.
const someUUID = "0d4ff0b1-1c8a-4d9b-8d3e-8f0e0a6f6c11"

// typeName is the name of the resource.
func (k kind) typeName() string { return "quay_" + k.name + "_autoprune_policy" }

// newOwner creates an owner and returns the configuration that names it. It skips the test if
// the registry has no such policies.
func (k kind) newOwner(t testing.TB, registry *acctest.Registry) acctest.Attributes {
	t.Helper()
	config := acctest.Attributes{}
	if k.attribute != "" {
		config[k.attribute] = k.create(t, registry)
	}
	if status, _ := registry.Call(t, http.MethodGet, k.path(config), nil); status == http.StatusNotFound {
		t.Skip("needs a registry with auto-prune policies")
	}
	return config
}

// owner returns the name of the owner that a configuration names.
func (k kind) owner(config acctest.Attributes) string {
	name, _ := config[k.attribute].(string)
	return name
}

// path returns the path of the policies of an owner.
func (k kind) path(config acctest.Attributes) string {
	if k.attribute == "" {
		return k.list
	}
	return fmt.Sprintf(k.list, k.owner(config))
}

// policies returns the policies of an owner as Quay shows them.
func (k kind) policies(t testing.TB, registry *acctest.Registry, config acctest.Attributes) (policies []map[string]any) {
	t.Helper()
	list, _ := registry.Object(t, k.path(config))["policies"].([]any)
	for _, policy := range list {
		policies = append(policies, policy.(map[string]any))
	}
	return policies
}

// addPolicy adds a policy for the time of the test and returns its UUID.
func (k kind) addPolicy(t testing.TB, registry *acctest.Registry, config acctest.Attributes, policy map[string]any) string {
	t.Helper()
	uuid := registry.Must(t, http.MethodPost, k.path(config), policy).(map[string]any)["uuid"].(string)
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, k.path(config)+uuid, nil) })
	return uuid
}

// hasPatterns tells whether the registry reads tag patterns. Such a registry can have
// several policies for one owner.
func (kind) hasPatterns(t testing.TB, registry *acctest.Registry) bool {
	t.Helper()
	definitions, _ := registry.Object(t, "/discovery?internal=true")["definitions"].(map[string]any)
	policy, _ := definitions["AutoPrunePolicyConfig"].(map[string]any)
	properties, _ := policy["properties"].(map[string]any)
	return properties["tagPattern"] != nil
}

// needsPatterns skips the test unless the registry reads tag patterns.
func (k kind) needsPatterns(t testing.TB, registry *acctest.Registry) {
	t.Helper()
	if !k.hasPatterns(t, registry) {
		t.Skip("needs a registry that reads tag patterns and has several policies for one owner")
	}
}

// example makes a policy for an example that finds one. The examples have patterns.
func (k kind) example(finds bool) acctest.Example {
	return func(t testing.TB, registry *acctest.Registry) map[string]string {
		t.Helper()
		k.needsPatterns(t, registry)
		if finds {
			k.addPolicy(t, registry, acctest.Attributes{k.attribute: k.inExample}, map[string]any{"method": "creation_date", "value": "26w"})
		}
		return nil
	}
}

// uniqueNumber returns the body of a policy that no other test of the token's user has.
func uniqueNumber() map[string]any {
	return map[string]any{"method": "number_of_tags", "value": 1000 + rand.IntN(900_000_000)}
}

// uniquePolicy returns the configuration of a policy that no other test of the token's
// user has.
func uniquePolicy() acctest.Attributes {
	policy := uniqueNumber()
	return acctest.Attributes{"method": "number_of_tags", "value": strconv.Itoa(policy["value"].(int)), "tag_pattern": acctest.Name("tf")}
}
