package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A client with a user name and a password uses a session of Quay's web interface instead of a
// token. A session has all rights of its user, on every version. It has a cookie, a CSRF token
// that each write repeats, and a time of sign-in. Ten minutes after the sign-in
// (FRESH_LOGIN_TIMEOUT), Quay asks for a fresh login before it carries out a superuser's call.
//
// Quay counts failed sign-ins, and refuses the user for a longer time after each. So the
// client never repeats a sign-in that Quay refused.

const featureDirectLogin = "FEATURE_DIRECT_LOGIN"

// The client makes these calls of the web interface itself. They belong to no area.
var (
	csrfToken         = Operation{Name: "csrf_token", Method: "GET", Path: "/csrf_token", Repeat: Idempotent, web: true}
	signinUser        = Operation{Name: "signinUser", Method: "POST", Path: "/signin", Feature: featureDirectLogin, Repeat: UnlessLockedOut}.judges(judgeSignIn)
	authorizeApp      = Operation{Name: "authorize_application", Method: "POST", Path: "/oauth/authorizeapp", Repeat: IfNotSent, web: true}.judges(judgeAuthorization).changes(authorizationList)
	localRedirectPath = "/oauth/localapp"
)

// session is a user's session. It begins with the first call that needs it.
type session struct {
	username, password string

	sem chan struct{} // held during a sign-in

	mu      sync.Mutex
	current *signedIn
	refused *Error   // the refusal of a sign-in, which the client does not repeat
	secrets []string // cookies and CSRF tokens
}

// signedIn is the result of a sign-in.
type signedIn struct {
	cookie, csrf string
	used         bool // Quay has accepted it for a call
}

func newSession(username, password string) *session {
	return &session{username: username, password: password, sem: make(chan struct{}, 1)}
}

// get returns the current sign-in. It signs in if there is none, or if the current one is
// ended.
func (s *session) get(ctx context.Context, c *Client, ended *signedIn) (*signedIn, *Error) {
	select {
	case s.sem <- struct{}{}:
		defer func() { <-s.sem }()
	case <-ctx.Done():
		e := &Error{Operation: signinUser, Path: signinUser.Path}
		e.classifyTransportError(ctx, c.base.Host, ctx.Err())
		return nil, e
	}
	s.mu.Lock()
	current, refused := s.current, s.refused
	s.mu.Unlock()
	if refused != nil {
		again := *refused
		return nil, &again
	}
	if current != nil && current != ended {
		return current, nil
	}
	current, e := c.signIn(ctx, s.username, s.password)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current = current; e != nil && e.isRefusedSignIn() {
		refused := *e // the caller may change the error
		s.refused = &refused
	}
	return current, e
}

// accepted notes that Quay has accepted a sign-in for a call.
func (s *session) accepted(by *signedIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by.used = true
}

// canEnd tells whether Quay has accepted a sign-in before. Only then, a new sign-in can help.
func (s *session) canEnd(by *signedIn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return by.used
}

// forgetRefusal lets the client sign in once more after a refusal.
func (s *session) forgetRefusal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = nil
}

// keepSecret notes a secret that errors must not show.
func (s *session) keepSecret(secret string) {
	if utf8.RuneCountInString(secret) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = append(s.secrets, secret)
}

// hidden returns the texts that errors must not show.
func (c *Client) hidden() []string {
	if c.session == nil {
		return c.secrets
	}
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	return slices.Concat(c.secrets, c.session.secrets)
}

// header returns the additional header of a request of the session.
func (s *signedIn) header(gateway string) http.Header {
	cookie := s.cookie
	if gateway != "" { // the user's own Cookie header
		cookie = gateway + "; " + cookie
	}
	return http.Header{"Cookie": {cookie}, "X-Csrf-Token": {s.csrf}, "X-Requested-With": {"XMLHttpRequest"}}
}

// signIn signs a user in by GET /csrf_token and POST /signin (signinUser). Its error
// is [Unauthenticated] if Quay does not accept the name and the password.
func (c *Client) signIn(ctx context.Context, username, password string) (*signedIn, *Error) {
	secrets := &session{}
	fail := func(e *Error) (*signedIn, *Error) {
		c.resolveAvailability(ctx, e)
		e.redact(slices.Concat(c.hidden(), secrets.secrets, []string{password}))
		return nil, e
	}
	keep := func(by *signedIn, cookies map[string]string) {
		for _, secret := range append(slices.Collect(maps.Values(cookies)), by.csrf) {
			secrets.keepSecret(secret)
			if c.session != nil {
				c.session.keepSecret(secret)
			}
		}
	}
	cookies := map[string]string{}
	var token struct {
		Token string `json:"csrf_token"`
	}
	before := &signedIn{}
	answer, e := c.exchange(ctx, request{operation: csrfToken}, csrfToken.Path, &signedIn{}, &token)
	if e != nil {
		if e.Kind == Unauthenticated || e.Kind == Denied || e.Kind == NotFound {
			e.Kind = Unexpected // Quay gives this token to everybody
		}
		return fail(e)
	}
	answer.addCookies(cookies)
	before.csrf, before.cookie = token.Token, joinCookies(cookies)
	keep(before, cookies)

	body := map[string]string{"username": username, "password": password}
	answer, e = c.exchange(ctx, request{operation: signinUser, body: body}, signinUser.Path, before, nil)
	if e != nil {
		return fail(e)
	}
	answer.addCookies(cookies)
	after := &signedIn{csrf: cmp.Or(answer.csrf, before.csrf), cookie: joinCookies(cookies)}
	keep(after, cookies)
	return after, nil
}

// lockedOut is the beginning of Quay's response to a user with too many refused sign-ins.
const lockedOut = "Too many login attempts."

// judgeSignIn distinguishes Quay's refusals of a sign-in from a gateway's refusals.
func judgeSignIn(a *response) (kind Kind, message string, judged bool) {
	switch a.status {
	case http.StatusTooManyRequests:
		if bytes.HasPrefix(a.body, []byte(lockedOut)) {
			return Unavailable, lockedOut, true
		}
	case http.StatusUnauthorized:
		return Unexpected, a.message().text, true
	case http.StatusForbidden:
		var body struct {
			Credentials bool `json:"invalidCredentials"`
			Email       bool `json:"needsEmailVerification"`
		}
		_ = json.Unmarshal(a.body, &body) // then it is not Quay's
		switch {
		case body.Credentials:
			return Unauthenticated, cmp.Or(a.message().text, "the user name or the password is wrong"), true
		case body.Email:
			return Unauthenticated, "the e-mail address of the user is not confirmed", true
		}
		return Unexpected, a.message().text, true
	}
	return 0, "", false
}

// isRefusedSignIn tells whether Quay refuses the user, so that the client must not sign in
// again.
func (e *Error) isRefusedSignIn() bool {
	return e.Operation.Name == signinUser.Name && (e.Kind == Unauthenticated || e.Kind == NotAvailable || e.Message == lockedOut)
}

// csrfRefusal is Quay's response to a write with a wrong CSRF token.
const csrfRefusal = "CSRF token was invalid or missing."

// addCookies adds the cookies that a response sets.
func (a *response) addCookies(cookies map[string]string) {
	for _, cookie := range a.cookies {
		cookies[cookie.Name] = cookie.Value
	}
}

// joinCookies returns the value of a Cookie header.
func joinCookies(cookies map[string]string) string {
	pairs := make([]string, 0, len(cookies))
	for name, value := range cookies {
		pairs = append(pairs, name+"="+value)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "; ")
}

// ErrNoSession is the cause of the error if a call needs a session and the client has a token.
var ErrNoSession = errors.New("needs a user name and a password")

// Web makes the calls of Quay's web interface, which take a session and no token.
type Web struct{ c *Client }

// Web returns the calls of the web interface.
func (c *Client) Web() Web { return Web{c} }

// SignIn signs a user in, by GET /csrf_token and POST /signin (signinUser), and keeps no
// session. Its error is [Unauthenticated] if Quay does not accept the name and the
// password. Quay slows a user down after a sign-in that it refused.
func (w Web) SignIn(ctx context.Context, username, password string) error {
	if w.c.unknown != "" {
		return w.c.notConfigured(signinUser, signinUser.Path)
	}
	if _, e := w.c.signIn(ctx, username, password); e != nil {
		return e
	}
	return nil
}

// ForgetRefusal lets the client sign in once more after a refusal, such as when the user was
// just created.
func (w Web) ForgetRefusal() {
	if w.c.session != nil {
		w.c.session.forgetRefusal()
	}
}

// HasSession tells whether the client has a user name and a password.
func (w Web) HasSession() bool { return w.c.session != nil }

// Authorize authorizes an application to act as the user of the session, by POST
// /oauth/authorizeapp (authorize_application), and returns the token. The token is valid for
// ten years. The error is [NotFound] if there is no such application, and [Invalid] for scopes
// that Quay does not know.
func (w Web) Authorize(ctx context.Context, clientID string, scopes []string) (token string, err error) {
	if w.c.session == nil {
		return "", &Error{Kind: Invalid, Operation: authorizeApp, Message: "not sent, because the call " + ErrNoSession.Error(), cause: ErrNoSession}
	}
	base := strings.TrimRight(w.c.base.String(), "/")
	token, e := w.authorize(ctx, clientID, scopes, base+localRedirectPath)
	if e != nil && e.Status == http.StatusBadRequest {
		// Quay redirects only to the address in its own configuration, which may differ from
		// the provider's.
		if own, ownErr := w.ownAddress(ctx); ownErr == nil && own != base {
			token, e = w.authorize(ctx, clientID, scopes, own+localRedirectPath)
		}
	}
	if e != nil {
		return "", e
	}
	return token, nil
}

// ownAddress returns the address that the registry gives itself, by GET /config (config).
func (w Web) ownAddress(ctx context.Context) (string, error) {
	var answer frontend
	if err := w.c.do(ctx, request{operation: frontendConfig, anonymous: true}, &answer); err != nil {
		return "", err
	}
	return answer.Config.Scheme + "://" + answer.Config.Host, nil
}

// Capabilities are the public capabilities of a registry.
type Capabilities struct {
	// Version is Quay's version, such as "3.18.0". It is empty before Quay 3.16.
	Version string
	// Features has each feature by the name of its setting. The value is true if the feature
	// is on.
	Features           map[string]bool
	AuthenticationType string
	RegistryState      string
	// Calls are the names of the registry's calls.
	Calls []string
	// Images is nil before Quay 3.17.
	Images *ImageCapabilities
}

// Capabilities reads what the registry can do, by GET /config (config), GET /discovery
// (discovery) and, if it exists, GET /registry/capabilities (getRegistryCapabilities).
func (w Web) Capabilities(ctx context.Context) (*Capabilities, error) {
	var config frontend
	r := request{operation: frontendConfig}
	if err := w.c.do(ctx, r, &config); err != nil {
		return nil, err
	}
	if config.Features == nil {
		return nil, r.failed(Unexpected, "the answer has no features", nil)
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := w.c.do(ctx, request{operation: discovery, query: url.Values{"internal": {"true"}}}, &document); err != nil {
		return nil, err
	}
	all := &Capabilities{
		Version:            strings.TrimPrefix(strings.TrimPrefix(config.Version, "Quay "), "v"),
		Features:           map[string]bool{},
		AuthenticationType: string(config.Config.AuthenticationType),
		RegistryState:      config.RegistryState,
	}
	for name, value := range config.Features {
		var on bool
		if json.Unmarshal(value, &on) == nil {
			all.Features["FEATURE_"+name] = on
		}
	}
	for _, methods := range document.Paths {
		for _, text := range methods {
			var call struct {
				Name string `json:"operationId"`
			}
			// A path also has members that are not methods.
			if json.Unmarshal(text, &call) == nil && call.Name != "" {
				all.Calls = append(all.Calls, call.Name)
			}
		}
	}
	slices.Sort(all.Calls)
	all.Calls = slices.Compact(all.Calls)
	if slices.Contains(all.Calls, getRegistryCapabilities.Name) {
		images, err := w.c.GetImageCapabilities(ctx)
		if err != nil {
			return nil, err
		}
		all.Images = images
	}
	return all, nil
}

func (w Web) authorize(ctx context.Context, clientID string, scopes []string, redirect string) (string, *Error) {
	r := request{operation: authorizeApp, form: url.Values{
		"client_id": {clientID}, "redirect_uri": {redirect}, "scope": {strings.Join(scopes, " ")}, "response_type": {"token"},
	}}
	answer, e := w.c.sendForAnswer(ctx, r, authorizeApp.Path, nil)
	if e != nil {
		e.redact(w.c.hidden())
		return "", e
	}
	return answer.fragment("access_token"), nil
}

// fragment returns a value of the fragment of the address to which an answer redirects.
func (a *response) fragment(name string) string {
	location, err := url.Parse(a.location)
	if err != nil {
		return ""
	}
	values, err := url.ParseQuery(location.Fragment)
	if err != nil {
		return ""
	}
	return values.Get(name)
}

// judgeAuthorization judges the answer to [authorizeApp], which is a redirect with the token
// or with the name of an error.
func judgeAuthorization(a *response) (kind Kind, message string, judged bool) {
	if a.status == http.StatusBadRequest {
		var body struct {
			Error string `json:"error"`
		}
		_ = json.Unmarshal(a.body, &body) // then there is no such text
		if body.Error == "invalid_request" {
			return Invalid, "Quay does not accept the address to redirect to, which is not its own (SERVER_HOSTNAME)", true
		}
		return 0, "", false
	}
	if a.status != http.StatusFound {
		return 0, "", false
	}
	if a.fragment("access_token") != "" {
		return 0, "", true
	}
	location, err := url.Parse(a.location)
	if err != nil {
		return Unexpected, "redirected to an address that cannot be read", true
	}
	switch problem := location.Query().Get("error"); problem {
	case "unauthorized_client":
		return NotFound, "there is no such application, or the user may not authorize it", true
	case "invalid_scope":
		return Invalid, "Quay does not know one of the scopes", true
	case "":
		return Unexpected, "redirected without a token", true
	default:
		return Denied, oneLine(problem), true
	}
}
