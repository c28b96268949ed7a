package client

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// Whether a registry has a call cannot always be told from its answer. Where a
// feature is off, or the server is older than the call, Quay 3.9 and 3.12 answer
// a write with 500. Below /repository/{repository}, every version takes the path
// for the name of a nested repository: a GET is a JSON 404, as for an object that
// does not exist, and a DELETE is a 204 that deletes the repository of that name.

// knownPaths remembers which paths a registry has.
type knownPaths struct {
	mu    sync.Mutex
	asked bool
	paths map[string]bool // with {} for each parameter; nil if the registry did not tell
}

// availability is what is known of a call.
type availability int

const (
	availabilityUnknown availability = iota
	available
	missing
)

// availabilityOf tells whether the registry has a call, by GET /discovery
// (discovery). The first question asks the registry, without the token, and
// later ones are answered from memory.
func (c *Client) availabilityOf(ctx context.Context, op Operation) availability {
	c.knownPaths.mu.Lock()
	defer c.knownPaths.mu.Unlock()
	if !c.knownPaths.asked {
		paths := c.readPaths(ctx)
		if paths == nil && ctx.Err() != nil {
			return availabilityUnknown // the next question may have the time
		}
		c.knownPaths.asked, c.knownPaths.paths = true, paths
	}
	switch {
	case c.knownPaths.paths == nil:
		return availabilityUnknown
	case c.knownPaths.paths[withoutParameterNames(apiPath+op.Path)]:
		return available
	}
	return missing
}

// readPaths returns the paths that the registry has, or nil.
func (c *Client) readPaths(ctx context.Context) map[string]bool {
	var document struct {
		Paths map[string]struct{} `json:"paths"`
	}
	r := request{operation: discovery, query: url.Values{"internal": {"true"}}, anonymous: true}
	if err := c.send(ctx, r, discovery.Path, &document); err != nil {
		return nil
	}
	var paths map[string]bool
	for path := range document.Paths {
		if paths == nil {
			paths = map[string]bool{}
		}
		paths[withoutParameterNames(path)] = true
	}
	return paths
}

var parameterPattern = regexp.MustCompile(`\{[^}]*\}`)

// withoutParameterNames returns a path without the names of its parameters.
func withoutParameterNames(path string) string { return parameterPattern.ReplaceAllString(path, "{}") }

// looksLikeNestedRepository tells whether Quay takes the call for one on a nested repository where
// the registry does not have it.
func (op Operation) looksLikeNestedRepository() bool {
	return op.Feature != "" && strings.HasPrefix(op.Path, "/repository/{repository}/")
}

// checkDeletable returns an error that is [NotAvailable] for a DELETE that would
// delete a nested repository, because the registry does not have the call.
func (c *Client) checkDeletable(ctx context.Context, op Operation, path string) error {
	if op.Method != http.MethodDelete || !op.looksLikeNestedRepository() {
		return nil
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

// resolveAvailability corrects the kind of an error that may mean that the registry does
// not have the call, and notes whether it has it.
func (c *Client) resolveAvailability(ctx context.Context, e *Error) {
	doubtful := e.Kind == NotAvailable && e.Status >= 300 ||
		e.Kind == InternalError && e.Operation.Feature != "" && e.Operation.Method != http.MethodGet ||
		e.Status >= 400 && e.Status < 500 && e.Kind != Denied && e.Kind != Unauthenticated && e.Operation.looksLikeNestedRepository()
	if !doubtful {
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
