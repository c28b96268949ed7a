package organization_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestOrganizationList_filters(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	base := acctest.Name("tforg")
	names := []string{base + "-a", base + "-b"}
	for _, name := range names {
		registry.Must(t, http.MethodPost, "/organization/", map[string]string{"name": name, "email": name + "@example.com"})
		registry.CleanUpOrganization(t, name)
	}
	if got := registry.Serve(t, nil).ListNames("quay_organization", acctest.Attributes{"prefix": base}); !slices.Equal(got, names) {
		t.Errorf("found %q, want %q", got, names)
	}
}

// The list reads organizations one by one only if Terraform asks for whole objects. It omits
// an organization that was deleted meanwhile. If it cannot read an organization, it omits it
// with a warning.
func TestOrganizationList_whole(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	simulator.AddUser("alice", "alice@example.com")
	simulator.AddOrganization("first", "first@example.com", "admin")
	simulator.AddOrganization("hers", "hers@example.com", "alice")
	simulator.AddOrganization("ours", "ours@example.com", "admin")
	simulator.AddOrganization("last", "last@example.com", "admin")
	p := registry.Serve(t, nil)
	const single = "GET /organization/{orgname}"

	list := func(limit int64, whole bool) (found []string, warnings []*tfprotov6.Diagnostic, reads int) {
		t.Helper()
		simulator.ResetCalls()
		all, diags := p.List("quay_organization", nil, limit, whole)
		acctest.NoErrors(t, diags)
		for _, listed := range all {
			found = append(found, listed.Name)
		}
		slices.Sort(found)
		return found, diags, simulator.Calls()[single]
	}
	everything := []string{"first", "hers", "last", "ours"}
	if found, warnings, reads := list(100, false); !containsAll(found, everything) || len(warnings) > 0 || reads > 0 {
		t.Errorf("in brief: %q, %v, %d reads", found, warnings, reads)
	}
	found, warnings, _ := list(100, true)
	if slices.Contains(found, "hers") || !containsAll(found, []string{"first", "last", "ours"}) {
		t.Errorf("whole: %q", found)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].Summary, `"hers": left out of the list`) || !strings.Contains(warnings[0].Detail, "shows the name of the organization and nothing else") {
		t.Errorf("warnings: %v", warnings)
	}
	if found, _, reads := list(2, true); len(found) != 2 || reads > 3 {
		t.Errorf("two: %q, %d reads", found, reads)
	}

	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/organization/ours") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"status": 404, "error_type": "not_found", "detail": "Not Found", "title": "not_found"}`))
		return true
	})
	if found, warnings, _ := list(100, true); slices.Contains(found, "ours") || !slices.Contains(found, "last") || len(warnings) != 1 {
		t.Errorf("after ours was deleted: %q, %v", found, warnings)
	}
}

func containsAll(list, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(name string) bool { return !slices.Contains(list, name) })
}

// An organization that cannot be read fails the list.
func TestOrganizationList_error(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	for _, name := range []string{"acme", "other", "readable"} {
		simulator.AddOrganization(name, name+"@example.com", "admin")
	}
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		fails := strings.Contains(r.URL.String(), "/organization/other")
		if fails {
			w.WriteHeader(http.StatusBadGateway)
		}
		return fails
	})
	p := registry.Serve(t, nil)
	p.ExpectListError("quay_organization", nil, true, 1, `Unable to read Quay organization "other"`, "502")
}
