package initialuser_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const typeName = "quay_initial_user"

func config(changes acctest.Attributes) acctest.Attributes {
	config := acctest.Attributes{"username": "admin", "email": "admin@example.com", "password_wo": "first-password"}
	maps.Copy(config, changes)
	return config
}

// serve returns a provider for a registry in memory that signs in as the first user.
func serve(t *testing.T, options ...quaytest.Option) (*acctest.Provider, *quaytest.Server) {
	t.Helper()
	registry := acctest.Start(t, options...)
	p := registry.Serve(t, acctest.Attributes{"token": nil, "username": "admin", "password": "first-password"})
	return p, registry.Simulator(t)
}

// The resource makes no call for its plan, needs no credentials, and the provider can sign
// in afterwards.
func TestInitialUser(t *testing.T) {
	t.Parallel()
	p, server := serve(t, quaytest.WithEmptyDatabase())
	plan := p.Plan(typeName, p.Absent(typeName), config(nil))
	acctest.NoErrors(t, plan.Diagnostics)
	if calls := server.Calls(); len(calls) != 0 {
		t.Errorf("the plan makes calls: %v", calls)
	}
	state := p.Create(typeName, config(nil))
	state, diags := p.Read(typeName, state)
	acctest.NoErrors(t, diags)
	if calls := server.Calls(); len(calls) != 2 || calls["POST /user/initialize"] != 1 || calls["GET /users/{username}"] != 1 {
		t.Errorf("calls: %v", calls)
	}
	if _, ok := state.Text(t, "password_wo"); ok {
		t.Error("the state has the password")
	}
	p.Create("quay_user", acctest.Attributes{"username": "alice"})

	_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	if len(diags) != 1 || !strings.Contains(diags[0].Summary, "was not deleted") || !strings.Contains(diags[0].Detail, `The user "admin" stays in Quay`) {
		t.Errorf("destroyed with %v", diags)
	}
	// The resource manages the user again.
	p.Create(typeName, config(nil))
	if n := server.Calls()["POST /signin"]; n != 2 {
		t.Errorf("%d sign-ins, want one of the provider and one that tells whose password it is", n)
	}
	server.EmptyDatabase()
	if gone, diags := p.Read(typeName, state); !gone.Value.IsNull() || len(diags) != 0 {
		t.Errorf("read without a user: %s %v", gone.Value, diags)
	}
}

func TestInitialUserRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options   []quaytest.Option
		config    acctest.Attributes
		attribute string
		words     string
	}{
		"other password": {nil, nil, "password_wo", `The registry has a user "admin" already, who does not have this password.`},
		"other users":    {nil, acctest.Attributes{"username": "first"}, "username", `The registry has users already, and none of them is "first".`},
		"feature off": {
			[]quaytest.Option{quaytest.WithEmptyDatabase(), quaytest.WithoutFeatures(quaytest.UserInitialize)},
			nil, "",
			"It needs FEATURE_USER_INITIALIZE: true in the registry's config.yaml.",
		},
		"null": {[]quaytest.Option{quaytest.WithEmptyDatabase()}, acctest.Attributes{"password_wo": nil}, "password_wo", "The value of password_wo is null."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, server := serve(t, append([]quaytest.Option{quaytest.WithNameHold(0)}, c.options...)...)
			state, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config(c.config)))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) || !state.Value.IsNull() || strings.Contains(diags[0].Detail, "import {") {
				t.Fatalf("diagnostics: %v", diags)
			}
			if got := diags[0].Attribute.String(); c.attribute != "" && got != `AttributeName("`+c.attribute+`")` {
				t.Errorf("the error is on %s", got)
			}
			if strings.Contains(diags[0].Detail, "first-password") {
				t.Error("the error shows the password")
			}
			if n := server.Calls()["POST /signin"]; n > 1 {
				t.Errorf("%d sign-ins", n)
			}
		})
	}
}

// The provider refuses changes in the plan, or in the apply if the values were unknown.
func TestInitialUserCannotChange(t *testing.T) {
	t.Parallel()
	p, _ := serve(t, quaytest.WithEmptyDatabase())
	state := p.Create(typeName, config(nil))
	for attribute, words := range map[string]string{"username": "cannot rename it", "email": "cannot change the e-mail address"} {
		changed := config(acctest.Attributes{attribute: "other@example.com"})
		if attribute == "username" {
			changed[attribute] = "other"
		}
		plan := p.Plan(typeName, state, changed)
		if len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, words) ||
			plan.Diagnostics[0].Attribute.String() != `AttributeName("`+attribute+`")` {
			t.Errorf("%s: %v", attribute, plan.Diagnostics)
		}
	}
	if plan := p.Plan(typeName, state, config(acctest.Attributes{"password_wo": "second-password"})); !plan.IsEmpty() {
		t.Errorf("another password plans %s", plan.Value)
	}
}

// If the response is lost, a sign-in shows the outcome of the creation.
func TestInitialUserAnswerLost(t *testing.T) {
	t.Parallel()
	for name, carriedOut := range map[string]bool{"carried out": true, "not carried out": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, server := serve(t, quaytest.WithEmptyDatabase())
			server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/initialize") {
					return false
				}
				server.Intercept(nil)
				if carriedOut {
					lost := r.Clone(context.WithoutCancel(r.Context()))
					server.ServeHTTP(discard{header: http.Header{}}, lost)
				}
				panic(http.ErrAbortHandler)
			})
			state, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), config(nil)))
			if created := !state.Value.IsNull(); created != carriedOut || (len(diags) == 0) != carriedOut {
				t.Errorf("the state is %s, the diagnostics are %v", state.Value, diags)
			}
			p.Create(typeName, config(nil))
			if n := server.Objects()["users"]; n != 1 {
				t.Errorf("%d users", n)
			}
		})
	}
}

// discard is the destination of a lost response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// If Quay does not show users without credentials, the read uses the provider's credentials.
func TestAccInitialUser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithEmptyDatabase())
	body := `
		provider "quay" {
		  url      = "` + registry.URL + `"
		  username = "admin"
		  password = "first-password"
		}
		resource "quay_initial_user" "admin" {
		  username    = "admin"
		  password_wo = "first-password"
		}
		resource "quay_organization" "tools" {
		  name       = "tools"
		  email      = "tools@example.com"
		  depends_on = [quay_initial_user.admin]
		}
	`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.WriteOnly,
		Steps: []resource.TestStep{{
			Config: body,
			Check: func(s *terraform.State) error {
				if text := s.String(); strings.Contains(text, "first-password") {
					t.Errorf("the state has the password: %s", text)
				}
				return nil
			},
		}},
	})
}
