package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// object is one of each resource type, as configured and as identified.
type object struct {
	config   acctest.Attributes
	identity map[string]string
}

// objectOf returns an object of a resource type, with what it needs made on the
// registry.
func objectOf(t *testing.T, registry *acctest.Registry, typeName string) object {
	t.Helper()
	switch typeName {
	case "quay_user":
		username := acctest.Name("tfuser")
		registry.CleanUpUser(t, username)
		return object{
			acctest.Attributes{"username": username, "email": username + "@example.com", "enabled": false},
			map[string]string{"username": username},
		}
	case "quay_organization":
		name := acctest.Name("tforg")
		registry.CleanUpOrganization(t, name)
		return object{
			acctest.Attributes{"name": name, "email": name + "@example.com", "invoice_email": true, "tag_expiration_s": 604800},
			map[string]string{"name": name},
		}
	case "quay_user_quota":
		username := registry.User(t)
		return object{
			acctest.Attributes{"username": username, "limit_bytes": 5_000_000_000},
			map[string]string{"username": username},
		}
	case "quay_org_quota":
		organization := registry.Organization(t)
		return object{
			acctest.Attributes{"organization": organization, "limit": "1000 MB"},
			map[string]string{"organization": organization},
		}
	case "quay_service_key":
		return object{
			acctest.Attributes{"service": "tfacc", "name": "n", "notes": "a note", "expiration": "2099-01-01T00:00:00Z", "metadata": map[string]string{"a": "b"}},
			nil, // Quay makes it
		}
	case "quay_service_key_approval":
		kid := registry.Must(t, http.MethodPost, "/superuser/keys", map[string]any{"service": "tfacc", "expiration": nil}).(map[string]any)["kid"].(string)
		t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
		return object{acctest.Attributes{"kid": kid}, map[string]string{"kid": kid}}
	case "quay_registry_size_calculation":
		return object{config: acctest.Attributes{}}
	case "quay_repo_user_permission":
		organization := registry.Organization(t)
		repository, robot := registry.Repository(t, organization, "team/app"), registry.Robot(t, organization, "ci")
		return object{
			acctest.Attributes{"repository": repository, "username": robot, "role": "write"},
			map[string]string{"repository": repository, "username": robot},
		}
	case "quay_repo_team_permission":
		organization := registry.Organization(t)
		repository, team := registry.Repository(t, organization, "team/app"), registry.Team(t, organization, "devs")
		return object{
			acctest.Attributes{"repository": repository, "team": team, "role": "admin"},
			map[string]string{"repository": repository, "team": team},
		}
	}
	t.Fatalf("objectOf has none of %s", typeName)
	return object{}
}

// eachObject runs a test for each resource type that can be imported, on an
// object that has been made.
func eachObject(t *testing.T, test func(t *testing.T, registry *acctest.Registry, p *acctest.Provider, typeName string, o object, state acctest.State)) {
	t.Helper()
	types := acctest.Start(t).Serve(t, nil).IdentifiedTypes()
	if len(types) == 0 {
		t.Fatal("no resource type has an identity")
	}
	for _, typeName := range types {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			o := objectOf(t, registry, typeName)
			p := registry.Serve(t, nil)
			state := p.Create(typeName, o.config)
			t.Cleanup(func() { cleanUpKey(t, registry, typeName, state) })
			if o.identity == nil {
				o.identity = p.IdentityOf(typeName, state)
			}
			test(t, registry, p, typeName, o, state)
		})
	}
}

func cleanUpKey(t *testing.T, registry *acctest.Registry, typeName string, state acctest.State) {
	if typeName == "quay_service_key" {
		kid, _ := state.Text(t, "kid")
		registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil)
	}
}

// Every resource has an identity from its creation on, and is imported by it
// and by id to a state that plans no change.
func TestAccImport(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, _ *acctest.Registry, p *acctest.Provider, typeName string, o object, state acctest.State) {
		if got := p.IdentityOf(typeName, state); !equal(got, o.identity) {
			t.Errorf("the identity is %v, not %v", got, o.identity)
		}
		identity := acctest.Attributes{}
		for name, value := range o.identity {
			identity[name] = value
		}
		byIdentity, diags := p.ImportByIdentity(typeName, p.Identity(typeName, identity))
		acctest.NoErrors(t, diags)
		byID, diags := p.ImportByID(typeName, importID(o.identity))
		acctest.NoErrors(t, diags)
		for how, imported := range map[string]acctest.State{"identity": byIdentity, "id": byID} {
			if imported.Value.IsNull() {
				t.Errorf("by %s: nothing was imported", how)
				continue
			}
			if got := p.IdentityOf(typeName, imported); !equal(got, o.identity) {
				t.Errorf("by %s: the identity is %v, not %v", how, got, o.identity)
			}
			plan := p.Plan(typeName, imported, o.config)
			acctest.NoErrors(t, plan.Diagnostics)
			if !plan.IsEmpty() {
				t.Errorf("by %s: a change is planned\nfrom %s\nto   %s", how, imported.Value, plan.Value)
			}
		}
	})
}

// identityOrder are the attributes of identities, in the order of import ids.
var identityOrder = []string{"repository", "organization", "name", "username", "team", "kid"}

// importID joins an identity in the order of its parts.
func importID(identity map[string]string) string {
	names := slices.SortedFunc(maps.Keys(identity), func(a, b string) int {
		i, j := slices.Index(identityOrder, a), slices.Index(identityOrder, b)
		if i < 0 || j < 0 {
			panic(fmt.Sprintf("identityOrder lacks %s or %s", a, b))
		}
		return i - j
	})
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = identity[name]
	}
	return strings.Join(parts, ":")
}

func equal(a, b map[string]string) bool {
	return len(a) == len(b) && importID(a) == importID(b)
}

// An object that was just made is read back without a change.
func TestAccReadBack(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, _ *acctest.Registry, p *acctest.Provider, typeName string, o object, state acctest.State) {
		read, diags := p.Read(typeName, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("made %s\nread %s", state.Value, read.Value)
		}
		if plan := p.Plan(typeName, read, o.config); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
			t.Errorf("planned %s %v", plan.Value, plan.Diagnostics)
		}
	})
}

// Only a certain "gone" takes an object out of the state. Whatever else
// answers a read leaves the state as it was, with one error that helps.
func TestOnlyGoneRemoves(t *testing.T) {
	t.Parallel()
	page := "<!DOCTYPE html><html><head><title>Somewhere else</title></head></html>"
	answers := map[string]struct {
		status      int
		contentType string
		body        string
		words       string
	}{
		"login page":        {200, "text/html", page, "a web page (\"Somewhere else\") instead of JSON"},
		"cut JSON":          {200, "application/json", `{"username": "al`, "cannot be read as JSON"},
		"empty":             {200, "application/json", ``, "expected"},
		"redirect":          {302, "text/html", page, "redirected"},
		"invalid":           {400, "application/json", `{"message": ""}`, "without a word"},
		"wrong token":       {401, "application/json", `{"error_type": "invalid_token", "error_message": "Requires authentication"}`, "QUAY_TOKEN"},
		"CSRF":              {403, "text/html", `{"error": "CSRF token was invalid or missing."}`, "QUAY_TOKEN"},
		"missing scope":     {403, "application/json", `{"error_type": "insufficient_scope", "error_message": "Unauthorized"}`, "It needs the scope"},
		"no such call":      {404, "text/html", page, "This registry does not have the call."},
		"JSON of a gateway": {404, "application/json", `{"message": "no route"}`, "This registry does not have the call."},
		"method":            {405, "text/html", page, "This registry does not have the call."},
		"rate limit":        {429, "text/html", page, "then run Terraform again"},
		"fault":             {500, "text/html", page, "Its log holds the reason"},
		"proxy":             {502, "text/html", page, "then run Terraform again"},
		"read-only":         {503, "application/json", `{"message": "registry is in read-only mode"}`, "read-only"},
		"slow":              {504, "text/html", page, "then run Terraform again"},
	}
	eachObject(t, func(t *testing.T, registry *acctest.Registry, p *acctest.Provider, typeName string, o object, state acctest.State) {
		simulator := registry.Simulator(t)
		for name, answer := range answers {
			simulator.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Type", answer.contentType)
				w.Header().Set("Location", "https://login.example.com/")
				w.WriteHeader(answer.status)
				_, _ = w.Write([]byte(answer.body))
				return true
			})
			p.NextRun()
			read, diags := p.Read(typeName, state)
			if !read.Value.Equal(state.Value) {
				t.Errorf("%s: the state became %s", name, read.Value)
			}
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(diags[0].Detail, answer.words) {
				t.Errorf("%s: diagnostics: %v", name, diags)
			}
		}
		simulator.Intercept(nil)

		destroyed, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
		acctest.NoErrors(t, diags)
		if !destroyed.Value.IsNull() {
			t.Errorf("destroyed to %s", destroyed.Value)
		}
		if typeName == "quay_service_key_approval" { // which destroying only forgets
			registry.Must(t, http.MethodDelete, "/superuser/keys/"+o.identity["kid"], nil)
		}
		gone, diags := p.Read(typeName, state)
		if !gone.Value.IsNull() || len(diags) > 0 {
			t.Errorf("gone, it is read as %s, %v", gone.Value, diags)
		}
		again, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
		if !again.Value.IsNull() || len(diags) > 0 {
			t.Errorf("destroyed again: %s, %v", again.Value, diags)
		}
	})
}

// Neither an error nor the state shows the token.
func TestTokenStaysHidden(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, registry *acctest.Registry, p *acctest.Provider, typeName string, _ object, state acctest.State) {
		registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message": "you sent ` + r.Header.Get("Authorization") + `"}`))
			return true
		})
		read, diags := p.Read(typeName, state)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "you sent Bearer (secret)") {
			t.Errorf("diagnostics: %v", diags)
		}
		if slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return strings.Contains(d.Summary+d.Detail, registry.Token) }) ||
			strings.Contains(read.Value.String()+string(read.Private), registry.Token) {
			t.Error("the token shows")
		}
	})
}
