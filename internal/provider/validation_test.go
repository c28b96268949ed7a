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
	"user: upper case":                  {"quay_user", `username = "Alice"`, "username", "username must be 2 to 255 characters: lower-case letters and digits"},
	"user: leading dash":                {"quay_user", `username = "-alice"`, "username", "username must be 2 to 255 characters: lower-case letters and digits"},
	"user: two dots":                    {"quay_user", `username = "a..b"`, "username", "with single '.', '_' or '-' between them"},
	"user: slash":                       {"quay_user", `username = "a/b"`, "username", "username must be 2 to 255 characters: lower-case letters and digits"},
	"user: robot":                       {"quay_user", `username = "acme+ci"`, "username", "username must be 2 to 255 characters: lower-case letters and digits"},
	"user: one character":               {"quay_user", `username = "a"`, "username", "must be 2 to 255 characters"},
	"user: 256 characters":              {"quay_user", fmt.Sprintf(`username = "%0256d"`, 0), "username", "must be 2 to 255 characters"},
	"user: empty e-mail":                {"quay_user", "username = \"alice\"\nemail = \"\"", "email", "email must not be empty: to have no e-mail address, leave it out."},
	"user: padded e-mail":               {"quay_user", "username = \"alice\"\nemail = \" a@example.com\"", "email", "must not begin or end with white space"},
	"user: UUID as e-mail":              {"quay_user", "username = \"alice\"\nemail = \"482f1bee-8b13-4db5-ac6c-883e9519ba60\"", "email", "leave it out instead."},
	"user: short password":              {"quay_user", "username = \"alice\"\npassword_wo = \"short\"\npassword_wo_version = 1", "password_wo", "password_wo must have at least 8 characters without white space."},
	"user: password, space":             {"quay_user", "username = \"alice\"\npassword_wo = \"white space pw\"\npassword_wo_version = 1", "password_wo", "password_wo must have at least 8 characters without white space."},
	"user: no version":                  {"quay_user", "username = \"alice\"\npassword_wo = \"long-enough\"", "password_wo", `Attribute "password_wo_version" must be specified`},
	"user: version alone":               {"quay_user", "username = \"alice\"\npassword_wo_version = 1", "password_wo_version", `Attribute "password_wo" must be specified`},
	"organization: upper case":          {"quay_organization", `name = "Acme"`, "name", "name must be 2 to 255 characters: lower-case letters and digits"},
	"organization: one character":       {"quay_organization", `name = "a"`, "name", "must be 2 to 255 characters"},
	"organization: UUID as e-mail":      {"quay_organization", "name = \"acme\"\nemail = \"482f1bee-8b13-4db5-ac6c-883e9519ba60\"", "email", "leave it out instead."},
	"organization: negative period":     {"quay_organization", "name = \"acme\"\ntag_expiration_s = -1", "tag_expiration_s", "tag_expiration_s must be at least 0."},
	"user quota: zero":                  {"quay_user_quota", "username = \"alice\"\nlimit_bytes = 0", "limit_bytes", "must be more than 0"},
	"user quota: unknown unit":          {"quay_user_quota", "username = \"alice\"\nlimit = \"5 gb\"", "limit", `has a unit that Quay does not know: use B, KiB`},
	"quota: neither":                    {"quay_org_quota", `organization = "acme"`, "", "No attribute specified when one (and only one) of"},
	"quota: both":                       {"quay_org_quota", "organization = \"acme\"\nlimit = \"1 GiB\"\nlimit_bytes = 5", "limit", "2 attributes specified when one (and only one) of"},
	"quota: zero":                       {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = 0", "limit_bytes", "must be more than 0: to have no quota, leave the resource out."},
	"quota: negative":                   {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = -5", "limit_bytes", "must be more than 0"},
	"quota: fraction":                   {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = 1.5", "limit_bytes", "limit_bytes must be a whole number."},
	"quota: 2^63":                       {"quay_org_quota", "organization = \"acme\"\nlimit_bytes = 9223372036854775808", "limit_bytes", "must be a whole number from -9223372036854775808 to 9223372036854775807."},
	"quota: zero text":                  {"quay_org_quota", "organization = \"acme\"\nlimit = \"0 GiB\"", "limit", "must be more than 0"},
	"quota: negative text":              {"quay_org_quota", "organization = \"acme\"\nlimit = \"-5 GiB\"", "limit", "must be a whole number and a unit"},
	"quota: fraction in text":           {"quay_org_quota", "organization = \"acme\"\nlimit = \"1.5 GiB\"", "limit", `"1536 MiB" for 1.5 GiB`},
	"quota: too much in text":           {"quay_org_quota", "organization = \"acme\"\nlimit = \"8 EiB\"", "limit", "must be at most 9223372036854775807 bytes"},
	"quota: unknown unit":               {"quay_org_quota", "organization = \"acme\"\nlimit = \"5 gb\"", "limit", `has a unit that Quay does not know: use B, KiB`},
	"quota: no organization":            {"quay_org_quota", "organization = \"\"\nlimit = \"5 GB\"", "organization", "organization must be 1 to 255 lower-case letters, digits, '.', '_' and '-'."},
	"key: upper case":                   {"quay_service_key", `service = "CI"`, "service", "service must be 1 to 255 lower-case letters, digits and '_'."},
	"key: dash":                         {"quay_service_key", `service = "my-ci"`, "service", "service must be 1 to 255 lower-case letters, digits and '_'."},
	"key: empty service":                {"quay_service_key", `service = ""`, "service", "must be 1 to 255 lower-case letters"},
	"key: long service":                 {"quay_service_key", fmt.Sprintf(`service = "%0256d"`, 0), "service", "must be 1 to 255 lower-case letters"},
	"key: name in Unicode":              {"quay_service_key", "service = \"ci\"\nname = \"Ünïcode\"", "name", "name must be 1 to 255 letters, digits, spaces and '-', '_', ':', '/'."},
	"key: long name":                    {"quay_service_key", fmt.Sprintf("service = \"ci\"\nname = \"%0256d\"", 0), "name", "must be 1 to 255 letters"},
	"key: expiration in words":          {"quay_service_key", "service = \"ci\"\nexpiration = \"tomorrow\"", "expiration", "expiration must be a date and time such as 2030-01-31T00:00:00Z (RFC 3339)."},
	"key: expiration in parts":          {"quay_service_key", "service = \"ci\"\nexpiration = \"2099-01-01T00:00:00.5Z\"", "expiration", "expiration must be in whole seconds, such as 2030-01-31T00:00:00Z."},
	"key: expiration passed":            {"quay_service_key", "service = \"ci\"\nexpiration = \"2020-01-01T00:00:00Z\"", "expiration", "2020-01-01T00:00:00Z has passed."},
	"key: the server's entry":           {"quay_service_key", "service = \"ci\"\nmetadata = { creator = \"me\" }", "metadata", `metadata must be none of "created_by", "creator"`},
	"key: null entry":                   {"quay_service_key", "service = \"ci\"\nmetadata = { owner = null }", "metadata", "Null Map Value"},
	"ephemeral key: dash":               {"ephemeral.quay_service_key", `service = "my-ci"`, "service", "service must be 1 to 255 lower-case letters, digits and '_'."},
	"ephemeral key: name":               {"ephemeral.quay_service_key", "service = \"ci\"\nname = \"Ünïcode\"", "name", "name must be 1 to 255 letters, digits, spaces and '-', '_', ':', '/'."},
	"ephemeral key: validity":           {"ephemeral.quay_service_key", "service = \"ci\"\nvalid_for = \"tomorrow\"", "valid_for", `valid_for must be a duration such as 90s or 2m, above zero.`},
	"ephemeral key: none":               {"ephemeral.quay_service_key", "service = \"ci\"\nvalid_for = \"0h\"", "valid_for", "above zero"},
	"ephemeral key: server's entry":     {"ephemeral.quay_service_key", "service = \"ci\"\nmetadata = { ip = \"me\" }", "metadata", "metadata must be none of"},
	"permission: no namespace":          {"quay_repo_user_permission", "repository = \"app\"\nusername = \"alice\"\nrole = \"read\"", "repository", `repository must be namespace/name.`},
	"permission: no name":               {"quay_repo_team_permission", "repository = \"acme/\"\nteam = \"devs\"\nrole = \"read\"", "repository", `repository must be namespace/name, without a tag`},
	"permission: no user":               {"quay_repo_user_permission", "repository = \"acme/app\"\nusername = \"\"\nrole = \"read\"", "username", "username must be the name of a user, or of a robot as namespace+name"},
	"user: part of a version":           {"quay_user", "username = \"alice\"\npassword_wo = \"long-enough\"\npassword_wo_version = 1.5", "password_wo_version", "password_wo_version must be a whole number."},
	"organization: part of a second":    {"quay_organization", "name = \"acme\"\ntag_expiration_s = 604800 / 11", "tag_expiration_s", "tag_expiration_s must be a whole number. The functions floor and ceil make one."},
	"organization: for ever":            {"quay_organization", "name = \"acme\"\ntag_expiration_s = 1e30", "tag_expiration_s", "tag_expiration_s must be a whole number from -9223372036854775808 to 9223372036854775807."},
	"quota: slash":                      {"quay_org_quota", "organization = \"Acme/x\"\nlimit = \"5 GB\"", "organization", "organization must be 1 to 255 lower-case letters"},
	"user quota: robot":                 {"quay_user_quota", "username = \"acme+ci\"\nlimit = \"5 GB\"", "username", "username must be 1 to 255 lower-case letters"},
	"permission: team and organization": {"quay_repo_team_permission", "repository = \"acme/app\"\nteam = \"acme/devs\"\nrole = \"read\"", "team", "team must be 1 to 255 lower-case letters"},
	"permission: slash":                 {"quay_repo_user_permission", "repository = \"acme/app\"\nusername = \"a/b\"\nrole = \"read\"", "username", "username must be the name of a user, or of a robot as namespace+name"},
	"permission: upper case":            {"quay_repo_user_permission", "repository = \"acme/App\"\nusername = \"alice\"\nrole = \"read\"", "repository", "repository must be namespace/name, without a tag"},
	"permission: tag":                   {"quay_repo_user_permission", "repository = \"acme/app:latest\"\nusername = \"alice\"\nrole = \"read\"", "repository", "repository must be namespace/name, without a tag"},
	"permission: blank":                 {"quay_repo_user_permission", "repository = \"acme/app \"\nusername = \"alice\"\nrole = \"read\"", "repository", "repository must be namespace/name, without a tag"},
	"approval: slash":                   {"quay_service_key_approval", "kid = \"a/b\"", "kid", "kid must be the id of a key"},
	"permission: role":                  {"quay_repo_user_permission", "repository = \"acme/app\"\nusername = \"alice\"\nrole = \"owner\"", "role", `role must be one of "read", "write", "admin".`},
	"permission: role of team":          {"quay_repo_team_permission", "repository = \"acme/app\"\nteam = \"devs\"\nrole = \"READ\"", "role", `role must be one of "read", "write", "admin".`},
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
	pattern := acctest.ErrorContains(words).String()
	if attribute != "" {
		pattern = `(?s)\d+: *` + attribute + `\s+= .*` + pattern + `|` + pattern + `.*\d+: *` + attribute + `\s+= `
	}
	return regexp.MustCompile(`(?s)` + pattern)
}
