package provider_test

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Terraform can use an ephemeral key during an apply. Afterwards, the key is neither in the
// registry nor in the plan, the state, the output or the logs.
func TestAccEphemeralKeyStaysNowhere(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	c := newCommandLine(t, registry, "")
	c.requireVersion(acctest.Ephemeral)
	c.use(map[string]string{"service": service})
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
