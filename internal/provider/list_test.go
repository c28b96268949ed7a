package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// notListed are the types with an identity that have no list, each with the
// reason.
var notListed = map[string]string{
	"quay_service_key_approval": "Quay lists keys, and most of those were made, and so approved, as a quay_service_key",
}

// Every type whose objects Quay can list has a list resource.
func TestListTypes(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	for typeName := range notListed {
		if !slices.Contains(p.IdentifiedTypes(), typeName) {
			t.Errorf("notListed has %s, which is no type with an identity", typeName)
		}
	}
	for _, typeName := range p.IdentifiedTypes() {
		if slices.Contains(p.ListTypes(), typeName) == (notListed[typeName] != "") {
			t.Errorf("list resource %s: it is %t that it should have none", typeName, notListed[typeName] != "")
		}
	}
}

// narrowest is the configuration of a list that finds an object and as little
// else as possible.
func narrowest(o object) acctest.Attributes {
	for _, name := range []string{"organization", "username", "name"} {
		if prefix, ok := o.config[name]; ok && o.config["repository"] == nil && o.config["service"] == nil {
			return acctest.Attributes{"prefix": prefix}
		}
	}
	if repository, ok := o.config["repository"]; ok {
		return acctest.Attributes{"repository": repository}
	}
	return acctest.Attributes{"service": o.config["service"]}
}

// find returns the object with an identity.
func find(p *acctest.Provider, typeName string, list []acctest.Listed, identity map[string]string) *acctest.Listed {
	for _, listed := range list {
		if equal(p.IdentityOf(typeName, listed.State), identity) {
			return &listed
		}
	}
	return nil
}

// What a list finds has the identity and, if asked for, the values that a read
// after an import has. Configuration that Terraform generates from it is valid,
// and plans no change.
func TestListLikeRead(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, _ *acctest.Registry, p *acctest.Provider, typeName string, o object, _ acctest.State) {
		if notListed[typeName] != "" {
			t.Skip(notListed[typeName])
		}
		const many = 1_000_000
		brief, diags := p.List(typeName, narrowest(o), many, false)
		acctest.NoErrors(t, diags)
		if listed := find(p, typeName, brief, o.identity); listed == nil || !listed.State.Value.IsNull() || listed.Name == "" {
			t.Fatalf("in brief, it is listed as %v", listed)
		}
		whole, diags := p.List(typeName, narrowest(o), many, true)
		acctest.NoErrors(t, diags)
		listed := find(p, typeName, whole, o.identity)
		if listed == nil {
			t.Fatal("it is not listed whole")
		}
		imported, diags := p.ImportByIdentity(typeName, listed.State.Identity)
		acctest.NoErrors(t, diags)
		if !listed.State.Value.Equal(imported.Value) {
			t.Errorf("listed as %s\nread as   %s", listed.State.Value, imported.Value)
		}
		config := p.GenerateConfig(typeName, listed.State)
		acctest.NoErrors(t, p.Validate(typeName, config))
		plan := p.Plan(typeName, imported, config)
		acctest.NoErrors(t, plan.Diagnostics)
		if !plan.IsEmpty() {
			t.Errorf("a change is planned\nfrom %s\nto   %s", imported.Value, plan.Value)
		}
	})
}

// names returns what the objects of a list are called.
func names(t *testing.T, p *acctest.Provider, typeName string, config acctest.Attributes) []string {
	t.Helper()
	acctest.NoErrors(t, p.ValidateList(typeName, config))
	all, diags := p.List(typeName, config, 1_000_000, false)
	acctest.NoErrors(t, diags)
	result := []string{}
	for _, listed := range all {
		result = append(result, listed.Name)
	}
	slices.Sort(result)
	return result
}

// Lists show what their configuration asks for, under names for people.
func TestListFilters(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)

	base := acctest.Name("tf")
	for _, name := range []string{base + "-a", base + "-b"} {
		registry.Must(t, http.MethodPost, "/superuser/users/", map[string]string{"username": name})
		registry.CleanUpUser(t, name)
		registry.Must(t, http.MethodPost, "/organization/", map[string]string{"name": name + "-org", "email": name + "@example.com"})
		registry.CleanUpOrganization(t, name+"-org")
	}
	registry.Must(t, http.MethodPut, "/superuser/users/"+base+"-b", map[string]bool{"enabled": false})
	registry.Must(t, http.MethodPost, "/superuser/users/"+base+"-a/quota", map[string]any{"limit_bytes": 5_000_000_000})
	registry.Must(t, http.MethodPost, "/superuser/organization/"+base+"-b-org/quota", map[string]any{"limit_bytes": 10 << 30})

	organization, other := base+"-a-org", base+"-b-org"
	app, nested, outside := registry.Repository(t, organization, "app"), registry.Repository(t, organization, "team/app"), registry.Repository(t, other, "app")
	robot, team := registry.Robot(t, organization, "ci"), registry.Team(t, organization, "devs")
	for path, role := range map[string]string{
		app + "/permissions/user/" + base + "-a":     "write",
		nested + "/permissions/user/" + robot:        "read",
		outside + "/permissions/user/" + base + "-a": "read",
		nested + "/permissions/team/" + team:         "admin",
	} {
		registry.Must(t, http.MethodPut, "/repository/"+path, map[string]string{"role": role})
	}

	service := acctest.Name("tfacc_")
	var nameless string
	for _, key := range []map[string]any{
		{"service": service, "name": "a key", "expiration": nil},
		{"service": service + "_other", "name": "of another", "expiration": nil},
		{"service": service, "expiration": nil},
	} {
		kid := registry.Must(t, http.MethodPost, "/superuser/keys", key).(map[string]any)["kid"].(string)
		t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
		nameless = service + " " + kid
	}

	for name, c := range map[string]struct {
		typeName string
		config   acctest.Attributes
		want     []string
	}{
		"users":               {"quay_user", acctest.Attributes{"prefix": base}, []string{base + "-a", base + "-b"}},
		"disabled users":      {"quay_user", acctest.Attributes{"prefix": base, "disabled": true}, []string{base + "-b"}},
		"enabled users":       {"quay_user", acctest.Attributes{"prefix": base, "disabled": false}, []string{base + "-a"}},
		"users of a name":     {"quay_user", acctest.Attributes{"prefix": base + "-a"}, []string{base + "-a"}},
		"organizations":       {"quay_organization", acctest.Attributes{"prefix": base}, []string{organization, other}},
		"user quotas":         {"quay_user_quota", acctest.Attributes{"prefix": base}, []string{base + "-a: 5 GB"}},
		"organization quotas": {"quay_org_quota", acctest.Attributes{"prefix": base}, []string{other + ": 10 GiB"}},
		"no quotas":           {"quay_org_quota", acctest.Attributes{"prefix": organization}, []string{}},
		"keys of a service":   {"quay_service_key", acctest.Attributes{"service": service}, []string{"a key", nameless}},
		"keys of no service":  {"quay_service_key", acctest.Attributes{"service": service + "_none"}, []string{}},
		"users in a repository": {"quay_repo_user_permission", acctest.Attributes{"repository": nested}, []string{
			nested + ": " + robot + " (read)", nested + ": " + creator(t, registry, nested) + " (admin)",
		}},
		"users in an organization": {"quay_repo_user_permission", acctest.Attributes{"organization": organization}, []string{
			app + ": " + base + "-a (write)", app + ": " + creator(t, registry, app) + " (admin)",
			nested + ": " + robot + " (read)", nested + ": " + creator(t, registry, nested) + " (admin)",
		}},
		"teams in a repository":    {"quay_repo_team_permission", acctest.Attributes{"repository": app}, []string{}},
		"teams in an organization": {"quay_repo_team_permission", acctest.Attributes{"organization": organization}, []string{nested + ": devs (admin)"}},
		"a user without any":       {"quay_repo_team_permission", acctest.Attributes{"organization": base + "-a"}, []string{}},
	} {
		slices.Sort(c.want)
		if got := names(t, p, c.typeName, c.config); !slices.Equal(got, c.want) {
			t.Errorf("%s are %q, not %q", name, got, c.want)
		}
	}

	// What is left out finds everything.
	if got := names(t, p, "quay_user", nil); !slices.Contains(got, base+"-b") {
		t.Errorf("all users are %q", got)
	}
}

// creator returns who has the role admin in a repository.
func creator(t *testing.T, registry *acctest.Registry, repository string) string {
	t.Helper()
	permissions := registry.Must(t, http.MethodGet, "/repository/"+repository+"/permissions/user/", nil).(map[string]any)["permissions"].(map[string]any)
	for name, permission := range permissions {
		if permission.(map[string]any)["role"] == "admin" {
			return name
		}
	}
	t.Fatalf("nobody has the role admin in %s", repository)
	return ""
}

// Filters that can find nothing are refused.
func TestListFiltersRefused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for name, c := range map[string]struct {
		typeName string
		config   acctest.Attributes
		words    string
	}{
		"empty prefix":              {"quay_user", acctest.Attributes{"prefix": ""}, "prefix must be 1 to 255 lower-case letters"},
		"upper case":                {"quay_organization", acctest.Attributes{"prefix": "Acme"}, "prefix must be 1 to 255 lower-case letters"},
		"robots":                    {"quay_user", acctest.Attributes{"prefix": "acme+"}, "prefix must be 1 to 255 lower-case letters"},
		"upper case, quotas":        {"quay_org_quota", acctest.Attributes{"prefix": "Acme"}, "prefix must be 1 to 255 lower-case letters"},
		"slash, quotas":             {"quay_user_quota", acctest.Attributes{"prefix": "a/"}, "prefix must be 1 to 255 lower-case letters"},
		"empty service":             {"quay_service_key", acctest.Attributes{"service": ""}, "service must be 1 to 255 lower-case letters"},
		"neither":                   {"quay_repo_user_permission", nil, "No attribute specified when one (and only one) of"},
		"both":                      {"quay_repo_team_permission", acctest.Attributes{"repository": "a/b", "organization": "a"}, "2 attributes specified when one (and only one) of"},
		"repository, no namespace":  {"quay_repo_user_permission", acctest.Attributes{"repository": "app"}, "repository must be namespace/name."},
		"organization without name": {"quay_repo_user_permission", acctest.Attributes{"organization": ""}, "organization must be 1 to 255 lower-case letters"},
	} {
		config := c.config
		if config == nil {
			config = acctest.Attributes{} // as Terraform sends it to be validated
		}
		if diags := p.ValidateList(c.typeName, config); len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) {
			t.Errorf("%s: %v", name, diags)
		}
	}
	nowhere := acctest.Name("tforg")
	for config, words := range map[string]string{
		"repository":   fmt.Sprintf("There is no repository %q in the registry.", nowhere+"/app"),
		"organization": fmt.Sprintf("There is neither an organization nor a user %q in the registry.", nowhere),
	} {
		value := nowhere
		if config == "repository" {
			value += "/app"
		}
		all, diags := p.List("quay_repo_user_permission", acctest.Attributes{config: value}, 100, false)
		if len(all) > 0 || len(diags) != 1 || !strings.Contains(diags[0].Detail, words) {
			t.Errorf("no such %s: %v, %v", config, all, diags)
		}
	}
}

// A list reads no more pages than it needs, and is over when enough was found
// or nobody wants more.
func TestListPages(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	for i := range 249 { // and admin
		simulator.AddUser(fmt.Sprintf("user%03d", i), "")
	}
	p := registry.Serve(t, nil)
	for _, c := range []struct {
		limit    int64
		prefix   any
		found    int
		calls    int
		describe string
	}{
		{1000, nil, 250, 3, "all"},
		{250, nil, 250, 3, "just all"},
		{100, nil, 100, 1, "one page"},
		{101, nil, 101, 2, "one more"},
		{1, nil, 1, 1, "one"},
		{0, nil, 0, 0, "none"},
		{10, "user2", 10, 3, "some of those on the last page"},
		{1000, "user2", 49, 3, "all of those"},
	} {
		for _, whole := range []bool{false, true} {
			simulator.ResetCalls()
			all, diags := p.List("quay_user", acctest.Attributes{"prefix": c.prefix}, c.limit, whole)
			acctest.NoErrors(t, diags)
			if calls := len(simulator.Requests()); len(all) != c.found || calls != c.calls {
				t.Errorf("%s: found %d with %d calls", c.describe, len(all), calls)
			}
		}
	}
	simulator.ResetCalls()
	for range p.Stream("quay_user", nil, 1000, false) {
		break
	}
	if calls := len(simulator.Requests()); calls != 1 {
		t.Errorf("who looks at one makes %d calls", calls)
	}
}

// Organizations are read one by one only where whole ones are asked for. One
// that is deleted in between is not there; one that cannot be read is left out
// with a warning, because it could not be managed either.
func TestListOrganizationsWhole(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	simulator.AddUser("alice", "alice@example.com")
	simulator.AddOrganization("first", "first@example.com", "admin")
	simulator.AddOrganization("hers", "hers@example.com", "alice")
	simulator.AddOrganization("ours", "ours@example.com", "admin")
	simulator.AddOrganization("last", "last@example.com", "admin")
	p := registry.Serve(t, nil)
	const single = "GET /organization/{orgname}"

	list := func(limit int64, whole bool) (found []string, warnings []*tfprotov6.Diagnostic, reads int) {
		t.Helper()
		simulator.ResetCalls()
		all, diags := p.List("quay_organization", nil, limit, whole)
		acctest.NoErrors(t, diags)
		for _, listed := range all {
			found = append(found, listed.Name)
		}
		slices.Sort(found)
		return found, diags, simulator.Calls()[single]
	}
	everything := []string{"first", "hers", "last", "ours"}
	if found, warnings, reads := list(100, false); !containsAll(found, everything) || len(warnings) > 0 || reads > 0 {
		t.Errorf("in brief: %q, %v, %d reads", found, warnings, reads)
	}
	found, warnings, _ := list(100, true)
	if slices.Contains(found, "hers") || !containsAll(found, []string{"first", "last", "ours"}) {
		t.Errorf("whole: %q", found)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].Summary, `"hers": left out of the list`) || !strings.Contains(warnings[0].Detail, "shows the name of the organization and nothing else") {
		t.Errorf("warnings: %v", warnings)
	}
	if found, _, reads := list(2, true); len(found) != 2 || reads > 3 {
		t.Errorf("two: %q, %d reads", found, reads)
	}

	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/organization/ours") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"status": 404, "error_type": "not_found", "detail": "Not Found", "title": "not_found"}`))
		return true
	})
	if found, warnings, _ := list(100, true); slices.Contains(found, "ours") || !slices.Contains(found, "last") || len(warnings) != 1 {
		t.Errorf("after ours was deleted: %q, %v", found, warnings)
	}
}

func containsAll(list, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(name string) bool { return !slices.Contains(list, name) })
}

// An error is the last that a list shows, and is shown wherever it comes.
func TestListErrors(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	for i := range 150 {
		simulator.AddUser(fmt.Sprintf("user%03d", i), "")
	}
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddOrganization("other", "other@example.com", "admin")
	simulator.AddOrganization("readable", "readable@example.com", "admin")
	simulator.AddRepository("acme", "app", "admin")
	simulator.AddRepository("acme", "broken", "admin")
	p := registry.Serve(t, nil)
	failOn := func(part string) {
		simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.String(), part) {
				return false
			}
			w.WriteHeader(http.StatusBadGateway)
			return true
		})
	}
	for name, c := range map[string]struct {
		typeName string
		config   acctest.Attributes
		part     string // of the URL that fails
		whole    bool
		before   int // how many are shown before
		summary  string
	}{
		"second page": {"quay_user", nil, "next_page", false, 100, "Unable to list Quay users"},
		"second repository": {
			"quay_repo_user_permission",
			acctest.Attributes{"organization": "acme"},
			"/repository/acme/broken/", false, 1,
			"Unable to list Quay repository user permissions",
		},
		"one organization": {"quay_organization", nil, "/organization/other", true, 1, `Unable to read Quay organization "other"`},
	} {
		failOn(c.part)
		all, diags := p.List(c.typeName, c.config, 1000, c.whole)
		if len(all) != c.before || len(diags) != 1 || diags[0].Summary != c.summary || !strings.Contains(diags[0].Detail, "502") {
			t.Errorf("%s: %d, then %v", name, len(all), diags)
		}
		after := 0
		for listed := range p.Stream(c.typeName, c.config, 1000, c.whole) { // by one who goes on
			if listed != nil {
				after++
			}
		}
		if after != c.before {
			t.Errorf("%s: %d in all", name, after)
		}
	}

	failOn("")
	for _, typeName := range p.ListTypes() {
		var config acctest.Attributes
		if strings.HasPrefix(typeName, "quay_repo_") {
			config = acctest.Attributes{"repository": "acme/app"}
		}
		p.NextRun()
		all, diags := p.List(typeName, config, 1000, false)
		if len(all) > 0 || len(diags) != 1 || !strings.HasPrefix(diags[0].Summary, "Unable to list Quay ") || !strings.Contains(diags[0].Detail, "then run Terraform again") {
			t.Errorf("%s: %v, %v", typeName, all, diags)
		}
	}
}

// A registry without quotas is not one in which nobody has one.
func TestListQuotasOff(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.QuotaManagement))
	registry.Organization(t)
	p := registry.Serve(t, nil)
	for _, typeName := range []string{"quay_org_quota", "quay_user_quota"} {
		// The prefix is of nobody: that there are no quotas shows all the same.
		all, diags := p.List(typeName, acctest.Attributes{"prefix": "nobody"}, 100, false)
		if len(all) > 0 || len(diags) != 1 || !strings.Contains(diags[0].Detail, "FEATURE_QUOTA_MANAGEMENT: true") {
			t.Errorf("%s: %v, %v", typeName, all, diags)
		}
	}
}

// The default that a namespace without a quota has is not one of its own.
func TestListQuotasDefault(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithDefaultQuota(1<<30))
	registry.Organization(t)
	p := registry.Serve(t, nil)
	if got := names(t, p, "quay_org_quota", nil); len(got) > 0 {
		t.Errorf("the quotas are %q", got)
	}
}

// A key that has expired is taken over like others: its date is no mistake.
func TestListExpiredKey(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	var expiration time.Time
	for wait := 2 * time.Second; ; wait *= 2 { // a slow registry refuses what has expired meanwhile
		expiration = time.Now().Add(wait)
		status, answer := registry.Call(t, http.MethodPost, "/superuser/keys", map[string]any{"service": service, "expiration": expiration.Unix()})
		if status == http.StatusOK {
			kid := answer.(map[string]any)["kid"].(string)
			t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
			break
		}
		if wait > 30*time.Second {
			t.Fatalf("no key can be made: %d %v", status, answer)
		}
	}
	time.Sleep(time.Until(expiration.Add(100 * time.Millisecond)))
	p := registry.Serve(t, nil)
	all, diags := p.List("quay_service_key", acctest.Attributes{"service": service}, 100, true)
	acctest.NoErrors(t, diags)
	if len(all) != 1 {
		t.Fatalf("found %v", all)
	}
	plan := p.Plan("quay_service_key", all[0].State, p.GenerateConfig("quay_service_key", all[0].State))
	acctest.NoErrors(t, plan.Diagnostics)
	if !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}
}

// What Quay has not yet collected of a deleted user is in no list.
func TestListDeletedUser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithNameHold(time.Hour))
	repository, username := registry.Repository(t, registry.Organization(t), "app"), registry.User(t)
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+username, map[string]string{"role": "read"})
	registry.Must(t, http.MethodDelete, "/superuser/users/"+username, nil)
	raw := registry.Must(t, http.MethodGet, "/repository/"+repository+"/permissions/user/", nil).(map[string]any)["permissions"].(map[string]any)
	if len(raw) != 2 { // with that of the repository's creator
		t.Fatalf("Quay lists %v", raw)
	}
	p := registry.Serve(t, nil)
	listed, diags := p.List("quay_repo_user_permission", acctest.Attributes{"repository": repository}, 100, true)
	acctest.NoErrors(t, diags)
	if len(listed) != 1 || !strings.Contains(listed[0].Name, ": admin (admin)") {
		t.Errorf("listed: %v", listed)
	}
}
