package client_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// The outcome of a call is unknown if Quay may have carried out any attempt, whatever the last
// response says.
func TestOutcomeUnknown(t *testing.T) {
	t.Parallel()
	lost := http.HandlerFunc(reset)
	refusal := func(words string) reply { return jsonReply(400, `{"message":"`+words+`"}`) }
	for name, test := range map[string]struct {
		method  string
		answers []http.Handler
		want    bool
	}{
		"refused":                             {"PUT", []http.Handler{refusal("no")}, false},
		"lost, then refused":                  {"PUT", []http.Handler{lost, refusal("it exists")}, true},
		"500, then refused":                   {"PUT", []http.Handler{htmlReply(500, ""), refusal("it exists")}, true},
		"a proxy's 504, then denied":          {"PUT", []http.Handler{htmlReply(504, ""), jsonReply(403, `{}`)}, true},
		"rate limit, then refused":            {"PUT", []http.Handler{htmlReply(429, ""), refusal("no")}, false},
		"lost, then gone":                     {"DELETE", []http.Handler{lost, jsonReply(404, `{"error_type":"not_found"}`)}, true},
		"rate limit, then exists":             {"POST", []http.Handler{htmlReply(429, ""), refusal("Username has already been taken by user alice")}, false},
		"rate limit, then lost":               {"POST", []http.Handler{htmlReply(429, ""), lost}, true},
		"name reserved":                       {"POST", []http.Handler{refusal("Username is not available")}, false},
		"e-mail address in use":               {"POST", []http.Handler{refusal("Email has already been used: a@b")}, false},
		"creation refused in words unknown":   {"POST", []http.Handler{refusal("something went wrong")}, true},
		"creation refused without a word":     {"POST", []http.Handler{refusal("")}, true},
		"creation denied":                     {"POST", []http.Handler{jsonReply(403, `{}`)}, false},
		"creation answered with a login page": {"POST", []http.Handler{htmlReply(200, loginPage)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, &recorder{Handler: inTurn(test.answers...)})
			err := byMethod[test.method](t.Context(), newClient(t, server.URL, retries(3)))
			if err == nil || client.OutcomeUnknown(err) != test.want {
				t.Errorf("error %v: outcome unknown is %t, want %t", err, client.OutcomeUnknown(err), test.want)
			}
			if client.CarriedOut(err) {
				t.Errorf("error %v tells that the call was carried out", err)
			}
		})
	}
}

// A request that cannot have been sent has no unknown outcome.
func TestOutcomeOfUnsentRequest(t *testing.T) {
	t.Parallel()
	server := start(t, reply{})
	server.Close()
	err := byMethod["POST"](t.Context(), newClient(t, server.URL, retries(1)))
	if e := failure(t, err); e.Attempts != 2 || client.OutcomeUnknown(err) {
		t.Errorf("error %v after %d attempts: outcome unknown is %t", err, e.Attempts, client.OutcomeUnknown(err))
	}
}

// Quay creates a user before it finds out that its mail server is down.
func TestCarriedOutInSpiteOfError(t *testing.T) {
	t.Parallel()
	answer := jsonReply(400, `{"message":"Could not send email. Please contact an administrator and report this problem."}`)
	err := byMethod["POST"](t.Context(), newClient(t, start(t, answer).URL))
	if e := failure(t, err); !client.CarriedOut(err) || client.OutcomeUnknown(err) || e.Kind != client.Unavailable {
		t.Errorf("error %v (%v): carried out %t, outcome unknown %t", err, e.Kind, client.CarriedOut(err), client.OutcomeUnknown(err))
	}
}
