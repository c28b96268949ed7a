package provider_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// password returns the settings for signing in as the superuser.
func password(word string) acctest.Attributes {
	return acctest.Attributes{"token": nil, "username": "admin", "password": word}
}

// A user's name and password replace the token, in the block and in variables.
func TestSignIn(t *testing.T) {
	registry := acctest.Start(t)
	server := registry.Simulator(t)
	server.ResetCalls()
	p := registry.Serve(t, password(quaytest.SuperuserPassword+"\n"))
	plan := p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": "alice"})
	acctest.NoErrors(t, plan.Diagnostics)
	calls := server.Calls()
	delete(calls, "GET /config") // which takes no credentials
	if len(calls) != 0 {
		t.Errorf("the plan of a creation makes calls: %v", calls)
	}
	p.Create("quay_user", acctest.Attributes{"username": "alice"})

	t.Setenv("QUAY_TOKEN", "")
	t.Setenv("QUAY_USERNAME", "admin")
	t.Setenv("QUAY_PASSWORD", quaytest.SuperuserPassword)
	_, diags := registry.Serve(t, acctest.Attributes{"token": nil}).ReadData("quay_user", acctest.Attributes{"username": "alice"})
	acctest.NoErrors(t, diags)
	// The block counts before the variables, and a token before a name and a password.
	t.Setenv("QUAY_TOKEN", "wr0ngt0ken")
	_, diags = registry.Serve(t, acctest.Attributes{"token": nil, "username": "admin"}).ReadData("quay_user", acctest.Attributes{"username": "alice"})
	acctest.NoErrors(t, diags)
	_, diags = registry.Serve(t, acctest.Attributes{"token": nil}).ReadData("quay_user", acctest.Attributes{"username": "alice"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "access token") {
		t.Errorf("with a wrong QUAY_TOKEN: %v", diags)
	}
}

// The provider tries a wrong password once. The errors name the setting, and only the first
// one is complete.
func TestWrongPassword(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, password("wrong-password")).OneRun()
	var all strings.Builder
	for range 3 {
		_, diags := p.ReadData("quay_user", acctest.Attributes{"username": "admin"})
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "POST /api/v1/signin: 403 Forbidden: Invalid Username or Password") {
			t.Fatalf("diagnostics: %v", diags)
		}
		all.WriteString(diags[0].Detail)
	}
	if n := strings.Count(all.String(), "Check the provider's username and password (or QUAY_USERNAME and QUAY_PASSWORD)"); n != 1 {
		t.Errorf("the remedy is told %d times", n)
	}
	if strings.Contains(all.String(), "wrong-password") {
		t.Errorf("the password is in %s", all.String())
	}
	if n := registry.Simulator(t).Calls()["POST /signin"]; n != 1 {
		t.Errorf("%d sign-ins, want one", n)
	}
}

// Quay distinguishes a user without a right from a user who is not signed in.
func TestSignInWithoutRights(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).AddUser("plain", "plain@example.com")
	registry.Simulator(t).SetPassword("plain", "password-of-plain")
	p := registry.Serve(t, acctest.Attributes{"token": nil, "username": "plain", "password": "password-of-plain"})
	_, diags := p.ReadData("quay_user", acctest.Attributes{"username": "admin"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "The user with whom the provider signs in may not do this. The user must be listed in SUPER_USERS") {
		t.Errorf("diagnostics: %v", diags)
	}
}

func TestPasswordWithoutEncryptionWarns(t *testing.T) {
	t.Parallel()
	_, diags := acctest.At("http://quay.example.com", "").Configure(t, password("password-of-admin"))
	if len(diags) != 1 || !strings.Contains(diags[0].Summary, "The password is sent without encryption") {
		t.Errorf("diagnostics: %v", diags)
	}
	_, diags = acctest.At("https://quay.example.com", "").Configure(t, acctest.Attributes{
		"token": nil, "username": "admin", "password": "password-of-admin", "insecure_skip_verify": true,
	})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "the password included") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// If a setting is not known yet, Terraform can plan creations. Every operation that needs a
// call names the missing setting.
func TestUnknownSettings(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	state := registry.Serve(t, nil).Create("quay_user", acctest.Attributes{"username": "alice"})
	for _, name := range []string{
		"url", "token", "username", "password", "headers", "ca_certificate", "ca_certificate_file", "insecure_skip_verify", "request_timeout",
		"startup_timeout", "max_retries",
	} {
		settings := acctest.Attributes{name: acctest.Unknown}
		if name == "username" || name == "password" {
			settings["token"] = nil
		}
		p := registry.Serve(t, settings)
		plan := p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": "bob"})
		acctest.NoErrors(t, plan.Diagnostics)
		plan = p.Plan("quay_repository_permissions", p.Absent("quay_repository_permissions"), acctest.Attributes{"repository": "a/b", "users": map[string]string{"bob": "admin"}})
		acctest.NoErrors(t, plan.Diagnostics)
		_, read := p.Read("quay_user", state)
		_, data := p.ReadData("quay_user", acctest.Attributes{"username": "alice"})
		_, opened := p.Open(t.Context(), "quay_app_token", acctest.Attributes{"uuid": "aff0604d-4de0-4db1-9eaa-b55021c20504"})
		_, imported := p.ImportByID("quay_user", "alice")
		var all strings.Builder
		for what, diags := range map[string][]*tfprotov6.Diagnostic{"read": read, "data source": data, "ephemeral": opened, "import": imported} {
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "known only after apply: "+name) {
				t.Fatalf("%s unknown, %s: %v", name, what, diags)
			}
			all.WriteString(diags[0].Detail)
		}
		if strings.Count(all.String(), "-target") != 1 {
			t.Errorf("%s unknown: what to do is not told once: %s", name, all.String())
		}
	}
}

// If Terraform supports deferred actions, the provider defers a plan with unknown settings.
func TestUnknownSettingsAreDeferred(t *testing.T) {
	t.Parallel()
	server := provider.NewServer("test")()
	for _, allowed := range []bool{true, false} {
		config := acctest.ProviderConfig(t, acctest.Attributes{"url": acctest.Unknown, "token": "t"})
		resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			Config: config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: allowed},
		})
		if err != nil || len(resp.Diagnostics) != 0 {
			t.Fatalf("%v %v", resp, err)
		}
		user := acctest.ResourceConfig(t, "quay_user", acctest.Attributes{"username": "alice"})
		read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: "quay_user", CurrentState: user,
			ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{DeferralAllowed: allowed},
		})
		if err != nil {
			t.Fatal(err)
		}
		if deferred := read.Deferred != nil && read.Deferred.Reason == tfprotov6.DeferredReasonProviderConfigUnknown; deferred != allowed || (len(read.Diagnostics) > 0) == allowed {
			t.Errorf("allowed %v: %v %v", allowed, read.Deferred, read.Diagnostics)
		}
	}
}

// One apply creates the objects on which the address depends, and the objects in the registry.
func TestAccUnknownSettingsInOneApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: `
				resource "terraform_data" "registry" { input = "` + registry.URL + `" }
				provider "quay" {
				  url   = terraform_data.registry.output
				  token = terraform_data.registry.output == "" ? "" : "` + registry.Token + `" # unknown, too; Terraform logs what terraform_data holds
				}
				resource "quay_user" "test" { username = "` + name + `" }
			`,
			Check: resource.TestCheckResourceAttr("quay_user.test", "username", name),
		}},
	})
}

// With startup_timeout, the provider waits for a registry that is starting.
func TestStartupTimeout(t *testing.T) {
	registry := acctest.Start(t)
	var left atomic.Int64
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		if left.Add(-1) >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	read := func(settings acctest.Attributes) []*tfprotov6.Diagnostic {
		left.Store(2)
		_, diags := registry.Serve(t, settings).ReadData("quay_user", acctest.Attributes{"username": "admin"})
		return diags
	}
	acctest.NoErrors(t, read(acctest.Attributes{"startup_timeout": "1m"}))
	if diags := read(nil); len(diags) != 1 {
		t.Errorf("without the setting: %v", diags)
	}
	t.Setenv("QUAY_STARTUP_TIMEOUT", "1m")
	acctest.NoErrors(t, read(nil))
	t.Setenv("QUAY_STARTUP_TIMEOUT", "soon")
	if _, diags := registry.Configure(t, nil); len(diags) != 1 || !strings.Contains(diags[0].Detail, "QUAY_STARTUP_TIMEOUT must be a duration") {
		t.Errorf("a bad variable: %v", diags)
	}
}

// The output of a plan or an apply has neither the password nor a cookie.
func TestSessionStaysOutOfErrors(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	server := registry.Simulator(t)
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/superuser/") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"message":"` + r.Header.Get("Cookie") + " " + r.Header.Get("X-Csrf-Token") + " " + quaytest.SuperuserPassword + `"}`))
		return true
	})
	p := registry.Serve(t, password(quaytest.SuperuserPassword))
	_, diags := p.ReadData("quay_user", acctest.Attributes{"username": "admin"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "(secret)") {
		t.Fatalf("diagnostics: %v", diags)
	}
	if i := slices.IndexFunc(server.Secrets(), func(secret string) bool { return strings.Contains(diags[0].Detail, secret) }); i >= 0 {
		t.Errorf("a secret is in %s", diags[0].Detail)
	}
}

// A cancelled sign-in ends.
func TestSignInCancelled(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	state := registry.Serve(t, nil).Create("quay_user", acctest.Attributes{"username": "alice"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registry.Simulator(t).Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		cancel()
		acctest.Hang(r)
		return true
	})
	p := registry.Serve(t, password(quaytest.SuperuserPassword))
	began := time.Now()
	_, diags := p.ReadIn(ctx, "quay_user", state)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "cancelled") || time.Since(began) > 10*time.Second {
		t.Errorf("after %s: %v", time.Since(began), diags)
	}
}

// A read during the plan fails with the name of the unknown setting. It works as soon as the
// setting is known.
func TestAccUnknownSettingsNeeded(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	body := func(read string) string {
		return `
			resource "terraform_data" "registry" { input = { url = "` + registry.URL + `", token = "` + registry.Token + `" } }
			provider "quay" {
			  url   = terraform_data.registry.output.url
			  token = terraform_data.registry.output.token
			}
		` + read
	}
	for name, read := range map[string]string{
		"data source": `data "quay_user" "admin" { username = "admin" }`,
		"ephemeral":   `ephemeral "quay_app_token" "none" { uuid = "aff0604d-4de0-4db1-9eaa-b55021c20504" }`,
		"import":      `import {` + "\n" + `to = quay_user.admin` + "\n" + `id = "admin"` + "\n}\n" + `resource "quay_user" "admin" { username = "admin" }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := []resource.TestStep{{Config: body(read), ExpectError: acctest.ErrorContains("known only after apply: token, url")}}
			if name == "data source" {
				steps = append(steps, resource.TestStep{Config: body("")}, resource.TestStep{Config: body(read)})
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(), TerraformVersionChecks: acctest.WriteOnly, Steps: steps,
			})
		})
	}
}
