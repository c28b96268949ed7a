package client_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

var titleOfPage = regexp.MustCompile(`(?s)<title[^>]*>(.*?)</title>`)

// words returns the first line of what a recorded answer says.
func (c *recordedCall) words() string {
	if title := titleOfPage.FindStringSubmatch(c.Response.Text); title != nil {
		return title[1]
	}
	var body struct {
		Message      json.RawMessage `json:"message"`
		ErrorMessage string          `json:"error_message"`
		Detail       string          `json:"detail"`
		Error        string          `json:"error"`
	}
	_ = json.Unmarshal(c.Response.JSON, &body)
	var message string
	if json.Unmarshal(body.Message, &message) != nil {
		var fields map[string]string
		_ = json.Unmarshal(body.Message, &fields)
		for field, help := range fields { // there is one
			message = field + ": " + help
		}
	}
	first, _, _ := strings.Cut(cmp.Or(message, body.ErrorMessage, body.Detail, body.Error), "\n")
	return first
}

// path returns the path of a recorded call below /api/v1.
func (c *recordedCall) path() string {
	path, _, _ := strings.Cut(strings.TrimPrefix(c.Request.Path, "/api/v1"), "?")
	return path
}

// The client classifies every recorded refusal of a real Quay by its status. It classifies a
// response with status 400 by the rules of the call's operation. Every rule matches the words
// of a recorded response.
func TestRecordedRefusalsAreUnderstood(t *testing.T) {
	t.Parallel()
	calls := callsByOperation(t)
	var server stage
	url := start(t, &server).URL
	shared := newClient(t, url)
	recorded := map[string]bool{} // rules, by the words that they know
	for area, all := range recordings(t) {
		for _, call := range all {
			answer := call.reply()
			if answer.status < 300 {
				continue
			}
			// A call that the client does not make is judged like one that it does.
			op, ours := operationOf(call.Request.Method, call.path())
			send := byMethod[strings.Replace(call.Request.Method, "PATCH", "PUT", 1)]
			if ours && op.Name != "getRepo" { // whose method makes something of an error
				send = calls[op.Name].make
			}
			words := call.words()
			want := client.Meaning{Kind: call.kind()}
			if ours && answer.status == http.StatusBadRequest {
				var rule string
				want, rule = op.MeaningOf(words)
				recorded[rule] = true
			}
			c := shared
			if op.Name == "getUserInformation" && answer.status == http.StatusNotFound { // whose answer has no type
				want.Kind = client.NotFound
			}
			withoutCall := want.Kind == client.NotAvailable
			if withoutCall {
				c = newClient(t, url) // it has not asked yet which calls Quay has
			}
			requests := server.set(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if answer.status == http.StatusPermanentRedirect { // as Quay does: to the call's own path
					w.Header().Set("Location", "http://"+req.Host+req.URL.EscapedPath()+"/")
				}
				answer.ServeHTTP(w, req)
			}))
			if withoutCall {
				requests.discovery = describe(nil)
			}
			name := fmt.Sprintf("%s: %s (%s %s)", area, call.Title, call.Request.Method, call.Request.Path)
			err := send(t.Context(), c)
			if err == nil {
				t.Errorf("%s: no error", name)
				continue
			}
			e := failure(t, err)
			if e.Kind != want.Kind || e.Field != want.Field {
				t.Errorf("%s: %d %q is %q on field %q, want %q on %q", name, answer.status, words, e.Kind, e.Field, want.Kind, want.Field)
			}
			checkText(t, requests.all()[0], e)
			want.Plain = cmp.Or(want.Plain, words[:min(len(words), 400)])
			if !strings.Contains(e.Message, want.Plain) && answer.status != http.StatusPermanentRedirect {
				t.Errorf("%s: message %q does not hold %q", name, e.Message, want.Plain)
			}
		}
	}
	for _, op := range client.Operations() {
		for _, rule := range op.RuleExpressions() {
			if !recorded[rule] {
				t.Errorf("no recorded answer to %s has the words %s", op.Name, rule)
			}
		}
	}
}

// kind is what the status of a recorded refusal says, and with it the type of a
// 403 or a 404.
func (c *recordedCall) kind() client.Kind {
	switch c.Response.Status {
	case http.StatusUnauthorized:
		return client.Unauthenticated
	case http.StatusForbidden:
		if strings.HasPrefix(c.words(), "CSRF token") {
			return client.Unauthenticated
		}
		return client.Denied
	case http.StatusNotFound:
		if strings.Contains(string(c.Response.JSON), `"not_found"`) {
			return client.NotFound
		}
		return client.NotAvailable
	case http.StatusPermanentRedirect, http.StatusMethodNotAllowed:
		return client.NotAvailable
	case http.StatusConflict:
		return client.Exists
	case http.StatusInternalServerError:
		return client.InternalError
	}
	return client.Invalid
}

// checkText checks the text that a user reads of an error.
func checkText(t *testing.T, request sent, e *client.Error) {
	t.Helper()
	path, _, _ := strings.Cut(request.uri, "?")
	want := fmt.Sprintf("%s %s: %d %s", request.method, path, e.Status, http.StatusText(e.Status))
	rest, ok := strings.CutPrefix(e.Error(), strings.TrimSpace(want)+": ")
	if !ok || strings.TrimSpace(rest) == "" || strings.ContainsAny(rest, "\r\n") {
		t.Errorf("error reads %q, want one line with %q and a reason", e.Error(), want)
	}
	// What Quay says tells enough about these.
	silent := e.Kind == client.NotFound || e.Kind == client.Exists || e.Kind == client.Invalid
	if (e.Remedy() == "") != silent {
		t.Errorf("%q has the remedy %q", e.Error(), e.Remedy())
	}
}

func TestRecordedSuccessesAreNoErrors(t *testing.T) {
	t.Parallel()
	calls := callsByOperation(t)
	var server stage
	c := newClient(t, start(t, &server).URL)
	seen := map[string]bool{}
	for area, recorded := range recordings(t) {
		for _, r := range recorded {
			answer := r.reply()
			op, ok := operationOf(r.Request.Method, r.path())
			// Some recordings tell of a long answer instead of holding it. Of a configuration
			// they tell so only of parts that the client does not read.
			short := strings.Contains(answer.body, "more of the same shape") ||
				strings.Contains(answer.body, `"note":`) && !strings.Contains(answer.body, `"FEATURE_SUPER_USERS":`)
			// This one is the list without an end, which pages_test.go has.
			endless := strings.HasSuffix(r.Request.Path, "?limit=0")
			if !ok || answer.status >= 300 || short || endless {
				continue
			}
			seen[op.Name] = true
			server.set(answer)
			err := calls[op.Name].make(t.Context(), c)
			if answer.body == "null" { // Quay's way to say that there is no such object
				if !errors.Is(err, client.NotFound) {
					t.Errorf("%s: %s (%s %s): %v", area, r.Title, r.Request.Method, r.Request.Path, err)
				}
				continue
			}
			if e, failed := errors.AsType[*client.Error](err); failed && e.Kind == client.NotFound && e.Status == http.StatusOK {
				continue // the list lacks the object that the method is tried with
			}
			if err != nil {
				t.Errorf("%s: %s (%s %s): %v", area, r.Title, r.Request.Method, r.Request.Path, err)
			}
		}
	}
	for _, op := range client.Operations() {
		if !seen[op.Name] {
			t.Errorf("no recording has a success of %s", op.Name)
		}
	}
}

const loginPage = "<!DOCTYPE html>\n<html><head>\n<title>\n  Sign in &amp; <b>continue</b>\n</title></head><body><form></form></body></html>"

// TestAnswersThatNoRecordingHas covers responses of gateways, and Quay's responses if its
// database or its memory fails.
func TestAnswersThatNoRecordingHas(t *testing.T) {
	t.Parallel()
	const problem = `{"detail":"%[1]s","error_message":"%[1]s","error_type":"%[2]s","title":"%[2]s","type":"http://quay.test/e","status":400}`
	tests := map[string]struct {
		method  string // GET unless given
		answer  reply
		kind    client.Kind
		message string
	}{
		"message":                    {"", jsonReply(400, `{"message":"No."}`), client.Invalid, "No."},
		"problem":                    {"", jsonReply(400, fmt.Sprintf(problem, "No.", "invalid_request")), client.Invalid, "No."},
		"problem with a detail only": {"", jsonReply(400, `{"detail":"No.","error_type":"invalid_request"}`), client.Invalid, "No."},
		"message by field":           {"", jsonReply(400, `{"message":{"b":"two","a":"one"}}`), client.Invalid, "a: one; b: two"},
		"error":                      {"", jsonReply(400, `{"error":"No."}`), client.Invalid, "No."},
		"page":                       {"", htmlReply(500, "<title>Oops</title>"), client.InternalError, `a web page ("Oops") instead of JSON`},

		"empty message":          {"", jsonReply(400, `{"message":""}`), client.Invalid, "Quay refuses the request and gives no reason"},
		"null message":           {"", jsonReply(400, `{"message":null}`), client.Invalid, "Quay refuses the request and gives no reason"},
		"message of spaces":      {"", jsonReply(400, `{"message":" \n\t\n"}`), client.Invalid, "Quay refuses the request and gives no reason"},
		"message that is a list": {"", jsonReply(400, `{"message":["a","b"]}`), client.Invalid, `["a","b"]`},
		"empty problem":          {"", jsonReply(403, fmt.Sprintf(problem, "", "insufficient_scope")), client.Denied, ""},
		"first line of many":     {"", jsonReply(400, `{"message":"\n\n  first  \nsecond"}`), client.Invalid, "first"},
		"database error": {
			"PUT", jsonReply(400, `{"message":"(1062, \"Duplicate entry 'a@b' for key 'user_email'\")\nDETAIL:  Key (email)=(a@b)"}`),
			client.Invalid, "another user or organization has this e-mail address",
		},
		"control characters": {"", jsonReply(400, `{"message":"red \u001b[31m and\rback"}`), client.Invalid, "red  [31m and back"},
		"very long message":  {"", jsonReply(400, `{"message":"`+strings.Repeat("é", 600)+`"}`), client.Invalid, strings.Repeat("é", 250) + "…"},
		"text of another encoding": {
			"", jsonReply(400, "{\"message\":\"caf\xe9\"}"), client.Invalid, "caf\uFFFD",
		},
		"JSON labelled as HTML": {"", htmlReply(403, `{"error":"CSRF token was invalid or missing."}`), client.Unauthenticated, "CSRF token was invalid or missing."},

		"401 without a body":     {"", htmlReply(401, ""), client.Unauthenticated, ""},
		"403 of a scope":         {"", jsonReply(403, fmt.Sprintf(problem, "Unauthorized", "insufficient_scope")), client.Denied, "Unauthorized"},
		"403 of an anonymous":    {"", jsonReply(403, `{"error":"CSRF token was invalid or missing."}`), client.Unauthenticated, "CSRF token was invalid or missing."},
		"403 of a gateway":       {"", htmlReply(403, "<title>Access denied</title>"), client.Unexpected, `a web page ("Access denied") instead of JSON`},
		"404 in JSON":            {"", jsonReply(404, fmt.Sprintf(problem, "Not Found", "not_found")), client.NotFound, "Not Found"},
		"404 in JSON, no type":   {"", jsonReply(404, `{"message":"The requested URL was not found on the server."}`), client.NotAvailable, "The requested URL was not found on the server."},
		"404 as a page":          {"", htmlReply(404, "<html><head><title ng-bind=\"t\">Quay</title>"), client.NotAvailable, `a web page ("Quay") instead of JSON`},
		"404 without a body":     {"", htmlReply(404, ""), client.NotAvailable, ""},
		"405":                    {"POST", htmlReply(405, "<h1>Method Not Allowed</h1>"), client.NotAvailable, `a web page ("Method Not Allowed") instead of JSON`},
		"409":                    {"POST", jsonReply(409, `{"message":"taken"}`), client.Exists, "taken"},
		"400 of a TLS port":      {"", reply{status: 400, contentType: "text/plain", body: "Client sent an HTTP request to an HTTPS server.\n"}, client.Unexpected, `text instead of JSON: "Client sent an HTTP request to an HTTPS server."`},
		"413 of a gateway":       {"PUT", htmlReply(413, "<title>Too Large</title>"), client.Unexpected, `a web page ("Too Large") instead of JSON`},
		"418":                    {"", jsonReply(418, `{}`), client.Unexpected, ""},
		"520, which has no name": {"", htmlReply(520, "<title>Web server is down</title>"), client.Unexpected, `a web page ("Web server is down") instead of JSON`},
		"500 without a body":     {"", htmlReply(500, ""), client.InternalError, ""},
		"429":                    {"", htmlReply(429, "<title>Slow down</title>"), client.Unavailable, `a web page ("Slow down") instead of JSON`},
		"429, come back later":   {"", reply{status: 429, header: map[string]string{"Retry-After": "3600"}}, client.Unavailable, "(Retry-After: 3600)"},
		"502":                    {"", htmlReply(502, "<html><head><title>502 Bad Gateway</title>"), client.Unavailable, `a web page ("502 Bad Gateway") instead of JSON`},
		"503, read-only":         {"PUT", jsonReply(503, `{"message":"System is currently read-only. Pulls will succeed but all write operations are currently suspended."}`), client.Unavailable, "System is currently read-only. Pulls will succeed but all write operations are currently suspended."},
		"504":                    {"", htmlReply(504, ""), client.Unavailable, ""},

		"308 to the same path with a slash": {"", redirect(308, "/api/v1/superuser/users/alice/"), client.NotAvailable, "there is no such call"},
		"301 to the same path with a slash": {"", redirect(301, "/api/v1/superuser/users/alice/"), client.Unexpected, "redirected to /api/v1/superuser/users/alice/"},
		"308 to https":                      {"", redirect(308, "https://quay.test/api/v1/superuser/users/alice"), client.Unexpected, "redirected to https://quay.test/api/v1/superuser/users/alice"},
		"301 to another host":               {"", redirect(301, "https://elsewhere.test/"), client.Unexpected, "redirected to https://elsewhere.test/"},
		"302 to a login page":               {"PUT", redirect(302, "https://sso.test/login"), client.Unexpected, "redirected to https://sso.test/login"},
		"303":                               {"POST", redirect(303, "/signin"), client.Unexpected, "redirected to /signin"},
		"307":                               {"DELETE", redirect(307, "/signin"), client.Unexpected, "redirected to /signin"},

		"200, empty":             {"", jsonReply(200, ""), client.Unexpected, "the answer cannot be read as JSON of the expected form"},
		"200, empty page":        {"", htmlReply(200, " \n"), client.Unexpected, "an empty answer where JSON was expected"},
		"200, a login page":      {"", htmlReply(200, loginPage), client.Unexpected, `a web page ("Sign in & continue") instead of JSON`},
		"200, nothing to read":   {"PUT", htmlReply(200, loginPage), client.Unexpected, `a web page ("Sign in & continue") instead of JSON`},
		"200, page of JSON type": {"", jsonReply(200, loginPage), client.Unexpected, "the answer cannot be read as JSON of the expected form"},
		"200, text":              {"", reply{status: 200, contentType: "text/plain", body: "it works\nreally"}, client.Unexpected, `text instead of JSON: "it works"`},
		"200, cut JSON":          {"", jsonReply(200, `{"username":"al`), client.Unexpected, "the answer cannot be read as JSON of the expected form"},
		"200, null":              {"", jsonReply(200, `null`), client.Unexpected, "null where an object or a list was expected"},
		"200, a list":            {"", jsonReply(200, `[]`), client.Unexpected, "the answer cannot be read as JSON of the expected form"},
		"200, other type":        {"", jsonReply(200, `{"username":5}`), client.Unexpected, "the answer cannot be read as JSON of the expected form: field username"},
		"200, page on delete":    {"DELETE", htmlReply(200, loginPage), client.Unexpected, `a web page ("Sign in & continue") instead of JSON`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &recorder{Handler: test.answer}
			err := byMethod[cmp.Or(test.method, "GET")](t.Context(), newClient(t, start(t, server).URL))
			if err == nil {
				t.Fatal("no error")
			}
			e := failure(t, err)
			if e.Kind != test.kind || e.Message != test.message || e.Status != test.answer.status {
				t.Errorf("status %d, kind %q, message\n%q, want %d, %q,\n%q", e.Status, e.Kind, e.Message, test.answer.status, test.kind, test.message)
			}
			if e.Attempts != 1 {
				t.Errorf("%d attempts, want 1", e.Attempts)
			}
			checkText(t, server.only(t), e)
		})
	}
}

func redirect(status int, location string) reply {
	return reply{status: status, contentType: "text/html", body: "<title>Redirecting...</title>", header: map[string]string{"Location": location}}
}

func TestEmptyAnswersToWritesAreSuccesses(t *testing.T) {
	t.Parallel()
	calls := callsByOperation(t)
	for name, call := range map[string]struct {
		answer reply
		make   func(context.Context, *client.Client) error
	}{
		"approve": {htmlReply(201, ""), calls["approveServiceKey"].make},
		"create":  {jsonReply(201, `"Created"`), calls["createOrganizationQuotaSuperUser"].make},
		"delete":  {reply{status: 204, contentType: "text/html; charset=utf-8"}, calls["deleteServiceKey"].make},
	} {
		if err := call.make(t.Context(), newClient(t, start(t, call.answer).URL)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTooLargeAnswerIsGivenUp(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		spaces := make([]byte, 1<<20)
		for range 65 {
			if _, err := w.Write(spaces); err != nil {
				return
			}
		}
	})}
	_, err := newClient(t, start(t, server).URL, retries(3)).GetUser(t.Context(), "alice")
	if e := failure(t, err); e.Kind != client.Unexpected || e.Message != "the answer exceeds 64 MiB" {
		t.Errorf("error is %v (%v)", e, e.Kind)
	}
	server.only(t) // the next answer would be as large
}

func TestRemedyNamesWhatToCheck(t *testing.T) {
	t.Parallel()
	operations := map[string]client.Operation{}
	for _, op := range client.Operations() {
		operations[op.Name] = op
	}
	users, quotas, permissions := operations["getInstallUser"], operations["listUserQuotaSuperUser"], operations["getUserPermissions"]
	tests := []struct {
		e    client.Error
		want []string
	}{
		{client.Error{Kind: client.NameReserved, Operation: users}, []string{"garbage collection", "Apply again"}},
		{client.Error{Kind: client.Denied, Operation: users}, []string{`"super:user"`, "SUPER_USERS"}},
		{client.Error{Kind: client.Denied, Operation: permissions}, []string{`"repo:admin"`, "role admin in the repository", "FEATURE_SUPERUSERS_FULL_ACCESS: true"}},
		{client.Error{Kind: client.Denied, Operation: operations["getOrganization"]}, []string{`"org:admin"`, "administer the organization", "FEATURE_SUPERUSERS_FULL_ACCESS: true"}},
		{client.Error{Kind: client.Denied, Operation: operations["createOrganization"]}, []string{`It needs the scope "user:admin".`}},
		{client.Error{Kind: client.Unauthenticated, Operation: users}, []string{"token", "QUAY_TOKEN", "expired", "revoked"}},
		{client.Error{Kind: client.NotAvailable, Operation: quotas}, []string{"FEATURE_QUOTA_MANAGEMENT: true", "too old", "url"}},
		{client.Error{Kind: client.NotAvailable, Operation: users}, []string{"FEATURE_SUPER_USERS: true"}},
		{client.Error{Kind: client.NotAvailable, Operation: client.Operation{Since: "3.17"}}, []string{"It exists since Quay 3.17."}},
		{client.Error{Kind: client.NotAvailable, Operation: permissions}, []string{"does not have the call", "url"}},
		{client.Error{Kind: client.Unavailable, Operation: users}, []string{"url", "state stays"}},
		{client.Error{Kind: client.Unavailable, Operation: users, Status: 503}, []string{"read-only", "maintenance"}},
		{client.Error{Kind: client.InternalError, Operation: users}, []string{"log"}},
		{client.Error{Kind: client.Unexpected, Operation: users}, []string{"proxy", "url", "headers"}},
	}
	for _, test := range tests {
		for _, want := range test.want {
			if got := test.e.Remedy(); !strings.Contains(got, want) {
				t.Errorf("the remedy for %q of %s does not tell of %q: %s", test.e.Kind, test.e.Operation.Name, want, got)
			}
		}
	}
	if got := (&client.Error{Kind: client.NotAvailable, Operation: permissions}).Remedy(); strings.Contains(got, "config.yaml") {
		t.Errorf("the remedy names a feature for a call that needs none: %s", got)
	}
}

func TestErrorsCanBeAskedForByKind(t *testing.T) {
	t.Parallel()
	kinds := []client.Kind{
		client.NotFound, client.Exists, client.NameReserved, client.Invalid, client.Denied, client.Unauthenticated,
		client.NotAvailable, client.Unavailable, client.InternalError, client.Unexpected,
	}
	texts := map[string]bool{"": true}
	for _, kind := range kinds {
		err := fmt.Errorf("while reading: %w", &client.Error{Kind: kind})
		for _, other := range kinds {
			if errors.Is(err, other) != (kind == other) {
				t.Errorf("errors.Is(an error %q, %q) is %v", kind, other, kind != other)
			}
		}
		if failure(t, err).Kind != kind {
			t.Errorf("errors.As does not find %q", kind)
		}
		if texts[kind.Error()] {
			t.Errorf("kind %d has no text of its own: %q", kind, kind)
		}
		texts[kind.Error()] = true
	}
}

func TestNamespaceWithoutQuota(t *testing.T) {
	t.Parallel()
	const inherited = `[{"id":null,"limit_bytes":1073741824,"default_config":true}]`
	for name, body := range map[string]string{"none": `[]`, "the server's default": inherited} {
		_, err := newClient(t, start(t, jsonReply(200, body)).URL).GetQuota(t.Context(), acme)
		if !errors.Is(err, client.NotFound) || !errors.Is(err, client.ErrNoQuota) {
			t.Errorf("%s: error is %v, want NotFound for ErrNoQuota", name, err)
		}
		if strings.Contains(err.Error(), "\n") || failure(t, err).Message == "" {
			t.Errorf("%s: error reads %q", name, err)
		}
	}
	gone := jsonReply(404, `{"error_message":"Not Found","error_type":"not_found"}`)
	_, err := newClient(t, start(t, gone).URL).GetQuota(t.Context(), acme)
	if !errors.Is(err, client.NotFound) || errors.Is(err, client.ErrNoQuota) {
		t.Errorf("error for a missing namespace is %v, want NotFound without ErrNoQuota", err)
	}
}

func TestOwnQuotaIsPreferredToTheDefault(t *testing.T) {
	t.Parallel()
	server := start(t, jsonReply(200, `[{"id":null,"limit_bytes":5,"default_config":true},{"id":7,"limit_bytes":5368709120.0,"default_config":false}]`))
	quota, err := newClient(t, server.URL).GetQuota(t.Context(), acme)
	if err != nil {
		t.Fatal(err)
	}
	if *quota.ID != 7 || quota.LimitBytes != 5<<30 {
		t.Errorf("quota is %d with %d bytes", *quota.ID, quota.LimitBytes)
	}
}

func TestRepositoryExistsOnlyByAnAnswerOfQuay(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer reply
		exists bool
		kind   client.Kind // or zero
	}{
		"yes":        {jsonReply(200, `{"namespace":"acme","name":"app"}`), true, 0},
		"no":         {jsonReply(404, `{"error_message":"Not Found","error_type":"not_found"}`), false, 0},
		"no page":    {htmlReply(404, "<title>Quay</title>"), false, client.NotAvailable},
		"empty":      {htmlReply(200, ""), false, client.Unexpected},
		"cut":        {jsonReply(200, `{"namespace":"ac`), false, client.Unexpected},
		"login page": {htmlReply(200, loginPage), false, client.Unexpected},
		"denied":     {jsonReply(403, `{"error_type":"insufficient_scope"}`), false, client.Denied},
	}
	for name, test := range tests {
		exists, err := newClient(t, start(t, test.answer).URL).RepositoryExists(t.Context(), app)
		if exists != test.exists {
			t.Errorf("%s: exists is %v", name, exists)
		}
		if (test.kind == 0) != (err == nil) || err != nil && !errors.Is(err, test.kind) {
			t.Errorf("%s: error is %v, want %v", name, err, test.kind)
		}
	}
}

func TestEndOfContextCanBeSeen(t *testing.T) {
	t.Parallel()
	server := start(t, http.HandlerFunc(hang))
	c := newClient(t, server.URL, retries(5))

	cancelled, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := c.GetUser(cancelled, "alice"); !errors.Is(err, context.Canceled) || !errors.Is(err, client.Unavailable) {
		t.Errorf("error is %v, want context.Canceled", err)
	}

	late, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.GetUser(late, "alice")
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, client.Unavailable) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
	if e := failure(t, err); e.Status != 0 || e.Attempts != 1 {
		t.Errorf("status %d after %d attempts", e.Status, e.Attempts)
	}
}
