package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// getMirror and deleteMirror are calls below a repository that need a feature.
var (
	getMirror    = getRepoMirrorConfig
	deleteMirror = repository("deleteMirror", "DELETE", "/mirror", scopeRepoAdmin).needs("FEATURE_REPO_MIRROR")
	putMirror    = repository("changeRepoMirrorConfig", "PUT", "/mirror", scopeRepoAdmin).needs("FEATURE_REPO_MIRROR")
)

// registry answers every call alike, and /discovery with paths. With nil paths, it answers
// /discovery with 404.
type registry struct {
	status      int
	contentType string
	body        string
	paths       []string

	mu    sync.Mutex
	calls []string
	token bool // was sent to /discovery
}

func (r *registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, req.Method+" "+strings.TrimPrefix(req.URL.Path, apiPath))
	if req.URL.Path == apiPath+"/discovery" {
		r.token = r.token || req.Header.Get("Authorization") != ""
		paths := map[string]struct{}{}
		for _, path := range r.paths {
			paths[apiPath+path] = struct{}{}
		}
		if r.paths == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"paths": paths})
		return
	}
	w.Header().Set("Content-Type", r.contentType)
	if r.status == http.StatusPermanentRedirect {
		w.Header().Set("Location", "http://"+req.Host+req.URL.EscapedPath()+"/?"+req.URL.RawQuery)
	}
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, r.body)
}

// The meaning of some responses depends on whether the registry has the call.
func TestExistenceOfCalls(t *testing.T) {
	t.Parallel()
	const page = "<!DOCTYPE html><title>Quay</title>"
	notFound := `{"error_type": "not_found", "error_message": "Not Found"}`
	none, mirror := []string{"/user/"}, []string{"/repository/{repo}/mirror"}
	quota := []string{"/superuser/organization/{orgname}/quota"}
	app := []any{Repository{"acme", "app"}}
	for name, test := range map[string]struct {
		operation Operation
		args      []any
		status    int
		body      string
		paths     []string
		want      Kind
		sent      bool // the call itself
		asked     bool // /discovery
	}{
		"object gone":                         {getMirror, app, 404, notFound, mirror, NotFound, true, true},
		"call missing, looks gone":            {getMirror, app, 404, notFound, none, NotAvailable, true, true},
		"looks gone, and nobody knows":        {getMirror, app, 404, notFound, nil, Unexpected, true, true},
		"call missing, looks invalid":         {putMirror, app, 400, `{"message": "'description' is a required property"}`, none, NotAvailable, true, true},
		"invalid":                             {putMirror, app, 400, `{"message": "no"}`, mirror, Invalid, true, true},
		"delete of a call that is missing":    {deleteMirror, app, 204, "", none, NotAvailable, false, true},
		"delete, and nobody knows":            {deleteMirror, app, 204, "", nil, Unavailable, false, true},
		"delete":                              {deleteMirror, app, 204, "", mirror, 0, true, true},
		"500 for a write that is missing":     {createOrganizationQuotaSuperUser, []any{"acme"}, 500, page, none, NotAvailable, true, true},
		"500 for a write":                     {createOrganizationQuotaSuperUser, []any{"acme"}, 500, page, quota, InternalError, true, true},
		"500 for a read":                      {listOrganizationQuotaSuperUser, []any{"acme"}, 500, page, none, InternalError, true, false},
		"405":                                 {createOrganizationQuotaSuperUser, []any{"acme"}, 405, page, none, NotAvailable, true, true},
		"405 of a proxy":                      {createOrganizationQuotaSuperUser, []any{"acme"}, 405, page, quota, Unexpected, true, true},
		"404 page of a proxy":                 {listOrganizationQuotaSuperUser, []any{"acme"}, 404, page, quota, Unexpected, true, true},
		"redirect to the web page":            {listOrganizationQuotaSuperUser, []any{"acme"}, 308, page, none, NotAvailable, true, true},
		"object gone elsewhere, without ask":  {listOrganizationQuotaSuperUser, []any{"acme"}, 404, notFound, none, NotFound, true, false},
		"permissions are on every version":    {deleteUserPermissions, append(app, "alice"), 204, "", none, 0, true, false},
		"denied, which every version answers": {getMirror, app, 403, `{}`, none, Denied, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentType := "application/json"
			if test.body == page {
				contentType = "text/html"
			}
			server := &registry{status: test.status, contentType: contentType, body: test.body, paths: test.paths}
			c := clientOf(t, server)
			for range 2 { // the second question is answered from memory
				err := c.do(t.Context(), request{operation: test.operation, args: test.args}, nil)
				if kind := kindOf(err); kind != test.want {
					t.Errorf("error %v is %v, want %v", err, kind, test.want)
				}
			}
			asked, sent := 0, 0
			for _, call := range server.calls {
				if call == "GET /discovery" {
					asked++
				} else {
					sent++
				}
			}
			if (asked == 1) != test.asked || asked > 1 {
				t.Errorf("/discovery was asked %d times", asked)
			}
			if (sent > 0) != test.sent {
				t.Errorf("the call was sent %d times", sent)
			}
			if server.token {
				t.Error("the token was sent to /discovery, which costs the registry a check")
			}
		})
	}
}

// The client asks again after a cancelled request.
func TestExistenceAfterCancel(t *testing.T) {
	t.Parallel()
	c := clientOf(t, &registry{paths: []string{"/repository/{repository}/mirror"}})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if got := c.availabilityOf(cancelled, getMirror); got != availabilityUnknown {
		t.Errorf("cancelled, it is %v", got)
	}
	if got := c.availabilityOf(t.Context(), getMirror); got != available {
		t.Errorf("then it is %v", got)
	}
}

// A redirect to the path with a slash also means a missing call if the request has a query.
func TestMissingPagedCall(t *testing.T) {
	t.Parallel()
	c := clientOf(t, &registry{status: 308, contentType: "text/html", body: "<title>Redirecting...</title>"})
	var errs []error
	for _, err := range c.ListOrganizations(t.Context()) {
		errs = append(errs, err)
	}
	if len(errs) != 1 || !errors.Is(errs[0], NotAvailable) {
		t.Errorf("errors %v, want one of the kind %v", errs, NotAvailable)
	}
}

func clientOf(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := New(Config{URL: server.URL, Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func kindOf(err error) Kind {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return 0
	}
	return e.Kind
}

// Every version of Quay takes the path of a missing call for the name of a nested repository.
// The client recognizes this, and deletes nothing.
func TestMissingCallsOfEveryVersion(t *testing.T) {
	t.Parallel()
	for _, version := range quaytest.Versions() {
		t.Run(version.String(), func(t *testing.T) {
			t.Parallel()
			server := quaytest.Start(t, quaytest.WithVersion(version), quaytest.WithoutFeatures(quaytest.QuotaManagement, quaytest.RepoMirror))
			server.AddOrganization("acme", "acme@example.com", "admin")
			for _, name := range []string{"app", "app/mirror"} {
				server.AddRepository("acme", name, "admin")
			}
			c, err := New(Config{URL: server.URL, Token: server.Token})
			if err != nil {
				t.Fatal(err)
			}
			quota := createOrganizationQuotaSuperUser
			for _, r := range []request{
				{operation: getMirror, args: []any{Repository{"acme", "gone"}}},
				{operation: putMirror, args: []any{Repository{"acme", "app"}}, body: map[string]string{"external_reference": "quay.io/x"}},
				{operation: deleteMirror, args: []any{Repository{"acme", "app"}}},
				{operation: quota, args: []any{"acme"}, body: quotaSize{5}},
				{operation: listOrganizationQuotaSuperUser, args: []any{"acme"}},
				{operation: deleteOrganizationQuotaSuperUser, args: []any{"acme", 1}},
			} {
				if err := c.do(t.Context(), r, nil); !errors.Is(err, NotAvailable) {
					t.Errorf("%s: %v", r.operation.Name, err)
				}
			}
			if n := server.Objects()["repositories"]; n != 2 {
				t.Errorf("there are %d repositories", n)
			}
			if n := server.Calls()["GET /discovery"]; n != 1 {
				t.Errorf("/discovery was asked %d times", n)
			}
		})
	}
}
