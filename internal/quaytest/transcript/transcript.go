// Package transcript reads, writes, plays and compares recorded calls to a Quay
// registry.
package transcript

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// Host is the address of the registry in every transcript.
const Host = "http://quay.test"

// Transcript is the record of one area's calls to one version of Quay.
type Transcript struct {
	Area string `json:"area"`
	// Recorded is the time of the recording. It is zero if no response depends on the time.
	Recorded time.Time `json:"recorded,omitzero"`
	Calls    []Call    `json:"calls"`
}

// Call is a request and the response of the registry.
type Call struct {
	Title    string   `json:"title"` // for readers only
	Request  Request  `json:"request"`
	Response Response `json:"response"`
}

// Request is a recorded request.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"` // with the query
	// Auth names the caller, see [ParseCaller].
	Auth string `json:"auth"`
	// Authorization is the whole header Authorization. {token} stands for the
	// caller's token. The default is "Bearer {token}".
	Authorization string `json:"authorization,omitempty"`
	// ContentType is the header Content-Type of a request with a body. The default
	// is application/json.
	ContentType string          `json:"content_type,omitempty"`
	JSON        json.RawMessage `json:"json,omitempty"`
	Raw         *string         `json:"raw,omitempty"` // a body instead of JSON
}

// body returns the request's body, which is nil if there is none.
func (r Request) body() []byte {
	if r.Raw != nil {
		return []byte(*r.Raw)
	}
	return r.JSON
}

// Response is a recorded response.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"` // those of comparedHeaders that the response has
	JSON    json.RawMessage   `json:"json,omitempty"`
	Text    *string           `json:"text,omitempty"` // a body that is not JSON
}

// comparedHeaders returns the names of the headers in a transcript.
func comparedHeaders() []string { return []string{"content-type", "location", "allow"} }

// newResponse returns the response to a request that was sent to a registry at
// an address.
func newResponse(registry string, status int, header http.Header, body []byte) Response {
	r := Response{Status: status, Headers: map[string]string{}}
	text := hideHost(registry, string(body))
	if json.Valid([]byte(text)) {
		r.JSON = json.RawMessage(text)
	} else {
		r.Text = &text
	}
	for _, name := range comparedHeaders() {
		if value := header.Get(name); value != "" {
			r.Headers[name] = hideHost(registry, value)
		}
	}
	return r
}

// hideHost replaces the address of a registry in a text by [Host].
func hideHost(registry, text string) string {
	text = strings.ReplaceAll(text, registry, Host)
	_, host, _ := strings.Cut(registry, "://")
	host, _, _ = strings.Cut(host, "/")
	if !strings.ContainsAny(host, ".:") { // a host such as "quay" is also a common word
		return text
	}
	return strings.ReplaceAll(text, host, strings.TrimPrefix(Host, "http://"))
}

// Body returns the body of the response.
func (r Response) Body() string {
	if r.Text != nil {
		return *r.Text
	}
	return string(r.JSON)
}

// HasOperation reports whether a response shows that the registry has an
// operation for a request with this method. Quay's web interface answers all
// other requests.
func (r Response) HasOperation(method string) bool {
	reading := method == http.MethodGet || method == http.MethodHead
	switch r.Status {
	case http.StatusPermanentRedirect:
		return !reading // only an operation redirects a write
	case http.StatusNotFound:
		return r.JSON != nil
	case http.StatusMethodNotAllowed:
		return sortedMethods(r.Headers["allow"]) != sortedMethods("OPTIONS, GET, HEAD")
	default:
		return true
	}
}

// Write writes a transcript as JSON.
func (t *Transcript) Write(w io.Writer) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(t); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
