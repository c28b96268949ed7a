package authorization_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// signedIn are the settings of a provider that signs in as the superuser.
var signedIn = acctest.Attributes{"token": nil, "username": "admin", "password": quaytest.SuperuserPassword}

// start returns a registry in memory with an application of an organization.
func start(t *testing.T) (registry *acctest.Registry, config acctest.Attributes) {
	t.Helper()
	registry = acctest.Start(t, quaytest.WithNameHold(0))
	registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
	return registry, acctest.Attributes{"organization": "acme", "client_id": application(t, registry, "acme"), "scopes": []string{"super:user", "user:read"}}
}

// The token works until it is revoked, and a rotation replaces it.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	p := registry.Serve(t, signedIn)
	state := p.Create(typeName, config)
	token, _ := state.Text(t, "token")
	_, diags := registry.Serve(t, acctest.Attributes{"token": token}).ReadData("quay_user", acctest.Attributes{"username": "admin"})
	acctest.NoErrors(t, diags)
	for name, want := range map[string]string{"application": "tool", "username": "admin"} {
		if got, _ := state.Text(t, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	config["rotation"] = "2"
	if plan := p.Plan(typeName, state, config); !plan.Replace {
		t.Error("another rotation does not replace the authorization")
	}
	_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	acctest.NoErrors(t, diags)
	if n := tokensOf(t, registry, "acme"); n != 0 {
		t.Errorf("%d tokens are left", n)
	}
	read, diags := p.Read(typeName, state)
	if !read.Value.IsNull() || len(diags) != 0 {
		t.Errorf("a revoked authorization is read as %s, %v", read.Value, diags)
	}
}

// With an access token, Terraform can read authorizations, but not create them. The plan says
// so.
func TestAuthorizationNeedsAPassword(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	state := registry.Serve(t, signedIn).Create(typeName, config)
	p := registry.Serve(t, nil)
	if plan := p.Plan(typeName, p.Absent(typeName), config); len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, "Give the provider username and password") {
		t.Errorf("planned with %v", plan.Diagnostics)
	}
	read, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if !read.Value.Equal(state.Value) {
		t.Errorf("read as %s", read.Value)
	}
}

// Refusals name the attribute, and say what to do.
func TestAuthorizationRefused(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	registry.Simulator(t).AddOrganization("other", "other@example.com", "admin")
	registry.Simulator(t).AddUser("plain", "plain@example.com")
	registry.Simulator(t).SetPassword("plain", "password-of-plain")
	for name, c := range map[string]struct {
		settings, change acctest.Attributes
		words            string
	}{
		"no such application": {signedIn, acctest.Attributes{"client_id": "NOSUCHAPPLICATION000"}, `Quay does not let the user authorize the application "NOSUCHAPPLICATION000"`},
		"not an administrator": {
			acctest.Attributes{"token": nil, "username": "plain", "password": "password-of-plain"}, nil, "does not administer the organization",
		},
		"another organization": {signedIn, acctest.Attributes{"organization": "other"}, `the organization "other"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "not an administrator" && acctest.Version(t) == quaytest.Quay3_9 {
				t.Skip("Quay 3.9 lets every user authorize every application")
			}
			changed := maps.Clone(config)
			maps.Copy(changed, c.change)
			p := registry.Serve(t, c.settings)
			_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), changed))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) {
				t.Errorf("diagnostics: %v", diags)
			}
		})
	}
}

// The provider distinguishes an authorization of another user from a revoked one.
func TestAuthorizationOfAnotherUser(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	state := registry.Serve(t, signedIn).Create(typeName, config)
	registry.Simulator(t).AddUser("plain", "plain@example.com")
	token := registry.Simulator(t).AddToken("plain")
	read, diags := registry.Serve(t, acctest.Attributes{"token": token}).Read(typeName, state)
	if read.Value.IsNull() || len(diags) != 1 || !strings.Contains(diags[0].Detail, `belongs to the user "admin", and the provider works as "plain"`) {
		t.Errorf("read as %s, %v", read.Value, diags)
	}
}

// An authorization that the list lacks stays in the state if the provider cannot find out
// whose list it is.
func TestAuthorizationOfUnknownUser(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	p := registry.Serve(t, signedIn)
	state := p.Create(typeName, config)
	uuid, _ := state.Text(t, "uuid")
	registry.Must(t, http.MethodDelete, "/user/authorizations/"+uuid, nil)
	p.NextRun()
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v1/user/" {
			return false
		}
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	read, diags := p.Read(typeName, state)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "could not read whose list it is") || !read.Value.Equal(state.Value) {
		t.Errorf("read as %s, %v", read.Value, diags)
	}
}

// If the response is lost, the provider leaves no unknown token.
func TestAuthorizationAnswerLost(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	server := registry.Simulator(t)
	p := registry.Serve(t, signedIn)
	lost := 0
	server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/oauth/authorizeapp") || lost > 0 {
			return false
		}
		lost++
		server.Intercept(nil)
		server.ServeHTTP(discard{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	})
	state := p.Create(typeName, config)
	if token, _ := state.Text(t, "token"); token == "" || lost != 1 {
		t.Errorf("the state is %s after %d lost answers", state.Value, lost)
	}
	if n := tokensOf(t, registry, "acme"); n != 1 {
		t.Errorf("%d tokens, want one", n)
	}
}

// If the provider cannot revoke the token of a lost response, the error says that the token is
// left.
func TestAuthorizationNotRevoked(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	server := registry.Simulator(t)
	p := registry.Serve(t, signedIn)
	inside := false
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case inside:
			return false
		case strings.HasSuffix(r.URL.Path, "/oauth/authorizeapp"):
			inside = true
			server.ServeHTTP(discard{http.Header{}}, r)
			inside = false
			panic(http.ErrAbortHandler)
		case r.Method == http.MethodDelete:
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	})
	_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "may be left in the registry, where it is valid for ten years") {
		t.Errorf("diagnostics: %v", diags)
	}
	server.Intercept(nil)
	if n := tokensOf(t, registry, "acme"); n != 1 {
		t.Errorf("%d tokens, want the lost one", n)
	}
}

// If the provider cannot read the UUID of a new authorization, the next refresh finds it, also
// beside an older authorization with the same scopes.
func TestAuthorizationFoundLater(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	server := registry.Simulator(t)
	p := registry.Serve(t, signedIn)
	old := p.Create(typeName, config)
	authorized := false
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		authorized = authorized || strings.HasSuffix(r.URL.Path, "/oauth/authorizeapp")
		if authorized && strings.HasSuffix(r.URL.Path, "/user/authorizations") {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	})
	config["rotation"] = "2"
	state, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "could not read its UUID") {
		t.Errorf("diagnostics: %v", diags)
	}
	server.Intercept(nil)
	state, diags = p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	for _, unwanted := range []acctest.State{old, state} {
		_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, unwanted, nil))
		acctest.NoErrors(t, diags)
	}
	if n := tokensOf(t, registry, "acme"); n != 0 {
		t.Errorf("%d tokens are left", n)
	}
}

// The provider does not revoke the token that it uses.
func TestAuthorizationOwnToken(t *testing.T) {
	t.Parallel()
	registry, config := start(t)
	config["scopes"] = []string{"user:admin", "super:user"}
	state := registry.Serve(t, signedIn).Create(typeName, config)
	token, _ := state.Text(t, "token")
	own := registry.Serve(t, acctest.Attributes{"token": token})
	if _, diags := own.Apply(t.Context(), typeName, own.Plan(typeName, state, nil)); len(diags) != 1 || !strings.Contains(diags[0].Detail, "The provider itself uses this token") {
		t.Errorf("diagnostics: %v", diags)
	}
	if n := tokensOf(t, registry, "acme"); n != 1 {
		t.Errorf("%d tokens, want one", n)
	}
}

// discard is the destination of a lost response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// An authorization stays if Terraform renames the organization. One call reads many
// authorizations.
func TestAccAuthorizations(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithNameHold(0))
	body := func(organization string) string {
		return fmt.Sprintf(`
			provider "quay" {
			  url      = %q
			  username = "admin"
			  password = %q
			}
			resource "quay_organization" "tools" {
			  name  = %q
			  email = "tools@example.com"
			}
			resource "quay_oauth_application" "terraform" {
			  organization = quay_organization.tools.name
			  name         = "terraform"
			}
			resource "quay_user_authorization" "test" {
			  count        = 5
			  organization = quay_oauth_application.terraform.organization
			  client_id    = quay_oauth_application.terraform.client_id
			  scopes       = ["org:admin"]
			}
		`, registry.URL, quaytest.SuperuserPassword, organization)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: body("tools")},
			{PreConfig: registry.Simulator(t).ResetCalls, Config: body("tools"), PlanOnly: true},
			{PreConfig: func() {
				calls := registry.Simulator(t).Calls()
				if plans := calls["POST /signin"]; plans == 0 || calls["GET /user/authorizations"] != plans {
					t.Errorf("the plans make more than one call each for the authorizations: %v", calls)
				}
			}, Config: body("instruments"), Check: resource.TestCheckResourceAttr("quay_user_authorization.test.4", "organization", "instruments")},
		},
	})
	if n := tokensOf(t, registry, "instruments"); n != 0 {
		t.Errorf("%d tokens are left", n)
	}
}
