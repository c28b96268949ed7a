package client

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what an error means. A Kind is itself an error, for use as errors.Is(err,
// client.NotFound).
type Kind int

// The kinds of errors. Only NotFound says that an object does not exist.
const (
	// NotFound: Quay says that the object does not exist.
	NotFound Kind = iota + 1
	// Exists: another object already has the name or the place.
	Exists
	// NameReserved: the name belonged to an object that was deleted a moment ago.
	NameReserved
	// Invalid: Quay refuses the request as invalid.
	Invalid
	// Denied: the token is good but does not allow the call.
	Denied
	// Unauthenticated: the token is wrong, expired or revoked.
	Unauthenticated
	// NotAvailable: the server does not have the call, because a feature is off or Quay is too
	// old.
	NotAvailable
	// Unavailable: the registry cannot be reached, or refuses requests for now.
	Unavailable
	// InternalError: Quay failed (500). Quay also fails for some wrong requests.
	InternalError
	// Unexpected: the response is none that Quay gives.
	Unexpected
	// NotConfigured: the client cannot make calls yet, because a setting is not known.
	NotConfigured
)

var kindText = [...]string{
	NotFound:        "does not exist",
	Exists:          "exists already",
	NameReserved:    "the name is still held",
	Invalid:         "refused as invalid",
	Denied:          "not allowed",
	Unauthenticated: "not authenticated",
	NotAvailable:    "not offered by this server",
	Unavailable:     "registry not available",
	InternalError:   "server error",
	Unexpected:      "unexpected answer",
	NotConfigured:   "not configured",
}

func (k Kind) Error() string { return kindText[k] }

// ErrNoQuota is the cause of a [NotFound] for a namespace that exists without a quota of its
// own.
var ErrNoQuota = errors.New("no quota")

// Error is a call that failed.
type Error struct {
	Kind      Kind
	Operation Operation
	// Path is the path of the call, below /api/v1.
	Path string
	// Status is the HTTP status, or zero without a response.
	Status int
	// Message is Quay's message on one line, or a replacement for it. Secrets are redacted.
	Message string
	// Field is the wrong field of the request, if Quay's words tell it: "email", "username",
	// "password".
	Field string
	// Attempts is how often the client sent the call.
	Attempts int

	cause        error
	session      bool         // the call was made with a session
	unknown      bool         // an attempt may have been carried out
	done         bool         // the call was carried out in spite of the error
	availability availability // of the call on this registry
}

// Error tells the call and the response. It never holds the token.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s%s", e.Operation.Method, e.Operation.root(), cmp.Or(e.Path, e.Operation.Path))
	if e.Status != 0 {
		text.WriteString(strings.TrimRight(fmt.Sprintf(": %d %s", e.Status, http.StatusText(e.Status)), " "))
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&text, " (sent %d times)", e.Attempts)
	}
	return text.String() + ": " + cmp.Or(e.Message, e.Kind.Error())
}

// Unwrap makes errors.Is and errors.As see the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.cause}
}

// OutcomeUnknown tells whether Quay may have carried out a write in spite of the error. It is
// true if an attempt got no response, a broken response, or a response that may not be Quay's.
// It is also true if Quay refused a creation in words that the client does not know.
func OutcomeUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.unknown
}

// CarriedOut tells whether Quay has carried out the call in spite of the error. For example,
// Quay creates a user before it finds out that it cannot send mail.
func CarriedOut(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.done
}

// Remedy tells the user what to check or do, in one or more sentences. It is empty if only the
// message can tell.
func (e *Error) Remedy() string {
	if e.Operation.Name == signinUser.Name {
		if remedy := e.signInRemedy(); remedy != "" {
			return remedy
		}
	}
	switch e.Kind {
	case NotConfigured:
		return "Only the creation of resources can be planned without calls. Apply first what the settings depend on " +
			"(terraform apply -target=...), and then the rest, or set them to known values."
	case NameReserved:
		return "A user or an organization with this name was deleted a short time ago. Quay reserves the name until its garbage collection, which runs once a " +
			"minute. Apply again in a minute or two."
	case Denied:
		if e.session {
			return "The user with whom the provider signs in may not do this. " + e.Operation.allowedUser()
		}
		text := "The access token does not allow this. " + e.Operation.allowedTo()
		if e.Status == http.StatusOK { // see Organization.Hidden
			text += " Quay answers the same to a token that has expired."
		}
		return text
	case Unauthenticated:
		if e.session {
			return "Quay did not accept the session that it had given the provider. If several servers answer at the registry's address, " +
				"they need the same SECRET_KEY in their config.yaml. Somebody may also have disabled the user during this run."
		}
		return "Quay did not accept the access token: it is wrong, expired or revoked. Check the provider's token (or QUAY_TOKEN), " +
			"and that this registry issued it."
	case NotAvailable:
		if e.Status == http.StatusOK { // see searchable
			return "The registry keeps its usage logs where Quay cannot search them: see LOGS_MODEL in its config.yaml."
		}
		text, tooOld := "This registry does not have the call.", "This version of Quay is too old for it."
		if e.Operation.Feature != "" {
			text += fmt.Sprintf(" It needs %s: true in the registry's config.yaml.", e.Operation.Feature)
			tooOld = "If that is set, this version of Quay is too old for the call."
		}
		if e.Operation.Since != "" {
			text += fmt.Sprintf(" It exists since Quay %s.", e.Operation.Since)
		}
		if e.availability == missing {
			return text + " " + tooOld
		}
		return text + " This version of Quay may also be too old, or the provider's url may be wrong."
	case Unavailable:
		if errors.Is(e.cause, context.Canceled) {
			return ""
		}
		if remedy := transportRemedy(e.cause); remedy != "" {
			return remedy
		}
		if e.Status == http.StatusServiceUnavailable {
			return "The registry, or the repository, may be read-only or under maintenance. Apply again when it is back."
		}
		return "Nothing about the object is known, so the state stays as it was. Check that the registry is up and the provider's " +
			"url is right, then run Terraform again."
	case InternalError:
		return "Quay failed and gave no reason. Look for the reason in Quay's log."
	case Unexpected:
		if remedy := transportRemedy(e.cause); remedy != "" {
			return remedy
		}
		return "The response may come from a proxy or a login page, and not from Quay. Check the provider's url. If a gateway stands in front of Quay, check " +
			"headers too."
	case NotFound, Exists, Invalid:
	}
	return "" // the message tells
}

// transportRemedy tells what to do about a network error. It is empty if the error does not
// tell enough.
func transportRemedy(cause error) string {
	onTheWay, proxied := errors.AsType[*proxyError](cause)
	if proxied && onTheWay.isProxys() {
		return onTheWay.remedy()
	}
	if remedy := certificateRemedy(cause); remedy != "" || !proxied {
		return remedy
	}
	return onTheWay.remedy()
}

// signInRemedy tells what to do about a sign-in that failed.
func (e *Error) signInRemedy() string {
	const once = " The provider does not repeat the sign-in in this run: Quay refuses the user for a time that doubles with each failed sign-in."
	switch {
	case e.Kind == Unauthenticated:
		return "Quay did not accept the user name and the password. Check the provider's username and password (or QUAY_USERNAME and QUAY_PASSWORD). Check " +
			"that the user exists and is not disabled. If the registry sends mail, the user's e-mail address must be confirmed." + once
	case e.Message == lockedOut:
		return "Quay refuses the user for some time after failed sign-ins. Check the provider's username and password (or QUAY_USERNAME and " +
			"QUAY_PASSWORD), wait a minute, and run Terraform again." + once
	case strings.HasPrefix(e.Message, csrfRefusal):
		return "The cookie of the session did not reach Quay. If a gateway stands in front, it has to pass cookies."
	}
	return ""
}

// allowedUser says which users Quay allows a call to.
func (op Operation) allowedUser() string {
	switch op.Scope {
	case scopeSuperUser:
		return "The user must be listed in SUPER_USERS in the registry's config.yaml."
	case scopeOrgAdmin:
		return "The user must administer the organization, or be a superuser of a registry with FEATURE_SUPERUSERS_FULL_ACCESS: true in its config.yaml."
	case scopeRepoAdmin, scopeRepoWrite, scopeRepoRead:
		return fmt.Sprintf("The user must have the role %s in the repository, or be a superuser of a registry with FEATURE_SUPERUSERS_FULL_ACCESS: true "+
			"in its config.yaml.", strings.TrimPrefix(op.Scope, "repo:"))
	}
	return ""
}

// allowedTo says which tokens Quay allows a call to.
func (op Operation) allowedTo() string {
	text := fmt.Sprintf("It needs the scope %q, ", op.Scope)
	switch op.Scope {
	case scopeSuperUser:
		return text + "and its user must be listed in SUPER_USERS in the registry's config.yaml."
	case scopeOrgAdmin:
		text += "and its user must administer the organization."
	case scopeRepoAdmin, scopeRepoWrite, scopeRepoRead:
		text += fmt.Sprintf("and its user must have the role %s in the repository.", strings.TrimPrefix(op.Scope, "repo:"))
	default:
		return strings.TrimSuffix(text, ", ") + "."
	}
	return text + fmt.Sprintf(" A superuser's token with the scope %q is enough where the registry has "+
		"FEATURE_SUPERUSERS_FULL_ACCESS: true in its config.yaml, for organizations in versions after Quay 3.12.", scopeSuperUser)
}

// certificateRemedy tells what to do about a certificate that the client does not accept. It
// is empty for any other cause.
func certificateRemedy(cause error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](cause); !ok {
		return ""
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](cause); ok && invalid.Reason == x509.Expired {
		return "The registry's certificate has expired, or is not valid yet. Renew it, and check the clock of this machine."
	}
	if _, ok := errors.AsType[x509.HostnameError](cause); ok {
		return "The registry's certificate is for another host. Use the host name of the certificate in the provider's url, or give the registry a certificate for this host."
	}
	return "The registry's certificate is not trusted. If your own certificate authority issued it, set ca_certificate_file or ca_certificate to that authority's certificate."
}

// maxMessage is the maximum length of a message in bytes.
const maxMessage = 500

// redact replaces the secrets in Quay's message. It shortens the message only after that,
// because a cut could leave half of a secret.
func (e *Error) redact(secrets []string) {
	e.Message = redacted(e.Message, secrets)
	if len(e.Message) > maxMessage {
		e.Message = strings.ToValidUTF8(e.Message[:maxMessage], "") + "…"
	}
}

// redacted returns a text with "(secret)" in place of secrets. It works in one pass, so it
// does not search its own replacements. If two secrets begin at the same place, it replaces
// the longer one. It also replaces a secret's quoted forms, because a server may quote a
// secret.
func redacted(text string, secrets []string) string {
	var forms []string
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		inJSON, _ := json.Marshal(secret) // a text has a JSON
		quoted := strconv.Quote(secret)
		forms = append(forms, secret, string(inJSON[1:len(inJSON)-1]), quoted[1:len(quoted)-1])
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, "(secret)")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// classifyTransportError sets the kind and the message for an error without a response.
func (e *Error) classifyTransportError(ctx context.Context, host string, err error) {
	e.Kind, e.cause = Unavailable, err
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Message, e.cause = "cancelled", ctx.Err()
	case ctx.Err() != nil:
		e.Message, e.cause = "out of time", ctx.Err()
	case errors.Is(err, errTooLarge):
		e.Kind, e.Message = Unexpected, err.Error()
	default:
		if isNotHTTP(err) {
			e.Kind = Unexpected
		}
		e.Message = host + ": " + reason(err)
	}
}

// classify judges an answer by its status, type and body, and leaves the kind at zero if the
// call succeeded.
func (e *Error) classify(a *response) {
	e.Status = a.status
	if e.Operation.judge != nil {
		if kind, message, judged := e.Operation.judge(a); judged {
			e.Kind, e.Message = kind, message
			return
		}
	}
	if a.status >= 200 && a.status < 300 {
		if e.Operation.check != nil {
			e.Kind, e.Message = e.Operation.check(a.body)
		}
		return
	}
	body := a.message()
	e.Message = body.text
	switch a.status {
	case http.StatusNotFound:
		// A JSON 404 is about the object. A web page means that the registry does not have the
		// call.
		e.Kind = NotAvailable
		if body.errorType == "not_found" {
			e.Kind = NotFound
		}
	case http.StatusMethodNotAllowed:
		e.Kind = NotAvailable
	case http.StatusPermanentRedirect, http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusSeeOther:
		// For a call that it does not have, Quay redirects to the path with a slash,
		// where its web page is.
		e.Kind, e.Message = Unexpected, oneLine("redirected to "+a.location)
		location, err := url.Parse(a.location)
		if err == nil && a.status == http.StatusPermanentRedirect && strings.HasSuffix(location.EscapedPath(), e.Path+"/") {
			e.Kind, e.Message = NotAvailable, "there is no such call"
		}
	case http.StatusUnauthorized:
		e.Kind = Unauthenticated
	case http.StatusForbidden:
		e.Kind = Denied
		switch {
		case strings.Contains(body.text, "CSRF token"):
			e.Kind = Unauthenticated
		case !a.isJSON(): // a gateway's: it tells nothing of the token
			e.Kind = Unexpected
		}
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		e.Kind = Unavailable
		if a.retryAfter != "" {
			e.Message = oneLine(fmt.Sprintf("%s (Retry-After: %s)", e.Message, a.retryAfter))
		}
	case http.StatusInternalServerError:
		e.Kind = InternalError
	case http.StatusConflict:
		e.Kind = Exists
	case http.StatusPaymentRequired:
		e.Kind, e.Field, e.Message = Invalid, "visibility", privateRepositoriesUsedUp
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge:
		e.classifyBadRequest(a, body.text)
	default:
		e.Kind = Unexpected
	}
}

// classifyBadRequest judges an answer that refuses a request as invalid.
func (e *Error) classifyBadRequest(a *response, words string) {
	e.Kind = Invalid
	rule, known := ruleFor(e.Operation.rules, words)
	switch {
	case !a.isJSON(): // a gateway's, or a web server's that expects https
		e.Kind = Unexpected
	case known:
		e.Kind, e.Field, e.done = rule.kind, rule.field, rule.done
		e.Message = cmp.Or(rule.message, e.Message)
		e.cause = rule.cause
	case words == "":
		e.Message = "Quay refuses the request and gives no reason"
	}
	if e.Operation.Repeat == IfNotSent && !known {
		e.unknown = true // some refusals come after the object was created
	}
}

// decode reads a successful answer into out, unless that is nil. A response that is not JSON
// of this form may come from another server.
func (e *Error) decode(a *response, out any) {
	defer func() { e.unknown = e.unknown || e.Kind != 0 }()
	if out == nil {
		if !a.isJSON() && len(bytes.TrimSpace(a.body)) > 0 {
			e.Kind, e.Message = Unexpected, a.message().text
		}
		return
	}
	if !a.isJSON() {
		e.Kind, e.Message = Unexpected, cmp.Or(a.message().text, "an empty answer where JSON was expected")
		return
	}
	if string(bytes.TrimSpace(a.body)) == "null" {
		e.Kind, e.Message = Unexpected, "null where an object or a list was expected"
		return
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		// The cause may quote the response, which may hold a secret.
		e.Kind, e.Message = Unexpected, "the answer cannot be read as JSON of the expected form"
		var shape *json.UnmarshalTypeError
		if errors.As(err, &shape) && shape.Field != "" {
			e.Message += ": field " + shape.Field
		}
	}
}

// errorBody is the content of an error's body.
type errorBody struct {
	text      string // one line, perhaps empty
	errorType string
}

// message reads the five shapes of Quay's errors: a message, a message by field, a problem
// with detail and type, an error, and a web page.
func (a *response) message() errorBody {
	if !a.isJSON() {
		return errorBody{text: pageText(a.body)}
	}
	var body struct {
		Message      json.RawMessage `json:"message"`
		Detail       string          `json:"detail"`
		ErrorMessage string          `json:"error_message"`
		ErrorType    string          `json:"error_type"`
		Error        string          `json:"error"`
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		return errorBody{text: "an answer that is not JSON as Quay writes it"}
	}
	result := errorBody{errorType: body.ErrorType}
	for _, text := range []string{messageText(body.Message), body.ErrorMessage, body.Detail, body.Error} {
		if result.text = oneLine(text); result.text != "" {
			break
		}
	}
	return result
}

// messageText reads a message that is a text, or texts by field.
func messageText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var byField map[string]any
	if json.Unmarshal(raw, &byField) != nil {
		return string(raw)
	}
	var parts []string
	for field, help := range byField {
		parts = append(parts, fmt.Sprintf("%s: %v", field, help))
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

var (
	titlePattern   = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	headingPattern = regexp.MustCompile(`(?is)<h1[^>]*>(.*?)</h1>`)
	tagPattern     = regexp.MustCompile(`(?s)<[^>]*>`)
)

// pageText returns the title or the first heading of a web page, and the beginning of any
// other text.
func pageText(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return ""
	}
	for _, pattern := range []*regexp.Regexp{titlePattern, headingPattern} {
		if match := pattern.FindSubmatch(body); match != nil {
			if text := oneLine(html.UnescapeString(tagPattern.ReplaceAllString(string(match[1]), ""))); text != "" {
				return fmt.Sprintf("a web page (%q) instead of JSON", text)
			}
		}
	}
	return fmt.Sprintf("text instead of JSON: %q", oneLine(string(body)))
}

// oneLine returns the first line of a text that is not empty. Of a schema error, it returns
// the line with the reason. Of a database error, it omits the detail. It replaces control
// characters by spaces.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(strings.Map(graphicOrSpace, line)); line != "" {
			return line
		}
	}
	return ""
}

func graphicOrSpace(r rune) rune {
	if unicode.IsGraphic(r) {
		return r
	}
	return ' '
}
