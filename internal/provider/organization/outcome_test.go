package organization_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// If Quay refuses the settings of a new organization, no later apply could set them either.
// The provider deletes the organization again.
func TestAccOrganization_settingsRefused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.NewOrganization(t)
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"name": name, "email": name + "@example.com", "tag_expiration_s": 5}
	state, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", p.Absent("quay_organization"), config))
	if len(diags) != 1 || !state.Value.IsNull() {
		t.Fatalf("the state is %s, the diagnostics are %v", state.Value, diags)
	}
	for _, words := range []string{"deleted the organization again", "The registry does not offer 5 seconds", "Invalid tag expiration option"} {
		if strings.Count(diags[0].Detail, words) != 1 {
			t.Errorf("the error does not say %q once: %s", words, diags[0].Detail)
		}
	}
	if status, _ := registry.Call(t, http.MethodGet, "/organization/"+name, nil); status != http.StatusNotFound {
		t.Errorf("the organization is read with %d", status)
	}
}

// After any other failure, the organization stays. It also stays if Quay refuses to delete it.
func TestOrganization_settingsFailed(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"a fault": func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPut {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return r.Method == http.MethodPut
		},
		"cannot be deleted": func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusBadGateway)
			}
			return r.Method == http.MethodDelete
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			registry.Simulator(t).Intercept(fail)
			p := registry.Serve(t, nil)
			config := acctest.Attributes{"name": "acme", "tag_expiration_s": 5}
			state, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", p.Absent("quay_organization"), config))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "terraform untaint") || state.Value.IsNull() {
				t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
			}
			registry.Must(t, http.MethodGet, "/organization/acme", nil)
		})
	}
}

// If the rename fails after the change of the settings, the state has the new settings and the
// old name.
func TestAccOrganization_renameRefused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	taken, name := registry.Organization(t), acctest.Name("tforg")
	registry.CleanUpOrganization(t, name)
	p := registry.Serve(t, nil)
	state := p.Create("quay_organization", acctest.Attributes{"name": name})
	state, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", state, acctest.Attributes{"name": taken, "invoice_email": true}))
	if len(diags) != 1 {
		t.Errorf("diagnostics: %v", diags)
	}
	if got, _ := state.Text(t, "name"); got != name {
		t.Errorf("the state has the name %s, not %s", got, name)
	}
	if plan := p.Plan("quay_organization", state, acctest.Attributes{"name": name, "invoice_email": true}); !plan.IsEmpty() {
		t.Errorf("with the old name, this is planned: %s", plan.Value)
	}
}

// The response to a rename is lost, and somebody else has created an organization with the new
// name. The provider must not treat it as the renamed one.
func TestOrganization_renameLost(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	name, renamed := acctest.Name("tforg"), acctest.Name("tforg")
	p := registry.Serve(t, nil)
	state := p.Create("quay_organization", acctest.Attributes{"name": name})
	plan := p.Plan("quay_organization", state, acctest.Attributes{"name": renamed})
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, "/superuser/organizations/"+name) {
			return false
		}
		simulator.Intercept(nil)
		registry.Must(t, http.MethodDelete, "/superuser/organizations/"+name, nil)
		registry.Must(t, http.MethodPost, "/organization/", map[string]string{"name": renamed})
		panic(http.ErrAbortHandler) // and the call is not carried out
	})
	after, diags := p.Apply(t.Context(), "quay_organization", plan)
	if len(diags) != 1 || diags[0].Summary != fmt.Sprintf("Unable to update Quay organization %q", name) {
		t.Errorf("diagnostics: %v", diags)
	}
	if got, _ := after.Text(t, "name"); got != name {
		t.Errorf("the state holds the organization %q", got)
	}
	registry.Must(t, http.MethodGet, "/organization/"+renamed, nil)
}

// A user has the name: there is no organization to import.
func TestAccOrganization_nameOfUser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.User(t)
	p := registry.Serve(t, nil)
	_, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", p.Absent("quay_organization"), acctest.Attributes{"name": name}))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "A user has the name") || strings.Contains(diags[0].Detail, "import {") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// An administrator who is no superuser can manage and destroy organizations, and read their
// quotas.
func TestOrganization_owner(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	simulator.AddUser("owner", "owner@example.com")
	p := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("owner", "user:admin", "org:admin", "repo:read")})
	config := acctest.Attributes{"name": "acme", "email": "acme@example.com", "tag_expiration_s": 86400}
	state := p.Create("quay_organization", config)
	registry.Must(t, http.MethodPost, "/superuser/organization/acme/quota", map[string]int{"limit_bytes": 5 << 20})

	quota, diags := p.ImportByID("quay_org_quota", "acme")
	acctest.NoErrors(t, diags)
	if limit, _ := quota.Text(t, "limit"); limit != "5 MiB" {
		t.Errorf("the quota is %q", limit)
	}
	config["tag_expiration_s"] = 604800
	state, diags = p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", state, config))
	acctest.NoErrors(t, diags)
	gone, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", state, nil))
	if len(diags) > 0 || !gone.Value.IsNull() {
		t.Errorf("destroyed to %s, %v", gone.Value, diags)
	}
	if status, _ := registry.Call(t, http.MethodGet, "/organization/acme", nil); status != http.StatusNotFound {
		t.Errorf("the organization is read with %d", status)
	}
}

// The error of a denied call names the scope and the rights that the call needs.
func TestOrganization_denied(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	simulator.AddUser("owner", "owner@example.com")
	simulator.AddOrganization("acme", "acme@example.com", "owner")
	plan := func(p *acctest.Provider, typeName string, config acctest.Attributes) string {
		_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
		if len(diags) != 1 {
			t.Fatalf("diagnostics: %v", diags)
		}
		return diags[0].Detail
	}
	owner := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("owner", "user:admin", "org:admin", "repo:admin")})
	const superuser = `It needs the scope "super:user", and its user must be listed in SUPER_USERS`
	for typeName, config := range map[string]acctest.Attributes{
		"quay_user":        {"username": "alice"},
		"quay_service_key": {"service": "ci"},
		"quay_org_quota":   {"organization": "acme", "limit": "1 GiB"},
	} {
		if detail := plan(owner, typeName, config); !strings.Contains(detail, superuser) || strings.Contains(detail, "FULL_ACCESS") {
			t.Errorf("%s: %s", typeName, detail)
		}
	}
	limited := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("owner", "repo:admin")})
	_, diags := limited.ImportByID("quay_organization", "acme")
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `It needs the scope "org:admin", and its user must administer the organization`) {
		t.Errorf("diagnostics: %v", diags)
	}
	if detail := plan(limited, "quay_organization", acctest.Attributes{"name": "other"}); !strings.Contains(detail, `It needs the scope "user:admin".`) {
		t.Errorf("without user:admin: %s", detail)
	}
}

// An expired token affects every object. The first error says what to do, and every other
// error is one line.
func TestOrganization_manyErrors(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	states := map[string]acctest.State{
		"quay_user":         p.Create("quay_user", acctest.Attributes{"username": "alice"}),
		"quay_organization": p.Create("quay_organization", acctest.Attributes{"name": "acme"}),
	}
	simulator.RevokeToken(registry.Token)
	for _, typeName := range []string{"quay_user", "quay_organization"} {
		p.NextRun()
		for i := range 5 {
			_, diags := p.Read(typeName, states[typeName])
			if len(diags) != 1 {
				t.Fatalf("%s: %v", typeName, diags)
			}
			if lines := strings.Count(diags[0].Detail, "\n") + 1; (lines == 1) != (i > 0) {
				t.Errorf("%s: error %d has %d lines: %s", typeName, i, lines, diags[0].Detail)
			}
		}
	}
}

// A change of a missing organization is an error on every version of Quay.
func TestAccOrganization_goneBeforeChange(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.NewOrganization(t)
	p := registry.Serve(t, nil)
	config := acctest.Attributes{"name": name, "email": name + "@example.com"}
	state := p.Create("quay_organization", config)
	config["invoice_email"] = true
	change := p.Plan("quay_organization", state, config)
	config["name"] = acctest.Name("tforg")
	rename := p.Plan("quay_organization", state, config)
	destroy := p.Plan("quay_organization", state, nil)
	registry.Must(t, http.MethodDelete, "/superuser/organizations/"+name, nil)

	for what, plan := range map[string]*acctest.Plan{"changed": change, "renamed": rename} {
		if _, diags := p.Apply(t.Context(), "quay_organization", plan); len(diags) != 1 || !strings.Contains(diags[0].Detail, "does not exist any more") {
			t.Errorf("%s: %v", what, diags)
		}
	}
	if gone, diags := p.Apply(t.Context(), "quay_organization", destroy); len(diags) > 0 || !gone.Value.IsNull() {
		t.Errorf("destroyed to %s, %v", gone.Value, diags)
	}
}
