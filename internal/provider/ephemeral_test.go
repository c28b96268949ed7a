package provider_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const ephemeralKey = "quay_service_key"

// Every fault, in opening and in closing a key: an error leaves no key behind
// that nobody knows of, and none that nobody can use is handed on.
func TestEphemeralFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range faults {
		for retries := range 2 {
			if retries > 0 && !slices.Contains(retried, name) {
				continue
			}
			t.Run(fmt.Sprintf("open/%s, %d retries", name, retries), func(t *testing.T) {
				t.Parallel()
				testOpenFault(t, fault, retries, retries > 0 && name == "429") // which opened nothing
			})
			t.Run(fmt.Sprintf("close/%s, %d retries", name, retries), func(t *testing.T) {
				t.Parallel()
				passes := retries > 0 || slices.Contains(deletedAgain, name)
				testCloseFault(t, fault, retries, passes)
			})
		}
	}
}

func testOpenFault(t *testing.T, fault fault, retries int, passes bool) {
	t.Helper()
	registry := startFaulty(t)
	p := registry.Serve(t, acctest.Attributes{"request_timeout": "2s", "max_retries": retries})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registry.arm(fault, 0, false, cancel)
	opened, diags := p.Open(ctx, ephemeralKey, acctest.Attributes{"service": "tfacc"})
	registry.checkStruck(t)
	if len(diags) > 0 {
		if passes {
			t.Errorf("the fault passes, but the key was not opened: %v", diags)
		}
		if diags[0].Summary != "Unable to open Quay service key" || len(diags[0].Detail) < 20 {
			t.Errorf("diagnostics: %v", diags)
		}
		if n := registry.quay.Objects()["service_keys"]; n != 0 {
			t.Errorf("%d keys are left", n)
		}
		return
	}
	kid, _ := opened.Text(t, "kid")
	if private, _ := opened.Text(t, "private_key"); !strings.Contains(private, "PRIVATE KEY") {
		t.Errorf("the private key was lost: %q", private)
	}
	key := registry.Must(t, http.MethodGet, "/superuser/keys/"+kid, nil).(map[string]any)
	if n := registry.quay.Objects()["service_keys"]; n != 1 || key["expiration_date"] == nil {
		t.Errorf("%d keys, and the one that is open is %v", n, key)
	}
	acctest.NoErrors(t, p.Close(t.Context(), ephemeralKey, opened))
	if n := registry.quay.Objects()["service_keys"]; n != 0 {
		t.Errorf("%d keys are left when it is closed", n)
	}
}

// deletedAgain are the faults after which it is not known whether the key was
// deleted. The provider then deletes it once more.
var deletedAgain = []string{"request lost", "response lost", "time-out", "time-out of the answer", "500", "502", "503"}

func testCloseFault(t *testing.T, fault fault, retries int, passes bool) {
	t.Helper()
	registry := startFaulty(t)
	p := registry.Serve(t, acctest.Attributes{"request_timeout": "2s", "max_retries": retries})
	opened, diags := p.Open(t.Context(), ephemeralKey, acctest.Attributes{"service": "tfacc"})
	acctest.NoErrors(t, diags)
	kid, _ := opened.Text(t, "kid")
	ends, _ := opened.Text(t, "expiration")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	registry.arm(fault, 0, false, cancel)
	diags = p.Close(ctx, ephemeralKey, opened)
	registry.checkStruck(t)
	switch n := registry.quay.Objects()["service_keys"]; {
	case len(diags) > 0 && passes:
		t.Errorf("the fault passes, but the key was not closed: %v", diags)
	case len(diags) == 0 && n != 0:
		t.Error("the key is left, and no error shows")
	case len(diags) > 0 && (!strings.Contains(diags[0].Detail, kid) || !strings.Contains(diags[0].Detail, ends)):
		t.Errorf("the error names neither key nor date: %v", diags)
	case ctx.Err() != nil && n != 0:
		t.Error("the key is left because Terraform was told to stop")
	}
}

// Where it cannot be found out what a lost answer hides, the error tells how to
// know the key.
func TestEphemeralKeyUnknown(t *testing.T) {
	t.Parallel()
	registry := startFaulty(t)
	p := registry.Serve(t, nil)
	registry.arm(faults["response lost"], 0, true, nil)
	_, diags := p.Open(t.Context(), ephemeralKey, acctest.Attributes{"service": "tfacc"})
	registry.checkStruck(t)
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

// An ephemeral key can be used while Terraform applies, and is then neither in
// the registry nor in the plan, the state, or what was printed and logged.
func TestAccEphemeralKeyStaysNowhere(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	c := newCommandLine(t, registry, fmt.Sprintf(`
		ephemeral "quay_service_key" "test" {
		  service   = %q
		  valid_for = "10m"
		}
		resource "terraform_data" "use" {
		  provisioner "local-exec" {
		    command     = "printf '%%s' \"$KEY\" > used"
		    environment = { KEY = ephemeral.quay_service_key.test.private_key }
		  }
		}
	`, service))
	c.cli.Env = append(c.cli.Env, "TF_LOG=TRACE")
	c.run(true, "plan", "-out=saved")
	c.run(true, "show", "-json", "saved")
	c.run(true, "apply", "saved")
	c.run(true, "show", "-json")
	c.run(true, "plan", "-detailed-exitcode")

	used, err := os.ReadFile(filepath.Join(c.cli.Dir, "used"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(used)
	if block == nil {
		t.Fatalf("used was %q", used)
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
		t.Error(err)
	}
	state, err := os.ReadFile(filepath.Join(c.cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{
		"the plan": unzipped(t, filepath.Join(c.cli.Dir, "saved")), "the state": string(state),
		"what Terraform printed": c.printed.String(), "the provider's log": c.providerLog(),
	} {
		// The keys of the plans too, which this test does not know.
		for _, secret := range []string{strings.Split(string(used), "\n")[3], "BEGIN RSA PRIVATE KEY"} {
			if strings.Contains(text, secret) {
				t.Errorf("a private key is in %s", where)
			}
		}
	}
	for _, key := range registry.Must(t, http.MethodGet, "/superuser/keys", nil).(map[string]any)["keys"].([]any) {
		if key := key.(map[string]any); key["service"] == service {
			t.Errorf("left in the registry: %v", key)
		}
	}
}

// unzipped returns all that is in a plan, which is a ZIP archive.
func unzipped(t *testing.T, file string) string {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var all bytes.Buffer
	for _, entry := range archive.File {
		content, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, content); err != nil {
			t.Fatal(err)
		}
		content.Close()
	}
	if !strings.Contains(all.String(), "terraform_data") {
		t.Fatal("this is no plan")
	}
	return all.String()
}
