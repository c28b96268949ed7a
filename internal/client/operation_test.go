package client_test

import (
	"context"
	"iter"
	"maps"
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

// A call of the API stands in three places: in Quay's reference, in the client
// and in the registry in memory that the tests use. These tests hold them
// together, and the client's list of calls to what its methods really send.

// notCalled are the documented calls that the client does not make: none.
var notCalled []string

// call is what one method of the client does.
type call struct {
	method string // of the client
	make   func(context.Context, *client.Client) error
}

// calls are the client's methods by the operation that they make.
var calls = map[string]call{
	"createInstallUser": {"CreateUser", byMethod["POST"]},
	"getInstallUser":    {"GetUser", byMethod["GET"]},
	"changeInstallUser": {"ChangeUser", byMethod["PUT"]},
	"deleteInstallUser": {"DeleteUser", byMethod["DELETE"]},
	"listAllUsers": {"ListUsers", func(ctx context.Context, c *client.Client) error {
		return first(c.ListUsers(ctx, true))
	}},

	"createOrganization": {"CreateOrganization", func(ctx context.Context, c *client.Client) error {
		return c.CreateOrganization(ctx, "acme", "acme@example.com")
	}},
	"getOrganization": {"GetOrganization", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetOrganization(ctx, "acme")
		return err
	}},
	"changeOrganizationDetails": {"ChangeOrganization", func(ctx context.Context, c *client.Client) error {
		_, err := c.ChangeOrganization(ctx, "acme", client.OrganizationChange{Email: new("acme@example.com")})
		return err
	}},
	"changeOrganization": {"RenameOrganization", func(ctx context.Context, c *client.Client) error {
		return c.RenameOrganization(ctx, "acme", "umbrella")
	}},
	"deleteOrganization": {"DeleteOrganization", func(ctx context.Context, c *client.Client) error {
		return c.DeleteOrganization(ctx, "acme")
	}},
	"deleteAdminedOrganization": {"DeleteOwnOrganization", func(ctx context.Context, c *client.Client) error {
		return c.DeleteOwnOrganization(ctx, "acme")
	}},
	"listOrganizationQuota": {"GetOrganizationQuota", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetOrganizationQuota(ctx, "acme")
		return err
	}},
	"listOrgLogs": {"ListOrganizationLogs", func(ctx context.Context, c *client.Client) error {
		return first(c.ListOrganizationLogs(ctx, "acme", time.Now(), time.Now()))
	}},
	"listAllOrganizations": {"ListOrganizations", func(ctx context.Context, c *client.Client) error {
		return first(c.ListOrganizations(ctx))
	}},

	"listOrganizationQuotaSuperUser":   {"GetQuota", getQuota(acme)},
	"createOrganizationQuotaSuperUser": {"CreateQuota", createQuota(acme)},
	"changeOrganizationQuotaSuperUser": {"ChangeQuota", changeQuota(acme)},
	"deleteOrganizationQuotaSuperUser": {"DeleteQuota", deleteQuota(acme)},
	"listUserQuotaSuperUser":           {"GetQuota", getQuota(client.UserNamespace("alice"))},
	"createUserQuotaSuperUser":         {"CreateQuota", createQuota(client.UserNamespace("alice"))},
	"changeUserQuotaSuperUser":         {"ChangeQuota", changeQuota(client.UserNamespace("alice"))},
	"deleteUserQuotaSuperUser":         {"DeleteQuota", deleteQuota(client.UserNamespace("alice"))},

	"listServiceKeys": {"ListServiceKeys", func(ctx context.Context, c *client.Client) error {
		_, err := c.ListServiceKeys(ctx)
		return err
	}},
	"createServiceKey": {"CreateServiceKey", func(ctx context.Context, c *client.Client) error {
		_, err := c.CreateServiceKey(ctx, client.NewServiceKey{Service: "ci"})
		return err
	}},
	"getServiceKey": {"GetServiceKey", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetServiceKey(ctx, "kid")
		return err
	}},
	"updateServiceKey": {"ChangeServiceKey", func(ctx context.Context, c *client.Client) error {
		_, err := c.ChangeServiceKey(ctx, "kid", client.ServiceKeyChange{Name: new("name")})
		return err
	}},
	"deleteServiceKey": {"DeleteServiceKey", func(ctx context.Context, c *client.Client) error {
		return c.DeleteServiceKey(ctx, "kid")
	}},
	"approveServiceKey": {"ApproveServiceKey", func(ctx context.Context, c *client.Client) error {
		return c.ApproveServiceKey(ctx, "kid", "notes")
	}},

	"getRegistrySize": {"GetRegistrySize", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetRegistrySize(ctx)
		return err
	}},

	"postRegistrySize": {"CalculateRegistrySize", func(ctx context.Context, c *client.Client) error {
		return c.CalculateRegistrySize(ctx)
	}},

	"listAllLogs": {"ListLogs", func(ctx context.Context, c *client.Client) error {
		return first(c.ListLogs(ctx, time.Now(), time.Now()))
	}},

	"getRepoBuildStatusSuperUser": {"GetBuildStatus", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetBuildStatus(ctx, "build")
		return err
	}},
	"getRepoBuildSuperUser": {"GetBuild", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetBuild(ctx, "build")
		return err
	}},
	"getRepoBuildLogsSuperUser": {"GetBuildLogs", func(ctx context.Context, c *client.Client) error {
		_, err := c.GetBuildLogs(ctx, "build")
		return err
	}},

	"listRepoUserPermissions": {"ListUserPermissions", func(ctx context.Context, c *client.Client) error {
		_, err := c.ListUserPermissions(ctx, app)
		return err
	}},
	"listRepoTeamPermissions": {"ListTeamPermissions", func(ctx context.Context, c *client.Client) error {
		_, err := c.ListTeamPermissions(ctx, app)
		return err
	}},
	"getUserPermissions":    {"GetPermission", getPermission(user)},
	"changeUserPermissions": {"SetPermission", setPermission(user)},
	"deleteUserPermissions": {"DeletePermission", deletePermission(user)},
	"getTeamPermissions":    {"GetPermission", getPermission(client.TeamGrantee("devs"))},
	"changeTeamPermissions": {"SetPermission", setPermission(client.TeamGrantee("devs"))},
	"deleteTeamPermissions": {"DeletePermission", deletePermission(client.TeamGrantee("devs"))},
	"getUserTransitivePermission": {"ListTransitivePermissions", func(ctx context.Context, c *client.Client) error {
		_, err := c.ListTransitivePermissions(ctx, app, "alice")
		return err
	}},

	"getRepo": {"RepositoryExists", func(ctx context.Context, c *client.Client) error {
		_, err := c.RepositoryExists(ctx, app)
		return err
	}},
	"listRepos": {"ListRepositories", func(ctx context.Context, c *client.Client) error {
		return first(c.ListRepositories(ctx, "acme"))
	}},
}

// first reads no more than the first item of a list.
func first[T any](items iter.Seq2[T, error]) error {
	for _, err := range items {
		return err
	}
	return nil
}

func getQuota(namespace client.Namespace) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error {
		_, err := c.GetQuota(ctx, namespace)
		return err
	}
}

func createQuota(namespace client.Namespace) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error { return c.CreateQuota(ctx, namespace, 1<<30) }
}

func changeQuota(namespace client.Namespace) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error { return c.ChangeQuota(ctx, namespace, 7, 1<<30) }
}

func deleteQuota(namespace client.Namespace) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error { return c.DeleteQuota(ctx, namespace, 7) }
}

func getPermission(grantee client.Grantee) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error {
		_, err := c.GetPermission(ctx, app, grantee)
		return err
	}
}

func setPermission(grantee client.Grantee) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error {
		_, err := c.SetPermission(ctx, app, grantee, "read")
		return err
	}
}

func deletePermission(grantee client.Grantee) func(context.Context, *client.Client) error {
	return func(ctx context.Context, c *client.Client) error { return c.DeletePermission(ctx, app, grantee) }
}

// operations returns the client's operations by name.
func operations(t testing.TB) map[string]client.Operation {
	t.Helper()
	byName := map[string]client.Operation{}
	for _, op := range client.Operations() {
		if _, twice := byName[op.Name]; twice {
			t.Errorf("operation %s is listed twice", op.Name)
		}
		byName[op.Name] = op
	}
	return byName
}

// template returns an expression for the paths that an operation has.
func template(path string) *regexp.Regexp {
	path = strings.ReplaceAll(path, "{repository}", "[^/]+(/[^/]+)+")
	path = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "[^/]+")
	return regexp.MustCompile("^" + path + "$")
}

func TestOperationsAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	ours := operations(t)
	chapters := map[string]int{}
	var missing []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) != 4 {
			t.Fatalf("line %q has not four fields", line)
		}
		chapter, name, method, path := fields[0], fields[1], fields[2], fields[3]
		chapters[chapter]++
		switch op, ok := ours[name]; {
		case !ok:
			missing = append(missing, name)
		case op.Method != method || op.Path != path:
			t.Errorf("%s is %s %s in the client and %s %s in the reference", name, op.Method, op.Path, method, path)
		}
	}
	if want := map[string]int{"superuser": 26, "permission": 9}; !maps.Equal(chapters, want) {
		t.Errorf("the reference has chapters %v, want %v", chapters, want)
	}
	if want := slices.Sorted(slices.Values(notCalled)); !slices.Equal(slices.Sorted(slices.Values(missing)), want) {
		t.Errorf("the client does not make %v, want %v", missing, want)
	}
}

func TestOperationsAreRoutesOfTheTestServer(t *testing.T) {
	t.Parallel()
	parameter := regexp.MustCompile(`\{[^}]*\}`) // which Quay itself names otherwise here and there than its reference
	routes := map[quaytest.Route]bool{}
	for _, route := range quaytest.Routes() {
		route.Path = parameter.ReplaceAllString(route.Path, "{}")
		routes[route] = true
	}
	for _, op := range client.Operations() {
		if !routes[quaytest.Route{Operation: op.Name, Method: op.Method, Path: parameter.ReplaceAllString(op.Path, "{}")}] {
			t.Errorf("quaytest has no route %s %s %s", op.Name, op.Method, op.Path)
		}
	}
}

func TestEachOperationIsMadeByAMethod(t *testing.T) {
	t.Parallel()
	ours := operations(t)
	if got, want := slices.Sorted(maps.Keys(calls)), slices.Sorted(maps.Keys(ours)); !slices.Equal(got, want) {
		t.Errorf("methods are tried for operations\n%v, want\n%v", got, want)
	}
	tried := map[string]bool{"Format": true, "WithListCache": true, "LoggedSince": true, // the last makes the call that ListLogs makes
		"RecordRename": true, "RenamedFrom": true} // which make none
	for name, call := range calls {
		tried[call.method] = true
		server := &recorder{}
		_ = call.make(t.Context(), newClient(t, start(t, server).URL)) // {} does not suit all of them
		request := server.only(t)
		path, ok := strings.CutPrefix(request.uri, "/api/v1")
		path, _, _ = strings.Cut(path, "?")
		if op := ours[name]; !ok || request.method != op.Method || !template(op.Path).MatchString(path) {
			t.Errorf("%s sends %s %s, want %s %s", call.method, request.method, request.uri, op.Method, op.Path)
		}
	}
	for method := range reflect.TypeFor[*client.Client]().Methods() {
		if !tried[method.Name] {
			t.Errorf("method %s is not tried: add it to calls", method.Name)
		}
	}
}

func TestOperationsTellTheirScope(t *testing.T) {
	t.Parallel()
	for _, op := range client.Operations() {
		want := "repo:admin"
		switch {
		case strings.HasPrefix(op.Path, "/superuser/"):
			want = "super:user"
		case op.Name == "createOrganization":
			want = "user:admin"
		case strings.HasPrefix(op.Path, "/organization/"):
			want = "org:admin"
		case op.Name == "getRepo" || op.Name == "listRepos":
			want = "repo:read"
		}
		if op.Scope != want {
			t.Errorf("%s has scope %q, want %q", op.Name, op.Scope, want)
		}
		if quota := strings.Contains(op.Path, "/quota"); quota != (op.Feature == "FEATURE_QUOTA_MANAGEMENT") {
			t.Errorf("%s has feature %q", op.Name, op.Feature)
		}
	}
}
