package client_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// The server gets accepted headers unchanged.
func TestHeadersArrive(t *testing.T) {
	t.Parallel()
	given := map[string]string{
		"X-Gateway-Key": "k", "x-lower": "v", "X-Empty": "", "X-Unicode": "schlüssel", "X-Inner": `a  "b", c`,
		"Host": "quay.example.com:8443", "Cookie": "session=1; other=2", "Forwarded": "for=192.0.2.1", "Via": "1.1 me",
		"X-Forwarded-For": "192.0.2.1", "Referer": "https://quay.example.com/", "Origin": "https://quay.example.com",
		"Cache-Control": "no-store", "Date": "Mon, 23 Nov 2026 01:09:36 GMT", "Range": "bytes=0-", "If-None-Match": `"x"`,
	}
	var host string
	server := &recorder{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		host = req.Host
		jsonReply(200, "{}").ServeHTTP(w, req)
	})}
	c := newClient(t, start(t, server).URL, func(config *client.Config) { config.Headers = given })
	if err := c.ChangeUser(t.Context(), "alice", client.UserChange{Email: new("alice@example.com")}); err != nil {
		t.Fatal(err)
	}
	header := server.only(t).header
	header.Set("Host", host)
	for name, want := range given {
		if got := header.Values(name); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer " + token, "Accept": "application/json", "User-Agent": "test/1", "Content-Type": "application/json",
	} {
		if got := header.Values(name); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestHeadersRefused(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for name, test := range map[string]struct{ name, value, words string }{
		"token":               {"authorization", "Basic " + secret, "is set from the access token"},
		"accept":              {"ACCEPT", "text/html", "is set by the client"},
		"content type":        {"Content-Type", "text/html", "is set by the client"},
		"content length":      {"content-length", "5", "is set by the client"},
		"user agent":          {"User-Agent", "me", "is set by the client"},
		"encoding":            {"Accept-Encoding", "br", "is set by the client"},
		"transfer encoding":   {"Transfer-Encoding", "chunked", "is set by the client"},
		"connection":          {"Connection", "close", "is set by the client"},
		"keep-alive":          {"Keep-Alive", "timeout=5", "is set by the client"},
		"te":                  {"TE", "trailers", "is set by the client"},
		"trailer":             {"Trailer", "X", "is set by the client"},
		"upgrade":             {"Upgrade", "h2c", "is set by the client"},
		"proxy":               {"Proxy-Authorization", secret, "write the proxy's user and password into HTTPS_PROXY"},
		"empty name":          {"", "x", "is not the name of an HTTP header"},
		"blank in the name":   {"X " + secret, "x", "is not the name of an HTTP header"},
		"colon in the name":   {"X-" + secret + ":", "x", "is not the name of an HTTP header"},
		"Ünïcode in the name": {"X-Ü" + secret, "x", "is not the name of an HTTP header"},
		"line break":          {"X-G", secret + "\n", "holds a line break or another control character"},
		"carriage return":     {"X-G", secret + "\r\nX-H: 1", "holds a line break or another control character"},
		"tab":                 {"X-G", secret + "\tx", "holds a line break or another control character"},
		"NUL":                 {"X-G", secret + "\x00", "holds a line break or another control character"},
		"DEL":                 {"X-G", secret + "\x7f", "holds a line break or another control character"},
		"C1 control":          {"X-G", secret + "\u0085", "holds a line break or another control character"},
		"empty host":          {"Host", "", "must be a host name, perhaps with a port"},
		"host with a path":    {"Host", "quay.example.com/" + secret, "must be a host name, perhaps with a port"},
		"host with a scheme":  {"host", "https://quay.example.com", "must be a host name, perhaps with a port"},
		"host with a user":    {"Host", secret + "@quay.example.com", "must be a host name, perhaps with a port"},
		"host with a blank":   {"Host", "quay example.com", "must be a host name, perhaps with a port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client.New(client.Config{URL: "https://quay.test", Token: token, Headers: map[string]string{test.name: test.value}})
			if err == nil || !strings.Contains(err.Error(), test.words) {
				t.Fatalf("error is %v, want the words %q", err, test.words)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error shows what may be secret: %v", err)
			}
			if got := client.CheckHeader(test.name, test.value); got == nil || got.Error() != err.Error() {
				t.Errorf("CheckHeader returns %v, New %v", got, err)
			}
		})
	}
}

// One of two headers of the same name would be lost.
func TestHeadersOfTheSameNameAreRefused(t *testing.T) {
	t.Parallel()
	headers := map[string]string{"X-Key": "a", "x-key": "b", "X-KEY": "c", "X-Other": "d"}
	_, err := client.New(client.Config{URL: "https://quay.test", Token: token, Headers: headers})
	if err == nil || !strings.Contains(err.Error(), "X-Key is given more than once") {
		t.Errorf("error is %v", err)
	}
	if got := client.RepeatedHeader(slices.Sorted(maps.Keys(headers))); got != "X-Key" {
		t.Errorf("the repeated header is %q", got)
	}
}
