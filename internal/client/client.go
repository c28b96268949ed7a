// Package client calls Quay's API.
//
// Each call of the API is one method with a context. The file of an area declares its calls
// and their methods. area.go lists the areas. One function judges the responses. Every error
// of Quay or of the network is an [*Error]. Its [Kind] says what the error means.
package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

const (
	apiPath = "/api/v1"

	// pageSize is the largest page size that Quay accepts.
	pageSize = "100"

	// maxEmptyPages is the number of empty pages in a row after which the client takes a list
	// for endless. Logs can have some empty pages.
	maxEmptyPages = 10

	// minSecret is the length, in characters, from which errors redact the value of a header.
	// A shorter value can occur in any message.
	minSecret = 8

	// maxBody is the maximum size of a response in bytes. The largest response is the list of
	// all service keys, with about 1.3 kB for each key.
	maxBody = 64 << 20
)

// Config says how to reach a registry.
type Config struct {
	// URL is the registry's address, such as https://quay.example.com, with its path, if any.
	URL string
	// Token is an OAuth 2 access token. Without one, the client signs in with
	// Username and Password at the first call that needs it.
	Token string
	// Username and Password are the credentials of a user.
	Username, Password string
	// Unknown names the settings that are not known yet. If it is not empty, the client makes
	// no call, and every error tells the names.
	Unknown string
	// UserAgent is the value of the User-Agent header.
	UserAgent string
	// CACertificates are PEM certificates to trust in addition to the system's.
	CACertificates []byte
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool
	// RequestTimeout is the time limit of one request with its response. Zero means no limit.
	RequestTimeout time.Duration
	// MaxRetries is the maximum number of retries of a request.
	MaxRetries int
	// RetryWait is the shortest time to wait before a retry. Zero means 500 ms.
	RetryWait time.Duration
	// StartupTimeout is how long the first call waits for a registry that is not reachable
	// yet. Zero means no wait.
	StartupTimeout time.Duration
	// Headers are sent with every request, such as for a gateway in front of the registry.
	// Errors redact values of 8 characters or more.
	Headers map[string]string
	// Log, if not nil, gets the method, path, status and duration of each request. It never
	// gets headers or bodies.
	Log func(ctx context.Context, message string, fields map[string]any)
}

// Format keeps the credentials and the headers out of every printed form of a Config.
func (c Config) Format(state fmt.State, _ rune) {
	fmt.Fprintf(state, "config of a client of %s", c.URL)
}

// Client calls the API of one registry. Goroutines can share it.
type Client struct {
	base       *url.URL
	header     http.Header
	host       string // of the Host header, or empty for that of base
	http       *retryablehttp.Client
	log        func(ctx context.Context, message string, fields map[string]any)
	secrets    []string // what no error may show, in addition to the secrets of the session
	session    *session // nil with a token
	startup    *startup
	unknown    string // see Config.Unknown
	locks      *writeLocks
	lists      *listCaches
	cached     bool // see WithListCache
	knownPaths *knownPaths
	covers     map[listKind]*permissionCover
	renames    *renames
	newRobots  *record[bool] // by full name
	userSource *userSource
}

// Format keeps the token and the headers out of every printed form of a client.
func (c Client) Format(state fmt.State, _ rune) {
	fmt.Fprintf(state, "client of %s", c.base)
}

// ErrToken is the error of [New] for a text that cannot be a token.
var ErrToken = errors.New("must not hold white space or characters that no token has")

// ErrCertificate is the error of [New] for a text without CA certificates.
var ErrCertificate = errors.New("there is no PEM certificate in the CA certificate")

// New returns a client of the registry that config names. It makes no call.
// Besides [ErrToken], [ErrCertificate] and [*EnvironmentError], its errors are
// those of [ParseURL] and [CheckHeader].
func New(config Config) (*Client, error) {
	c := &Client{
		unknown: config.Unknown, header: http.Header{}, secrets: []string{config.Token, config.Password}, log: config.Log, locks: &writeLocks{},
		lists: &listCaches{stale: staleLists()}, covers: map[listKind]*permissionCover{userPermissionLists: {}, teamPermissionLists: {}},
		knownPaths: &knownPaths{}, renames: &renames{}, newRobots: &record[bool]{}, userSource: &userSource{}, startup: newStartup(config.StartupTimeout),
	}
	if c.unknown != "" {
		return c, nil
	}
	base, err := ParseURL(config.URL)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(config.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, ErrToken
	}
	if err := checkHeaders(config.Headers); err != nil {
		return nil, err
	}
	proxy, err := findProxy(base)
	if err != nil {
		return nil, err
	}
	transport := cleanhttp.DefaultPooledTransport()
	transport.MaxIdleConnsPerHost = 10 // Terraform's default parallelism
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: config.InsecureSkipVerify, //nolint:gosec // asked for by the user
	}
	if config.CACertificates != nil {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(config.CACertificates) {
			return nil, ErrCertificate
		}
		transport.TLSClientConfig.RootCAs = pool
	}

	c.base = base
	if config.Token == "" {
		c.session = newSession(config.Username, config.Password)
	}
	for name, value := range config.Headers {
		value = strings.TrimSpace(value) // as HTTP does
		c.header.Set(name, value)
		if utf8.RuneCountInString(value) >= minSecret {
			c.secrets = append(c.secrets, value)
		}
	}
	c.host = c.header.Get("Host") // Go sends this header from the request only
	c.header.Del("Host")
	c.header.Set("Accept", "application/json")
	if config.Token != "" {
		c.header.Set("Authorization", "Bearer "+config.Token)
	}
	c.header.Set("User-Agent", config.UserAgent)
	if c.log == nil {
		c.log = func(context.Context, string, map[string]any) {}
	}

	c.http = retryablehttp.NewClient()
	c.http.HTTPClient = &http.Client{
		Transport: withProxy(transport, proxy),
		Timeout:   config.RequestTimeout,
		// A redirect of Quay leads to a web page. A redirect of another server could send the
		// token to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.http.Logger = nil // it would log URLs a second time
	c.http.RetryMax = config.MaxRetries
	c.http.RetryWaitMin = 500 * time.Millisecond
	if config.RetryWait > 0 {
		c.http.RetryWaitMin = config.RetryWait
	}
	c.http.RetryWaitMax = maxWait
	c.http.RequestLogHook = c.countAttempt
	c.http.CheckRetry = checkRetry
	c.http.Backoff = backoff
	c.http.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return c, nil
}

// ParseURL checks a registry's address: http or https, a host, perhaps a path, and nothing
// else. Its errors tell the rule and not the text. They read as the continuation of a
// setting's name.
func ParseURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil:
		// These errors omit the text, because it may hold a password or a token in places that
		// Redacted does not know.
		return nil, errors.New("must be a URL, such as https://quay.example.com")
	case base.Scheme != "http" && base.Scheme != "https", base.Hostname() == "", !validPort(base):
		return nil, errors.New("must be a web address, such as https://quay.example.com")
	case base.User != nil:
		return nil, errors.New("must not hold a user name or password: give the token by itself")
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return nil, errors.New("must not have a query or a fragment: leave it out")
	case strings.HasSuffix(strings.TrimRight(base.Path, "/"), apiPath):
		return nil, fmt.Errorf("must not end in %s: give the registry's address alone", apiPath)
	}
	return base, nil
}

// request is one call to make.
type request struct {
	operation Operation
	args      []any      // for the {parameters} of the operation's path
	query     url.Values // may be nil
	body      any        // sent as JSON; nil sends none
	form      url.Values // sent in place of a body; may be nil
	secrets   []string   // in body, and kept out of errors
	writes    string     // key of the lock, if such writes must not overlap
	date      *time.Time // receives the date of a successful response, unless nil
	page      bool       // of a paged list
	anonymous bool       // sent without the token or the session
	optional  bool       // the caller can do without an answer
}

// failed returns the error of a call whose response says that there is no object, or makes no
// sense.
func (r request) failed(kind Kind, message string, cause error) *Error {
	path, _ := r.operation.expand(r.args) // the call was made with it
	return &Error{Kind: kind, Operation: r.operation, Path: path, Status: http.StatusOK, Message: message, cause: cause}
}

// fetch makes a call and returns its decoded answer.
func fetch[T any](ctx context.Context, c *Client, r request) (*T, error) {
	var answer T
	if err := c.do(ctx, r, &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}

// existsUnlessNotFound tells from the error of a read whether the object exists.
func existsUnlessNotFound(err error) (bool, error) {
	if errors.Is(err, NotFound) {
		return false, nil
	}
	return err == nil, err
}

// pages yields the items that a paged list holds under key, page after page.
func pages[T any](ctx context.Context, c *Client, r request, key string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		token := ""
		for empty := 0; ; {
			items, next, err := page[T](ctx, c, r, key, token)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			if len(items) > 0 {
				empty = 0
			} else if empty++; empty == maxEmptyPages {
				yield(none, r.failed(Unexpected, "the list does not end: empty pages name a next one", nil))
				return
			}
			token = next
		}
	}
}

// page reads one page of a list: the items under key, and the token of the next
// page, which is empty after the last. The first page has no token.
func page[T any](ctx context.Context, c *Client, r request, key, token string) (items []T, next string, err error) {
	r.query = maps.Clone(r.query)
	if r.query == nil {
		r.query = url.Values{}
	}
	r.query.Set("limit", pageSize)
	r.page = true
	if token != "" {
		r.query.Set("next_page", token)
	}
	var answer map[string]json.RawMessage
	if err := c.do(ctx, r, &answer); err != nil {
		return nil, "", err
	}
	err = json.Unmarshal(answer[key], &items)
	if text, more := answer["next_page"]; more && err == nil {
		err = json.Unmarshal(text, &next)
	}
	if err != nil {
		return nil, "", r.notAListError()
	}
	return items, next, nil
}

// notAListError is the error of a response without a list. The client must not treat it as an
// empty list.
func (r request) notAListError() error {
	return r.failed(Unexpected, "the list is not of the expected form", nil)
}

// noIDError is the error of a creation whose response lacks the object's id.
func (r request) noIDError() error {
	e := r.failed(Unexpected, "the answer does not tell the id of the new object", nil)
	e.unknown = true
	return e
}

// do makes a call, retries it as the retry policy says, and decodes the response into out
// unless that is nil. Its error is an [*Error].
func (c *Client) do(ctx context.Context, r request, out any) error {
	path, err := r.operation.expand(r.args)
	if err != nil {
		return &Error{Kind: Invalid, Operation: r.operation, Message: err.Error()}
	}
	if err := c.checkDeletable(ctx, r.operation, path); err != nil {
		return err
	}
	e := c.send(ctx, r, path, out)
	if e == nil {
		return nil
	}
	c.resolveAvailability(ctx, e)
	e.redact(slices.Concat(r.secrets, c.hidden()))
	return e
}

// send makes a call without a check whether the registry has it.
func (c *Client) send(ctx context.Context, r request, path string, out any) *Error {
	_, e := c.sendForAnswer(ctx, r, path, out)
	return e
}

// notConfigured is the error of every call of a client whose configuration is not known yet.
func (c *Client) notConfigured(op Operation, path string) *Error {
	return &Error{Kind: NotConfigured, Operation: op, Path: path, Message: "not sent, because settings of the provider are known only after apply: " + c.unknown}
}

// Configured tells whether the client can make calls: whether its configuration is known.
func (c *Client) Configured() bool { return c.unknown == "" }

// sendForAnswer makes a call as send does, and also returns the response. If the session has
// ended, or Quay asks for a fresh login, it signs in and repeats the call. In these cases,
// Quay has not carried out the call.
func (c *Client) sendForAnswer(ctx context.Context, r request, path string, out any) (*response, *Error) {
	if c.unknown != "" {
		return nil, c.notConfigured(r.operation, path)
	}
	c.lists.wrote(r.operation)
	defer c.lists.wrote(r.operation)
	if r.writes != "" {
		done, err := c.locks.lock(ctx, r.writes)
		if err != nil {
			e := &Error{Operation: r.operation, Path: path}
			e.classifyTransportError(ctx, c.base.Host, err)
			return nil, e
		}
		defer done()
	}
	if e := c.startup.wait(ctx, c); e != nil {
		return nil, e
	}
	if r.anonymous || c.session == nil {
		return c.exchange(ctx, r, path, nil, out)
	}
	by, e := c.session.get(ctx, c, nil)
	if e != nil {
		return nil, e
	}
	answer, e := c.exchange(ctx, r, path, by, out)
	if e != nil && e.Kind == Unauthenticated && (r.operation.Repeat == Idempotent || !e.unknown) && c.session.canEnd(by) {
		if by, e = c.session.get(ctx, c, by); e != nil {
			return nil, e
		}
		answer, e = c.exchange(ctx, r, path, by, out)
	}
	if e == nil || e.Kind != Unauthenticated && e.Status != 0 {
		c.session.accepted(by)
	}
	return answer, e
}

// exchange sends a request, retries it as the retry policy says, and judges the response. With
// a sign-in, it sends the request in that session.
func (c *Client) exchange(ctx context.Context, r request, path string, by *signedIn, out any) (*response, *Error) {
	var body any // nil, not an empty slice, sends no body
	contentType := "application/json"
	switch {
	case r.form != nil:
		form := url.Values{"_csrf_token": {by.csrf}}
		maps.Copy(form, r.form)
		body, contentType = []byte(form.Encode()), "application/x-www-form-urlencoded"
	case r.body != nil:
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			return nil, &Error{Kind: Invalid, Operation: r.operation, Path: path, cause: err}
		}
	}
	attempts := &attempts{repeat: r.operation.Repeat, page: r.page, optional: r.optional}
	target := strings.TrimRight(c.base.String(), "/") + r.operation.root() + path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := retryablehttp.NewRequestWithContext(withAttempts(ctx, attempts), r.operation.Method, target, body)
	if err != nil {
		return nil, &Error{Kind: Invalid, Operation: r.operation, Path: path, cause: err}
	}
	req.Header, req.Host = c.header.Clone(), c.host
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if r.anonymous {
		req.Header.Del("Authorization")
	}
	if by != nil {
		maps.Copy(req.Header, by.header(c.header.Get("Cookie")))
	}
	var a response
	req.SetResponseHandler(a.read)

	start := time.Now()
	resp, err := c.http.Do(req)
	if err == nil && !a.complete {
		err = a.read(resp) // the last of several attempts
	}
	c.log(ctx, "called Quay", map[string]any{
		"operation": r.operation.Name, "method": r.operation.Method, "path": r.operation.root() + path,
		"status": a.status, "attempts": attempts.count, "ms": time.Since(start).Milliseconds(),
	})
	e := &Error{Operation: r.operation, Path: path, Attempts: attempts.count, unknown: attempts.unknown, session: by != nil}
	if err != nil {
		e.classifyTransportError(ctx, c.base.Host, err)
	} else {
		e.classify(&a)
	}
	if e.Kind == 0 && a.status < 300 {
		e.decode(&a, out)
	}
	if e.Kind != 0 {
		return nil, e
	}
	if r.date != nil {
		*r.date = a.date
	}
	return &a, nil
}

// response is the response to a call.
type response struct {
	status      int
	contentType string // without parameters
	location    string
	date        time.Time // by the server's clock, in whole seconds; zero without a Date header
	retryAfter  string
	cookies     []*http.Cookie
	csrf        string // the CSRF token of a session that has just begun
	body        []byte
	complete    bool
}

// read reads the response from resp and closes the body.
func (a *response) read(resp *http.Response) error {
	defer resp.Body.Close()
	a.status = resp.StatusCode
	a.contentType, _, _ = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	a.location = resp.Header.Get("Location")
	a.date, _ = http.ParseTime(resp.Header.Get("Date"))
	a.retryAfter = resp.Header.Get("Retry-After")
	a.cookies, a.csrf = resp.Cookies(), resp.Header.Get("X-Next-CSRF-Token")
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	if len(body) > maxBody {
		return errTooLarge
	}
	a.body, a.complete = body, true
	return nil
}

// isJSON tells whether the body is JSON by its type and form. Quay labels some
// of its JSON as HTML, so the first character counts too.
func (a *response) isJSON() bool {
	text := bytes.TrimSpace(a.body)
	return a.contentType == "application/json" || len(text) > 0 && text[0] == '{' && json.Valid(text)
}
