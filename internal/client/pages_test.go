package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// page is an answer with users and, unless it is empty, the token of the next.
func page(next string, names ...string) reply {
	users := []map[string]string{} // not null
	for _, name := range names {
		users = append(users, map[string]string{"username": name})
	}
	body := map[string]any{"users": users}
	if next != "" {
		body["next_page"] = next
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return jsonReply(200, string(text))
}

// list returns the names of all users and the errors, in order.
func list(ctx context.Context, c *client.Client) (names []string, errs []error) {
	for user, err := range c.ListUsers(ctx, true) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		names = append(names, user.Username)
	}
	return names, errs
}

// queries returns the query of each request.
func (r *recorder) queries(t *testing.T) []url.Values {
	t.Helper()
	var all []url.Values
	for _, request := range r.all() {
		uri, err := url.Parse(request.uri)
		if err != nil {
			t.Fatal(err)
		}
		if uri.Path != "/api/v1/superuser/users/" {
			t.Errorf("requested %s", uri.Path)
		}
		all = append(all, uri.Query())
	}
	return all
}

func TestListGoesFromPageToPage(t *testing.T) {
	t.Parallel()
	const odd = "gAAAAAB+/=&?#% ü"
	server := &recorder{Handler: inTurn(page(odd, "a", "b"), page("last", "c"), page("", "d"))}
	names, errs := list(t.Context(), newClient(t, start(t, server).URL))
	if want := []string{"a", "b", "c", "d"}; !slices.Equal(names, want) || errs != nil {
		t.Errorf("users are %v, errors %v, want %v", names, errs, want)
	}
	var tokens []string
	for _, query := range server.queries(t) {
		if !slices.Equal(query["limit"], []string{"100"}) || !slices.Equal(query["disabled"], []string{"true"}) {
			t.Errorf("asked with %v", query)
		}
		tokens = append(tokens, strings.Join(query["next_page"], "|"))
	}
	if want := []string{"", odd, "last"}; !slices.Equal(tokens, want) {
		t.Errorf("pages asked for are %q, want %q", tokens, want)
	}
	if got := server.all()[1].uri; !strings.HasSuffix(got, "next_page=gAAAAAB%2B%2F%3D%26%3F%23%25+%C3%BC") {
		t.Errorf("the second page is asked for by %s", got)
	}
}

func TestListLeavesDisabledUsersOutUnlessAskedFor(t *testing.T) {
	t.Parallel()
	for _, include := range []bool{false, true} {
		server := &recorder{Handler: page("", "a")}
		for _, err := range newClient(t, start(t, server).URL).ListUsers(t.Context(), include) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := server.queries(t)[0].Get("disabled"); got != strconv.FormatBool(include) {
			t.Errorf("asked with disabled=%s, want %v", got, include)
		}
	}
}

func TestEachListHasItsOwnKey(t *testing.T) {
	t.Parallel()
	serve := func(first, second string) *client.Client {
		return newClient(t, start(t, inTurn(jsonReply(200, first), jsonReply(200, second))).URL)
	}
	var got []string
	organizations := serve(`{"organizations":[{"name":"a","email":"a@b"}],"next_page":"n"}`, `{"organizations":[{"name":"b"}]}`)
	for o, err := range organizations.ListOrganizations(t.Context()) {
		got = append(got, fmt.Sprintf("%s %q %v", o.Name, o.Email, err))
	}
	repositories := serve(`{"repositories":[{"namespace":"a","name":"b/c"}],"next_page":"n"}`, `{"repositories":[{"namespace":"a","name":"d"}]}`)
	for r, err := range repositories.ListRepositories(t.Context(), "a") {
		got = append(got, fmt.Sprintf("%s %v", r, err))
	}
	logs := serve(`{"logs":[{"kind":"x","datetime":"Mon, 23 Nov 2026 01:09:13 -0000","metadata":{"a":1},"performer":{"name":"p"}}],"next_page":"n"}`,
		`{"logs":[{"kind":"y","datetime":"Mon, 23 Nov 2026 01:09:12 -0000"}]}`)
	for l, err := range logs.ListLogs(t.Context(), time.Now(), time.Now()) {
		got = append(got, fmt.Sprintf("%s %d %s %v %v", l.Kind, l.DateTime.Second(), l.Metadata, l.Performer != nil, err))
	}
	want := []string{
		`a "a@b" <nil>`, `b "" <nil>`, "a/b/c <nil>", "a/d <nil>",
		`x 13 {"a":1} true <nil>`, "y 12  false <nil>",
	}
	if !slices.Equal(got, want) {
		t.Errorf("lists are\n%q, want\n%q", got, want)
	}
}

func TestListMayBeEmpty(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]reply{
		"list": page(""), "null": jsonReply(200, `{"users":null}`), "null token": jsonReply(200, `{"users":[],"next_page":null}`),
	} {
		server := &recorder{Handler: answer}
		if names, errs := list(t.Context(), newClient(t, start(t, server).URL)); names != nil || errs != nil {
			t.Errorf("%s: users are %v, errors %v", name, names, errs)
		}
		server.only(t)
	}
}

func TestListStopsWhenNobodyReadsOn(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: page("more", "a", "b")}
	users := newClient(t, start(t, server).URL).ListUsers(t.Context(), true)
	if n := len(server.all()); n != 0 {
		t.Errorf("%d requests were sent before anybody read", n)
	}
	for _, last := range []string{"a", "b"} {
		for user, err := range users {
			if err != nil {
				t.Fatal(err)
			}
			if user.Username == last {
				break
			}
		}
	}
	if n := len(server.all()); n != 2 { // one for each reading
		t.Errorf("%d requests were sent, want 2", n)
	}
}

func TestListCanBeReadTwice(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: inTurn(page("second", "a"), page("", "b"), page("second", "a"), page("", "b"))}
	users := newClient(t, start(t, server).URL).ListUsers(t.Context(), true)
	for range 2 {
		var names []string
		for user, err := range users {
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, user.Username)
		}
		if want := []string{"a", "b"}; !slices.Equal(names, want) {
			t.Errorf("users are %v, want %v", names, want)
		}
	}
	var tokens []string
	for _, query := range server.queries(t) {
		tokens = append(tokens, query.Get("next_page"))
	}
	if want := []string{"", "second", "", "second"}; !slices.Equal(tokens, want) {
		t.Errorf("pages asked for are %q, want %q", tokens, want)
	}
}

func TestListEndsAfterAnError(t *testing.T) {
	t.Parallel()
	denied := jsonReply(403, `{"error_message":"Unauthorized","error_type":"insufficient_scope"}`)
	tests := map[string]struct {
		second reply
		kind   client.Kind
		calls  int
	}{
		"refusal":               {denied, client.Denied, 2},
		"login page":            {htmlReply(200, loginPage), client.Unexpected, 2},
		"cut":                   {jsonReply(200, `{"users":[{"userna`), client.Unexpected, 2},
		"not a list":            {jsonReply(200, `{"users":{"b":1}}`), client.Unexpected, 2},
		"no list":               {jsonReply(200, `{}`), client.Unexpected, 2},
		"token of another type": {jsonReply(200, `{"users":[],"next_page":5}`), client.Unexpected, 2},
		"endless":               {page("more"), client.Unexpected, 11},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &recorder{Handler: inTurn(page("more", "a"), test.second)}
			names, errs := list(bounded(t), newClient(t, start(t, server).URL))
			if !slices.Equal(names, []string{"a"}) || len(errs) != 1 {
				t.Fatalf("users are %v, errors %v, want one of each", names, errs)
			}
			e := failure(t, errs[0])
			if e.Kind != test.kind || e.Operation.Name != "listAllUsers" || strings.Contains(e.Error(), "\n") {
				t.Errorf("error is %v (%v), want %v", e, e.Kind, test.kind)
			}
			if n := len(server.all()); n != test.calls {
				t.Errorf("%d requests were sent, want %d", n, test.calls)
			}
		})
	}
}

func TestListErrorBeforeTheFirstUser(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: jsonReply(401, `{"error_type":"invalid_token"}`)}
	names, errs := list(t.Context(), newClient(t, start(t, server).URL))
	if names != nil || len(errs) != 1 || !errors.Is(errs[0], client.Unauthenticated) {
		t.Errorf("users are %v, errors %v", names, errs)
	}
}

func TestListStopsWithTheContext(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: page("more", "a")}
	c := newClient(t, start(t, server).URL)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var seen int
	var last error
	for _, err := range c.ListUsers(ctx, true) {
		seen++
		cancel()
		last = err
	}
	if seen != 2 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d steps, the last with %v, want 2 and context.Canceled", seen, last)
	}
	server.only(t)
}

// Some empty pages do not end a list: Quay's logs can have them.
func TestEmptyPagesAreSkipped(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: inTurn(page("1"), page("2"), page("3", "a"), page("4"), page("", "b"))}
	names, errs := list(bounded(t), newClient(t, start(t, server).URL))
	if !slices.Equal(names, []string{"a", "b"}) || errs != nil {
		t.Errorf("users are %v, errors %v", names, errs)
	}
}

// An answer without the list is not an empty list.
func TestMissingListIsNoEmptyOne(t *testing.T) {
	t.Parallel()
	c := newClient(t, start(t, jsonReply(200, `{}`)).URL)
	repository := client.Repository{Namespace: "acme", Name: "app"}
	_, keys := c.ListServiceKeys(t.Context())
	_, users := c.ListUserPermissions(t.Context(), repository)
	_, teams := c.ListTeamPermissions(t.Context(), repository)
	for what, err := range map[string]error{"keys": keys, "users": users, "teams": teams} {
		if !errors.Is(err, client.Unexpected) {
			t.Errorf("%s: error is %v", what, err)
		}
	}
}

// Quay returns lists that have no pages in no order, and the order can change with each call.
func TestListsAreSorted(t *testing.T) {
	t.Parallel()
	one := func(name string) string {
		return fmt.Sprintf(`{"uuid": %[1]q, "id": %[1]q, "client_id": %[1]q, "kid": %[1]q, "name": "acme+%[1]s"}`, name)
	}
	objects := "[" + one("b") + "," + one("c") + "," + one("a") + "]"
	var answer strings.Builder
	for _, key := range []string{"prototypes", "notifications", "tokens", "results", "applications", "policies", "messages", "keys", "authorizations", "robots", "members", "organizations"} {
		fmt.Fprintf(&answer, "%q: %s, ", key, objects)
	}
	c := newClient(t, start(t, jsonReply(200, "{"+answer.String()+`"name": "team", "username": "admin"}`)).URL)
	ctx := t.Context()
	expectSorted(t, "default permissions", func(o client.DefaultPermission) string { return o.ID })(c.ListDefaultPermissions(ctx, "acme"))
	expectSorted(t, "notifications", func(o client.Notification) string { return o.UUID })(c.ListNotifications(ctx, client.UserNotifications()))
	expectSorted(t, "app tokens", func(o client.AppToken) string { return o.UUID })(c.ListAppTokens(ctx))
	expectSorted(t, "applications", func(o client.Application) string { return o.ClientID })(c.ListApplications(ctx, "acme"))
	expectSorted(t, "auto-prune policies", func(o client.AutoprunePolicy) string { return o.UUID })(c.ListAutoprunePolicies(ctx, client.UserAutoprune()))
	expectSorted(t, "immutability policies", func(o client.ImmutabilityPolicy) string { return o.UUID })(c.ListImmutabilityPolicies(ctx, client.OrganizationImmutability("acme")))
	expectSorted(t, "messages", func(o client.Message) string { return o.UUID })(c.ListMessages(ctx))
	expectSorted(t, "service keys", func(o client.ServiceKey) string { return o.KID })(c.ListServiceKeys(ctx))
	expectSorted(t, "authorizations", func(o client.Authorization) string { return o.UUID })(c.ListAuthorizations(ctx))
	expectSorted(t, "robots", client.Robot.Name)(c.ListRobots(ctx, client.UserRobots()))
	expectSorted(t, "members of a team", func(o client.TeamMember) string { return strings.TrimPrefix(o.Name, "acme+") })(c.ListTeamMembers(ctx, "acme", "devs"))
	user, err := c.GetCurrentUser(ctx)
	if err != nil {
		t.Fatal(err)
	}
	expectSorted(t, "organizations of the user", func(o client.UserOrganization) string { return strings.TrimPrefix(o.Name, "acme+") })(user.Organizations, nil)
}

// expectSorted returns a function that expects the result of a call to be the objects "a", "b"
// and "c", in this order.
func expectSorted[T any](t *testing.T, name string, text func(T) string) func(objects []T, err error) {
	return func(objects []T, err error) {
		t.Helper()
		var got []string
		for _, object := range objects {
			got = append(got, text(object))
		}
		if err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
