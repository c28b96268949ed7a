package proxycache_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Not tested here: that an organization serves images of the upstream registry. The API
// does not tell.

func TestAccProxyCache(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, other := newOrganization(t, registry), newOrganization(t, registry)
	step := func(organization string, action plancheck.ResourceActionType, body string) resource.TestStep {
		return resource.TestStep{
			Config:           registry.Config("resource %q \"test\" {\n  organization = %q\n%s\n}\n", typeName, organization, body),
			ConfigPlanChecks: acctest.Planned(address, action),
		}
	}
	library := fmt.Sprintf("upstream_registry = %q", upstream)
	created := step(organization, plancheck.ResourceActionCreate, library)
	created.ConfigStateChecks = []statecheck.StateCheck{
		acctest.Attribute(address, "expiration_s", knownvalue.Int64Exact(86400)), acctest.Attribute(address, "insecure", knownvalue.Bool(false)),
	}
	drifted := step(organization, plancheck.ResourceActionDestroyBeforeCreate, library+"\nexpiration_s = 0\ninsecure = true")
	drifted.PreConfig = func() {
		registry.Must(t, http.MethodDelete, path(organization), nil)
		addCache(t, registry, organization, map[string]any{"upstream_registry": upstream, "expiration_s": 60, "insecure": true})
	}
	equal := step(organization, plancheck.ResourceActionNoop, library+"\nexpiration_s = 0\ninsecure = true") // null is as good as 0
	equal.PreConfig = func() {
		registry.Must(t, http.MethodDelete, path(organization), nil)
		addCache(t, registry, organization, map[string]any{"upstream_registry": upstream, "expiration_s": nil, "insecure": true})
	}
	deleted := step(organization, plancheck.ResourceActionCreate, library)
	deleted.PreConfig = func() { registry.Must(t, http.MethodDelete, path(organization), nil) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			created,
			step(organization, plancheck.ResourceActionDestroyBeforeCreate, library+"\nexpiration_s = 0\ninsecure = true"),
			drifted,
			equal,
			deleted,
			step(organization, plancheck.ResourceActionDestroyBeforeCreate, "upstream_registry = \"8.8.4.4:5000/LIB/\""),
			step(other, plancheck.ResourceActionDestroyBeforeCreate, library),
		},
	})
	for _, organization := range []string{organization, other} {
		if cache := registry.Object(t, path(organization)); cache["upstream_registry"] != "" {
			t.Errorf("a configuration is left: %v", cache)
		}
	}
}

// with returns the configuration of a proxy cache of an organization.
func with(organization string, more acctest.Attributes) acctest.Attributes {
	config := acctest.Attributes{"organization": organization, "upstream_registry": upstream}
	maps.Copy(config, more)
	return config
}

// Quay gets the user and the password with the creation. The state keeps the user, and
// an import does not know it.
func TestProxyCache_login(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := newOrganization(t, registry)
	p := registry.Serve(t, nil)
	login := acctest.Attributes{
		"upstream_registry_username": "me", "upstream_registry_password_wo": "first-password", "upstream_registry_password_wo_version": 1,
	}
	state := p.Create(typeName, with(organization, login))
	if user, password := registry.Simulator(t).ProxyCacheLogin(organization); user != "me" || password != "first-password" {
		t.Errorf("Quay logs in as %q with %q", user, password)
	}
	read, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if !read.Value.Equal(state.Value) || strings.Contains(state.Value.String(), "first-password") {
		t.Errorf("created %s, read %s", state.Value, read.Value)
	}
	changed := func(more acctest.Attributes) acctest.Attributes {
		config := with(organization, login)
		maps.Copy(config, more)
		return config
	}
	for name, test := range map[string]struct {
		config   acctest.Attributes
		replaces bool
	}{
		"nothing":        {changed(nil), false},
		"password alone": {changed(acctest.Attributes{"upstream_registry_password_wo": "second-password"}), false},
		"version":        {changed(acctest.Attributes{"upstream_registry_password_wo_version": 2}), true},
		"user":           {changed(acctest.Attributes{"upstream_registry_username": "you"}), true},
		"no login":       {with(organization, nil), true},
	} {
		if plan := p.Plan(typeName, read, test.config); plan.Replace != test.replaces || plan.IsEmpty() == test.replaces {
			t.Errorf("%s: replaces: %t, planned %s", name, plan.Replace, plan.Value)
		}
	}
	imported, diags := p.ImportByID(typeName, organization)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(typeName, imported, with(organization, nil)); !plan.IsEmpty() {
		t.Errorf("imported without a login, planned is %s", plan.Value)
	}
	if plan := p.Plan(typeName, imported, with(organization, login)); !plan.Replace {
		t.Errorf("imported with a login, planned is %s", plan.Value)
	}
}

// A version without a password is refused at the latest when it would be sent.
func TestProxyCache_passwordUnknown(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := newOrganization(t, registry)
	p := registry.Serve(t, nil)
	config := with(organization, acctest.Attributes{"upstream_registry_username": "me", "upstream_registry_password_wo_version": 1})
	plan := p.Plan(typeName, p.Absent(typeName), config) // which nobody has validated
	fails(t, p, plan, "upstream_registry_password_wo", "the value of upstream_registry_password_wo is null")
	if cache := registry.Object(t, path(organization)); cache["upstream_registry"] != "" {
		t.Errorf("Quay has %v", cache)
	}
}

// fails expects a plan to fail with one error that has all words, on an attribute or on
// none.
func fails(t *testing.T, p *acctest.Provider, plan *acctest.Plan, on string, words ...string) {
	t.Helper()
	state, diags := p.Apply(t.Context(), typeName, plan)
	if len(diags) != 1 || !state.Value.IsNull() {
		t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
		return
	}
	for _, words := range words {
		if !strings.Contains(diags[0].Detail, words) {
			t.Errorf("%q lacks %q", diags[0].Detail, words)
		}
	}
	if attribute := diags[0].Attribute; (on == "") != (attribute == nil) || attribute != nil && attribute.String() != fmt.Sprintf("AttributeName(%q)", on) {
		t.Errorf("on %v, want %q", attribute, on)
	}
}

// The error for Quay's refusal is on the invalid attribute. The provider does not manage an
// existing configuration without an import.
func TestAccProxyCache_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, taken := newOrganization(t, registry), newOrganization(t, registry)
	addCache(t, registry, taken, map[string]any{"upstream_registry": upstream, "expiration_s": 60})
	missing := acctest.Name("tforg")
	p := registry.Serve(t, nil)
	for name, test := range map[string]struct {
		config acctest.Attributes
		on     string
		words  string
	}{
		"unknown host": {with(organization, acctest.Attributes{"upstream_registry": "registry.invalid"}), "upstream_registry", "cannot resolve the host"},
		"own host":     {with(organization, acctest.Attributes{"upstream_registry": "localhost"}), "upstream_registry", "SSRF_ALLOWED_HOSTS"},
		"missing":      {with(missing, nil), "organization", fmt.Sprintf("There is no organization %q in the registry.", missing)},
		"a user":       {with("admin", nil), "organization", `There is no organization "admin" in the registry.`},
		"exists":       {with(taken, nil), "", fmt.Sprintf("import {\n  to = %s.example\n  id = %q", typeName, taken)},
	} {
		t.Log(name)
		fails(t, p, p.Plan(typeName, p.Absent(typeName), test.config), test.on, test.words)
	}
	if cache := registry.Object(t, path(taken)); fmt.Sprint(cache["expiration_s"]) != "60" {
		t.Errorf("the configuration became %v", cache)
	}
	for name, test := range map[string]struct{ organization, words string }{
		"missing": {missing, "There is no organization"}, "none": {organization, "has no proxy cache configuration"},
	} {
		config := acctest.Attributes{"organization": test.organization}
		if _, diags := p.ReadData(typeName, config); len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words) {
			t.Errorf("%s: the data source: %v", name, diags)
		}
		all, diags := p.List(typeName, config, 10, false)
		if len(all) > 0 || name == "missing" && (len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words)) || name == "none" && len(diags) > 0 {
			t.Errorf("%s: the list: %v, %v", name, all, diags)
		}
	}
}

// If the response to the creation is lost, the provider manages the configuration only if it
// has the planned values.
func TestProxyCache_somebodyWasFaster(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := newOrganization(t, registry)
	p := registry.Serve(t, acctest.Attributes{"max_retries": 0})
	plan := p.Plan(typeName, p.Absent(typeName), with(organization, nil))
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		simulator.Intercept(nil)
		addCache(t, registry, organization, map[string]any{"upstream_registry": "8.8.4.4"})
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	fails(t, p, plan, "", "The object exists already.", "502 Bad Gateway")
}

// Quay deletes a proxy cache with its organization.
func TestAccProxyCache_organizationDeleted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := newOrganization(t, registry)
	p := registry.Serve(t, nil)
	state := p.Create(typeName, with(organization, nil))
	destroy := p.Plan(typeName, state, nil)
	registry.Must(t, http.MethodDelete, "/superuser/organizations/"+organization, nil)
	if read, diags := p.Read(typeName, state); !read.Value.IsNull() || len(diags) > 0 {
		t.Errorf("read as %s, %v", read.Value, diags)
	}
	if gone, diags := p.Apply(t.Context(), typeName, destroy); !gone.Value.IsNull() || len(diags) > 0 {
		t.Errorf("destroyed to %s, %v", gone.Value, diags)
	}
}

// A list without an organization reads all organizations.
func TestProxyCache_listedAll(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	first, second := newOrganization(t, registry), newOrganization(t, registry)
	newOrganization(t, registry)
	for _, organization := range []string{first, second} {
		addCache(t, registry, organization, map[string]any{"upstream_registry": upstream})
	}
	simulator.ResetCalls()
	names := registry.Serve(t, nil).ListNames(typeName, acctest.Attributes{})
	slices.Sort(names)
	want := []string{first + ": " + upstream, second + ": " + upstream}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("listed are %q, not %q", names, want)
	}
	if calls := len(simulator.Requests()); calls != 4 {
		t.Errorf("%d calls: %v", calls, simulator.Calls())
	}
}

// A creation takes two calls, and each refresh one.
func TestProxyCache_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := newOrganization(t, registry)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	state := p.Create(typeName, with(organization, nil))
	if calls := len(simulator.Requests()); calls != 2 {
		t.Errorf("created with %d calls: %v", calls, simulator.Calls())
	}
	simulator.ResetCalls()
	_, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if calls := len(simulator.Requests()); calls != 1 {
		t.Errorf("read with %d calls: %v", calls, simulator.Calls())
	}
}

// The provider distinguishes a registry without proxy caches from an organization without one.
// The error says what is missing, and the state stays.
func TestProxyCache_notAvailable(t *testing.T) {
	t.Parallel()
	for _, version := range quaytest.Versions() {
		full := acctest.Start(t, quaytest.WithVersion(version))
		without := acctest.Start(t, quaytest.WithVersion(version), quaytest.WithoutFeatures(quaytest.ProxyCache))
		for _, registry := range []*acctest.Registry{full, without} {
			registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
		}
		state := full.Serve(t, nil).Create(typeName, with("acme", nil))
		p := without.Serve(t, nil)
		read, readDiags := p.Read(typeName, state)
		p.NextRun()
		_, createDiags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), with("acme", nil)))
		p.NextRun()
		kept, deleteDiags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
		if !read.Value.Equal(state.Value) || kept.Value.IsNull() {
			t.Errorf("%v: the state became %s and %s", version, read.Value, kept.Value)
		}
		for what, diags := range map[string][]*tfprotov6.Diagnostic{"read": readDiags, "created": createDiags, "deleted": deleteDiags} {
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "It needs FEATURE_PROXY_CACHE: true") {
				t.Errorf("%v: %s with %v", version, what, diags)
			}
		}
	}
}
