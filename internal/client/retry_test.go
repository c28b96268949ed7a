package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// reset ends the connection before there is an answer. It belongs first in a
// row of faults: on a connection that was used before, net/http itself sends a
// GET again.
func reset(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // then it ends more politely
	}
	connection.Close()
}

// breakOff ends the connection in the middle of an answer.
func breakOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "100")
	io.WriteString(w, `{"username":`) //nolint:errcheck // the client notices
}

// says sends a text in place of an answer, and ends the connection.
func says(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
			io.WriteString(connection, text) //nolint:errcheck // the client notices
			connection.Close()
		}
	})
}

// hang gives no answer until the client goes away.
func hang(_ http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body) // or the server would not see the client go
	<-req.Context().Done()
}

func busy(status int, retryAfter string) reply {
	r := htmlReply(status, "<title>Not now</title>")
	if retryAfter != "" {
		r.header = map[string]string{"Retry-After": retryAfter}
	}
	return r
}

func faults(handlers ...http.Handler) []http.Handler { return handlers }

func TestFaultsAreRetriedAsFarAsIsSafe(t *testing.T) {
	t.Parallel()
	inAnHour := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	anHourAgo := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	tests := map[string]struct {
		faults     []http.Handler // the last one lasts
		safe, post int            // requests sent, with three retries allowed
		kind       client.Kind
	}{
		"429":                          {faults(busy(429, "")), 4, 4, client.Unavailable},
		"429, wait for nothing":        {faults(busy(429, "0")), 4, 4, client.Unavailable},
		"429, a wait in the past":      {faults(busy(429, "-5")), 4, 4, client.Unavailable},
		"429, a date in the past":      {faults(busy(429, anHourAgo)), 4, 4, client.Unavailable},
		"429, a wait nobody can read":  {faults(busy(429, "soon")), 4, 4, client.Unavailable},
		"429, too long a wait":         {faults(busy(429, "61")), 1, 1, client.Unavailable},
		"429, a wait beyond numbers":   {faults(busy(429, "99999999999999999999")), 1, 1, client.Unavailable},
		"429, a date too far":          {faults(busy(429, inAnHour)), 1, 1, client.Unavailable},
		"502":                          {faults(busy(502, "")), 4, 1, client.Unavailable},
		"503":                          {faults(busy(503, "")), 4, 1, client.Unavailable},
		"503, too long a wait":         {faults(busy(503, "3600")), 1, 1, client.Unavailable},
		"504":                          {faults(busy(504, "")), 4, 1, client.Unavailable},
		"500":                          {faults(busy(500, "")), 2, 1, client.InternalError},
		"500, too long a wait":         {faults(busy(500, "3600")), 1, 1, client.InternalError},
		"500 between others":           {faults(busy(500, ""), busy(503, ""), busy(500, "")), 3, 1, client.InternalError},
		"501":                          {faults(busy(501, "")), 1, 1, client.Unexpected},
		"400":                          {faults(jsonReply(400, `{"message":"No."}`)), 1, 1, client.Invalid},
		"401":                          {faults(jsonReply(401, `{"error_type":"invalid_token"}`)), 1, 1, client.Unauthenticated},
		"404":                          {faults(jsonReply(404, `{"error_type":"not_found"}`)), 1, 1, client.NotFound},
		"409":                          {faults(jsonReply(409, `{}`)), 1, 1, client.Exists},
		"200 that cannot be read":      {faults(htmlReply(200, loginPage)), 1, 1, client.Unexpected},
		"connection reset":             {faults(http.HandlerFunc(reset)), 4, 1, client.Unavailable},
		"answer that breaks off":       {faults(http.HandlerFunc(breakOff)), 4, 1, client.Unavailable},
		"answer that is not HTTP":      {faults(says("SSH-2.0-OpenSSH_9.6\r\n")), 1, 1, client.Unexpected},
		"answer in TLS":                {faults(says("\x15\x03\x01\x00\x02\x02\x46")), 1, 1, client.Unexpected},
		"half a version":               {faults(says("HTTP/1.")), 4, 1, client.Unavailable},
		"half a header":                {faults(says("HTTP/1.1 200 OK\r\nConte")), 4, 1, client.Unavailable},
		"half a status line":           {faults(says("HTTP/1.1 20")), 4, 1, client.Unavailable},
		"one fault after the other":    {faults(http.HandlerFunc(reset), busy(502, ""), http.HandlerFunc(breakOff), busy(504, "")), 4, 1, client.Unavailable},
		"a limit, then the real fault": {faults(busy(429, ""), busy(502, "")), 4, 2, client.Unavailable},
	}
	for name, test := range tests {
		for method, call := range byMethod {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				server := &recorder{Handler: inTurn(test.faults...)}
				err := call(t.Context(), newClient(t, start(t, server).URL, retries(3)))
				want := test.safe
				if method == "POST" {
					want = test.post
				}
				if got := len(server.all()); got != want {
					t.Errorf("%d requests were sent, want %d", got, want)
				}
				if err == nil {
					t.Fatal("no error")
				}
				if e := failure(t, err); e.Kind != test.kind || e.Attempts != want {
					t.Errorf("error is %v (%v) after %d attempts, want %v after %d", e, e.Kind, e.Attempts, test.kind, want)
				}
			})
		}
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, 1, 5} {
		server := &recorder{Handler: busy(503, "")}
		_, err := newClient(t, start(t, server).URL, retries(n)).GetUser(t.Context(), "alice")
		if got, want := len(server.all()), max(n, 0)+1; got != want {
			t.Errorf("%d requests were sent with %d retries, want %d", got, n, want)
		}
		if e := failure(t, err); e.Status != 503 || e.Message != `a web page ("Not now") instead of JSON` {
			t.Errorf("error is %v, want the last answer", e)
		}
	}
}

func TestErrorTellsHowOftenTheCallWasSent(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: `GET /api/v1/superuser/users/alice: 502 Bad Gateway: a web page ("Not now") instead of JSON`,
		2: `GET /api/v1/superuser/users/alice: 502 Bad Gateway (sent 3 times): a web page ("Not now") instead of JSON`,
	} {
		_, err := newClient(t, start(t, busy(502, "")).URL, retries(n)).GetUser(t.Context(), "alice")
		if err == nil || err.Error() != want {
			t.Errorf("error with %d retries is\n%v, want\n%s", n, err, want)
		}
	}
}

func TestRetriesEndWithASuccess(t *testing.T) {
	t.Parallel()
	alice := jsonReply(200, `{"username":"alice"}`)
	faults := inTurn(http.HandlerFunc(reset), busy(429, ""), busy(500, ""), http.HandlerFunc(breakOff), busy(503, ""), alice)
	user, err := newClient(t, start(t, faults).URL, retries(5)).GetUser(t.Context(), "alice")
	if err != nil || user.Username != "alice" {
		t.Errorf("user is %v, error %v", user, err)
	}
}

// Quay fails for a page of a list if somebody deletes an object on it meanwhile. In a busy
// registry, this happens often.
func TestPagesAreReadAgain(t *testing.T) {
	t.Parallel()
	faults := inTurn(busy(500, ""), busy(500, ""), busy(500, ""), jsonReply(200, `{"users":[{"username":"alice"}]}`))
	var users []string
	for user, err := range newClient(t, start(t, faults).URL, retries(3)).ListUsers(t.Context(), true) {
		if err != nil {
			t.Fatal(err)
		}
		users = append(users, user.Username)
	}
	if !slices.Equal(users, []string{"alice"}) {
		t.Errorf("users are %v", users)
	}
}

func TestBodyIsSentWholeWithEachAttempt(t *testing.T) {
	t.Parallel()
	const want = `{"email":"alice@example.com"}`
	for name, call := range map[string]struct {
		first []http.Handler
		make  func(context.Context, *client.Client) error
	}{
		"PUT": {faults(busy(503, ""), http.HandlerFunc(reset), http.HandlerFunc(breakOff), busy(500, ""), busy(429, "")), byMethod["PUT"]},
		"POST": {faults(busy(429, ""), busy(429, "")), func(ctx context.Context, c *client.Client) error {
			_, err := c.CreateUser(ctx, "alice", "")
			return err
		}},
	} {
		server := &recorder{Handler: inTurn(append(call.first, jsonReply(200, `{}`))...)}
		if err := call.make(t.Context(), newClient(t, start(t, server).URL, retries(9))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := len(server.all()); got != len(call.first)+1 {
			t.Errorf("%s: %d requests were sent", name, got)
		}
		for i, request := range server.all() {
			want := map[string]string{"PUT": want, "POST": `{"username":"alice"}`}[name]
			if request.body != want || request.header.Get("Content-Length") != strconv.Itoa(len(want)) {
				t.Errorf("%s %d sent %q with the length %s", name, i+1, request.body, request.header.Get("Content-Length"))
			}
			if request.header.Get("Authorization") != "Bearer "+token || request.header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %d sent the headers %v", name, i+1, request.header)
			}
		}
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"GET": 504, "POST": 429} {
		// Dates have whole seconds: this one is one to two seconds away.
		date := time.Now().Add(2 * time.Second).Truncate(time.Second)
		for form, wait := range map[string]struct {
			header string
			until  time.Time
		}{
			"seconds": {"1", time.Now().Add(time.Second)},
			"date":    {date.UTC().Format(http.TimeFormat), date},
		} {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				var again atomic.Int64
				success := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					again.Store(time.Now().UnixMilli())
					jsonReply(200, `{}`).ServeHTTP(w, req)
				})
				server := start(t, inTurn(busy(status, wait.header), success))
				if err := byMethod[name](t.Context(), newClient(t, server.URL, retries(1))); err != nil {
					t.Fatal(err)
				}
				if early := wait.until.UnixMilli() - again.Load(); early > 0 {
					t.Errorf("the call was sent again %d ms too early", early)
				}
			})
		}
	}
}

func TestTimeOutBoundsEachAttempt(t *testing.T) {
	t.Parallel()
	stall := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.(http.Flusher).Flush()
		hang(nil, req)
	})
	for name, fault := range map[string]http.Handler{"no answer": http.HandlerFunc(hang), "half an answer": stall} {
		for method, want := range map[string]int{"GET": 3, "POST": 1} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				server := &recorder{Handler: fault}
				c := newClient(t, start(t, server).URL, retries(2), func(config *client.Config) {
					config.RequestTimeout = 300 * time.Millisecond
				})
				err := byMethod[method](bounded(t), c)
				if !errors.Is(err, client.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error is %v, want Unavailable for context.DeadlineExceeded", err)
				}
				if got := len(server.all()); got != want {
					t.Errorf("%d requests were sent, want %d", got, want)
				}
			})
		}
	}
}

// refusing is an address on which nothing listens. A port that was just closed
// would not do: another test's server may get it.
const refusing = "http://127.0.0.1:1"

func TestRefusedConnectionIsRetriedForEveryMethod(t *testing.T) {
	t.Parallel()
	for method, call := range byMethod {
		e := failure(t, call(t.Context(), newClient(t, refusing, retries(2))))
		if e.Kind != client.Unavailable || e.Status != 0 || e.Attempts != 3 {
			t.Errorf("%s: error is %v (%v) after %d attempts", method, e, e.Kind, e.Attempts)
		}
		// The call stands in front of it: once is enough.
		if !strings.Contains(e.Message, "127.0.0.1:1: connect: connection refused") || strings.Contains(e.Message, "/superuser/") {
			t.Errorf("%s: message is %q", method, e.Message)
		}
		var op *net.OpError
		if !errors.As(e, &op) || op.Op != "dial" {
			t.Errorf("%s: the error's cause is not a *net.OpError of a dial", method)
		}
	}
}

func TestUnknownHostIsNotRetried(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, "http://quay.invalid", retries(5)).GetUser(t.Context(), "alice")
	var dns *net.DNSError
	if !errors.As(err, &dns) || !dns.IsNotFound {
		t.Fatalf("error is %v, want that of an unknown host", err)
	}
	if e := failure(t, err); e.Kind != client.Unavailable || e.Attempts != 1 {
		t.Errorf("error is %v (%v) after %d attempts", e, e.Kind, e.Attempts)
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	cancelling := func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(200*time.Millisecond, cancel)
		return ctx, cancel
	}
	expiring := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, 200*time.Millisecond)
	}
	for name, test := range map[string]struct {
		limit func(context.Context) (context.Context, context.CancelFunc)
		want  error
	}{
		"cancelled":   {cancelling, context.Canceled},
		"out of time": {expiring, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &recorder{Handler: busy(503, "30")}
			c := newClient(t, start(t, server).URL, retries(5))
			ctx, cancel := test.limit(t.Context())
			defer cancel()
			begin := time.Now()
			_, err := c.GetUser(ctx, "alice")
			if took := time.Since(begin); took > time.Second {
				t.Errorf("the call ended after %v", took)
			}
			if !errors.Is(err, test.want) || failure(t, err).Message != name {
				t.Errorf("error is %v, want %v", err, test.want)
			}
			server.only(t)
		})
	}
}

func TestEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	server := &recorder{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newClient(t, start(t, server).URL, retries(5))
	for method, call := range byMethod {
		if err := call(ctx, c); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error is %v, want context.Canceled", method, err)
		}
	}
	if n := len(server.all()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestClientIsSafeForManyGoroutines(t *testing.T) {
	t.Parallel()
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		jsonReply(200, fmt.Sprintf(`{"username":%q}`, req.URL.Path[len("/api/v1/superuser/users/"):])).ServeHTTP(w, req)
	}))
	var book logbook
	c := newClient(t, server.URL, func(config *client.Config) { config.Log = book.log })
	done := make(chan error)
	for i := range 20 {
		go func() {
			name := fmt.Sprintf("user%d", i)
			user, err := c.GetUser(t.Context(), name)
			if err == nil && user.Username != name {
				err = fmt.Errorf("asked for %s and got %s", name, user.Username)
			}
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
