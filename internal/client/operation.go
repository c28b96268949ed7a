package client

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Operation is one call of Quay's API. The file of its area declares it.
type Operation struct {
	// Name is Quay's own name of the call (its operationId).
	Name string
	// Method is the HTTP method.
	Method string
	// Path is the path below /api/v1, with {parameters}.
	Path string
	// Scope is the OAuth scope that a token needs for the call.
	Scope string
	// Feature is the setting of Quay's config.yaml that turns on the call, or empty.
	Feature string
	// Since is the first version of Quay that has the call, such as "3.17", or
	// empty if every supported version has it.
	Since string
	// Repeat says when the client may retry the call.
	Repeat Repeat
	// Anonymous tells that the call takes no credentials.
	Anonymous bool

	// rules say what the call's answers of status 400 mean, by Quay's words.
	rules []badRequestRule
	// stale are the lists that the call can change. The areas of other lists can name the call
	// too (see area.staleAfter). It is nil only for calls that change nothing.
	stale []listKind
	// check, if not nil, finds errors in a response with status 200.
	check func(body []byte) (Kind, string)
	// judge, if not nil, judges responses to which the general rules do not apply.
	judge func(a *response) (kind Kind, message string, judged bool)
	// web tells that the path belongs to Quay's web interface, and is not below /api/v1.
	web bool
	// unlisted tells that GET /discovery omits the call.
	unlisted bool
}

// root is the path that the operation's path is below.
func (op Operation) root() string {
	if op.web {
		return ""
	}
	return apiPath
}

// Repeat says when the client may retry a call after a transient error.
type Repeat int

const (
	// IfNotSent allows a retry only if Quay cannot have carried out an earlier attempt. It is
	// for calls that create an object.
	IfNotSent Repeat = iota
	// Idempotent allows a retry after any transient error. Quay can carry out the call twice
	// without harm.
	Idempotent
	// UnlessLockedOut allows what Idempotent allows, but no further sign-in if Quay has locked
	// out the user.
	UnlessLockedOut
)

const (
	scopeSuperUser  = "super:user"
	scopeUserAdmin  = "user:admin"
	scopeUserRead   = "user:read"
	scopeOrgAdmin   = "org:admin"
	scopeRepoAdmin  = "repo:admin"
	scopeRepoCreate = "repo:create"
	scopeRepoRead   = "repo:read"
	scopeRepoWrite  = "repo:write"

	featureSuperUsers = "FEATURE_SUPER_USERS"
)

// superuser declares an idempotent call below /superuser.
func superuser(name, method, path string) Operation {
	return Operation{Name: name, Method: method, Path: "/superuser" + path, Scope: scopeSuperUser, Feature: featureSuperUsers, Repeat: Idempotent}
}

// organization declares an idempotent call of an organization's administrators.
func organization(name, method, path string) Operation {
	return Operation{Name: name, Method: method, Path: "/organization/{orgname}" + path, Scope: scopeOrgAdmin, Repeat: Idempotent}
}

// repository declares an idempotent call on a repository.
func repository(name, method, path, scope string) Operation {
	return Operation{Name: name, Method: method, Path: "/repository/{repository}" + path, Scope: scope, Repeat: Idempotent}
}

// needs returns the call as one that exists only with a feature.
func (op Operation) needs(feature string) Operation {
	op.Feature = feature
	return op
}

// from returns the call as one that exists since a version of Quay.
func (op Operation) from(version string) Operation {
	op.Since = version
	return op
}

// creates returns the call as one that creates a new object each time.
func (op Operation) creates() Operation {
	op.Repeat = IfNotSent
	return op
}

// refuses returns the call with rules for its answers of status 400.
func (op Operation) refuses(rules ...badRequestRule) Operation {
	op.rules = append(slices.Clip(op.rules), rules...)
	return op
}

// changes returns the call with the lists that it can change, which may be none.
func (op Operation) changes(lists ...listKind) Operation {
	op.stale = append(append([]listKind{}, op.stale...), lists...)
	return op
}

// checks returns the call with a function that finds errors in a response with status 200.
func (op Operation) checks(check func(body []byte) (Kind, string)) Operation {
	op.check = check
	return op
}

// judges returns the call with a function that judges responses to which the general rules do
// not apply.
func (op Operation) judges(judge func(a *response) (Kind, string, bool)) Operation {
	op.judge = judge
	return op
}

// discovery belongs to no area. The client makes this call once. Paths and fields that the
// response omits stay unknown.
var discovery = Operation{Name: "discovery", Method: "GET", Path: "/discovery", Repeat: Idempotent}

// expand returns the operation's path with its {parameters} replaced, in order, by arguments.
// It escapes each argument alone, so a name with a slash stays one element. Only a
// [Repository] spans several elements. An empty element, "." and ".." are errors, because
// servers drop them.
func (op Operation) expand(args []any) (string, error) {
	elements := strings.Split(op.Path, "/")
	for i, element := range elements {
		if !strings.HasPrefix(element, "{") {
			continue
		}
		var names []string
		switch arg := args[0].(type) {
		case Repository:
			names = append([]string{arg.Namespace}, strings.Split(arg.Name, "/")...)
		default:
			names = []string{fmt.Sprint(arg)}
		}
		args = args[1:]
		for j, name := range names {
			if name == "" || name == "." || name == ".." {
				return "", fmt.Errorf("%q cannot be used as %s in a path", name, strings.Trim(element, "{}"))
			}
			names[j] = url.PathEscape(name)
		}
		elements[i] = strings.Join(names, "/")
	}
	return strings.Join(elements, "/"), nil
}
