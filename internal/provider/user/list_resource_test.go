package user_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

func TestUserList_filters(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	p := registry.Serve(t, nil)
	base := acctest.Name("tfuser")
	enabled, disabled := base+"-a", base+"-b"
	for _, name := range []string{enabled, disabled} {
		registry.Must(t, http.MethodPost, "/superuser/users/", map[string]string{"username": name})
		registry.CleanUpUser(t, name)
	}
	registry.Must(t, http.MethodPut, "/superuser/users/"+disabled, map[string]bool{"enabled": false})
	for name, c := range map[string]struct {
		config acctest.Attributes
		want   []string
	}{
		"of a prefix":       {acctest.Attributes{"prefix": base}, []string{enabled, disabled}},
		"of a whole name":   {acctest.Attributes{"prefix": enabled}, []string{enabled}},
		"that are disabled": {acctest.Attributes{"prefix": base, "disabled": true}, []string{disabled}},
		"that are enabled":  {acctest.Attributes{"prefix": base, "disabled": false}, []string{enabled}},
	} {
		if got := p.ListNames("quay_user", c.config); !slices.Equal(got, c.want) {
			t.Errorf("users %s: %q, want %q", name, got, c.want)
		}
	}
	if got := p.ListNames("quay_user", nil); !slices.Contains(got, disabled) {
		t.Errorf("without a configuration: %q", got)
	}
}

// A list reads only the pages that it needs. It ends at the limit, or when Terraform stops
// reading.
func TestUserList_pages(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	for i := range 249 { // and admin
		simulator.AddUser(fmt.Sprintf("user%03d", i), "")
	}
	p := registry.Serve(t, nil)
	for _, c := range []struct {
		limit    int64
		prefix   any
		found    int
		calls    int
		describe string
	}{
		{1000, nil, 250, 3, "all"},
		{250, nil, 250, 3, "just all"},
		{100, nil, 100, 1, "one page"},
		{101, nil, 101, 2, "one more"},
		{1, nil, 1, 1, "one"},
		{0, nil, 0, 0, "none"},
		{10, "user2", 10, 3, "some of those on the last page"},
		{1000, "user2", 49, 3, "all of those"},
	} {
		for _, whole := range []bool{false, true} {
			simulator.ResetCalls()
			all, diags := p.List("quay_user", acctest.Attributes{"prefix": c.prefix}, c.limit, whole)
			acctest.NoErrors(t, diags)
			if calls := len(simulator.Requests()); len(all) != c.found || calls != c.calls {
				t.Errorf("%s: found %d with %d calls", c.describe, len(all), calls)
			}
		}
	}
	simulator.ResetCalls()
	for range p.Stream("quay_user", nil, 1000, false) {
		break
	}
	if calls := len(simulator.Requests()); calls != 1 {
		t.Errorf("who looks at one makes %d calls", calls)
	}
}

// A failed page is an error after the users of the earlier pages, and not the end of the list.
func TestUserList_error(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	for i := range 150 {
		simulator.AddUser(fmt.Sprintf("user%03d", i), "")
	}
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		fails := strings.Contains(r.URL.String(), "next_page")
		if fails {
			w.WriteHeader(http.StatusBadGateway)
		}
		return fails
	})
	p := registry.Serve(t, nil)
	p.ExpectListError("quay_user", nil, false, 100, "Unable to list Quay users", "502")
}
