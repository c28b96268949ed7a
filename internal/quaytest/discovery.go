package quaytest

import (
	"net/http"
	"strings"
)

func discoveryArea() area {
	return area{routes: []*route{get("discovery", "/discovery", discovery)}}
}

// apiDescription is an object. Its view has the bodies of calls by their names. Areas describe
// only bodies that differ between versions.
type apiDescription struct{}

// discovery describes the calls of the API that this version has and whose
// features are on. It needs no token.
func discovery(c *call) (response, error) {
	paths := view{}
	for _, r := range c.srv.routes {
		if r.web || r.unlisted || r.hidden && !c.flag("internal", false) {
			continue
		}
		path := apiRoot + r.path
		methods, _ := paths[path].(view)
		if methods == nil {
			methods = view{}
			paths[path] = methods
		}
		methods[strings.ToLower(r.method)] = view{
			"operationId": r.operation,
			"responses":   view{"200": view{"description": http.StatusText(http.StatusOK)}},
		}
	}
	definitions := view{}
	c.extendView(apiDescription{}, definitions)
	return ok(view{
		"swagger":             "2.0",
		"host":                c.request.Host,
		"basePath":            "/",
		"schemes":             []string{"http"},
		"info":                view{"title": "Quay", "version": "v1"},
		"securityDefinitions": view{},
		"paths":               paths,
		"definitions":         definitions,
		"tags":                []any{},
	})
}
