package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Terraform shows the error of the provider at the line of the attribute, for each
// kind of type. What is an error is part of the contract of each type.
func TestAccErrorsOnLine(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	for name, c := range map[string]struct{ config, attribute, words string }{
		"resource": {
			"resource \"quay_user\" \"test\" {\n  username = \"Alice\"\n}\n",
			"username", "username must be 2 to 255 characters: lower-case letters and digits",
		},
		"two attributes": {
			"resource \"quay_org_quota\" \"test\" {\n  organization = \"acme\"\n  limit = \"1 GiB\"\n  limit_bytes = 5\n}\n",
			"limit", "2 attributes specified when one (and only one) of",
		},
		"data source": {
			"data \"quay_organization\" \"test\" {\n  name = \"Acme\"\n}\n",
			"name", "name must be 1 to 255 lower-case letters",
		},
		"ephemeral resource": {
			"ephemeral \"quay_service_key\" \"test\" {\n  service = \"ci\"\n  valid_for = \"tomorrow\"\n}\n",
			"valid_for", "valid_for must be a duration such as 90s or 2m, above zero.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			words := acctest.ErrorContains(c.words).String()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				TerraformVersionChecks:   acctest.WriteOnly, // the newest of what these need
				Steps: []resource.TestStep{{
					Config:      registry.Config("%s", c.config),
					PlanOnly:    true,
					ExpectError: regexp.MustCompile(`(?s)\d+: *` + c.attribute + `\s+= .*` + words + `|` + words + `.*\d+: *` + c.attribute + `\s+= `),
				}},
			})
		})
	}
}
