package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

const (
	headerValue = "h3ad3r-v4lu3"
	password    = "p4ssw0rd-p4ssw0rd"
)

// checkSecrets checks that a text shows no secret, and no large part of a secret.
func checkSecrets(t *testing.T, what, text string) {
	t.Helper()
	for _, secret := range []string{token, headerValue, password} {
		if strings.Contains(text, secret[:8]) {
			t.Errorf("%s shows a secret: %s", what, text)
		}
	}
}

// verbs print a value in each form.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"}

func secretive(config *client.Config) {
	config.Headers = map[string]string{"X-Gateway": headerValue, "X-Longer": token + "-and-more"}
}

func TestSecretsAreBlottedOutOfErrors(t *testing.T) {
	t.Parallel()
	echo := fmt.Sprintf("you sent %s-and-more and %s and %s and %s", token, headerValue, password, token)
	// A message is cut somewhere behind this many letters.
	inTheMiddle := strings.Repeat("x", 450) + token + headerValue
	answers := map[string]http.Handler{
		"message":       jsonReply(400, fmt.Sprintf(`{"message":%q}`, echo)),
		"field":         jsonReply(400, fmt.Sprintf(`{"message":{"password":%q}}`, echo)),
		"problem":       jsonReply(403, fmt.Sprintf(`{"error_message":%q,"error_type":"insufficient_scope"}`, echo)),
		"error":         jsonReply(401, fmt.Sprintf(`{"error":%q}`, echo)),
		"list":          jsonReply(400, fmt.Sprintf(`{"message":[%q]}`, echo)),
		"title":         htmlReply(500, "<title>"+echo+"</title>"),
		"page":          htmlReply(404, "<title>"+echo),
		"text":          reply{status: 502, contentType: "text/plain", body: echo},
		"wait":          reply{status: 503, header: map[string]string{"Retry-After": echo}},
		"redirect":      redirect(302, "https://elsewhere.test/?"+strings.ReplaceAll(echo, " ", "+")),
		"200 with text": reply{status: 200, contentType: "text/plain", body: echo},
		"cut":           jsonReply(400, fmt.Sprintf(`{"message":%q}`, inTheMiddle)),
		"cut page":      htmlReply(500, "<title>"+inTheMiddle+"</title>"),
		"cut text":      reply{status: 200, contentType: "text/plain", body: strings.Repeat("x", 180) + token},
		"cut redirect":  redirect(302, "https://elsewhere.test/"+inTheMiddle),
		"not HTTP at all": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				io.WriteString(connection, token+"\r\n\r\n") //nolint:errcheck // the client notices
				connection.Close()
			}
		}),
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, start(t, answer).URL, secretive)
			err := c.ChangeUser(t.Context(), "alice", client.UserChange{Password: new(password)})
			if err == nil {
				t.Fatal("no error")
			}
			e := failure(t, err)
			checkSecrets(t, "the remedy", e.Remedy())
			for _, verb := range verbs {
				checkSecrets(t, verb, fmt.Sprintf(verb, err))
				checkSecrets(t, verb+" of the wrapped error", fmt.Sprintf(verb, errors.Join(fmt.Errorf("applying: %w", err))))
			}
			if strings.Contains(e.Message, "-and-more") {
				t.Errorf("message %q shows the end of a secret that begins as another does", e.Message)
			}
			if !strings.Contains(e.Message, "(secret)") {
				t.Errorf("message %q does not tell where a secret was", e.Message)
			}
		})
	}
}

func TestWordsThatAreNoSecretStay(t *testing.T) {
	t.Parallel()
	// An empty header or password must not be blotted out between all letters.
	c := newClient(t, start(t, jsonReply(400, `{"message":"No."}`)).URL, func(config *client.Config) {
		config.Headers = map[string]string{"X-Empty": ""}
	})
	err := c.ChangeUser(t.Context(), "alice", client.UserChange{Password: new("")})
	if e := failure(t, err); e.Message != "No." {
		t.Errorf("message is %q", e.Message)
	}
}

// The client does not search its replacements again. It keeps short header values, which can
// occur in any message.
func TestRedactionLeavesTheMessageReadable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers       map[string]string
		message, want string
	}{
		"one letter":             {map[string]string{"X-A": "e", "X-B": "1", "X-C": "prod"}, "The email e of user 1 in prod exists.", "The email e of user 1 in prod exists."},
		"words of the mark":      {map[string]string{"X-A": "(secret)", "X-B": "secret", "X-C": "s"}, "you sent " + token, "you sent (secret)"},
		"the mark itself":        {map[string]string{"X-A": "(secret)"}, "you sent (secret)", "you sent (secret)"},
		"seven characters":       {map[string]string{"X-A": "gateway"}, "the gateway refuses", "the gateway refuses"},
		"eight characters":       {map[string]string{"X-A": "gateway1"}, "the gateway1 refuses", "the (secret) refuses"},
		"eight letters, Ünïcode": {map[string]string{"X-A": "schlüssel"}, "schlüssel", "(secret)"},
		"four letters, 8 bytes":  {map[string]string{"X-A": "üüüü"}, "üüüü", "üüüü"},
		"longest first":          {map[string]string{"X-A": "abcdefgh", "X-B": "abcdefghij", "X-C": "abcdefghijkl"}, "abcdefghijkl abcdefghij abcdefgh", "(secret) (secret) (secret)"},
		"blanks around":          {map[string]string{"X-A": " abcdefgh "}, "you sent abcdefgh.", "you sent (secret)."},
		"as JSON":                {map[string]string{"X-A": `a"b\<defgh`}, `you sent {"key": "a\"b\\\u003cdefgh"}`, `you sent {"key": "(secret)"}`},
		"quote at the end":       {map[string]string{"X-A": `abcdefgh"`}, `you sent "abcdefgh\""`, `you sent "(secret)"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(map[string]string{"message": test.message})
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(t, start(t, jsonReply(400, string(body))).URL, func(config *client.Config) { config.Headers = test.headers })
			if e := failure(t, c.DeleteUser(t.Context(), "alice")); e.Message != test.want {
				t.Errorf("message is %q, want %q", e.Message, test.want)
			}
		})
	}
}

// A short token would be redacted all the same.
func TestTokenIsAlwaysRedacted(t *testing.T) {
	t.Parallel()
	c := newClient(t, start(t, htmlReply(502, "<title>no tok1</title>")).URL, func(config *client.Config) { config.Token = "tok1" })
	if e := failure(t, c.DeleteUser(t.Context(), "alice")); e.Message != `a web page ("no (secret)") instead of JSON` {
		t.Errorf("message is %q", e.Message)
	}
}

func TestPrintedClientShowsNoSecret(t *testing.T) {
	t.Parallel()
	c := newClient(t, "https://quay.test/registry", secretive)
	config := client.Config{URL: "https://quay.test/registry", Token: token}
	secretive(&config)
	for _, verb := range verbs {
		for _, value := range []any{c, *c, []*client.Client{c}, struct{ Client *client.Client }{c}, config, &config} {
			text := fmt.Sprintf(verb, value)
			checkSecrets(t, fmt.Sprintf("%s of %T", verb, value), text)
		}
	}
	if got := fmt.Sprintf("%+v", c); got != "client of https://quay.test/registry" {
		t.Errorf("the client is printed as %q", got)
	}
}

func TestTokenDoesNotFollowRedirects(t *testing.T) {
	t.Parallel()
	elsewhere := &recorder{}
	other := start(t, elsewhere)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for method, call := range byMethod {
			server := &recorder{Handler: redirect(status, other.URL+"/api/v1/superuser/users/alice")}
			err := call(t.Context(), newClient(t, start(t, server).URL, retries(2), secretive))
			if !errors.Is(err, client.Unexpected) {
				t.Errorf("%s and %d: error is %v, want Unexpected", method, status, err)
			}
			server.only(t)
		}
	}
	if requests := elsewhere.all(); len(requests) > 0 {
		t.Errorf("%d requests were sent to where redirects led: %v", len(requests), requests)
	}
}

func TestRedirectsWithinTheRegistryAreNotFollowed(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: redirect(308, "/api/v1/superuser/users/alice/")}
	_, err := newClient(t, start(t, server).URL).GetUser(t.Context(), "alice")
	if !errors.Is(err, client.NotAvailable) {
		t.Errorf("error is %v, want NotAvailable", err)
	}
	server.only(t)
}

// logbook is a log kept in memory: the calls, and what was sent again.
type logbook struct {
	mu              sync.Mutex
	fields, retries []map[string]any
}

func (l *logbook) log(_ context.Context, message string, fields map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if message == "calling Quay again" {
		l.retries = append(l.retries, fields)
		return
	}
	l.fields = append(l.fields, fields)
}

func TestLogTellsOfCallsButNoSecret(t *testing.T) {
	t.Parallel()
	var book logbook
	fault := htmlReply(503, "<title>"+token+headerValue+"</title>")
	created := jsonReply(200, `{"username":"alice","password":"`+password+`"}`)
	server := start(t, inTurn(fault, fault, jsonReply(200, "{}"), created, redirect(302, "/"+token)))
	c := newClient(t, server.URL, secretive, retries(3), func(config *client.Config) { config.Log = book.log })
	change := client.UserChange{Password: new(password)}
	if err := c.ChangeUser(t.Context(), "alice", change); err != nil {
		t.Fatal(err)
	}
	if user, err := c.CreateUser(t.Context(), "bob", ""); err != nil || user.Password != password {
		t.Fatal(user, err)
	}
	if err := c.DeleteUser(t.Context(), "carol"); err == nil {
		t.Fatal("no error")
	}

	want := []map[string]any{
		{"operation": "changeInstallUser", "method": "PUT", "path": "/api/v1/superuser/users/alice", "status": 200, "attempts": 3},
		{"operation": "createInstallUser", "method": "POST", "path": "/api/v1/superuser/users/", "status": 200, "attempts": 1},
		{"operation": "deleteInstallUser", "method": "DELETE", "path": "/api/v1/superuser/users/carol", "status": 302, "attempts": 1},
	}
	if len(book.fields) != len(want) {
		t.Fatalf("%d calls are logged, want %d", len(book.fields), len(want))
	}
	for i, fields := range book.fields {
		checkSecrets(t, "the log", fmt.Sprintf("%#v", fields))
		if _, ok := fields["ms"].(int64); !ok {
			t.Errorf("duration is %v (%[1]T)", fields["ms"])
		}
		delete(fields, "ms")
		if !maps.Equal(fields, want[i]) {
			t.Errorf("logged %v, want %v", fields, want[i])
		}
	}
}

func TestLogTellsOfEachRetry(t *testing.T) {
	t.Parallel()
	var book logbook
	garbled := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, token+headerValue) //nolint:errcheck // the client notices
	})
	alice := jsonReply(200, `{"username":"alice"}`)
	server := start(t, inTurn(http.HandlerFunc(reset), busy(429, "1"), garbled, busy(500, ""), alice))
	c := newClient(t, server.URL, secretive, retries(5), func(config *client.Config) { config.Log = book.log })
	if _, err := c.GetUser(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		reason string
		least  int64 // of the wait, in milliseconds
	}{{"connection reset by peer", 0}, {"429 Too Many Requests", 1000}, {"the answer broke off: unexpected EOF", 0}, {"500 Internal Server Error", 0}}
	if len(book.retries) != len(want) {
		t.Fatalf("%d retries are logged, want %d: %v", len(book.retries), len(want), book.retries)
	}
	for i, fields := range book.retries {
		checkSecrets(t, "the log", fmt.Sprintf("%#v", fields))
		text, _ := fields["reason"].(string)
		wait, _ := fields["wait_ms"].(int64)
		if !strings.HasSuffix(text, want[i].reason) || wait < want[i].least || wait > want[i].least+900 {
			t.Errorf("retry %d is logged with the reason %q and the wait %d ms, want %q and %d", i+1, text, wait, want[i].reason, want[i].least)
		}
		if fields["attempt"] != i+2 || fields["method"] != "GET" || fields["path"] != "/api/v1/superuser/users/alice" {
			t.Errorf("retry %d is logged as %v", i+1, fields)
		}
	}
}

// A server can repeat a secret in its answer. Go quotes a malformed answer in its
// error, and the log gives that error as the reason of a retry.
func TestLogOfRetriesShowsNoSecret(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  http.Handler
		reason string
	}{
		"answer": {
			reply{status: 503, contentType: "text/html", body: token + headerValue, header: map[string]string{"X-Echo": token}},
			"503 Service Unavailable",
		},
		"malformed answer": {says("HTTP/1.1 " + token + headerValue + "\r\n\r\n"), "(secret)(secret)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var book logbook
			c := newClient(t, start(t, test.fault).URL, secretive, retries(2), func(config *client.Config) { config.Log = book.log })
			if err := c.ChangeUser(t.Context(), "alice", client.UserChange{Password: new(password)}); err == nil {
				t.Fatal("no error")
			}
			if len(book.retries) != 2 || len(book.fields) != 1 {
				t.Errorf("%d retries and %d calls are logged", len(book.retries), len(book.fields))
			}
			for _, fields := range book.retries {
				if reason := fmt.Sprint(fields["reason"]); !strings.Contains(reason, test.reason) {
					t.Errorf("the reason %q does not contain %q", reason, test.reason)
				}
			}
			for _, fields := range append(book.retries, book.fields...) {
				checkSecrets(t, "the log", fmt.Sprintf("%#v", fields))
			}
		})
	}
}

func TestClientSendsWhatItHides(t *testing.T) {
	t.Parallel()
	server := &recorder{}
	c := newClient(t, start(t, server).URL, secretive)
	if err := c.ChangeUser(t.Context(), "alice", client.UserChange{Password: new(password)}); err != nil {
		t.Fatal(err)
	}
	request := server.only(t)
	if got := request.header.Get("Authorization"); got != "Bearer "+token {
		t.Errorf("Authorization is %q", got)
	}
	if got := request.header.Get("X-Gateway"); got != headerValue {
		t.Errorf("X-Gateway is %q", got)
	}
	if request.body != `{"password":"`+password+`"}` {
		t.Errorf("the body is %s", request.body)
	}
}
