package quaytest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// DirectLogin is FEATURE_DIRECT_LOGIN. With it, users can sign in with a name and a password.
const DirectLogin Feature = "DIRECT_LOGIN"

// SuperuserPassword is the password of the superuser of a new registry.
const SuperuserPassword = "password-of-admin"

// The paths of the web interface.
const (
	csrfTokenPath = "/csrf_token"
	authorizePath = "/oauth/authorizeapp"
	localAppPath  = "/oauth/localapp"
)

func sessionArea() area {
	return area{
		routes:   []*route{get("csrf_token", csrfTokenPath, csrfToken).ofWebInterface()},
		newState: func() any { return &sessionState{sessions: map[string]*session{}} },
	}
}

func signinArea() area {
	return area{
		feature: DirectLogin,
		routes:  []*route{post("signinUser", "/signin", signinUser).hide()},
	}
}

type sessionState struct {
	sessions map[string]*session // by the value of the cookie
}

// freshLogin is how long after a sign-in a session can make the calls that need a fresh login
// (FRESH_LOGIN_TIMEOUT).
const freshLogin = 10 * time.Minute

// session is the content of a cookie of the web interface. It never changes, because Quay
// stores sessions only in the signed cookie.
type session struct {
	csrf  string
	user  *account // nil before a sign-in
	login time.Time
}

// sessionCookie is the name of the cookie.
const sessionCookie = "_csrf_token"

// WithEmptyDatabase leaves the registry without a user and without a token.
func WithEmptyDatabase() Option {
	return func(s *Server) { s.empty = true }
}

// EndSessions makes all cookies invalid, as a new SECRET_KEY does.
func (s *Server) EndSessions() {
	s.change(func(st *store) { clear(state[sessionState](st).sessions) })
}

// SetPassword sets the password of a user.
func (s *Server) SetPassword(username, password string) {
	s.change(func(st *store) {
		must(st.account(username, user), "SetPassword: no user %q", username).password = st.recordSecret(password)
	})
}

// newSession returns the cookie of a new session.
func (st *store) newSession(s *session) string {
	value := "." + secret(60)
	state[sessionState](st).sessions[value] = s
	return st.recordSecret(value)
}

// cookieSession returns the session of the request's cookie, or nil.
func (c *call) cookieSession() *session {
	cookie, err := c.request.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	return state[sessionState](c.store).sessions[cookie.Value]
}

// sessionToken returns a token with all rights of the session's user.
func sessionToken(u *account) *token {
	t := &token{user: u, session: true}
	for scope := range scopes {
		t.scopes = append(t.scopes, scope)
	}
	return t
}

// checkCSRF returns an error unless the request repeats the CSRF token of its session.
func (c *call) checkCSRF() error {
	sent := c.request.Header.Get("X-CSRF-Token")
	if strings.HasPrefix(c.request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, _ := url.ParseQuery(string(c.body)) // ignores parts that cannot be read
		sent = cmp.Or(form.Get("_csrf_token"), sent)
	}
	s := c.cookieSession()
	if s == nil || s.csrf == "" || sent != s.csrf {
		if c.user != nil {
			return fmt.Errorf("%w (authorized: user %s)", errCSRF, c.user.name)
		}
		return errCSRF
	}
	return nil
}

// checkFresh returns an error if the session is too old for a call that needs a fresh login. A
// call with a token needs no fresh login.
func (c *call) checkFresh() error {
	s := c.cookieSession()
	if c.token == nil || !c.token.session || !s.login.Add(freshLogin).Before(c.store.now()) {
		return nil
	}
	return &problem{kind: "fresh_login_required", status: http.StatusUnauthorized, message: "Requires fresh login"}
}

// csrfToken returns the CSRF token of the request's session, or of a new session.
func csrfToken(c *call) (response, error) {
	s := c.cookieSession()
	var cookie string
	if s == nil {
		s = &session{csrf: c.store.recordSecret(secret(64))}
		cookie = c.store.newSession(s)
	}
	resp := jsonResponse(http.StatusOK, view{"csrf_token": s.csrf})
	resp.cookie = cookie
	return resp, nil
}

// startSession adds the cookie of a user's new session to a response.
func (c *call) startSession(u *account, resp response) response {
	s := &session{csrf: c.store.recordSecret(secret(64)), user: u, login: c.store.now()}
	resp.cookie, resp.nextCSRF = c.store.newSession(s), s.csrf
	return resp
}

var signinSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("username", "password"),
	pyjson.Properties(
		pyjson.Property("username", pyjson.Type("string")),
		pyjson.Property("password", pyjson.Type("string")),
		pyjson.Property("invite_code", pyjson.Type("string")),
	),
}

// signinUser signs a user in. After a wrong password, Quay refuses the user for a time
// that doubles with each.
func signinUser(c *call) (response, error) {
	body, err := c.decode(signinSchema)
	if err != nil {
		return response{}, err
	}
	u := c.store.account(body.Text("username"), user)
	if u != nil && u.failedSignIns > 0 {
		wait := time.Duration(5*(1<<u.failedSignIns-1)) * time.Second / 10
		if left := u.lastFailure.Add(wait).Sub(c.store.now()); left > 0 {
			return response{
				status: http.StatusTooManyRequests, contentType: "text/html; charset=utf-8", retryAfter: strconv.Itoa(int(left.Seconds())),
				page: "Too many login attempts. \nPlease reset your Quay password and try again.",
			}, nil
		}
	}
	if u != nil && u.formerName == "" && u.enabled && u.password != "" && u.password == body.Text("password") {
		u.failedSignIns = 0
		if !u.verified {
			return refusedSignIn(true, nil), nil
		}
		c.store.addLogEntry(&logEntry{
			id: c.store.id("log"), kind: "login_success", metadata: view{"type": "quayauth", "useragent": c.request.UserAgent()},
			ip: c.ip(), time: c.store.now(), namespace: u,
		})
		return c.startSession(u, jsonResponse(http.StatusOK, view{"success": true})), nil
	}
	if u != nil {
		u.failedSignIns++
		u.lastFailure = c.store.now()
	}
	return refusedSignIn(false, "Invalid Username or Password"), nil
}

func refusedSignIn(unverified bool, message any) response {
	return jsonResponse(http.StatusForbidden, view{"needsEmailVerification": unverified, "invalidCredentials": !unverified, "message": message})
}

// WithHostname sets the host and port in the registry's own configuration (SERVER_HOSTNAME).
// Defaults to the address that clients use.
func WithHostname(host string) Option {
	return func(s *Server) { s.serverHostname = host }
}

// hostname returns the host and port in the registry's own configuration.
func (s *Server) hostname(r *http.Request) string {
	return cmp.Or(s.serverHostname, r.Host) + s.basePath
}

// EmptyDatabase removes every account with its objects, and every token.
func (s *Server) EmptyDatabase() {
	s.change(func(st *store) {
		for _, a := range st.accounts {
			st.deleteDependents(a)
			st.eraseAccount(a)
		}
		clear(st.tokens)
		st.deleted = nil
	})
}
