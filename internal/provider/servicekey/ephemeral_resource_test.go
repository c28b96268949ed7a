package servicekey_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// open opens a key, which is deleted when the test ends if nobody has closed it.
func open(t *testing.T, registry *acctest.Registry, p *acctest.Provider, config acctest.Attributes) (opened acctest.State, kid string) {
	t.Helper()
	opened, diags := p.Open(t.Context(), "quay_service_key", config)
	acctest.NoErrors(t, diags)
	kid, _ = opened.Text(t, "kid")
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
	return opened, kid
}

// A key exists with the configured values while it is open, and not afterwards.
func TestEphemeralServiceKey(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	service, began := acctest.Name("tfacc_"), time.Now()
	opened, kid := open(t, registry, p, acctest.Attributes{
		"service": service, "name": "for a run", "notes": "made by a test", "metadata": map[string]string{"owner": "a"}, "valid_for": "15m",
	})

	key := registry.Must(t, http.MethodGet, "/superuser/keys/"+kid, nil).(map[string]any)
	metadata, approval := key["metadata"].(map[string]any), key["approval"].(map[string]any)
	if key["service"] != service || key["name"] != "for a run" || metadata["owner"] != "a" || approval["notes"] != "made by a test" {
		t.Errorf("the server has %v", key)
	}
	ends := expiration(t, opened)
	if least, most := began.Add(15*time.Minute), time.Now().Add(15*time.Minute+time.Second); ends.Before(least) || ends.After(most) {
		t.Errorf("it is valid until %s, and not until one from %s to %s", ends, least, most)
	}
	if shown, err := http.ParseTime(key["expiration_date"].(string)); err != nil || !shown.Equal(ends) {
		t.Errorf("the server says until %v, %v", key["expiration_date"], err)
	}
	checkPair(t, opened)

	acctest.NoErrors(t, p.Close(t.Context(), "quay_service_key", opened))
	registry.NotFound(t, "/superuser/keys/"+kid)
	if diags := p.Close(t.Context(), "quay_service_key", opened); len(diags) > 0 {
		t.Errorf("closed again: %v", diags)
	}
}

// expiration returns the date until which an open key says that it is valid.
func expiration(t *testing.T, opened acctest.State) time.Time {
	t.Helper()
	text, _ := opened.Text(t, "expiration")
	date, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// checkPair expects the private key of an open key to belong to the public one.
func checkPair(t *testing.T, opened acctest.State) {
	t.Helper()
	private, _ := opened.Text(t, "private_key")
	public, _ := opened.Text(t, "public_key")
	block, _ := pem.Decode([]byte(private))
	if block == nil {
		t.Fatal("the private key is no PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})); strings.TrimSpace(text) != strings.TrimSpace(public) {
		t.Errorf("the halves do not belong together: %s and %s", text, public)
	}
}

// Without a close, a key expires after an hour, or after valid_for.
func TestEphemeralServiceKey_endsByItself(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for validity, want := range map[any]time.Duration{nil: time.Hour, "90500ms": 90500 * time.Millisecond, "2540400h": 2540400 * time.Hour} {
		config := acctest.Attributes{"service": acctest.Name("tfacc_"), "valid_for": validity}
		began := time.Now()
		opened, _ := open(t, registry, p, config)
		if lasts := expiration(t, opened).Sub(began); lasts < want || lasts > want+time.Since(began)+time.Second {
			t.Errorf("%v: it is valid for %s", validity, lasts)
		}
		acctest.NoErrors(t, p.Close(t.Context(), "quay_service_key", opened))
	}
}

// The value that Terraform keeps until the close identifies the key, and has no secret.
// Opening takes one call, and closing takes one call.
func TestEphemeralServiceKey_privateData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	opened, kid := open(t, registry, p, acctest.Attributes{"service": acctest.Name("tfacc_"), "notes": "a note"})
	private, _ := opened.Text(t, "private_key")
	// Checks each line alone, because the data may encode line ends.
	for line := range strings.Lines(private) {
		if strings.Contains(string(opened.Private), strings.TrimSpace(line)) {
			t.Fatalf("a line of the private key is in %s", opened.Private)
		}
	}
	if data := string(opened.Private); !strings.Contains(data, "kept") || len(data) > 300 {
		t.Errorf("kept is %s", data)
	}
	acctest.NoErrors(t, p.Close(t.Context(), "quay_service_key", acctest.State{Private: opened.Private}))
	if calls := simulator.Calls(); len(simulator.Requests()) != 2 || calls["POST /superuser/keys"] != 1 || calls["DELETE /superuser/keys/{kid}"] != 1 {
		t.Errorf("calls: %v", calls)
	}
	registry.NotFound(t, "/superuser/keys/"+kid)
}

// A key that cannot be deleted is named, with its date.
func TestEphemeralServiceKey_notClosed(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	opened, kid := open(t, registry, p, acctest.Attributes{"service": acctest.Name("tfacc_")})
	simulator.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error_type": "insufficient_scope", "error_message": "Unauthorized"}`))
		return true
	})
	diags := p.Close(t.Context(), "quay_service_key", opened)
	ends, _ := opened.Text(t, "expiration")
	if len(diags) != 1 || diags[0].Summary != "Unable to close Quay service key" ||
		!strings.Contains(diags[0].Detail, "The service key "+kid+" may be left in the registry, where it is valid until "+ends+".") ||
		!strings.Contains(diags[0].Detail, `It needs the scope "super:user"`) {
		t.Errorf("diagnostics: %v", diags)
	}
}

// The error shows Quay's refusal to create a key, on the invalid attribute.
func TestEphemeralServiceKey_notOpened(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"message": "Expiration date cannot be in the past"}`))
		return true
	})
	_, diags := registry.Serve(t, nil).Open(t.Context(), "quay_service_key", acctest.Attributes{"service": "tfacc"})
	if len(diags) != 1 || diags[0].Summary != "Unable to open Quay service key" || !strings.Contains(diags[0].Detail, "Expiration date cannot be in the past") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// Bad input is refused before any call, by the rules of the resource and on the
// attribute.
func TestEphemeralServiceKey_badInputs(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://127.0.0.1:1", "t").Serve(t, nil)
	for _, c := range []struct {
		attribute string
		value     any
		words     string
	}{
		{"service", "my-ci", "service must be 1 to 255 lower-case letters, digits and '_'."},
		{"service", "", "service must be 1 to 255 lower-case letters"},
		{"name", "Ünïcode", "name must be 1 to 255 letters, digits, spaces and '-', '_', ':', '/'"},
		{"notes", "", "notes must not be empty."},
		{"metadata", map[string]string{"terraform_request": "mine"}, "must be none of"},
		{"valid_for", "soon", `valid_for must be a duration such as 90s or 2m, above zero.`},
		{"valid_for", "0s", "above zero"},
		{"valid_for", "-1h", "above zero"},
	} {
		config := acctest.Attributes{"service": "tfacc"}
		config[c.attribute] = c.value
		_, diags := p.Open(t.Context(), "quay_service_key", config)
		if len(diags) == 0 || !strings.HasPrefix(diags[0].Attribute.String(), `AttributeName("`+c.attribute+`")`) || !strings.Contains(diags[0].Summary+diags[0].Detail, c.words) {
			t.Errorf("%s = %q: %v", c.attribute, c.value, diags)
		}
	}
}

// A configuration can use the key. It does not exist after each plan and each apply.
func TestAccEphemeralServiceKey(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	noneLeft := func(*terraform.State) error {
		for _, key := range registry.Must(t, http.MethodGet, "/superuser/keys", nil).(map[string]any)["keys"].([]any) {
			if key := key.(map[string]any); key["service"] == service {
				return fmt.Errorf("left in the registry: %v", key)
			}
		}
		return nil
	}
	providers := acctest.Providers()
	providers["echo"] = echoprovider.NewProviderServer()
	data := func(attribute string) tfjsonpath.Path { return tfjsonpath.New("data").AtMapKey(attribute) }
	config := registry.Config(`
			resource "terraform_data" "service" { input = %q }
			ephemeral "quay_service_key" "test" {
			  service   = terraform_data.service.output # known when it is applied
			  valid_for = "10m"
			}
			provider "echo" {
			  data = {
			    kid        = ephemeral.quay_service_key.test.kid
			    expiration = ephemeral.quay_service_key.test.expiration
			    private    = startswith(ephemeral.quay_service_key.test.private_key, "-----BEGIN RSA PRIVATE KEY-----")
			  }
			}
			resource "echo" "test" {}
		`, service)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: providers,
		TerraformVersionChecks:   acctest.Ephemeral,
		CheckDestroy:             noneLeft,
		Steps: []resource.TestStep{{
			Config:             config,
			ExpectNonEmptyPlan: acctest.ListsOpened(config),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.test", data("kid"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue("echo.test", data("expiration"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue("echo.test", data("private"), knownvalue.Bool(true)),
			},
			Check: noneLeft,
		}},
	})
}

// If the provider cannot find out the outcome after a lost response, the error tells how to
// recognize the key.
func TestEphemeralServiceKey_unknownOutcome(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		simulator.Intercept(nil)
		simulator.ServeHTTP(httptest.NewRecorder(), r)
		simulator.Intercept(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
		panic(http.ErrAbortHandler)
	})
	_, diags := registry.Serve(t, nil).Open(t.Context(), "quay_service_key", acctest.Attributes{"service": "tfacc"})
	simulator.Intercept(nil)
	keys := registry.Must(t, http.MethodGet, "/superuser/keys", nil).(map[string]any)["keys"].([]any)
	if len(keys) != 1 || len(diags) != 1 {
		t.Fatalf("keys: %v, diagnostics: %v", keys, diags)
	}
	key := keys[0].(map[string]any)
	request := key["metadata"].(map[string]any)["terraform_request"].(string)
	if !strings.Contains(diags[0].Detail, fmt.Sprintf("terraform_request = %q", request)) || key["expiration_date"] == nil {
		t.Errorf("of %v the error tells %v", key, diags)
	}
}
