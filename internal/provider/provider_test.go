package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
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
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		settings         acctest.Attributes
		attribute, words string
	}{
		"not a URL":              {acctest.Attributes{"url": "https://quay example.com"}, "url", "url must be a URL, such as https://quay.example.com."},
		"no scheme":              {acctest.Attributes{"url": "quay.example.com"}, "url", "url must be a web address, such as https://quay.example.com."},
		"other scheme":           {acctest.Attributes{"url": "ftp://quay.example.com"}, "url", "must be a web address"},
		"port too high":          {acctest.Attributes{"url": "https://quay.example.com:84430"}, "url", "must be a web address"},
		"password in URL":        {acctest.Attributes{"url": "https://me:pw@quay.example.com"}, "url", "give the token by itself"},
		"query in URL":           {acctest.Attributes{"url": "https://quay.example.com/?a=b"}, "url", "leave it out"},
		"API in URL":             {acctest.Attributes{"url": "https://quay.example.com/api/v1/"}, "url", "must not end in /api/v1"},
		"two tokens":             {acctest.Attributes{"token": "one two"}, "token", "token must not hold white space"},
		"time-out":               {acctest.Attributes{"request_timeout": "soon"}, "request_timeout", `request_timeout must be a duration such as 90s or 2m, above zero.`},
		"time-out of zero":       {acctest.Attributes{"request_timeout": "0s"}, "request_timeout", "above zero"},
		"retries":                {acctest.Attributes{"max_retries": -1}, "max_retries", "max_retries must be between 0 and 100."},
		"too many retries":       {acctest.Attributes{"max_retries": 101}, "max_retries", "max_retries must be between 0 and 100."},
		"part of a retry":        {acctest.Attributes{"max_retries": 1.5}, "max_retries", "max_retries must be a whole number."},
		"certificate":            {acctest.Attributes{"ca_certificate": "nonsense"}, "ca_certificate", "ca_certificate holds no PEM certificate"},
		"certificate file":       {acctest.Attributes{"ca_certificate_file": notPEM}, "ca_certificate_file", "The file that ca_certificate_file names holds no PEM certificate"},
		"empty certificate file": {acctest.Attributes{"ca_certificate_file": empty}, "ca_certificate_file", "The file that ca_certificate_file names holds no PEM certificate"},
		"missing file":           {acctest.Attributes{"ca_certificate_file": "/nowhere/ca.pem"}, "ca_certificate_file", "The file that ca_certificate_file names cannot be read: no such file"},
		"folder":                 {acctest.Attributes{"ca_certificate_file": filepath.Dir(notPEM)}, "ca_certificate_file", "cannot be read: is a directory"},
		"certificate, not file":  {acctest.Attributes{"ca_certificate_file": "-----BEGIN pw@"}, "ca_certificate_file", "cannot be read: no such file"},
		"two certificates":       {acctest.Attributes{"ca_certificate": "a", "ca_certificate_file": "b"}, "ca_certificate", "are both given"},
		"header is the token's":  {acctest.Attributes{"headers": map[string]string{"authorization": "x"}}, "headers", "Authorization is set from the access token"},
		"header is the client's": {acctest.Attributes{"headers": map[string]string{"accept": "x"}}, "headers", "Accept is set by the client itself"},
		"not a header":           {acctest.Attributes{"headers": map[string]string{"pw@ b": "x"}}, "headers", "is not the name of an HTTP header"},
		"line break in a header": {acctest.Attributes{"headers": map[string]string{"X-G": "pw@\n"}}, "headers", "X-G holds a line break or another control character"},
		"twice the same header":  {acctest.Attributes{"headers": map[string]string{"X-G": "a", "x-g": "b"}}, "headers", "X-G is given more than once"},
		"host that is none":      {acctest.Attributes{"headers": map[string]string{"Host": "a/b"}}, "headers", "must be a host name"},
		"token and username":     {acctest.Attributes{"token": "t", "username": "admin"}, "token", "token and username are both given"},
		"token and password":     {acctest.Attributes{"token": "t", "password": "pw@pw@pw@"}, "token", "token and password are both given"},
		"username alone":         {acctest.Attributes{"token": nil, "username": "admin"}, "password", "QUAY_PASSWORD"},
		"password alone":         {acctest.Attributes{"token": nil, "password": "pw@pw@pw@"}, "username", "QUAY_USERNAME"},
		"start of no time":       {acctest.Attributes{"startup_timeout": "0s"}, "startup_timeout", "above zero"},
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

// The contract's checks of configurations also hold for the provider's settings.
func TestSettings(t *testing.T) {
	t.Parallel()
	acctest.CheckSettings(t)
}

func TestSettingsFromVariables(t *testing.T) {
	registry := acctest.Start(t)
	none := acctest.Attributes{"url": nil, "token": nil}

	t.Setenv("QUAY_URL", "")
	t.Setenv("QUAY_TOKEN", "")
	_, diags := registry.Configure(t, none)
	if len(diags) != 2 || !strings.Contains(diags[0].Detail, "QUAY_URL") || !strings.Contains(diags[1].Detail, "QUAY_TOKEN") ||
		!strings.Contains(diags[1].Detail, "QUAY_USERNAME") {
		t.Errorf("diagnostics without variables: %v", diags)
	}

	t.Setenv("QUAY_URL", "example.com")
	t.Setenv("QUAY_TOKEN", registry.Token)
	_, diags = registry.Configure(t, none)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "QUAY_URL must be a web address") {
		t.Errorf("diagnostics with a bad QUAY_URL: %v", diags)
	}

	t.Setenv("QUAY_URL", registry.URL)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	registry.Serve(t, none).Create("quay_user", acctest.Attributes{"username": name})

	t.Setenv("QUAY_TOKEN", "one two")
	_, diags = registry.Configure(t, none)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "QUAY_TOKEN must not hold white space") {
		t.Errorf("diagnostics with a bad QUAY_TOKEN: %v", diags)
	}
	t.Setenv("QUAY_TOKEN", registry.Token)

	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, words := range map[string]string{"/nowhere/ca.pem": "cannot be read: no such file", notPEM: "holds no PEM certificate"} {
		t.Setenv("QUAY_CA_CERTIFICATE_FILE", file)
		_, diags = registry.Configure(t, none)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "The file that the variable QUAY_CA_CERTIFICATE_FILE names "+words) ||
			diags[0].Attribute.String() != `AttributeName("ca_certificate_file")` {
			t.Errorf("diagnostics with a file that cannot be used: %v", diags)
		}
	}
}

// Whatever is empty or white space counts as not given, in the block and in the
// variables.
func TestEmptySettingsAreNotGiven(t *testing.T) { //nolint:paralleltest // sets variables
	registry := acctest.Start(t)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, []byte(newAuthority(t).pem), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, blank := range []string{"", " ", "\n", " \t\r\n"} {
		everything := acctest.Attributes{"url": blank, "token": blank, "ca_certificate": blank, "ca_certificate_file": blank, "request_timeout": blank}

		t.Setenv("QUAY_URL", blank)
		t.Setenv("QUAY_TOKEN", blank)
		t.Setenv("QUAY_CA_CERTIFICATE_FILE", blank)
		_, diags := registry.Configure(t, everything)
		if len(diags) != 2 || !strings.Contains(diags[0].Detail, "QUAY_URL") || !strings.Contains(diags[1].Detail, "QUAY_TOKEN") {
			t.Errorf("%q: diagnostics without variables: %v", blank, diags)
		}

		t.Setenv("QUAY_URL", registry.URL+blank)
		t.Setenv("QUAY_TOKEN", blank+registry.Token+blank)
		_, diags = registry.Serve(t, everything).ReadData("quay_user", acctest.Attributes{"username": "admin"})
		acctest.NoErrors(t, diags)

		// The one that is given counts, and the variable only where neither is.
		t.Setenv("QUAY_CA_CERTIFICATE_FILE", "/nowhere/ca.pem")
		if _, diags = registry.Configure(t, everything); len(diags) != 1 || !strings.Contains(diags[0].Detail, "QUAY_CA_CERTIFICATE_FILE") {
			t.Errorf("%q: diagnostics with the variable of a missing file: %v", blank, diags)
		}
		_, diags = registry.Configure(t, acctest.Attributes{"ca_certificate": blank, "ca_certificate_file": authority + blank})
		acctest.NoErrors(t, diags)
		_, diags = registry.Configure(t, acctest.Attributes{"ca_certificate": newAuthority(t).pem, "ca_certificate_file": blank})
		acctest.NoErrors(t, diags)
	}
}

// A value from a file ends with a line break.
func TestAddressTrimmed(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	for _, url := range []string{registry.URL + "\n", " " + registry.URL + "/\r\n", "\t" + registry.URL} {
		_, diags := registry.Serve(t, acctest.Attributes{"url": url}).ReadData("quay_user", acctest.Attributes{"username": "admin"})
		acctest.NoErrors(t, diags)
	}
}

// Only a connection within this machine may go without encryption.
func TestPlainHTTPWarns(t *testing.T) {
	t.Parallel()
	for url, warns := range map[string]bool{
		"http://quay.example.com": true, "HTTP://quay.example.com": true, "http://10.0.0.1:8080": true, "http://[2001:db8::1]": true,
		"http://0.0.0.0": true, "http://localhost.example.com": true, "http://127.0.0.1.example.com": true, "http://128.0.0.1": true,
		"http://[::2]": true, "http://quay.example.com\n": true,
		"https://quay.example.com": false, "http://127.0.0.1:8080": false, "http://127.9.8.7": false, "http://localhost": false,
		"http://LOCALHOST:8080": false, "http://localhost.": false, "http://[::1]:8080": false, "http://[::ffff:127.0.0.1]": false,
	} {
		_, diags := acctest.At(url, "t0ken").Configure(t, nil)
		if !warns {
			if len(diags) > 0 {
				t.Errorf("%s: diagnostics: %s", url, diags[0].Detail)
			}
			continue
		}
		if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Attribute.String() != `AttributeName("url")` ||
			!strings.Contains(diags[0].Summary, "without encryption") {
			t.Errorf("%s: diagnostics: %v", url, diags)
		}
	}
}

// The provider reports an invalid proxy before the first call.
func TestBadProxyVariable(t *testing.T) {
	registry := acctest.At("https://quay.test", "t0ken")
	t.Setenv("HTTPS_PROXY", "://bad")
	_, diags := registry.Configure(t, nil)
	if len(diags) != 1 || diags[0].Summary != "Invalid environment variable" || !strings.HasPrefix(diags[0].Detail, "HTTPS_PROXY is not the address of a proxy") {
		t.Errorf("diagnostics: %v", diags)
	}
	t.Setenv("NO_PROXY", ".test")
	_, diags = registry.Configure(t, nil)
	acctest.NoErrors(t, diags)
}

// A proxy that is down is named, with what to do.
func TestProxyDown(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	p := acctest.At("https://quay.test", "t0ken").Serve(t, nil)
	_, diags := p.ReadData("quay_user", acctest.Attributes{"username": "admin"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "The proxy that HTTPS_PROXY names cannot be reached") ||
		strings.Contains(diags[0].Detail, "Check that the registry is up") {
		t.Errorf("diagnostics: %v", diags)
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
	p := registry.Serve(t, acctest.Attributes{"headers": map[string]string{"X-Gateway-Key": "k"}})
	p.Create("quay_user", acctest.Attributes{"username": acctest.Name("tfuser")})
	if header.Get("X-Gateway-Key") != "k" || header.Get("Authorization") != "Bearer "+registry.Token {
		t.Errorf("headers: %v", header)
	}
	if got := header.Get("User-Agent"); got != "terraform-provider-quay/test (Terraform 1.15.0)" {
		t.Errorf("User-Agent: %q", got)
	}
}

// The provider retries as often as max_retries says.
func TestMaxRetriesReachesClient(t *testing.T) {
	t.Parallel()
	for retries, want := range map[any]int64{0: 1, 2: 3, nil: 5} {
		t.Run(fmt.Sprint(retries), func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				w.WriteHeader(http.StatusServiceUnavailable)
			}))
			t.Cleanup(busy.Close)
			p := acctest.At(busy.URL, "t").Serve(t, acctest.Attributes{"max_retries": retries})
			_, diags := p.ReadData("quay_user", acctest.Attributes{"username": "admin"})
			if len(diags) != 1 || requests.Load() != want {
				t.Errorf("%d requests, want %d: %v", requests.Load(), want, diags)
			}
		})
	}
}

// The provider waits for a response as long as request_timeout says.
func TestRequestTimeoutReachesClient(t *testing.T) {
	t.Parallel()
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { acctest.Hang(r) }))
	t.Cleanup(hanging.Close)
	p := acctest.At(hanging.URL, "t").Serve(t, acctest.Attributes{"request_timeout": "100ms"})
	began := time.Now()
	_, diags := p.ReadData("quay_user", acctest.Attributes{"username": "admin"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "superuser/users/admin") {
		t.Errorf("diagnostics: %v", diags)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
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

// An address that is known only after apply is checked then.
func TestAccUnknownURL(t *testing.T) {
	t.Parallel()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: `
				resource "terraform_data" "url" { input = "quay.example.com" }
				provider "quay" {
				  url   = terraform_data.url.output
				  token = "t"
				}
				resource "quay_user" "test" { username = "alice" }
			`,
			ExpectError: acctest.ErrorContains("url must be a web address"), // the plan makes no call, and the apply knows the value
		}},
	})
}
