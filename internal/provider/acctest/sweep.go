package acctest

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// named is a kind of object that tests name. A killed test leaves its objects behind. A
// sweeper finds them by their names.
type named struct {
	// kind is the name of the sweeper.
	kind string
	// prefixes are the possible beginnings of the names. [Name] accepts only these prefixes.
	prefixes []string
	// list is the path of the list, and objects is the member of the response with the list.
	list, objects string
	// name is the attribute with an object's name. The sweeper ignores the part before a "+".
	name string
	// object is the path of an object without its id. id is the attribute with the last part
	// of the path, and defaults to name.
	object, id string
	// after are the kinds whose objects the sweeper must remove first.
	after []string
	// prepare, if not nil, is the body of a PUT that an object needs before its removal.
	prepare any
}

// allNamed returns all kinds of objects that tests name, without objects in another object of
// a test.
func allNamed() []named {
	return []named{
		{kind: "organizations", prefixes: []string{"tforg"}, list: "/superuser/organizations/", objects: "organizations", name: "name", object: "/superuser/organizations/"},
		{
			kind: "users", prefixes: []string{"tfuser"}, list: "/superuser/users/", objects: "users", name: "username", object: "/superuser/users/",
			after:   []string{"organizations"}, // users administer organizations
			prepare: map[string]bool{"enabled": true},
		},
		{kind: "service keys", prefixes: []string{"tfacc_"}, list: "/superuser/keys", objects: "keys", name: "service", object: "/superuser/keys/", id: "kid"},
		{
			kind: "messages", prefixes: []string{"The registry is read-only, ", "maintenance ", "hello "},
			list: "/messages", objects: "messages", name: "content", object: "/message/", id: "uuid",
		},
		// The following objects belong to the user of the token.
		{kind: "app tokens", prefixes: []string{"laptop "}, list: "/user/apptoken", objects: "tokens", name: "title", object: "/user/apptoken/", id: "uuid"},
		{kind: "robots", prefixes: []string{"tfrobot"}, list: "/user/robots", objects: "robots", name: "name", object: "/user/robots/"},
		{
			kind: "auto-prune policies", prefixes: []string{"tf", "^tf"},
			list: "/user/autoprunepolicy/", objects: "policies", name: "tagPattern", object: "/user/autoprunepolicy/", id: "uuid",
		},
		{
			kind: "notifications", prefixes: []string{"tf"},
			list: "/user/namespacenotifications", objects: "notifications", name: "title", object: "/user/namespacenotifications/", id: "uuid",
		},
	}
}

// absentPrefixes returns the beginnings of names that tests look for and never create.
func absentPrefixes() []string { return []string{"nobody", "nosuch", "tfnone"} }

// suffixes are the endings that tests append to a name from [Name].
const suffixes = "x|-a|-b|-plain|-mailed"

// Name returns a name that no other test uses: a prefix, and ten lower-case letters and
// digits. The prefix must be in [allNamed], so that sweepers find the object.
func Name(prefix string) string {
	known := func(n named) bool { return slices.Contains(n.prefixes, prefix) }
	if !slices.ContainsFunc(allNamed(), known) && !slices.Contains(absentPrefixes(), prefix) {
		panic(fmt.Sprintf("acctest: sweepers do not know the prefix %q", prefix))
	}
	return prefix + strings.ToLower(rand.Text()[:10])
}

// isLeftover tells whether a name comes from a test: a prefix, ten letters and digits of
// [rand.Text], and perhaps a known suffix.
func (n named) isLeftover(name string) bool {
	for _, prefix := range n.prefixes {
		if regexp.MustCompile(`\A` + regexp.QuoteMeta(prefix) + `[a-z2-7]{10}(` + suffixes + `)?\z`).MatchString(name) {
			return true
		}
	}
	return false
}

// AddSweepers adds a sweeper for each kind of object that tests name. `make sweep` runs them.
func AddSweepers() {
	for _, n := range allNamed() {
		resource.AddTestSweepers(n.kind, &resource.Sweeper{
			Name: n.kind, Dependencies: n.after,
			F: func(address string) error {
				registry, err := toSweep(address, os.Getenv)
				if err != nil {
					return err
				}
				return n.sweep(context.Background(), registry)
			},
		})
	}
}

// toSweep returns the registry of QUAY_URL and QUAY_TOKEN if -sweep names the same address.
// Both must name it, so that a forgotten variable deletes nothing.
func toSweep(address string, getenv func(string) string) (*Registry, error) {
	registry := At(getenv("QUAY_URL"), getenv("QUAY_TOKEN"))
	if registry.URL == "" || registry.Token == "" {
		return nil, errors.New("QUAY_URL and QUAY_TOKEN have to name the registry to sweep")
	}
	if address != registry.URL {
		return nil, fmt.Errorf("-sweep names the registry %s, and QUAY_URL the registry %s", address, registry.URL)
	}
	return registry, nil
}

// sweep removes the leftovers of one kind. It continues after an error.
func (n named) sweep(ctx context.Context, registry *Registry) error {
	objects, err := n.listed(ctx, registry)
	if err != nil {
		return err
	}
	var errs []error
	for _, object := range objects {
		name, _ := object[n.name].(string)
		if _, after, found := strings.Cut(name, "+"); found {
			name = after
		}
		if !n.isLeftover(name) {
			continue
		}
		id := name
		if n.id != "" {
			id, _ = object[n.id].(string)
		}
		path := n.object + url.PathEscape(id)
		if n.prepare != nil {
			if _, _, err := registry.api.Call(ctx, http.MethodPut, path, n.prepare); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		status, answer, err := registry.api.Call(ctx, http.MethodDelete, path, nil)
		if err == nil && status >= http.StatusMultipleChoices && status != http.StatusNotFound {
			err = fmt.Errorf("DELETE %s: %d %v", path, status, answer)
		}
		errs = append(errs, err)
		if err == nil {
			log.Printf("removed from the %s: %s", n.kind, name)
		}
	}
	return errors.Join(errs...)
}

// listed returns all objects of one kind, from all pages. If the registry lacks the call, the
// list is empty.
func (n named) listed(ctx context.Context, registry *Registry) (objects []map[string]any, err error) {
	for page := ""; ; {
		path := n.list
		if page != "" {
			path += "?next_page=" + url.QueryEscape(page)
		}
		status, response, err := registry.api.Call(ctx, http.MethodGet, path, nil)
		if err != nil {
			return nil, err
		}
		body, _ := response.(map[string]any)
		elements, isList := body[n.objects].([]any)
		switch {
		case isList:
		case status == http.StatusNotFound && body == nil, status == http.StatusMethodNotAllowed:
			log.Printf("the registry has no %s", n.kind)
			return nil, nil
		default:
			return nil, fmt.Errorf("GET %s: %d %v", path, status, cmp.Or[any](response, "no JSON"))
		}
		for _, element := range elements {
			object, _ := element.(map[string]any)
			objects = append(objects, object)
		}
		if page, _ = body["next_page"].(string); page == "" {
			return objects, nil
		}
	}
}
