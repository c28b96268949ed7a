package acctest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// sweepTest creates objects of each kind by their names.
type sweepTest struct {
	*Registry
	t *testing.T
}

func (s sweepTest) create(kind, name string) {
	s.t.Helper()
	switch kind {
	case "organizations":
		s.Must(s.t, http.MethodPost, "/organization/", map[string]string{"name": name, "email": name + "@example.com"})
		s.Repository(s.t, name, "app")
	case "users":
		s.Must(s.t, http.MethodPost, "/superuser/users/", map[string]string{"username": name})
		s.Must(s.t, http.MethodPut, "/superuser/users/"+name, map[string]bool{"enabled": false}) // which Quay does not delete
	case "service keys":
		s.Must(s.t, http.MethodPost, "/superuser/keys", map[string]any{"service": name, "expiration": nil})
	case "messages":
		s.Must(s.t, http.MethodPost, "/messages", map[string]any{"message": map[string]string{"content": name, "media_type": "text/plain", "severity": "info"}})
	case "app tokens":
		s.Must(s.t, http.MethodPost, "/user/apptoken", map[string]string{"title": name})
	case "robots":
		s.Must(s.t, http.MethodPut, "/user/robots/"+name, map[string]string{"description": ""})
	case "auto-prune policies":
		s.Must(s.t, http.MethodPost, "/user/autoprunepolicy/", map[string]any{
			"method": "number_of_tags", "value": len(s.names("auto-prune policies")) + 10, "tagPattern": name, "tagPatternMatches": true,
		})
	case "notifications":
		s.Must(s.t, http.MethodPost, "/user/namespacenotifications", map[string]any{
			"event": "quota_warning", "method": "webhook", "title": name, "config": map[string]string{"url": "http://example.com"}, "eventConfig": map[string]any{},
		})
	default:
		s.t.Fatalf("nothing creates %s", kind)
	}
}

// names returns the names of all objects of a kind.
func (s sweepTest) names(kind string) (names []string) {
	s.t.Helper()
	for _, n := range allNamed() {
		if n.kind != kind {
			continue
		}
		objects, err := n.listed(s.t.Context(), s.Registry)
		if err != nil {
			s.t.Error(err)
		}
		for _, object := range objects {
			names = append(names, fmt.Sprint(object[n.name]))
		}
	}
	slices.Sort(names)
	return names
}

// Sweepers remove only objects with the names of tests, on all pages.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := sweepTest{Start(t, quaytest.WithVersion(quaytest.Development), quaytest.WithUsersFrom(quaytest.DatabaseUsers)), t}
	kept := map[string][]string{}
	for _, n := range allNamed() {
		for _, prefix := range n.prefixes {
			for _, name := range []string{
				prefix + "anization",         // nine characters
				prefix + "abcdefghij2",       // eleven
				prefix + "abcdefghi0",        // 0, 1, 8 and 9 are not in names of tests
				"a" + prefix + "abcdefghij",  // the prefix is not at the beginning
				prefix + "abcdefghij_family", // no suffix of tests
			} {
				s.create(n.kind, name)
			}
		}
		kept[n.kind] = s.names(n.kind)
	}
	for _, n := range allNamed() {
		for _, prefix := range n.prefixes {
			s.create(n.kind, Name(prefix))
		}
	}
	for _, suffix := range []string{"-a", "-mailed", "x"} {
		s.create("users", Name("tfuser")+suffix)
	}
	for range 60 { // so that there are several pages
		s.create("users", Name("tfuser"))
	}
	for _, n := range allNamed() {
		if len(s.names(n.kind)) <= len(kept[n.kind]) {
			t.Errorf("there are no leftovers among the %s", n.kind)
		}
		if err := n.sweep(t.Context(), s.Registry); err != nil {
			t.Error(err)
		}
	}
	for kind, names := range kept {
		if got := s.names(kind); !slices.Equal(got, names) {
			t.Errorf("%s: left are %q, want %q", kind, got, names)
		}
	}
}

// A sweeper ignores calls that a registry lacks, and reports any other error.
func TestSweep_errors(t *testing.T) {
	t.Parallel()
	old := Start(t, quaytest.WithVersion(quaytest.Quay3_9))
	for _, n := range allNamed() {
		if err := n.sweep(t.Context(), old); err != nil {
			t.Error(err)
		}
	}
	old.Token = "wrong"
	old.api.Token = old.Token
	for _, n := range allNamed() {
		if err := n.sweep(t.Context(), old); err == nil && n.kind != "messages" && n.kind != "auto-prune policies" && n.kind != "notifications" {
			t.Errorf("the %s are swept with a wrong token", n.kind)
		}
	}
}

// Sweepers need the address twice: from QUAY_URL, and from -sweep.
func TestSweep_needsConfirmation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		address, url, token string
		want                string
	}{
		"no registry":      {"https://a", "", "", "have to name the registry"},
		"no token":         {"https://a", "https://a", "", "have to name the registry"},
		"another registry": {"https://a", "https://b", "t", "-sweep names the registry https://a, and QUAY_URL the registry https://b"},
		"confirmed":        {"https://a", "https://a", "t", ""},
	} {
		registry, err := toSweep(test.address, func(variable string) string {
			return map[string]string{"QUAY_URL": test.url, "QUAY_TOKEN": test.token}[variable]
		})
		if (err == nil) != (test.want == "") || (registry == nil) != (err != nil) || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v", name, registry, err)
		}
	}
}

// Name refuses a prefix that no sweeper has.
func TestName(t *testing.T) {
	t.Parallel()
	for _, n := range allNamed() {
		for _, prefix := range n.prefixes {
			if name := Name(prefix); !n.isLeftover(name) {
				t.Errorf("%s of the %s is no leftover", name, n.kind)
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a prefix that no sweeper knows is accepted")
		}
	}()
	Name("unknown")
}
