package application_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const tokenAddress = tokenType + ".test"

// tokensOf returns the tokens of the application of a configuration, as Quay lists them.
func tokensOf(t testing.TB, registry *acctest.Registry, config acctest.Attributes) (tokens []map[string]any) {
	t.Helper()
	for _, token := range registry.Object(t, tokensPath(config))["tokens"].([]any) {
		tokens = append(tokens, token.(map[string]any))
	}
	return tokens
}

// A created token has its scopes and works. A replacement creates the new token before it
// revokes the old one. A change of a setting that only Terraform stores keeps the token.
func TestAccToken(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	owner := tokenOwner(t, registry)
	config := func(settings string) string {
		return registry.Config("resource %q \"test\" {\n organization = %q\n client_id = %q\n%s\n lifecycle {\n create_before_destroy = true\n }\n}\n",
			tokenType, owner["organization"], owner["client_id"], settings)
	}
	var uuids, secrets []string
	remember := func(s *terraform.State) error {
		attributes := s.RootModule().Resources[tokenAddress].Primary.Attributes
		uuids, secrets = append(uuids, attributes["uuid"]), append(secrets, attributes["token"])
		if tokens := tokensOf(t, registry, owner); len(tokens) != 1 || tokens[0]["uuid"] != attributes["uuid"] {
			return fmt.Errorf("the registry has the tokens %v", tokens)
		}
		return nil
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: config("name = \"ci\"\nscopes = [\"repo:write\", \"repo:read\"]\nvalid_for = \"240h\""),
				Check:  remember,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(tokenAddress, "expires_at", knownvalue.NotNull()),
					acctest.Attribute(tokenAddress, "created_by", knownvalue.StringExact("admin")),
					acctest.Attribute(tokenAddress, "replacement_due", knownvalue.Bool(false)),
				},
			},
			{
				Config:           config("name = \"ci\"\nscopes = [\"repo:write\", \"repo:read\"]\nvalid_for = \"240h0m\"\nrotate_before = \"24h\""),
				ConfigPlanChecks: acctest.Planned(tokenAddress, plancheck.ResourceActionUpdate),
				Check:            remember,
			},
			{
				Config:           config("name = \"ci\"\nscopes = [\"repo:read\"]\nvalid_for = \"240h\"\nrotate_before = \"24h\""),
				ConfigPlanChecks: acctest.Planned(tokenAddress, plancheck.ResourceActionCreateBeforeDestroy),
				Check:            remember,
			},
			{ // a longer time than the token has left
				Config:             config("name = \"ci\"\nscopes = [\"repo:read\"]\nvalid_for = \"240h\"\nrotate_before = \"239h59m59.999s\""),
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
	if uuids[0] != uuids[1] || uuids[1] == uuids[2] || secrets[0] != secrets[1] || secrets[1] == secrets[2] {
		t.Errorf("tokens %v", uuids)
	}
}

// A plan replaces a token before it expires, and creates a new token for an expired or revoked
// one. Otherwise, it is empty.
func TestToken_rotateBefore(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	config := withToken(tokenOwner(t, registry))
	config["valid_for"], config["rotate_before"] = "2160h", "2159h59m59s"
	p := registry.Serve(t, nil)
	state := p.Create(tokenType, config)
	fresh, diags := p.Read(tokenType, state)
	acctest.NoErrors(t, diags)
	if !p.Plan(tokenType, fresh, config).IsEmpty() {
		t.Error("a fresh token is planned to be changed")
	}
	time.Sleep(1100 * time.Millisecond) // until rotate_before begins
	due, diags := p.Read(tokenType, state)
	acctest.NoErrors(t, diags)
	if plan := p.Plan(tokenType, due, config); !plan.Replace {
		t.Error("the plan does not replace a token that is due")
	}
	later := maps.Clone(config)
	later["rotate_before"] = nil
	if plan := p.Plan(tokenType, state, later); plan.IsEmpty() || plan.Replace {
		t.Error("without rotate_before, the plan does not update the token in place")
	}
	simulator.ResetCalls()
	kept, diags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, state, later))
	acctest.NoErrors(t, diags)
	if secret, _ := kept.Text(t, "token"); secret == "" || len(simulator.Requests()) != 0 {
		t.Errorf("an update of rotate_before makes the calls %v", simulator.Calls())
	}
}

// Terraform replaces a due token without a change of the configuration. It creates the next
// token first.
func TestAccToken_due(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	owner := tokenOwner(t, registry)
	config := registry.Config(`
		resource %q "test" {
		  organization  = %q
		  client_id     = %q
		  name          = "ci"
		  scopes        = ["repo:read"]
		  valid_for     = "240h"
		  rotate_before = "239h59m40s"
		  lifecycle {
		    create_before_destroy = true
		  }
		}
	`, tokenType, owner["organization"], owner["client_id"])
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig:        func() { time.Sleep(20 * time.Second) },
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionCreateBeforeDestroy)}},
			},
		},
	})
	if left := tokensOf(t, registry, owner); len(left) != 0 {
		t.Errorf("the registry has the tokens %v", left)
	}
}

// A due token stays if the configuration asks for a later replacement.
func TestToken_rotateLater(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	config["valid_for"], config["rotate_before"] = "2160h", "2159h59m59s"
	p := registry.Serve(t, nil)
	state := p.Create(tokenType, config)
	time.Sleep(1100 * time.Millisecond)
	state, diags := p.Read(tokenType, state)
	acctest.NoErrors(t, diags)
	if !p.Plan(tokenType, state, config).Replace {
		t.Error("the due token is not replaced")
	}
	for _, later := range []any{"24h", nil} {
		config["rotate_before"] = later
		if p.Plan(tokenType, state, config).Replace {
			t.Errorf("the token is replaced with rotate_before = %v", later)
		}
	}
}

// The provider does not revoke the token that it uses. The next run, with the new token,
// revokes it.
func TestToken_own(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	config["scopes"] = []string{"org:admin"}
	p := registry.Serve(t, nil)
	old := p.Create(tokenType, config)
	tokenOf := func(state acctest.State) *acctest.Provider {
		token, _ := state.Text(t, "token")
		return registry.Serve(t, acctest.Attributes{"token": token})
	}
	own := tokenOf(old)
	created := own.Create(tokenType, config) // as create_before_destroy does
	if _, diags := own.Apply(t.Context(), tokenType, own.Plan(tokenType, old, nil)); len(diags) != 1 || !strings.Contains(diags[0].Detail, "The provider itself uses this token") {
		t.Errorf("diagnostics: %v", diags)
	}
	next := tokenOf(created)
	_, diags := next.Apply(t.Context(), tokenType, next.Plan(tokenType, old, nil))
	acctest.NoErrors(t, diags)
	if uuid, _ := created.Text(t, "uuid"); len(tokensOf(t, registry, config)) != 1 || tokensOf(t, registry, config)[0]["uuid"] != uuid {
		t.Errorf("the registry has the tokens %v", tokensOf(t, registry, config))
	}
}

// Quay deletes the token of an application with the application.
func TestToken_applicationDeleted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, nil)
	state := p.Create(tokenType, config)
	registry.Must(t, http.MethodDelete, applicationPath(config["organization"], config["client_id"]), nil)
	_, diags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, state, nil))
	acctest.NoErrors(t, diags)
	p.NextRun()
	gone, diags := p.Read(tokenType, state)
	acctest.NoErrors(t, diags)
	if !gone.Value.IsNull() {
		t.Error("the token stays in the state")
	}
}

func TestToken_expired(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	config["valid_for"] = "1s"
	p := registry.Serve(t, nil)
	state := p.Create(tokenType, config)
	time.Sleep(1500 * time.Millisecond)
	gone, diags := p.Read(tokenType, state)
	acctest.NoErrors(t, diags)
	if !gone.Value.IsNull() {
		t.Error("a token that has expired stays in the state")
	}
	_, diags = p.Apply(t.Context(), tokenType, p.Plan(tokenType, state, nil)) // without a refresh
	acctest.NoErrors(t, diags)
}

// An imported token stays if the configuration sets valid_for and rotate_before. Terraform
// replaces a created token if valid_for changes.
func TestToken_imported(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, nil)
	state := p.Create(tokenType, config)
	shorter := maps.Clone(config)
	shorter["valid_for"], shorter["rotate_before"] = "2160h", "336h"
	if plan := p.Plan(tokenType, state, shorter); !plan.Replace {
		t.Error("the plan does not replace a token that was created for ten years")
	}
	uuid, _ := state.Text(t, "uuid")
	imported, diags := p.ImportByID(tokenType, fmt.Sprintf("%s:%s:%s", config["organization"], config["client_id"], uuid))
	acctest.NoErrors(t, diags)
	if secret, _ := imported.Text(t, "token"); secret != "" {
		t.Error("Quay told the token")
	}
	plan := p.Plan(tokenType, imported, shorter)
	if plan.IsEmpty() || plan.Replace {
		t.Error("the plan does not update an imported token in place")
	}
	updated, diags := p.Apply(t.Context(), tokenType, plan)
	acctest.NoErrors(t, diags)
	if !p.Plan(tokenType, updated, shorter).IsEmpty() {
		t.Error("the plan after the update is not empty")
	}
}

// If a response is lost, the provider leaves no unknown token.
func TestToken_lostAnswer(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, acctest.Attributes{"max_retries": 0})
	other := p.Create(tokenType, config) // another token with the same name and scopes
	p.NextRun()
	loseAnswer(simulator, "/tokens")
	state := p.Create(tokenType, config)
	first, _ := other.Text(t, "uuid")
	second, _ := state.Text(t, "uuid")
	tokens := tokensOf(t, registry, config)
	if len(tokens) != 2 || tokens[0]["uuid"] != second || tokens[1]["uuid"] != first {
		t.Errorf("the registry has the tokens %v, and not %s and %s", tokens, second, first)
	}
}

// If the provider cannot find out which token a lost response created, the error says what to
// do.
func TestToken_lostAndUnclear(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		creations int
		listFails bool
		words     string
	}{
		"not listed": {1, true, "It is not known whether Quay has created the token."},
		"several":    {2, false, "During the creation, 2 tokens with this name and these scopes have appeared."},
	} {
		registry := acctest.Start(t)
		simulator := registry.Simulator(t)
		config := withToken(tokenOwner(t, registry))
		p := registry.Serve(t, nil)
		lost, inside := false, false
		simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			switch {
			case inside || !strings.HasSuffix(r.URL.Path, "/tokens"):
				return false
			case r.Method == http.MethodPost && !lost:
				lost, inside = true, true
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				for range c.creations {
					r.Body = io.NopCloser(bytes.NewReader(body))
					simulator.ServeHTTP(httptest.NewRecorder(), r)
				}
				inside = false
				panic(http.ErrAbortHandler)
			case lost && c.listFails:
				w.WriteHeader(http.StatusBadGateway)
				return true
			}
			return false
		})
		state, diags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, p.Absent(tokenType), config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) || !state.Value.IsNull() {
			t.Errorf("%s: %s, %v", name, state.Value, diags)
		}
		simulator.Intercept(nil)
		if n := len(tokensOf(t, registry, config)); n != c.creations {
			t.Errorf("%s: %d tokens", name, n)
		}
	}
}

// One apply creates two tokens with the same name and scopes.
func TestToken_twins(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, nil)
	p.Create(tokenType, config)
	p.NextRun()
	p.Create(tokenType, config)
	if tokens := tokensOf(t, registry, config); len(tokens) != 2 {
		t.Errorf("the registry has the tokens %v", tokens)
	}
}

// If the provider's own token lacks a scope, the error names the scope.
func TestToken_missingScope(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("admin", "org:admin", "repo:read")})
	for words, scopes := range map[string][]string{
		`That is not so for the scope "super:user".`:                               {"super:user"},
		`That is not so for at least one of the scopes "repo:read", "repo:write".`: {"repo:read", "repo:write"},
	} {
		config["scopes"] = scopes
		_, diags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, p.Absent(tokenType), config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) || diags[0].Attribute.String() != `AttributeName("scopes")` {
			t.Errorf("%v: %v", scopes, diags)
		}
		p.NextRun()
	}
	config["scopes"] = []string{"repo:read"}
	p.Create(tokenType, config)
}

// If the provider's own token cannot list the tokens of the application, the scopes of the new
// token are not the cause.
func TestToken_listDenied(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, acctest.Attributes{"token": registry.Simulator(t).AddToken("admin", "repo:read")})
	_, diags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, p.Absent(tokenType), config))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `It needs the scope "org:admin"`) || strings.Contains(diags[0].Detail, "scope of the new token") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// A refresh of all tokens of an application takes a call for each page.
func TestTokens_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	config := withToken(tokenOwner(t, registry))
	p := registry.Serve(t, nil)
	var states []acctest.State
	for range 55 {
		states = append(states, p.Create(tokenType, config))
		p.NextRun()
	}
	run := p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := run.Read(tokenType, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Error("a token is read otherwise than it was created")
		}
	}
	if n := len(simulator.Requests()); n > 4 {
		t.Errorf("%d calls: %v", n, simulator.Calls())
	}
	tokens, diags := run.ReadData("quay_oauth_application_tokens", acctest.Attributes{"organization": config["organization"], "client_id": config["client_id"]})
	acctest.NoErrors(t, diags)
	if text := fmt.Sprint(tokens.Value); strings.Count(text, `"created_by":tftypes.String<`) != 55 {
		t.Error("the data source does not have 55 tokens")
	}
}

// On an older Quay, the error says since when tokens exist, and nothing is created.
func TestToken_notAvailable(t *testing.T) {
	t.Parallel()
	full := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18))
	for _, version := range []quaytest.Version{quaytest.Quay3_9, quaytest.Quay3_12, quaytest.Quay3_16} {
		without := acctest.Start(t, quaytest.WithVersion(version))
		for _, registry := range []*acctest.Registry{full, without} {
			if registry.Simulator(t).Objects()["organizations"] == 0 {
				registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
				registry.Simulator(t).AddApplication("acme", exampleClientID, "terraform")
			}
		}
		config := withToken(acctest.Attributes{"organization": "acme", "client_id": exampleClientID})
		state := full.Serve(t, nil).Create(tokenType, config)
		p := without.Serve(t, nil)
		read, readDiags := p.Read(tokenType, state)
		p.NextRun()
		_, createDiags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, p.Absent(tokenType), config))
		p.NextRun()
		kept, deleteDiags := p.Apply(t.Context(), tokenType, p.Plan(tokenType, state, nil))
		if !read.Value.Equal(state.Value) || kept.Value.IsNull() {
			t.Errorf("%s: the state became %s and %s", version, read.Value, kept.Value)
		}
		p.NextRun()
		_, openDiags := p.Open(t.Context(), tokenType, config)
		for what, diags := range map[string][]*tfprotov6.Diagnostic{"read": readDiags, "created": createDiags, "deleted": deleteDiags, "opened": openDiags} {
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "It exists since Quay 3.18.") {
				t.Errorf("%s: %s with %v", version, what, diags)
			}
		}
	}
}

// The application is named that does not exist.
func TestAccToken_noApplication(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	owner := tokenOwner(t, registry)
	registry.Must(t, http.MethodDelete, applicationPath(owner["organization"], owner["client_id"]), nil)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("resource %q \"test\" {\n organization = %q\n client_id = %q\n name = \"ci\"\n scopes = [\"repo:read\"]\n}\n",
				tokenType, owner["organization"], owner["client_id"]),
			ExpectError: acctest.ErrorContains(fmt.Sprintf("There is no OAuth application %q in the registry.", fmt.Sprintf("%s:%s", owner["organization"], owner["client_id"]))),
		}},
	})
}

// Closing an ephemeral token revokes it, also if the run has renamed the organization.
func TestEphemeralToken_organizationRenamed(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithNameHold(0))
	p := registry.Serve(t, nil)
	organization := p.Create("quay_organization", acctest.Attributes{"name": "acme"})
	registry.Simulator(t).AddApplication("acme", exampleClientID, "terraform")
	config := withToken(acctest.Attributes{"organization": "acme", "client_id": exampleClientID})
	needTokens(t, registry, config)
	run := p.OneRun()
	opened, diags := run.Open(t.Context(), tokenType, config)
	acctest.NoErrors(t, diags)
	_, diags = run.Apply(t.Context(), "quay_organization", run.Plan("quay_organization", organization, acctest.Attributes{"name": "platform"}))
	acctest.NoErrors(t, diags)
	acctest.NoErrors(t, run.Close(t.Context(), tokenType, opened))
	config["organization"] = "platform"
	if left := tokensOf(t, registry, config); len(left) != 0 {
		t.Errorf("the registry has the tokens %v", left)
	}
}
