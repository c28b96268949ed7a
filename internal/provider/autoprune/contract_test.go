package autoprune_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/autoprune"
)

func TestContract(t *testing.T) {
	t.Parallel()
	organizations, repositories, users := resourceCase(organizationPolicies), resourceCase(repositoryPolicies), resourceCase(userPolicies)
	organizations.Parent = func(config acctest.Attributes) string {
		return "/superuser/organizations/" + organizationPolicies.owner(config)
	}
	organizations.InvalidIDs = map[string]string{
		"acme": "Write it as organization:uuid", "acme:": "Write it as organization:uuid", "acme:7": "uuid must be a UUID",
		"Acme:" + someUUID: "organization must be 1 to 255",
	}
	repositories.Parent = func(config acctest.Attributes) string { return "/repository/" + repositoryPolicies.owner(config) }
	repositories.InvalidIDs = map[string]string{
		"acme/app": "Write it as namespace/name:uuid", "acme/app:7": "uuid must be a UUID", "app:" + someUUID: "repository must be namespace/name",
	}
	users.InvalidIDs = map[string]string{"7": "uuid must be a UUID", "admin:" + someUUID: "uuid must be a UUID"}
	acctest.Contract(t, autoprune.Area(), organizations, repositories, users,
		dataSourceCase(organizationPolicies), dataSourceCase(repositoryPolicies), dataSourceCase(userPolicies))
}

// resourceCase returns the case of a resource and its list.
func resourceCase(k kind) acctest.Case {
	c := acctest.Case{
		Type:     k.typeName(),
		Identity: []string{"uuid"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := k.newOwner(t, registry)
			maps.Copy(config, uniquePolicy())
			if !k.hasPatterns(t, registry) {
				delete(config, "tag_pattern")
			}
			return config
		},
		Change:     acctest.Attributes{"method": "creation_date", "value": "7d"},
		Variants:   []acctest.Attributes{{}, {"tag_pattern": nil}, {"method": "creation_date", "value": "4w", "tag_pattern_matches": true}},
		Unique:     true,
		FaultCases: 196,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			risk := map[string]float64{}
			for _, policy := range k.policies(t, registry, config) {
				risk["policies"]++
				if policy["tagPattern"] == nil {
					risk["policies on all tags"]++
				}
			}
			return risk
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			config := acctest.Attributes{}
			for name, value := range identity {
				config[name] = value
			}
			registry.Call(t, http.MethodDelete, k.path(config)+identity["uuid"], nil)
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				{
					Attribute: "uuid", Error: "must be a UUID.",
					Refused:  []string{"7", "0d4ff0b11c8a4d9b8d3e8f0e0a6f6c11", "0D4FF0B1-1C8A-4D9B-8D3E-8F0E0A6F6C11"},
					Accepted: []string{someUUID},
				},
				{
					Attribute: "method", Error: `must be one of "number_of_tags", "creation_date".`,
					Refused: []string{"", "age", "Creation_Date"}, Accepted: []string{"number_of_tags", "creation_date"},
				},
				{
					Attribute: "value", Error: "must be a number of tags (1 to 999999999), or an age such as 7d, at most 1000 years.",
					Refused: []string{"", "0", "-1", "1.5", "1e3", "01", "ten", "0d", "-5d", "7 d", "7D", "d"}, Accepted: []string{"1", "10", "7d"},
				},
				{
					Attribute: "tag_pattern", Error: "must not be empty, and must not begin or end with white space.",
					Refused: []string{"", " ", " ^dev-", "^dev-\n", "\u00a0x", "x\x1f"}, Accepted: []string{"^dev-", "a b", "[", "(?!latest).*"},
				},
			},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"value": "7d"}, Attribute: "value", Error: "value must be a number of tags from 1 to 999999999"},
				{Config: acctest.Attributes{"method": "creation_date", "value": "10"}, Attribute: "value", Error: "value must be an age such as 7d"},
				{
					Config: acctest.Attributes{"tag_pattern": nil, "tag_pattern_matches": false}, Attribute: "tag_pattern_matches",
					Error: "tag_pattern_matches must be true where there is no tag_pattern.",
				},
			},
		},
		Example: k.example(false),
		List:    &acctest.List{Example: k.example(true)},
	}
	if k.attribute != "" {
		c.Identity = []string{k.attribute, "uuid"}
		c.Inputs.Rules = append(c.Inputs.Rules, k.rule)
		c.List.Finds = map[string]string{k.attribute: k.attribute}
		c.List.Inputs.Rules = []acctest.Rule{k.rule}
	}
	if k.attribute == "repository" {
		c.List.Inputs = acctest.RepositoryFilterInputs()
	}
	return c
}

// dataSourceCase returns the case of the data source for all policies of an owner.
func dataSourceCase(k kind) acctest.Case {
	c := acctest.Case{Type: "quay_" + k.name + "_autoprune_policies", DataSource: &acctest.DataSource{
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := k.newOwner(t, registry)
			k.addPolicy(t, registry, config, uniqueNumber())
			return config
		},
		Example: k.example(true),
	}}
	if k.attribute != "" {
		c.DataSource.Inputs.Rules = []acctest.Rule{k.rule}
	}
	return c
}
