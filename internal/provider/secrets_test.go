package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Even with full logs, neither Terraform's output nor the provider's log has a secret. The
// state has no write-only value.
func TestAccSecretsStayHidden(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	generated, chosen := acctest.Name("tfuser"), acctest.Name("tfuser")
	registry.CleanUpUser(t, generated)
	registry.CleanUpUser(t, chosen)
	organization := registry.NewOrganization(t)
	repository := registry.Repository(t, registry.Organization(t), "app")
	c := newCommandLine(t, registry, "")
	c.requireVersion(acctest.WriteOnly)
	c.use(map[string]string{
		"generated": generated, "chosen": chosen, "password_version": "1", "organization": organization, "repository": repository,
	})
	c.cli.Env = append(c.cli.Env, "TF_LOG=TRACE")
	c.run(true, "apply", "-auto-approve")
	c.run(true, "plan", "-out=saved")
	c.run(true, "show", "saved")
	c.run(true, "show")

	state, err := os.ReadFile(filepath.Join(c.cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{
		"token": registry.Token, "header": "gateway-secret-4711", "write-only password": "write-only-secret-4711",
	}
	maps.Copy(secrets, stateSecrets(t, state))
	for _, kept := range []string{string(state), privateData(t, state)} {
		if strings.Contains(kept, secrets["write-only password"]) || strings.Contains(kept, registry.Token) {
			t.Error("the state holds a write-only password or the token")
		}
	}

	// Three faults: a new password on a server that repeats the request, a redirect to another
	// host, and a wrong token.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the redirect was followed, with the token %q", r.Header.Get("Authorization"))
	}))
	t.Cleanup(elsewhere.Close)
	var redirect atomic.Bool
	var redirected atomic.Int64
	faulty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var sent bytes.Buffer
		_, _ = sent.ReadFrom(r.Body)
		w.Header().Set("Content-Type", "application/json")
		if redirect.Load() {
			w.Header().Set("Location", elsewhere.URL+r.URL.Path)
			w.WriteHeader(http.StatusTemporaryRedirect)
			redirected.Add(1)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{
			"message": fmt.Sprintf("you sent %s %s %s", r.Header.Get("Authorization"), r.Header.Get("X-Gateway-Key"), sent.String()),
		})
	}))
	t.Cleanup(faulty.Close)
	c.cli.Env = append(c.cli.Env, "TF_VAR_password_version=2")
	right := c.cli.Env
	c.cli.Env = append(right, "QUAY_URL="+faulty.URL) //nolint:gocritic // beside the right one
	c.run(false, "apply", "-auto-approve", "-refresh=false")
	redirect.Store(true)
	c.run(false, "apply", "-auto-approve", "-refresh=false")
	if redirected.Load() == 0 {
		t.Error("no call was redirected")
	}
	c.cli.Env = append(right, "QUAY_TOKEN=wrong-secret-4711") //nolint:gocritic // beside the right one
	secrets["wrong token"] = "wrong-secret-4711"
	c.run(false, "plan")
	c.cli.Env = right
	c.run(true, "destroy", "-auto-approve")

	log := c.providerLog()
	for name, secret := range secrets {
		for where, text := range map[string]string{"what Terraform printed": c.printed.String(), "the provider's log": log} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("the %s shows in %s: …%s", name, where, text[max(0, i-300):min(len(text), i+20)])
			}
		}
	}
	if !strings.Contains(c.printed.String(), "you sent Bearer (secret) (secret)") {
		t.Errorf("the server's words are missing: %s", c.printed.String())
	}
}

// privateData returns the private data of all objects in a state. Terraform writes it in
// base64.
func privateData(t *testing.T, state []byte) string {
	t.Helper()
	var content struct {
		Resources []struct {
			Instances []struct {
				Private []byte
			}
		}
	}
	if err := json.Unmarshal(state, &content); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, resource := range content.Resources {
		for _, instance := range resource.Instances {
			all.Write(instance.Private)
		}
	}
	if all.Len() == 0 {
		t.Error("no object has private data")
	}
	return all.String()
}

// stateSecrets returns the secrets that Terraform itself was given to keep.
func stateSecrets(t *testing.T, state []byte) map[string]string {
	t.Helper()
	var content struct {
		Resources []struct {
			Name      string
			Instances []struct {
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(state, &content); err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{}
	for _, resource := range content.Resources {
		attributes := resource.Instances[0].Attributes
		if password, ok := attributes["initial_password"].(string); ok {
			secrets["generated password"] = password
		}
		if key, ok := attributes["private_key"].(string); ok {
			secrets["private key"] = strings.Split(key, "\n")[3]
		}
	}
	if len(secrets) != 2 {
		t.Fatalf("the state holds %d secrets", len(secrets))
	}
	return secrets
}
