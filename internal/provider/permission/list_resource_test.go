package permission_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestPermissionList_filters(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	organization, other, user := registry.Organization(t), registry.Organization(t), registry.User(t)
	app, nested, outside := registry.Repository(t, organization, "app"), registry.Repository(t, organization, "team/app"), registry.Repository(t, other, "app")
	robot, team := registry.Robot(t, organization, "ci"), registry.Team(t, organization, "devs")
	for path, role := range map[string]string{
		app + "/permissions/user/" + user:     "write",
		nested + "/permissions/user/" + robot: "read",
		outside + "/permissions/user/" + user: "read",
		nested + "/permissions/team/" + team:  "admin",
	} {
		registry.Must(t, http.MethodPut, "/repository/"+path, map[string]string{"role": role})
	}
	const ofUser, ofTeam = "quay_repo_user_permission", "quay_repo_team_permission"
	creatorOf := func(repository string) string {
		return repository + ": " + creator(t, registry, repository) + " (admin)"
	}
	for name, c := range map[string]struct {
		typeName, attribute, value string
		want                       []string
	}{
		"users in a repository": {ofUser, "repository", nested, []string{nested + ": " + robot + " (read)", creatorOf(nested)}},
		"users in an organization": {ofUser, "organization", organization, []string{
			app + ": " + user + " (write)", creatorOf(app), nested + ": " + robot + " (read)", creatorOf(nested),
		}},
		"teams in a repository":    {ofTeam, "repository", app, []string{}},
		"teams in an organization": {ofTeam, "organization", organization, []string{nested + ": devs (admin)"}},
		"a user without any":       {ofTeam, "organization", user, []string{}},
	} {
		slices.Sort(c.want)
		if got := p.ListNames(c.typeName, acctest.Attributes{c.attribute: c.value}); !slices.Equal(got, c.want) {
			t.Errorf("%s are %q, not %q", name, got, c.want)
		}
	}
}

// creator returns the user with the role admin in a repository.
func creator(t testing.TB, registry *acctest.Registry, repository string) string {
	t.Helper()
	permissions := registry.Must(t, http.MethodGet, "/repository/"+repository+"/permissions/user/", nil).(map[string]any)["permissions"].(map[string]any)
	for name, permission := range permissions {
		if permission.(map[string]any)["role"] == "admin" {
			return name
		}
	}
	t.Fatalf("nobody has the role admin in %s", repository)
	return ""
}

// A repository and an organization that do not exist are errors.
func TestPermissionList_missing(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	nowhere := acctest.Name("tforg")
	p.ExpectListError("quay_repo_user_permission", acctest.Attributes{"repository": nowhere + "/app"}, false, 0,
		"Unable to list", fmt.Sprintf("There is no repository %q in the registry.", nowhere+"/app"))
	p.ExpectListError("quay_repo_user_permission", acctest.Attributes{"organization": nowhere}, false, 0,
		"Unable to list", fmt.Sprintf("There is neither an organization nor a user %q in the registry.", nowhere))
}

// A repository that the provider cannot read is an error, and not the end of the list.
func TestPermissionList_error(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddRepository("acme", "app", "admin")
	simulator.AddRepository("acme", "broken", "admin")
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		fails := strings.Contains(r.URL.String(), "/repository/acme/broken/")
		if fails {
			w.WriteHeader(http.StatusBadGateway)
		}
		return fails
	})
	p := registry.Serve(t, nil)
	p.ExpectListError("quay_repo_user_permission", acctest.Attributes{"organization": "acme"}, false, 1, "Unable to list Quay repository user permissions", "502")
}

// Lists omit deleted users that Quay has not yet collected.
func TestPermissionList_deletedUser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithNameHold(time.Hour))
	repository, username := registry.Repository(t, registry.Organization(t), "app"), registry.User(t)
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+username, map[string]string{"role": "read"})
	registry.Must(t, http.MethodDelete, "/superuser/users/"+username, nil)
	raw := registry.Must(t, http.MethodGet, "/repository/"+repository+"/permissions/user/", nil).(map[string]any)["permissions"].(map[string]any)
	if len(raw) != 2 { // with that of the repository's creator
		t.Fatalf("Quay lists %v", raw)
	}
	p := registry.Serve(t, nil)
	listed, diags := p.List("quay_repo_user_permission", acctest.Attributes{"repository": repository}, 100, true)
	acctest.NoErrors(t, diags)
	if len(listed) != 1 || !strings.Contains(listed[0].Name, ": admin (admin)") {
		t.Errorf("listed: %v", listed)
	}
}
