package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// badInputs are what Terraform refuses before it calls Quay: a resource's body,
// the attribute whose line the error shows, and its words. The type of an
// ephemeral resource is written as in its address.
var badInputs = map[string]struct {
	resourceType, body, attribute, words string
}{
	"user: upper case":              {"quay_user", `username = "Alice"`, "username", "must be lower-case letters and digits"},
	"user: leading dash":            {"quay_user", `username = "-alice"`, "username", "must be lower-case letters and digits"},
	"user: two dots":                {"quay_user", `username = "a..b"`, "username", "with single '.', '_' or '-' between them"},
	"user: slash":                   {"quay_user", `username = "a/b"`, "username", "must be lower-case letters and digits"},
	"user: robot":                   {"quay_user", `username = "acme+ci"`, "username", "must be lower-case letters and digits"},
	"user: one character":           {"quay_user", `username = "a"`, "username", "between 2 and 255"},
	"user: 256 characters":          {"quay_user", fmt.Sprintf(`username = "%0256d"`, 0), "username", "between 2 and 255"},
	"user: empty e-mail":            {"quay_user", "username = \"alice\"\nemail = \"\"", "email", "at least 1"},
	"user: padded e-mail":           {"quay_user", "username = \"alice\"\nemail = \" a@example.com\"", "email", "must not begin or end with white space"},
	"user: UUID as e-mail":          {"quay_user", "username = \"alice\"\nemail = \"482f1bee-8b13-4db5-ac6c-883e9519ba60\"", "email", "Leave email out instead."},
	"user: short password":          {"quay_user", "username = \"alice\"\npassword_wo = \"short\"\npassword_wo_version = 1", "password_wo", "at least 8 characters without white space"},
	"user: password, space":         {"quay_user", "username = \"alice\"\npassword_wo = \"white space pw\"\npassword_wo_version = 1", "password_wo", "at least 8 characters without white space"},
	"user: no version":              {"quay_user", "username = \"alice\"\npassword_wo = \"long-enough\"", "password_wo", `Attribute "password_wo_version" must be specified`},
	"user: version alone":           {"quay_user", "username = \"alice\"\npassword_wo_version = 1", "password_wo_version", `Attribute "password_wo" must be specified`},
	"organization: upper case":      {"quay_organization", `name = "Acme"`, "name", "must be lower-case letters and digits"},
	"organization: one character":   {"quay_organization", `name = "a"`, "name", "between 2 and 255"},
	"organization: UUID as e-mail":  {"quay_organization", "name = \"acme\"\nemail = \"482f1bee-8b13-4db5-ac6c-883e9519ba60\"", "email", "Leave email out instead."},
	"organization: negative period": {"quay_organization", "name = \"acme\"\ntag_expiration_s = -1", "tag_expiration_s", "at least 0"},
	"user quota: zero":              {"quay_user_quota", "username = \"alice\"\nlimit_bytes = 0", "limit_bytes", "must be more than 0"},
	"user quota: unknown unit":      {"quay_user_quota", "username = \"alice\"\nlimit = \"5 gb\"", "limit", `has the unit "gb", which Quay does not know`},
	"quota: neither":                {"quay_org_quota", `organization = "acme"`, "", "No attribute specified when one (and only one) of"},
	"quota: both":                   {"quay_org_quota", "organization = \"acme\"\nlimit = \"1 GiB\"\nlimit_bytes = 5", "limit", "2 attributes specified when one (and only one) of"},
	"quota: zero":                   {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = 0", "limit_bytes", "must be more than 0: to have no quota, leave the resource out; got 0."},
	"quota: negative":               {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = -5", "limit_bytes", "must be more than 0"},
	"quota: fraction":               {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = 1.5", "limit_bytes", "must be a whole number of bytes; got 1.5."},
	"quota: 2^63":                   {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = 9223372036854775808", "limit_bytes", "must be at most 9223372036854775807 bytes"},
	"quota: zero text":              {"quay_org_quota", "organization = \"acme\"\nlimit = \"0 GiB\"", "limit", "must be more than 0"},
	"quota: negative text":          {"quay_org_quota", "organization = \"acme\"\nlimit = \"-5 GiB\"", "limit", "must be a whole number and a unit"},
	"quota: fraction in text":       {"quay_org_quota", "organization = \"acme\"\nlimit = \"1.5 GiB\"", "limit", `"1536 MiB" for 1.5 GiB`},
	"quota: too much in text":       {"quay_org_quota", "organization = \"acme\"\nlimit = \"8 EiB\"", "limit", "must be at most 9223372036854775807 bytes"},
	"quota: unknown unit":           {"quay_org_quota", "organization = \"acme\"\nlimit = \"5 gb\"", "limit", `has the unit "gb", which Quay does not know`},
	"quota: no organization":        {"quay_org_quota", "organization = \"\"\nlimit = \"5 GB\"", "organization", "at least 1"},
	"key: upper case":               {"quay_service_key", `service = "CI"`, "service", "must be lower-case letters, digits and '_'"},
	"key: dash":                     {"quay_service_key", `service = "my-ci"`, "service", "must be lower-case letters, digits and '_'"},
	"key: empty service":            {"quay_service_key", `service = ""`, "service", "between 1 and 255"},
	"key: long service":             {"quay_service_key", fmt.Sprintf(`service = "%0256d"`, 0), "service", "between 1 and 255"},
	"key: name in Unicode":          {"quay_service_key", "service = \"ci\"\nname = \"Ünïcode\"", "name", "must be letters, digits, spaces and '-', '_', ':', '/'"},
	"key: long name":                {"quay_service_key", fmt.Sprintf("service = \"ci\"\nname = \"%0256d\"", 0), "name", "between 1 and 255"},
	"key: expiration in words":      {"quay_service_key", "service = \"ci\"\nexpiration = \"tomorrow\"", "expiration", "Invalid RFC3339 String Value"},
	"key: expiration in parts":      {"quay_service_key", "service = \"ci\"\nexpiration = \"2099-01-01T00:00:00.5Z\"", "expiration", "must be in whole seconds"},
	"key: expiration passed":        {"quay_service_key", "service = \"ci\"\nexpiration = \"2020-01-01T00:00:00Z\"", "expiration", "2020-01-01T00:00:00Z has passed."},
	"key: the server's entry":       {"quay_service_key", "service = \"ci\"\nmetadata = { creator = \"me\" }", "metadata", `must be none of`},
	"key: null entry":               {"quay_service_key", "service = \"ci\"\nmetadata = { owner = null }", "metadata", "Null Map Value"},
	"ephemeral key: dash":           {"ephemeral.quay_service_key", `service = "my-ci"`, "service", "must be lower-case letters, digits and '_'"},
	"ephemeral key: name":           {"ephemeral.quay_service_key", "service = \"ci\"\nname = \"Ünïcode\"", "name", "must be letters, digits, spaces and '-', '_', ':', '/'"},
	"ephemeral key: validity":       {"ephemeral.quay_service_key", "service = \"ci\"\nvalid_for = \"tomorrow\"", "valid_for", `"tomorrow" must be a duration such as 90s or 2m, above zero`},
	"ephemeral key: none":           {"ephemeral.quay_service_key", "service = \"ci\"\nvalid_for = \"0h\"", "valid_for", "above zero"},
	"ephemeral key: server's entry": {"ephemeral.quay_service_key", "service = \"ci\"\nmetadata = { ip = \"me\" }", "metadata", "must be none of"},
	"permission: no namespace":      {"quay_repo_user_permission", "repository = \"app\"\nusername = \"alice\"\nrole = \"read\"", "repository", `"app" is not a repository: write it as namespace/name`},
	"permission: no name":           {"quay_repo_team_permission", "repository = \"acme/\"\nteam = \"devs\"\nrole = \"read\"", "repository", `"acme/" is not a repository`},
	"permission: no user":           {"quay_repo_user_permission", "repository = \"acme/app\"\nusername = \"\"\nrole = \"read\"", "username", "at least 1"},
	"permission: role":              {"quay_repo_user_permission", "repository = \"acme/app\"\nusername = \"alice\"\nrole = \"owner\"", "role", `must be one of: ["read" "write" "admin"]`},
	"permission: role of team":      {"quay_repo_team_permission", "repository = \"acme/app\"\nteam = \"devs\"\nrole = \"READ\"", "role", `must be one of: ["read" "write" "admin"]`},
}

func TestAccBadInputs(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	for name, c := range badInputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			block, typeName := "resource", c.resourceType
			if kind, name, found := strings.Cut(typeName, "."); found {
				block, typeName = kind, name
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				TerraformVersionChecks:   acctest.WriteOnly, // the newest of what these need
				Steps: []resource.TestStep{{
					Config:      registry.Config("%s %q \"test\" {\n%s\n}\n", block, typeName, c.body),
					PlanOnly:    true,
					ExpectError: onLine(c.attribute, c.words),
				}},
			})
		})
	}
}

// onLine matches an error that shows the line of an attribute, if one is
// given, and has these words.
func onLine(attribute, words string) *regexp.Regexp {
	pattern := acctest.Words(words).String()
	if attribute != "" {
		pattern = `(?s)\d+: *` + attribute + `\s+= .*` + pattern + `|` + pattern + `.*\d+: *` + attribute + `\s+= `
	}
	return regexp.MustCompile(`(?s)` + pattern)
}
