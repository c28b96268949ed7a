package quaytest

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
)

// apiRoot is the path of the API.
const apiRoot = "/api/v1"

type handler func(c *call) (response, error)

// route is one operation of the API.
type route struct {
	operation string
	method    string
	path      string
	oldest    Version // the first version that has the route
	hidden    bool    // whether the discovery omits the route by default
	web       bool    // whether the path belongs to the web interface, and is not below the API's root
	unlisted  bool    // whether the discovery always omits the route
	// isAnonymous tells whether a write needs neither a token nor a CSRF token.
	isAnonymous bool
	isFresh     bool // whether the session of the caller must be fresh
	handle      handler
}

func get(operation, path string, handle handler) *route {
	return &route{operation: operation, method: http.MethodGet, path: path, handle: handle}
}

func post(operation, path string, handle handler) *route {
	return &route{operation: operation, method: http.MethodPost, path: path, handle: handle}
}

func put(operation, path string, handle handler) *route {
	return &route{operation: operation, method: http.MethodPut, path: path, handle: handle}
}

func del(operation, path string, handle handler) *route {
	return &route{operation: operation, method: http.MethodDelete, path: path, handle: handle}
}

// hide makes the discovery omit a route by default.
func (r *route) hide() *route {
	r.hidden = true
	return r
}

// ofWebInterface makes the path a path of the web interface, which is not below the API's
// root.
func (r *route) ofWebInterface() *route {
	r.web = true
	return r
}

// unlist makes the discovery always omit a route.
func (r *route) unlist() *route {
	r.unlisted = true
	return r
}

// anonymous lets anybody write.
func (r *route) anonymous() *route {
	r.isAnonymous = true
	return r
}

// fresh makes a route require a fresh login, as all calls of superusers do.
func (r *route) fresh() *route {
	r.isFresh = true
	return r
}

func (r *route) needsFreshLogin() bool { return r.isFresh || strings.HasPrefix(r.path, "/superuser/") }

// since limits a route to a version and newer versions.
func (r *route) since(v Version) *route {
	r.oldest = v
	return r
}

// Route is a call of the API that the registry serves.
type Route struct {
	Operation string // Quay's name, such as "getInstallUser"
	Method    string
	Path      string // below /api/v1, such as "/superuser/users/{username}"
}

// Routes returns every call of the API that a [Server] of some version serves. It omits the
// pages of the web interface.
func Routes() []Route {
	var list []Route
	for _, a := range allAreas() {
		for _, r := range a.routes {
			if !r.web {
				list = append(list, Route{r.operation, r.method, r.path})
			}
		}
	}
	return list
}

// sortRoutes sorts routes by precedence: the first route that matches a path
// serves it. Two paths are compared element by element. A literal element takes
// precedence over a parameter, and a longer path over its beginning. Different
// paths that are equal by this rule cannot match the same request.
func sortRoutes(routes []*route) {
	slices.SortStableFunc(routes, func(a, b *route) int { return strings.Compare(precedence(a.path), precedence(b.path)) })
}

// precedence returns a text for each path. The texts sort as the paths do in
// [sortRoutes].
func precedence(path string) string {
	var b strings.Builder
	for element := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(element, "{") {
			b.WriteByte('b')
		} else {
			b.WriteByte('a')
		}
	}
	b.WriteByte('c')
	return b.String()
}

// match matches a path below the API's root with the route's path. It returns
// the values of the route's parameters. A parameter is one element of the path,
// but {repository} is two or more.
func (r *route) match(path string) (map[string]string, bool) {
	want := strings.Split(r.path, "/")
	parts := strings.Split(path, "/")
	spare := len(parts) - len(want)
	params := map[string]string{}
	for i, w := range want {
		name, ok := strings.CutPrefix(w, "{")
		if !ok {
			if i >= len(parts) || parts[i] != w {
				return nil, false
			}
			continue
		}
		name = strings.TrimSuffix(name, "}")
		length := 1
		if name == "repository" {
			length += spare
			spare = 0
			if length < 2 {
				return nil, false
			}
		}
		if i+length > len(parts) || slices.Contains(parts[i:i+length], "") {
			return nil, false
		}
		params[name] = strings.Join(parts[i:i+length], "/")
		parts = slices.Concat(parts[:i+1], parts[i+length:])
	}
	return params, len(parts) == len(want)
}

// match is the result of the search for the route of a request.
type match struct {
	route   *route
	params  map[string]string
	allowed []string // methods of the path, if the path does not have the request's method
	slash   bool     // whether the path only lacks a slash at the end
}

// find returns the route of a request. If a path lacks the request's method, it may belong to
// another route. Below a repository, it is also the name of a nested repository.
func (s *Server) find(method, full string) match {
	below, ofAPI := strings.CutPrefix(full, apiRoot)
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var m match
	for _, r := range s.routes {
		path := below
		if r.web {
			path = full
		} else if !ofAPI {
			continue
		}
		params, ok := r.match(path)
		switch {
		case ok && r.method == method:
			return match{route: r, params: params}
		case ok && !slices.Contains(m.allowed, r.method):
			m.allowed = append(m.allowed, r.method)
		case !ok && r.method == method && strings.HasSuffix(r.path, "/"):
			if _, ok := r.match(path + "/"); ok {
				return match{slash: true}
			}
		}
	}
	return m
}

// unrouted returns the response to a request that has no route. The web interface serves all
// other paths. It redirects to the path with a slash at the end, allows only GET, and always
// shows the same page. Up to 3.12, Quay fails on a write without the slash.
func (s *Server) unrouted(url string, r *http.Request, m match) response {
	const page = "text/html; charset=utf-8"
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case r.Method == http.MethodOptions:
		return response{status: http.StatusOK, contentType: page, allow: allowed(m)}
	case m.slash || reading && !strings.HasSuffix(r.URL.Path, "/"):
		location := url + "/"
		if r.URL.RawQuery != "" {
			location += "?" + r.URL.RawQuery
		}
		return response{
			status: http.StatusPermanentRedirect, contentType: page, location: location,
			page: fmt.Sprintf(redirectPage, html.EscapeString(location)),
		}
	case reading:
		return response{status: http.StatusNotFound, contentType: page, page: webPage}
	case m.allowed != nil:
		resp := jsonResponse(http.StatusMethodNotAllowed, view{"message": "The method is not allowed for the requested URL."})
		resp.allow = allowed(m)
		return resp
	case s.before(Quay3_16) && !strings.HasSuffix(r.URL.Path, "/"):
		return internalError()
	default:
		return response{status: http.StatusMethodNotAllowed, contentType: page, allow: allowed(m), page: methodNotAllowedPage}
	}
}

// allowed returns the methods of a path for the header Allow: the API's methods
// and those of the web interface.
func allowed(m match) string {
	var methods []string
	for _, method := range m.allowed {
		if method != http.MethodGet {
			methods = append(methods, method)
		}
	}
	return strings.Join(append(methods, "OPTIONS", "GET", "HEAD"), ", ")
}
