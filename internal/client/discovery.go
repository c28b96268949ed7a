package client

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// A response does not always tell whether a registry has a call. If a feature is off, or the
// server is older than the call, Quay 3.9 and 3.12 answer a write with 500. Below
// /repository/{repository}, every version takes the path for the name of a nested repository.
// A GET then gets a JSON 404, as if the object did not exist. A DELETE gets a 204 and deletes
// the nested repository.

// knownPaths remembers which paths a registry has.
type knownPaths struct {
	mu     sync.Mutex
	asked  bool
	paths  map[string]bool // with {} for each parameter; empty if the registry did not tell
	fields map[string]bool // of bodies, as body.field; empty if the registry did not tell
}

// availability tells whether the registry has a call, as far as the client knows.
type availability int

const (
	availabilityUnknown availability = iota
	available
	missing
)

// availabilityOf tells whether the registry has a call, by GET /discovery (discovery). The
// first call asks the registry, without the token. Later calls use the same response.
func (c *Client) availabilityOf(ctx context.Context, op Operation) availability {
	c.knownPaths.mu.Lock()
	defer c.knownPaths.mu.Unlock()
	c.ask(ctx)
	return availabilityIn(c.knownPaths.paths, withoutParameterNames(apiPath+op.Path))
}

// availabilityOfField tells whether the registry reads a field of a body, by
// GET /discovery (discovery), as availabilityOf does.
func (c *Client) availabilityOfField(ctx context.Context, body, field string) availability {
	c.knownPaths.mu.Lock()
	defer c.knownPaths.mu.Unlock()
	c.ask(ctx)
	return availabilityIn(c.knownPaths.fields, body+"."+field)
}

// availabilityIn tells whether known has a name. known is empty if the registry did not
// answer.
func availabilityIn(known map[string]bool, name string) availability {
	switch {
	case len(known) == 0:
		return availabilityUnknown
	case known[name]:
		return available
	}
	return missing
}

// ask asks the registry which paths and fields it has, once.
func (c *Client) ask(ctx context.Context) {
	if c.knownPaths.asked {
		return
	}
	var document struct {
		Paths       map[string]struct{} `json:"paths"`
		Definitions map[string]struct {
			Properties map[string]struct{} `json:"properties"`
		} `json:"definitions"`
	}
	r := request{operation: discovery, query: url.Values{"internal": {"true"}}, anonymous: true}
	err := c.send(ctx, r, discovery.Path, &document)
	if err != nil && ctx.Err() != nil {
		return // the next call may have more time
	}
	c.knownPaths.asked = true
	if err != nil {
		return
	}
	paths, fields := map[string]bool{}, map[string]bool{}
	for path := range document.Paths {
		paths[withoutParameterNames(path)] = true
	}
	for body, definition := range document.Definitions {
		for field := range definition.Properties {
			fields[body+"."+field] = true
		}
	}
	c.knownPaths.paths, c.knownPaths.fields = paths, fields
}

var parameterPattern = regexp.MustCompile(`\{[^}]*\}`)

// withoutParameterNames returns a path without the names of its parameters.
func withoutParameterNames(path string) string { return parameterPattern.ReplaceAllString(path, "{}") }

// looksLikeNestedRepository tells whether a registry without the call takes it for a call on a
// nested repository. Quay never does this with a path that ends with a slash.
func (op Operation) looksLikeNestedRepository() bool {
	return op.Feature != "" && strings.HasPrefix(op.Path, "/repository/{repository}/") && !strings.HasSuffix(op.Path, "/")
}

// checkDeletable returns an error that is [NotAvailable] for a DELETE that would
// delete a nested repository, because the registry does not have the call.
func (c *Client) checkDeletable(ctx context.Context, op Operation, path string) error {
	if op.Method != http.MethodDelete || !op.looksLikeNestedRepository() {
		return nil
	}
	if !c.Configured() {
		return c.notConfigured(op, path)
	}
	availability := c.availabilityOf(ctx, op)
	if availability == available {
		return nil
	}
	if availability == missing {
		return &Error{Kind: NotAvailable, Operation: op, Path: path, Message: "not sent, because the registry does not have this call", availability: missing}
	}
	return &Error{
		Kind: Unavailable, Operation: op, Path: path,
		Message: "not sent, because the registry does not tell whether it has this call (GET " + apiPath + discovery.Path + ")",
	}
}

// bodyField is a field of a call's body that an older Quay ignores.
type bodyField struct {
	body, name string // as the registry describes them
	field      string // what errors call the field
	since      string // the first version of Quay that reads the field
}

// checkField returns an error that is [Invalid] for a field of a call's body that the
// registry would ignore.
func (c *Client) checkField(ctx context.Context, r request, f bodyField) error {
	if !c.Configured() {
		path, _ := r.operation.expand(r.args) // whose error the call would tell
		return c.notConfigured(r.operation, path)
	}
	e := r.failed(Invalid, "not sent, because "+f.name+" needs Quay "+f.since+" or later", nil)
	e.Status, e.Field = 0, f.field
	switch c.availabilityOfField(ctx, f.body, f.name) {
	case available:
		return nil
	case availabilityUnknown:
		e.Kind = Unavailable
		e.Message = "not sent, because the registry does not tell whether it reads " + f.name + " (GET " + apiPath + discovery.Path + ")"
	case missing:
	}
	return e
}

// resolveAvailability finds out whether the error means that the registry does not have the
// call. It corrects the kind, and records the result in the error.
func (c *Client) resolveAvailability(ctx context.Context, e *Error) {
	doubtful := e.Kind == NotAvailable && e.Status >= 300 ||
		e.Kind == InternalError && e.Operation.Feature+e.Operation.Since != "" && e.Operation.Method != http.MethodGet ||
		e.Status >= 400 && e.Status < 500 && e.Kind != Denied && e.Kind != Unauthenticated && e.Operation.looksLikeNestedRepository()
	if !doubtful || e.Operation.web || e.Operation.unlisted {
		return
	}
	e.availability = c.availabilityOf(ctx, e.Operation)
	switch {
	case e.availability == missing:
		e.Kind = NotAvailable
	case e.availability == available && e.Kind == NotAvailable, e.availability == availabilityUnknown && e.Kind == NotFound:
		e.Kind = Unexpected
	}
}
