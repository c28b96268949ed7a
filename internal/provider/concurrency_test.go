package provider_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Two runs of Terraform work on one registry, each with ten operations at once.
func TestAccTwoAtOnce(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	runs := []*acctest.Provider{registry.Serve(t, nil).OneRun(), registry.Serve(t, nil).OneRun()}
	type made struct {
		typeName string
		config   acctest.Attributes
	}
	var work sync.WaitGroup
	for _, p := range runs {
		for range 10 {
			username := acctest.Name("tfuser")
			registry.CleanUpUser(t, username)
			work.Go(func() {
				user := acctest.Attributes{"username": username, "email": username + "@example.com"}
				for _, o := range []made{
					{"quay_user", user},
					{"quay_user_quota", acctest.Attributes{"username": username, "limit": "1 GiB"}},
					{"quay_repo_user_permission", acctest.Attributes{"repository": repository, "username": username, "role": "read"}},
				} {
					state, diags := p.Apply(t.Context(), o.typeName, p.Plan(o.typeName, p.Absent(o.typeName), o.config))
					if len(diags) > 0 {
						t.Errorf("%s: %v", o.typeName, diags[0].Detail)
						return
					}
					if read, diags := p.Read(o.typeName, state); len(diags) > 0 || !read.Value.Equal(state.Value) {
						t.Errorf("%s: made %s, read %s %v", o.typeName, state.Value, read.Value, diags)
					}
				}
			})
		}
	}
	work.Wait()
	permissions := registry.Must(t, http.MethodGet, "/repository/"+repository+"/permissions/user/", nil).(map[string]any)["permissions"].(map[string]any)
	if len(permissions) < 20 {
		t.Errorf("there are %d permissions", len(permissions))
	}
}

// Both runs want the same quota. One run creates it, and the other run reports it.
func TestAccSameQuotaTwice(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	results := make([][]*tfprotov6.Diagnostic, 8)
	var work sync.WaitGroup
	for i := range results {
		p := registry.Serve(t, nil)
		work.Go(func() {
			plan := p.Plan("quay_org_quota", p.Absent("quay_org_quota"), acctest.Attributes{"organization": organization, "limit_bytes": i + 1})
			_, results[i] = p.Apply(t.Context(), "quay_org_quota", plan)
		})
	}
	work.Wait()
	succeeded := 0
	for _, diags := range results {
		if len(diags) == 0 {
			succeeded++
		} else if !strings.Contains(diags[0].Detail, "import {") {
			t.Errorf("refused with %q", diags[0].Detail)
		}
	}
	if quotas := registry.Must(t, http.MethodGet, "/superuser/organization/"+organization+"/quota", nil).([]any); succeeded != 1 || len(quotas) != 1 {
		t.Errorf("%d succeeded, there are %d quotas", succeeded, len(quotas))
	}
}

// If the token expires between two calls of an apply, the state has the created objects, and
// the error names the token.
func TestTokenExpiresInMidApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	token := simulator.AddToken("admin")
	calls := 0
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/config" { // which takes no token
			return false
		}
		if calls++; calls == 2 {
			simulator.RevokeToken(token)
		}
		return false
	})
	p := registry.Serve(t, acctest.Attributes{"token": token})
	name := acctest.Name("tfuser")
	state, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": name, "enabled": false}))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "CSRF token was invalid or missing") || !strings.Contains(diags[0].Detail, "QUAY_TOKEN") {
		t.Errorf("diagnostics: %v", diags)
	}
	if got, _ := state.Text(t, "username"); got != name {
		t.Errorf("the user is not in the state: %s", state.Value)
	}
}

// If a superuser has no access to the namespaces of other users, the error says what is
// missing.
func TestWithoutFullAccess(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	simulator.AddUser("somebody", "somebody@example.com")
	simulator.AddOrganization("theirs", "theirs@example.com", "somebody")
	simulator.AddRepository("theirs", "app", "somebody")
	p := registry.Serve(t, nil)
	_, diags := p.ImportByID("quay_repo_user_permission", "theirs/app:somebody")
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "FEATURE_SUPERUSERS_FULL_ACCESS: true") {
		t.Errorf("read: %v", diags)
	}
	plan := p.Plan("quay_repo_user_permission", p.Absent("quay_repo_user_permission"),
		acctest.Attributes{"repository": "theirs/app", "username": "admin", "role": "read"})
	if _, diags := p.Apply(t.Context(), "quay_repo_user_permission", plan); len(diags) != 1 || !strings.Contains(diags[0].Detail, "FEATURE_SUPERUSERS_FULL_ACCESS: true") {
		t.Errorf("create: %v", diags)
	}
}
