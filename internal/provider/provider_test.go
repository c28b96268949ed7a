package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		settings         acctest.Attributes
		attribute, words string
	}{
		"not a URL":               {acctest.Attributes{"url": "quay.example.com"}, "url", "write it like https://quay.example.com"},
		"other scheme":            {acctest.Attributes{"url": "ftp://quay.example.com"}, "url", "is not a web address"},
		"password in URL":         {acctest.Attributes{"url": "https://me:pw@quay.example.com"}, "url", "give the token by itself"},
		"query in URL":            {acctest.Attributes{"url": "https://quay.example.com/?a=b"}, "url", "leave it out"},
		"API in URL":              {acctest.Attributes{"url": "https://quay.example.com/api/v1/"}, "url", "ends in /api/v1"},
		"empty token":             {acctest.Attributes{"token": ""}, "token", "at least 1"},
		"two tokens":              {acctest.Attributes{"token": "one two"}, "token", "holds white space"},
		"time-out":                {acctest.Attributes{"request_timeout": "soon"}, "request_timeout", `"soon" must be a duration such as 90s or 2m`},
		"time-out of zero":        {acctest.Attributes{"request_timeout": "0s"}, "request_timeout", "above zero"},
		"retries":                 {acctest.Attributes{"max_retries": -1}, "max_retries", "between 0 and 100"},
		"certificate":             {acctest.Attributes{"ca_certificate": "nonsense"}, "ca_certificate", "no PEM certificate"},
		"certificate file":        {acctest.Attributes{"ca_certificate_file": notPEM}, "ca_certificate", "no PEM certificate"},
		"missing file":            {acctest.Attributes{"ca_certificate_file": "/nowhere/ca.pem"}, "ca_certificate_file", "no such file"},
		"two certificates":        {acctest.Attributes{"ca_certificate": "a", "ca_certificate_file": "b"}, "ca_certificate", "cannot be specified when"},
		"header is the token's":   {acctest.Attributes{"headers": map[string]string{"authorization": "x"}}, "headers", "is set from token"},
		"not a header":            {acctest.Attributes{"headers": map[string]string{"a b": "x"}}, "headers", "is not a header's name"},
		"unknown url":             {acctest.Attributes{"url": acctest.Unknown}, "url", "known only after apply"},
		"unknown token":           {acctest.Attributes{"token": acctest.Unknown}, "token", "known only after apply"},
		"unknown headers":         {acctest.Attributes{"headers": acctest.Unknown}, "headers", "known only after apply"},
		"unknown certificate":     {acctest.Attributes{"ca_certificate": acctest.Unknown}, "ca_certificate", "known only after apply"},
		"unknown retries":         {acctest.Attributes{"max_retries": acctest.Unknown}, "max_retries", "known only after apply"},
		"unknown skip of the TLS": {acctest.Attributes{"insecure_skip_verify": acctest.Unknown}, "insecure_skip_verify", "known only after apply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := registry.Configure(t, c.settings)
			if len(diags) != 1 {
				t.Fatalf("diagnostics: %v", diags)
			}
			if text := diags[0].Summary + " " + diags[0].Detail; !strings.Contains(text, c.words) {
				t.Errorf("the words are %q, without %q", text, c.words)
			}
			if got := diags[0].Attribute.String(); !strings.HasPrefix(got, `AttributeName("`+c.attribute+`")`) {
				t.Errorf("the error is on %s, not on %s", got, c.attribute)
			}
			if strings.Contains(diags[0].Detail, "pw@") {
				t.Errorf("the detail shows the password: %s", diags[0].Detail)
			}
		})
	}
}

func TestSettingsFromVariables(t *testing.T) {
	registry := acctest.Start(t)
	none := acctest.Attributes{"url": nil, "token": nil}

	t.Setenv("QUAY_URL", "")
	t.Setenv("QUAY_TOKEN", "")
	_, diags := registry.Configure(t, none)
	if len(diags) != 2 || !strings.Contains(diags[0].Detail, "QUAY_URL") || !strings.Contains(diags[1].Detail, "QUAY_TOKEN") {
		t.Errorf("diagnostics without variables: %v", diags)
	}

	t.Setenv("QUAY_URL", "example.com")
	t.Setenv("QUAY_TOKEN", registry.Token)
	_, diags = registry.Configure(t, none)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "is not a web address") {
		t.Errorf("diagnostics with a bad QUAY_URL: %v", diags)
	}

	t.Setenv("QUAY_URL", registry.URL)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	registry.Serve(t, none).Create("quay_user", acctest.Attributes{"username": name})

	t.Setenv("QUAY_CA_CERTIFICATE_FILE", "/nowhere/ca.pem")
	_, diags = registry.Configure(t, none)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "no such file") {
		t.Errorf("diagnostics with a missing file: %v", diags)
	}
}

func TestSettingsReachRegistry(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	var header http.Header
	registry.Simulator(t).Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		header = r.Header
		return false
	})
	p := registry.Serve(t, acctest.Attributes{
		"headers": map[string]string{"X-Gateway-Key": "k"}, "request_timeout": "5s", "max_retries": 0,
	})
	p.Create("quay_user", acctest.Attributes{"username": acctest.Name("tfuser")})
	if header.Get("X-Gateway-Key") != "k" || header.Get("Authorization") != "Bearer "+registry.Token {
		t.Errorf("headers: %v", header)
	}
	if got := header.Get("User-Agent"); got != "terraform-provider-quay/test (Terraform 1.15.0)" {
		t.Errorf("User-Agent: %q", got)
	}
}

// A token that was read from a file ends with a line's end.
func TestTokenTrimmed(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	registry.Serve(t, acctest.Attributes{"token": registry.Token + "\n"}).Create("quay_user", acctest.Attributes{"username": name})
}

func TestInsecureWarns(t *testing.T) {
	t.Parallel()
	_, diags := acctest.Start(t).Configure(t, acctest.Attributes{"insecure_skip_verify": true})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "ca_certificate_file") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// An address that is known only after apply is named by Terraform itself.
func TestAccUnknownURL(t *testing.T) {
	t.Parallel()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: `
				resource "terraform_data" "url" { input = "https://quay.example.com" }
				provider "quay" {
				  url   = terraform_data.url.output
				  token = "t"
				}
				resource "quay_user" "test" { username = "alice" }
			`,
			ExpectError: acctest.Words("url depends on something that is known only after apply"),
		}},
	})
}
