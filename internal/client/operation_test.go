package client_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// A call of the API is declared in three places: in Quay's reference, in the client, and in
// the in-memory Quay server. These tests compare the three places. They also compare the
// client's declared calls with the requests of its methods.

// arguments returns the values with which a method is tried, for a parameter of a
// type. The texts among them differ by the parameter's place.
func arguments(ctx context.Context, parameter reflect.Type, place int) []reflect.Value {
	values := func(all ...any) []reflect.Value {
		var result []reflect.Value
		for _, value := range all {
			result = append(result, reflect.ValueOf(value))
		}
		return result
	}
	switch parameter {
	case reflect.TypeFor[context.Context]():
		return values(ctx)
	case reflect.TypeFor[client.Namespace]():
		return values(client.OrganizationNamespace("acme"), client.UserNamespace("alice"))
	case reflect.TypeFor[client.Grantee]():
		return values(client.UserGrantee("alice"), client.TeamGrantee("devs"))
	case reflect.TypeFor[client.RobotOwner]():
		return values(client.OrganizationRobots("acme"), client.UserRobots())
	case reflect.TypeFor[client.AutopruneOwner]():
		return values(client.OrganizationAutoprune("acme"), client.RepositoryAutoprune(app), client.UserAutoprune())
	case reflect.TypeFor[client.ImmutabilityOwner]():
		return values(client.OrganizationImmutability("acme"), client.RepositoryImmutability(app))
	case reflect.TypeFor[client.NotificationOwner]():
		return values(client.OrganizationNotifications("acme"), client.RepositoryNotifications(app), client.UserNotifications())
	case reflect.TypeFor[client.Repository]():
		return values(app)
	case reflect.TypeFor[time.Time]():
		return values(time.Now())
	}
	switch parameter.Kind() { //nolint:exhaustive // the rest has a zero value that does
	case reflect.String:
		return values(fmt.Sprintf("text%d", place))
	case reflect.Int64:
		return values(int64(10 + place))
	case reflect.Struct:
		return []reflect.Value{withTexts(parameter, place)}
	case reflect.Func:
		return []reflect.Value{reflect.MakeFunc(parameter, func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.Zero(parameter.Out(0))}
		})}
	}
	return []reflect.Value{reflect.Zero(parameter)}
}

// withTexts returns a struct with only its texts set.
func withTexts(typ reflect.Type, place int) reflect.Value {
	value := reflect.New(typ).Elem()
	for _, field := range value.Fields() {
		if field.Kind() == reflect.String && field.CanSet() {
			field.SetString(fmt.Sprintf("text%d", place))
		}
	}
	return value
}

// methodCall is a method of the client with the arguments for a call.
type methodCall struct {
	method reflect.Method
	args   []reflect.Value // from the second on, which is behind the context
}

func (m methodCall) String() string {
	texts := make([]string, len(m.args))
	for i, arg := range m.args {
		texts[i] = fmt.Sprint(arg.Interface())
	}
	return m.method.Name + "(" + strings.Join(texts, ", ") + ")"
}

// make makes the call and returns the method's error. Of a list it reads one item.
func (m methodCall) make(ctx context.Context, c *client.Client) (err error) {
	if !m.method.Func.IsValid() {
		return errors.New("no method makes the call")
	}
	results := m.method.Func.Call(append([]reflect.Value{reflect.ValueOf(c), reflect.ValueOf(ctx)}, m.args...))
	last := results[len(results)-1]
	if last.Kind() == reflect.Func {
		yield := reflect.MakeFunc(last.Type().In(0), func(item []reflect.Value) []reflect.Value {
			err, _ = reflect.TypeAssert[error](item[1])
			return []reflect.Value{reflect.ValueOf(false)}
		})
		last.Call([]reflect.Value{yield})
		return err
	}
	err, _ = reflect.TypeAssert[error](last)
	return err
}

// methodCalls returns a call of each method that takes a context, for each
// combination of arguments.
func methodCalls() []methodCall {
	var all []methodCall
	for method := range reflect.TypeFor[*client.Client]().Methods() {
		typ := method.Type
		if typ.NumIn() < 2 || typ.In(1) != reflect.TypeFor[context.Context]() {
			continue // it makes no call
		}
		combinations := []methodCall{{method: method}}
		for i := 2; i < typ.NumIn(); i++ {
			var longer []methodCall
			for _, shorter := range combinations {
				for _, value := range arguments(context.Background(), typ.In(i), i) {
					longer = append(longer, methodCall{method, append(slices.Clip(shorter.args), value)})
				}
			}
			combinations = longer
		}
		all = append(all, combinations...)
	}
	return all
}

// callsByOperation returns the client's methods by the name of the operation that
// they make.
func callsByOperation(t testing.TB) map[string]methodCall {
	t.Helper()
	found := map[string]methodCall{}
	var server stage
	c := newClient(t, start(t, &server).URL)
	for _, call := range methodCalls() {
		recorder := server.set(nil)
		_ = call.make(t.Context(), c) // {} does not suit all of them
		requests := recorder.all()
		if len(requests) != 1 {
			t.Errorf("%v sends %d requests, want one", call, len(requests))
			continue
		}
		uri, ofAPI := strings.CutPrefix(requests[0].uri, "/api/v1")
		if !ofAPI {
			continue // a page of the web interface
		}
		path, _, _ := strings.Cut(uri, "?")
		op, ok := operationOf(requests[0].method, path)
		if !ok {
			t.Errorf("%v sends %s %s, which no area declares", call, requests[0].method, requests[0].uri)
			continue
		}
		isList := call.method.Type.Out(0).Kind() == reflect.Func
		if _, twice := found[op.Name]; !twice || isList { // which suits every answer
			found[op.Name] = call
		}
	}
	return found
}

// operationOf returns the operation with a method and a path below /api/v1. A repository's
// path is the beginning of other paths, so the longest match counts.
func operationOf(method, path string) (best client.Operation, found bool) {
	for _, op := range client.Operations() {
		if op.Method == method && template(op.Path).MatchString(path) && len(op.Path) > len(best.Path) {
			best, found = op, true
		}
	}
	return best, found
}

// template matches the paths that an operation's path stands for.
func template(path string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(path)
	pattern = strings.ReplaceAll(pattern, `\{repository\}`, `[^/]+(?:/[^/]+)+`)
	pattern = regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(pattern, `[^/]+`)
	return regexp.MustCompile("^" + pattern + "$")
}

// A method makes each operation, and each method makes an operation that its area declares.
func TestEachOperationIsMadeByAMethod(t *testing.T) {
	t.Parallel()
	calls := callsByOperation(t)
	seen := map[string]bool{}
	for _, op := range client.Operations() {
		if seen[op.Name] {
			t.Errorf("the operation %s is declared twice", op.Name)
		}
		seen[op.Name] = true
		if _, ok := calls[op.Name]; !ok {
			t.Errorf("no method makes %s %s (%s)", op.Method, op.Path, op.Name)
		}
	}
}

// Names and ids stand in the path in the order of the method's parameters.
func TestArgumentsStandInThePathInOrder(t *testing.T) {
	t.Parallel()
	var server stage
	c := newClient(t, start(t, &server).URL)
	for _, call := range methodCalls() {
		recorder := server.set(nil)
		_ = call.make(t.Context(), c)
		uri := recorder.only(t).uri
		at := 0
		for _, arg := range call.args {
			switch arg.Interface().(type) {
			case string, int64, fmt.Stringer:
				text := fmt.Sprint(arg.Interface())
				if found := strings.Index(uri[at:], "/"+text); found >= 0 {
					at += found + len(text)
				} else if strings.Contains(uri, "/"+text) {
					t.Errorf("%v sends %s, where %q stands too early", call, uri, text)
				}
			}
		}
	}
}

// referenceCall is a line of testdata/reference.txt.
type referenceCall struct{ scope, since, name, method, path string }

func reference(t *testing.T) map[string]referenceCall {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]referenceCall{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 5 {
			t.Fatalf("line %q has not five fields", line)
		}
		calls[fields[2]] = referenceCall{fields[0], fields[1], fields[2], fields[3], fields[4]}
	}
	return calls
}

// releases are those of the reference, the oldest first.
var releases = []string{"3.9", "3.12", "3.16", "3.18"}

// A call has the method, the path, the scope and the version of Quay's reference.
func TestOperationsAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	calls := reference(t)
	for _, op := range client.Operations() {
		want, ok := calls[op.Name]
		if !ok || op.Method != want.method || withoutParameterNames(op.Path) != withoutParameterNames(want.path) {
			t.Errorf("%s is %s %s in the client and %s %s in the reference", op.Name, op.Method, op.Path, want.method, want.path)
		}
		if want.scope != "-" && op.Scope != want.scope {
			t.Errorf("%s has the scope %q, want %q", op.Name, op.Scope, want.scope)
		}
		if since := cmp.Or(op.Since, "3.9"); newerRelease(since) != want.since {
			t.Errorf("%s exists since %s, but the first release in the reference that has it is %s", op.Name, since, want.since)
		}
	}
}

// newerRelease returns the first release of the reference that is not older than
// a version, such as "3.17".
func newerRelease(version string) string {
	number := func(text string) (minor int) {
		_, _ = fmt.Sscanf(text, "3.%d", &minor)
		return minor
	}
	for _, release := range releases {
		if number(release) >= number(version) {
			return release
		}
	}
	return ""
}

var parameterPattern = regexp.MustCompile(`\{[^}]*\}`)

// withoutParameterNames returns a path without the names of its parameters. Some names differ
// between Quay and its reference.
func withoutParameterNames(path string) string { return parameterPattern.ReplaceAllString(path, "{}") }

func TestOperationsAreRoutesOfTheTestServer(t *testing.T) {
	t.Parallel()
	routes := map[quaytest.Route]bool{}
	for _, route := range quaytest.Routes() {
		route.Path = withoutParameterNames(route.Path)
		routes[route] = true
	}
	for _, op := range client.Operations() {
		if !routes[quaytest.Route{Operation: op.Name, Method: op.Method, Path: withoutParameterNames(op.Path)}] {
			t.Errorf("quaytest has no route %s %s %s", op.Name, op.Method, op.Path)
		}
	}
}
