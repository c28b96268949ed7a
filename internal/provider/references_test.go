package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// badNames are no names of users, organizations and teams that can exist.
var badNames = []string{"", ".", "..", "org/devs", "acme/", "/acme", "Acme", "acme ", " acme", "acme\n", "a b", "a\\b", "a%2fb", "ünï", "a:b", "a\x00b", strings.Repeat("a", 256)}

// oldNames can exist, though Quay would not take them for new objects.
var oldNames = []string{"a", "a__b", "_a", "a-", "a.b", strings.Repeat("a", 255)}

// badRepositories are none that can exist.
var badRepositories = []string{
	"", "acme", "acme/", "/app", "acme//app", "acme/App", "acme/app:latest", "acme/app@sha256:0", "acme/app ", "acme/app\n", "Acme/app", "acme/../app", "acme/-app", "acme+ci/app",
}

// Names are checked wherever they can be written, with the rule in the message,
// before any call.
func TestReferencesAreChecked(t *testing.T) {
	t.Parallel()
	const name, grantee = "must be 1 to 255 lower-case letters", "must be the name of a user, or of a robot as namespace+name"
	all := configurations(t)
	for _, test := range []struct {
		kind, attribute, words string
		refused, accepted      []string
	}{
		{"resource quay_org_quota", "organization", name, append([]string{"acme+ci"}, badNames...), oldNames},
		{"resource quay_user_quota", "username", name, append([]string{"acme+ci"}, badNames...), oldNames},
		{"resource quay_repo_user_permission", "username", grantee, append([]string{"acme+", "+ci", "a+b+c"}, badNames...), append([]string{"acme+ci"}, oldNames...)},
		{"resource quay_repo_team_permission", "team", name, append([]string{"acme+ci"}, badNames...), oldNames},
		{"resource quay_repo_user_permission", "repository", "must be namespace/name", badRepositories, []string{"acme/app", "a/b/c.d"}},
		{"resource quay_repo_team_permission", "repository", "must be namespace/name", badRepositories, []string{"acme/app", "a/b/c.d"}},
		{"data source quay_user", "username", name, badNames, oldNames},
		{"data source quay_organization", "name", name, badNames, oldNames},
		{"data source quay_org_quota", "organization", name, badNames, oldNames},
		{"data source quay_user_quota", "username", name, badNames, oldNames},
		{"data source quay_repo_user_permission", "username", grantee, badNames, append([]string{"acme+ci"}, oldNames...)},
		{"data source quay_repo_team_permission", "team", name, badNames, oldNames},
		{"data source quay_repo_user_transitive_permission", "username", grantee, badNames, append([]string{"acme+ci"}, oldNames...)},
		{"data source quay_repo_user_permissions", "repository", "must be namespace/name", badRepositories, []string{"acme/app"}},
		{"data source quay_repo_team_permissions", "repository", "must be namespace/name", badRepositories, []string{"acme/app"}},
		{"data source quay_repo_user_permission", "repository", "must be namespace/name", badRepositories, []string{"acme/app"}},
		{"data source quay_repo_team_permission", "repository", "must be namespace/name", badRepositories, []string{"acme/app"}},
		{"data source quay_repo_user_transitive_permission", "repository", "must be namespace/name", badRepositories, []string{"acme/app"}},
		{"data source quay_logs", "performer", grantee, badNames, append([]string{"acme+ci"}, oldNames...)},
		{"data source quay_logs", "namespace", name, badNames, oldNames},
		{"data source quay_service_keys", "service", "must be 1 to 255 lower-case letters, digits and '_'", []string{"", "CI", "a/b", "my-ci"}, []string{"ci_1"}},
		{"data source quay_service_key", "kid", "must be the id of a key", []string{"", ".", "..", "a/b", "a b", "a\n"}, []string{"Abc-_9", "a.b"}},
		{"resource quay_service_key_approval", "kid", "must be the id of a key", []string{"", ".", "..", "a/b", "a b", "a\n"}, []string{"Abc-_9"}},
		{"action quay_approve_service_key", "kid", "must be the id of a key", []string{"", ".", "..", "a/b"}, []string{"Abc-_9"}},
		{"list quay_repo_user_permission", "repository", "must be namespace/name", badRepositories, []string{"acme/app"}},
		{"list quay_repo_team_permission", "organization", name, badNames, oldNames},
		{"list quay_service_key", "service", "must be 1 to 255 lower-case letters, digits and '_'", []string{"", "CI", "a/b"}, []string{"ci_1"}},
		{"list quay_user", "prefix", name, []string{"", "Acme", "a/b", "a "}, []string{"a", "a-", "_"}},
		{"list quay_org_quota", "prefix", name, []string{"", "Acme", "a/b", "a "}, []string{"a", "a-", "_"}},
	} {
		c, ok := all[test.kind]
		if !ok {
			t.Errorf("there is no %s", test.kind)
			continue
		}
		errors := func(text string) []*tfprotov6.Diagnostic {
			var found []*tfprotov6.Diagnostic
			for _, diagnostic := range c.validate(with(t, c.schema, test.attribute, tftypes.NewValue(tftypes.String, text))) {
				if diagnostic.Attribute.String() == `AttributeName("`+test.attribute+`")` {
					found = append(found, diagnostic)
				}
			}
			return found
		}
		for _, text := range test.refused {
			diags := errors(text)
			if len(diags) != 1 || !strings.HasPrefix(diags[0].Detail, test.attribute+" "+test.words) {
				t.Errorf("%s, %s = %q: %d diagnostics, want one that %s: %v", test.kind, test.attribute, text, len(diags), test.words, diags)
			}
		}
		for _, text := range test.accepted {
			if diags := errors(text); len(diags) > 0 {
				t.Errorf("%s, %s = %q: %s", test.kind, test.attribute, text, diags[0].Detail)
			}
		}
	}
}

// One mistake is told once.
func TestOneErrorForOneMistake(t *testing.T) {
	t.Parallel()
	all := configurations(t)
	for kind, attributes := range map[string][]string{
		"resource quay_user": {"username", "email"}, "resource quay_organization": {"name", "email", "invoice_email_address"},
		"resource quay_service_key": {"service", "name", "notes", "expiration"}, "ephemeral resource quay_service_key": {"service", "name", "notes", "valid_for"},
	} {
		for _, attribute := range attributes {
			for _, text := range []string{"", " ", "\n", strings.Repeat("Ü ", 200)} {
				said := 0
				for _, diagnostic := range all[kind].validate(with(t, all[kind].schema, attribute, tftypes.NewValue(tftypes.String, text))) {
					if diagnostic.Attribute.String() == `AttributeName("`+attribute+`")` {
						said++
					}
				}
				if said > 1 {
					t.Errorf("%s, %s = %q: it is told %d times", kind, attribute, text, said)
				}
			}
			// Nothing takes an empty text.
			said := all[kind].validate(with(t, all[kind].schema, attribute, tftypes.NewValue(tftypes.String, "")))
			if !slices.ContainsFunc(said, func(d *tfprotov6.Diagnostic) bool { return d.Attribute.String() == `AttributeName("`+attribute+`")` }) {
				t.Errorf("%s, %s: an empty text is not refused", kind, attribute)
			}
		}
	}
}

func TestEmailRule(t *testing.T) {
	t.Parallel()
	user := configurations(t)["resource quay_user"]
	for text, words := range map[string]string{
		"": "email must not be empty: to have no e-mail address, leave it out.", "\n": "email must not be empty",
		"a@example.com\n": "must not begin or end with white space", "a@exam\nple.com": "must not hold line breaks", "a@\x00": "must not hold line breaks",
		"482f1bee-8b13-4db5-ac6c-883e9519ba60": "must not be a UUID",
	} {
		found := false
		for _, diagnostic := range user.validate(with(t, user.schema, "email", tftypes.NewValue(tftypes.String, text))) {
			found = found || strings.Contains(diagnostic.Detail, words)
		}
		if !found {
			t.Errorf("%q is not refused with the words %q", text, words)
		}
	}
}

// An id that is none is refused before any call, in words that tell its form.
func TestImportIDsAreChecked(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	simulator := registry.Simulator(t)
	simulator.ResetCalls()
	bad := map[string]map[string]string{ // by type and id
		"quay_user":                 {"Alice": "username must be 2 to 255", "a/b": "username must be 2 to 255", "alice\n": "username must be 2 to 255", "..": "username must be 2 to 255"},
		"quay_organization":         {"acme/": "name must be 2 to 255"},
		"quay_org_quota":            {"Acme/x": "organization must be 1 to 255", ".": "organization must be 1 to 255"},
		"quay_user_quota":           {"a b": "username must be 1 to 255"},
		"quay_service_key":          {"a/b": "kid must be the id of a key", "..": "kid must be the id of a key"},
		"quay_service_key_approval": {"a/b": "kid must be the id of a key"},
		"quay_repo_user_permission": {"acme/App:alice": "repository must be namespace/name", "acme/app:a/b": "username must be the name", "acme/app": "Write it as namespace/name:username", "acme/app:": "Write it as namespace/name:username", ":alice": "Write it as namespace/name:username"},
		"quay_repo_team_permission": {"acme/app :devs": "repository must be namespace/name", "acme/app:org/devs": "team must be 1 to 255", "acme/app:latest:devs": "team must be 1 to 255"},
	}
	if got, want := len(p.IdentifiedTypes()), len(bad); got != want {
		t.Errorf("%d types have an identity, and %d have bad ids here", got, want)
	}
	for _, typeName := range p.IdentifiedTypes() {
		if bad[typeName] == nil {
			t.Errorf("there is no bad id of a %s", typeName)
		}
		for id, words := range bad[typeName] {
			_, diags := p.ImportByID(typeName, id)
			if len(diags) != 1 || !strings.HasPrefix(diags[0].Summary, "Unable to import Quay ") || !strings.Contains(diags[0].Detail, words) {
				t.Errorf("%s, %q: diagnostics %v, want the words %q", typeName, id, diags, words)
			}
		}
		_, diags := p.ImportByID(typeName, "")
		if len(diags) != 1 || !strings.HasPrefix(diags[0].Detail, "The import id is empty. Write it as ") {
			t.Errorf("%s: diagnostics of an empty id: %v", typeName, diags)
		}
	}
	for name, test := range map[string]struct {
		typeName string
		identity acctest.Attributes
		words    string
	}{
		"null":             {"quay_user", acctest.Attributes{"username": nil}, "The attribute username of the identity is empty."},
		"empty":            {"quay_user", acctest.Attributes{"username": ""}, "The attribute username of the identity is empty."},
		"one of two":       {"quay_repo_user_permission", acctest.Attributes{"repository": "acme/app", "username": ""}, "The attribute username of the identity is empty."},
		"null, one of two": {"quay_repo_team_permission", acctest.Attributes{"repository": nil, "team": "devs"}, "The attribute repository of the identity is empty."},
		"slash":            {"quay_org_quota", acctest.Attributes{"organization": "Acme/x"}, "organization must be 1 to 255"},
		"no namespace":     {"quay_repo_user_permission", acctest.Attributes{"repository": "app", "username": "alice"}, "repository must be namespace/name."},
		"no user":          {"quay_repo_user_permission", acctest.Attributes{"repository": "acme/app", "username": "a:b"}, "username must be the name"},
	} {
		_, diags := p.ImportByIdentity(test.typeName, p.Identity(test.typeName, test.identity))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words) {
			t.Errorf("identity, %s: diagnostics %v, want the words %q", name, diags, test.words)
		}
	}
	if calls := simulator.Requests(); len(calls) > 0 {
		t.Errorf("%d calls were made: %v", len(calls), calls[0])
	}
}

// A date may be written with a fraction of zero, and read back as it is.
func TestExpirationForms(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	for _, date := range []string{"2099-01-31T00:00:00Z", "2099-01-31T00:00:00.000Z", "2099-01-31T02:00:00.0+02:00", "2099-01-31T00:00:00-00:00"} {
		config := acctest.Attributes{"service": "ci", "expiration": date}
		state := p.Create("quay_service_key", config)
		state, diags := p.Read("quay_service_key", state)
		acctest.NoErrors(t, diags)
		if text, _ := state.Text(t, "expiration"); text != date {
			t.Errorf("%s is in the state as %s", date, text)
		}
		if !p.Plan("quay_service_key", state, config).IsEmpty() {
			t.Errorf("%s: the plan is not empty", date)
		}
		config["expiration"] = "2099-01-31T00:00:00.00Z" // the same moment
		if !p.Plan("quay_service_key", state, config).IsEmpty() {
			t.Errorf("%s: another form of the same date is planned as a change", date)
		}
	}
	for _, date := range []string{"2099-01-31", "2099-01-31T00:00:00", "2099-01-31 00:00:00Z", "2099-02-30T00:00:00Z", "4073500800", "2099-01-31T00:00:00.001Z", ""} {
		diags := p.Validate("quay_service_key", acctest.Attributes{"service": "ci", "expiration": date})
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "2030-01-31T00:00:00Z") || strings.Contains(diags[0].Detail, "2006") {
			t.Errorf("%q: diagnostics %v", date, diags)
		}
	}
}

// A limit without a unit counts in bytes, which is hardly meant below 1 MiB.
func TestSmallQuotaWarns(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for name, test := range map[string]struct {
		config acctest.Attributes
		warns  string // the attribute, or nothing
	}{
		"3":            {acctest.Attributes{"limit": "3"}, "limit"},
		"3 bytes":      {acctest.Attributes{"limit_bytes": 3}, "limit_bytes"},
		"1023 KiB":     {acctest.Attributes{"limit": "1023 KiB"}, "limit"},
		"1 MB":         {acctest.Attributes{"limit": "1 MB"}, "limit"},
		"1048575":      {acctest.Attributes{"limit_bytes": 1048575}, "limit_bytes"},
		"1 MiB":        {acctest.Attributes{"limit": "1 MiB"}, ""},
		"1048576":      {acctest.Attributes{"limit_bytes": 1048576}, ""},
		"1048576 text": {acctest.Attributes{"limit": "1048576"}, ""},
		"1 GB":         {acctest.Attributes{"limit": "1 GB"}, ""},
		"unknown":      {acctest.Attributes{"limit": acctest.Unknown}, ""},
	} {
		for typeName, owner := range map[string]string{"quay_org_quota": "organization", "quay_user_quota": "username"} {
			test.config[owner] = "acme"
			diags := p.Validate(typeName, test.config)
			delete(test.config, owner)
			if test.warns == "" {
				if len(diags) > 0 {
					t.Errorf("%s: %s", name, diags[0].Detail)
				}
				continue
			}
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Attribute.String() != `AttributeName("`+test.warns+`")` ||
				!strings.Contains(diags[0].Detail, "count in bytes") {
				t.Errorf("%s: diagnostics %v", name, diags)
			}
		}
	}
}
