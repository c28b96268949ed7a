package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// standing is what a registry lets people do and have, each with a number: the
// more, the less safe. A limit counts as its negative inverse, so that a higher one
// is more than a lower one, and none is the most.
type standing map[string]float64

// noQuota is more than every quota.
const noQuota = 0

// standingOf looks at all accounts, quotas and keys of a registry, and at the
// permissions in one repository, if any.
func standingOf(t *testing.T, registry *acctest.Registry, repository string) standing {
	t.Helper()
	result := standing{}
	object := func(v any) map[string]any { return v.(map[string]any) }
	get := func(path string) map[string]any { return object(registry.Must(t, http.MethodGet, path, nil)) }
	quotas := func(kind, name string, owner map[string]any) {
		key := "no quota of " + kind + " " + name
		result[key] = noQuota
		for _, quota := range owner["quotas"].([]any) {
			result[key] = -1 / object(quota)["limit_bytes"].(float64)
		}
	}
	for _, entry := range get("/superuser/users/")["users"].([]any) {
		user := object(entry)
		name := user["username"].(string)
		result["account "+name] = 0
		if user["enabled"].(bool) {
			result["account "+name] = 1
		}
		quotas("user", name, user)
	}
	for _, entry := range get("/superuser/organizations/")["organizations"].([]any) {
		quotas("organization", object(entry)["name"].(string), object(entry))
	}
	for _, entry := range get("/superuser/keys")["keys"].([]any) {
		key := object(entry)
		result["approved key "+key["kid"].(string)] = 0
		if key["approval"] != nil {
			result["approved key "+key["kid"].(string)] = 1
		}
	}
	if repository != "" {
		for _, kind := range []string{"user", "team"} {
			for name, entry := range object(get("/repository/" + repository + "/permissions/" + kind + "/")["permissions"]) {
				rank := slices.Index([]string{"read", "write", "admin"}, object(entry)["role"].(string))
				result[fmt.Sprintf("role of %s %s", kind, name)] = float64(1 + rank)
			}
		}
	}
	return result
}

// lessSafe names what is less safe than it was, and less safe than it is when the
// operation has succeeded. An object that the operation creates is as safe as it
// will be.
func lessSafe(before, after, succeeded standing) (worse []string) {
	for key, value := range after {
		was, existed := before[key]
		wanted, stays := succeeded[key]
		if value > max(was, wanted) && (existed || stays) {
			worse = append(worse, key)
		}
		if !existed && !stays {
			worse = append(worse, key+", which nobody asked for")
		}
	}
	slices.Sort(worse)
	return worse
}

// checkSafety looks at a registry between a failed operation and its repair. What
// is less safe than before must at least be told.
func (c *faultCase) checkSafety(before standing, diags []*tfprotov6.Diagnostic) {
	c.Helper()
	wanted := maps.Clone(before)
	c.want(wanted)
	made := 0
	for _, worse := range lessSafe(before, standingOf(c.T, c.registry.Registry, c.repository()), wanted) {
		if c.what == creating && c.typeName == "quay_service_key" && strings.HasPrefix(worse, "approved key ") && made == 0 {
			made++ // Quay makes up its name
			continue
		}
		if c.what == creating && strings.HasPrefix(worse, "account ") && told(diags, "The user is enabled, although") {
			continue // it could not be disabled, and the error says so
		}
		c.Errorf("less safe than before: %s (%v)", worse, diags)
	}
}

func told(diags []*tfprotov6.Diagnostic, words string) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return strings.Contains(d.Detail, words) })
}

// repository is the one whose permissions the operation changes, or nothing.
func (c *faultCase) repository() string {
	repository, _ := c.config["repository"].(string)
	return repository
}

// want sets what the operation is to make of a registry.
func (c *faultCase) want(s standing) {
	text := func(name string) string { value, _ := c.config[name].(string); return value }
	switch c.typeName {
	case "quay_user":
		s["account "+text("username")] = 0
		if enabled, _ := c.target["enabled"].(bool); enabled {
			s["account "+text("username")] = 1
		}
		s["no quota of user "+text("username")] = noQuota
	case "quay_organization":
		s["no quota of organization "+text("name")] = noQuota
		if name, ok := c.target["name"].(string); ok {
			s["no quota of organization "+name] = noQuota
		}
	case "quay_user_quota", "quay_org_quota":
		key := "no quota of user " + text("username")
		if c.typeName == "quay_org_quota" {
			key = "no quota of organization " + text("organization")
		}
		s[key] = noQuota
		if size := map[any]float64{"1000 MB": 1e9, "2 GiB": 2 << 30, 5_000_000_000: 5e9, 7: 7}; c.target != nil {
			bytes, ok := size[c.target["limit"]]
			if !ok {
				bytes = size[c.target["limit_bytes"]]
			}
			s[key] = -1 / bytes
		}
	case "quay_service_key_approval":
		s["approved key "+text("kid")] = 1
	case "quay_repo_user_permission", "quay_repo_team_permission":
		role, _ := c.target["role"].(string)
		key := "role of user " + text("username")
		if c.typeName == "quay_repo_team_permission" {
			key = "role of team " + text("team")
		}
		s[key] = float64(1 + slices.Index([]string{"read", "write", "admin"}, role))
	}
}

func TestLessSafe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after, wanted standing
		want                  int
	}{
		"account enabled":          {standing{"a": 0}, standing{"a": 1}, standing{"a": 0}, 1},
		"account to be enabled":    {standing{"a": 0}, standing{"a": 1}, standing{"a": 1}, 0},
		"account to be deleted":    {standing{"a": 0}, standing{"a": 1}, standing{}, 1},
		"account to be made":       {standing{}, standing{"a": 1}, standing{"a": 0}, 1},
		"account nobody asked for": {standing{}, standing{"a": 0}, standing{}, 1},
		"quota lost":               {standing{"q": -1. / 5}, standing{"q": noQuota}, standing{"q": -1. / 7}, 1},
		"quota lowered":            {standing{"q": -1. / 5}, standing{"q": -1. / 3}, standing{"q": -1. / 3}, 0},
		"role removed":             {standing{"r": 3}, standing{}, standing{}, 0},
	} {
		if got := lessSafe(test.before, test.after, test.wanted); len(got) != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
