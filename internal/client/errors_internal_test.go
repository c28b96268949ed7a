package client

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzAnswer throws answers at the classifier, without a server between that
// would take most of the time.
func FuzzAnswer(f *testing.F) {
	const secret = "s3cr3t"
	for _, seed := range []struct {
		status                      int
		contentType, location, body string
	}{
		{200, "application/json", "", `{"username":"alice"}`},
		{200, "text/html", "", "<title>Sign in</title>"},
		{200, "application/json", "", ""},
		{204, "", "", ""},
		{308, "text/html", "/api/v1/superuser/users/alice/", ""},
		{302, "text/html", "https://sso.test/?" + secret, ""},
		{301, "text/html", "https://elsewhere.test/\x1b[31m\r", ""},
		{400, "application/json", "", `{"message":""}`},
		{400, "application/json", "", `{"message":{"password":"` + secret + `"}}`},
		{400, "application/json", "", `{"message":[["` + secret + `"]]}`},
		{400, "application/json", "", `{"detail":5,"error_message":{},"error_type":[],"message":1e999}`},
		{403, "text/html", "", `{"error":"CSRF token was invalid or missing."}`},
		{404, "application/json", "", `{"error_type":"not_found"}`},
		{404, "text/html", "", "<title><h1>\n<br></h1></title><h1>\x00</h1>"},
		{500, "text/html", "", "\xff\xfe" + secret},
		{503, "", "", "{"},
	} {
		f.Add(seed.status, seed.contentType, seed.location, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, status int, contentType, location string, body []byte) {
		if status < 200 || status > 999 {
			t.Skip()
		}
		for _, out := range []any{nil, &User{}, &[]Quota{}} {
			a := response{status: status, contentType: contentType, location: location, retryAfter: location, body: body, complete: true}
			e := &Error{Operation: getInstallUser, Path: "/superuser/users/alice"}
			e.classify(&a)
			if (e.Kind == 0) != (status < 300) {
				t.Fatalf("status %d has kind %v", status, e.Kind)
			}
			if e.Kind == 0 {
				e.decode(&a, out)
			}
			if e.Kind == 0 {
				continue
			}
			e.redact([]string{secret})
			text := e.Error()
			if !strings.HasPrefix(text, "GET /api/v1/superuser/users/alice: ") || strings.HasSuffix(text, ": ") {
				t.Errorf("error reads %q", text)
			}
			if strings.ContainsAny(text, "\r\n\x00\x1b") || !utf8.ValidString(text) || len(text) > maxMessage+100 {
				t.Errorf("error is not one short line of text: %q", text)
			}
			if strings.Contains(text, secret) {
				t.Errorf("error shows the secret: %q", text)
			}
			// Only these words mean that an object does not exist.
			if e.Kind == NotFound && status != http.StatusNotFound && status != http.StatusBadRequest {
				t.Errorf("status %d means that the object does not exist", status)
			}
			_ = e.Remedy()
		}
	})
}

func TestKindsHaveTexts(t *testing.T) {
	t.Parallel()
	for kind := NotFound; kind <= NotConfigured; kind++ {
		if kind.Error() == "" {
			t.Errorf("kind %d has no text", kind)
		}
	}
	if got := len(kindText); got != int(NotConfigured)+1 {
		t.Errorf("%d texts for %d kinds", got, NotConfigured)
	}
}
