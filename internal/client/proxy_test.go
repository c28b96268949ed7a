package client_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// Addresses of a registry that is reached through a proxy only: a loopback
// address would be reached without.
const (
	proxiedHTTPS = "https://quay.test"
	proxiedHTTP  = "http://quay.test"
)

func TestProxyVariablesAreChecked(t *testing.T) {
	const secret = "hunter2"
	for name, test := range map[string]struct {
		url, variable, value string
		refused              bool
	}{
		"no scheme and no host":     {proxiedHTTPS, "HTTPS_PROXY", "://bad", true},
		"no host":                   {proxiedHTTPS, "HTTPS_PROXY", "http://", true},
		"port alone":                {proxiedHTTPS, "HTTPS_PROXY", ":3128", true},
		"another scheme":            {proxiedHTTPS, "HTTPS_PROXY", "ftp://me:" + secret + "@proxy.test", true},
		"line break":                {proxiedHTTPS, "HTTPS_PROXY", "http://proxy.test:3128\n", true},
		"blank within":              {proxiedHTTPS, "HTTPS_PROXY", "http://proxy test:3128", true},
		"port in words":             {proxiedHTTPS, "HTTPS_PROXY", "http://me:" + secret + "@proxy.test:port", true},
		"port too high":             {proxiedHTTPS, "HTTPS_PROXY", "http://proxy.test:65536", true},
		"lower case":                {proxiedHTTPS, "https_proxy", "://bad", true},
		"of http":                   {proxiedHTTP, "HTTP_PROXY", "://bad", true},
		"of another scheme":         {proxiedHTTP, "HTTPS_PROXY", "://bad", false},
		"of https, for a loopback":  {"https://127.0.0.1:8443", "HTTPS_PROXY", "://bad", false},
		"white space":               {proxiedHTTPS, "HTTPS_PROXY", " \n", false},
		"host and port":             {proxiedHTTPS, "HTTPS_PROXY", "proxy.test:3128", false},
		"host":                      {proxiedHTTPS, "HTTPS_PROXY", "proxy.test", false},
		"address and port":          {proxiedHTTPS, "HTTPS_PROXY", "192.0.2.1:3128", false},
		"IPv6":                      {proxiedHTTPS, "HTTPS_PROXY", "http://[::1]:3128", false},
		"with a user and password":  {proxiedHTTPS, "HTTPS_PROXY", "https://me:" + secret + "@proxy.test", false},
		"SOCKS":                     {proxiedHTTPS, "HTTPS_PROXY", "socks5://proxy.test:1080", false},
		"SOCKS that resolves names": {proxiedHTTPS, "HTTPS_PROXY", "socks5h://proxy.test:1080", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(test.variable, test.value)
			_, err := client.New(client.Config{URL: test.url, Token: token})
			if !test.refused {
				if err != nil {
					t.Errorf("error is %v", err)
				}
				return
			}
			environment, ok := errors.AsType[*client.EnvironmentError](err)
			if !ok || environment.Variable != test.variable {
				t.Fatalf("error is %v, want one of the variable %s", err, test.variable)
			}
			if text := err.Error(); !strings.HasPrefix(text, test.variable+" is not the address of a proxy: write it like http://proxy.example.com:3128") ||
				strings.Contains(text, secret) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestNoProxyPassesABadProxyBy(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "://bad")
	for _, names := range []string{"quay.test", ".test", "*", "other.test, quay.test:443"} {
		t.Setenv("NO_PROXY", names)
		if _, err := client.New(client.Config{URL: proxiedHTTPS, Token: token}); err != nil {
			t.Errorf("NO_PROXY %q: error is %v", names, err)
		}
	}
}

func TestProxyErrorsNameTheVariable(t *testing.T) {
	var connects atomic.Int32
	answering := func(answer http.Handler) string {
		return start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			connects.Add(1)
			answer.ServeHTTP(w, req)
		})).URL
	}
	for name, test := range map[string]struct {
		url, variable, proxy string
		attempts             int // of a GET, with two retries allowed
		posts                int // of a POST
		message, remedy      string
	}{
		"down":               {proxiedHTTPS, "HTTPS_PROXY", refusing, 3, 3, "connection refused", "the proxy is up"},
		"down, http":         {proxiedHTTP, "HTTP_PROXY", refusing, 3, 3, "connection refused", "the proxy is up"},
		"down, lower case":   {proxiedHTTPS, "https_proxy", refusing, 3, 3, "connection refused", "the proxy is up"},
		"SOCKS, down":        {proxiedHTTPS, "HTTPS_PROXY", "socks5://127.0.0.1:1", 3, 3, "connection refused", "the proxy is up"},
		"unknown":            {proxiedHTTPS, "HTTPS_PROXY", "http://proxy.invalid", 1, 1, "no such host", "the proxy is up"},
		"wants a password":   {proxiedHTTPS, "HTTPS_PROXY", answering(reply{status: 407}), 1, 1, "407 Proxy Authentication Required", "user and password"},
		"forbids":            {proxiedHTTPS, "HTTPS_PROXY", answering(reply{status: 403}), 1, 1, "403 Forbidden", "does not let the call pass"},
		"is no proxy":        {proxiedHTTPS, "HTTPS_PROXY", answering(reply{status: 405}), 1, 1, "405 Method Not Allowed", "does not let the call pass"},
		"is busy":            {proxiedHTTPS, "HTTPS_PROXY", answering(reply{status: 503}), 3, 3, "503 Service Unavailable", "does not let the call pass"},
		"limits":             {proxiedHTTPS, "HTTPS_PROXY", answering(reply{status: 429}), 3, 3, "429 Too Many Requests", "does not let the call pass"},
		"speaks no HTTP":     {proxiedHTTPS, "HTTPS_PROXY", answering(says("SSH-2.0-OpenSSH_9.6\r\n")), 1, 1, "malformed HTTP response", "HTTPS_PROXY"},
		"hangs up":           {proxiedHTTPS, "HTTPS_PROXY", answering(says("")), 3, 1, "EOF", "HTTPS_PROXY"},
		"not a TLS proxy":    {proxiedHTTPS, "HTTPS_PROXY", strings.Replace(answering(reply{status: 200}), "http:", "https:", 1), 1, 1, "does not look like a TLS handshake", "the proxy is up"},
		"with user and name": {proxiedHTTPS, "HTTPS_PROXY", "http://me:hunter2@127.0.0.1:1", 3, 3, "connection refused", "the proxy is up"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(test.variable, test.proxy)
			c := newClient(t, test.url, retries(2))
			for method, want := range map[string]int{"GET": test.attempts, "POST": test.posts} {
				err := byMethod[method](t.Context(), c)
				e := failure(t, err)
				if e.Attempts != want {
					t.Errorf("%s: %d attempts, want %d", method, e.Attempts, want)
				}
				if !strings.Contains(e.Message, "("+test.variable+")") || !strings.Contains(e.Message, test.message) {
					t.Errorf("%s: message is %q, want %s and %q", method, e.Message, test.variable, test.message)
				}
				if !strings.Contains(e.Remedy(), test.variable) || !strings.Contains(e.Remedy(), test.remedy) {
					t.Errorf("%s: remedy is %q, want %s and %q", method, e.Remedy(), test.variable, test.remedy)
				}
				if undecided := name == "hangs up" || name == "speaks no HTTP"; client.OutcomeUnknown(err) != undecided {
					t.Errorf("%s: undecided: %v", method, client.OutcomeUnknown(err))
				}
				if strings.Contains(e.Error(), "hunter2") {
					t.Errorf("%s: the error shows the password: %v", method, e)
				}
			}
		})
	}
}
