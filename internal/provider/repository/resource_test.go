package repository_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	typeName = "quay_repository"
	address  = typeName + ".test"
)

func config(registry *acctest.Registry, namespace, body string) string {
	return registry.Config("resource %q \"test\" {\n  namespace = %q\n%s\n}\n", typeName, namespace, body)
}

func TestAccRepository(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	path := "/repository/" + organization + "/team/app"
	is := func(attribute, value string) statecheck.StateCheck {
		return acctest.Attribute(address, attribute, knownvalue.StringExact(value))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:            config(registry, organization, "name = \"team/app\""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{is("description", ""), is("visibility", "private"), is("state", "NORMAL"), is("kind", "image")},
			},
			{
				Config:           config(registry, organization, "name = \"team/app\"\ndescription = \"  # a\\n✓ \"\nvisibility = \"public\"\nstate = \"READ_ONLY\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					is("description", "  # a\n✓ "), is("visibility", "public"), is("state", "READ_ONLY"), is("kind", "image"),
				},
			},
			{ // a state that is left out stays
				Config:            config(registry, organization, "name = \"team/app\"\nvisibility = \"public\""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{is("description", ""), is("state", "READ_ONLY")},
			},
			{ // changed outside
				PreConfig: func() {
					registry.Must(t, http.MethodPost, path+"/changevisibility", map[string]string{"visibility": "private"})
					registry.Must(t, http.MethodPut, path, map[string]string{"description": "by hand"})
				},
				Config:            config(registry, organization, "name = \"team/app\"\nvisibility = \"public\"\nstate = \"MIRROR\""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{is("description", ""), is("visibility", "public"), is("state", "MIRROR")},
			},
			{ // deleted outside
				PreConfig:         func() { registry.Must(t, http.MethodDelete, path, nil) },
				Config:            config(registry, organization, "name = \"team/app\"\nstate = \"READ_ONLY\""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{is("visibility", "private"), is("state", "READ_ONLY")},
			},
			{
				Config:           config(registry, organization, "name = \"team/other\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
			},
		},
	})
	registry.NotFound(t, path)
	registry.NotFound(t, "/repository/"+organization+"/team/other")
}

// The error for Quay's refusal has the reason, on the invalid attribute.
func TestAccRepository_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	registry.Repository(t, organization, "team/app")
	p := registry.Serve(t, nil)
	for name, c := range map[string]struct {
		config acctest.Attributes
		words  string
		on     string
	}{
		"exists": {
			acctest.Attributes{"namespace": organization, "name": "team/app"},
			"import {\n  to = quay_repository.example\n  id = \"" + organization + "/team/app\"", "name",
		},
		"no namespace": {
			acctest.Attributes{"namespace": acctest.Name("tforg"), "name": "app"}, "There is neither an organization nor a user", "namespace",
		},
	} {
		_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), c.config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		if on := diags[0].Attribute; on == nil || on.String() != fmt.Sprintf("AttributeName(%q)", c.on) {
			t.Errorf("%s: on %v, want %s", name, on, c.on)
		}
	}
}

// A repository that has tags is not deleted, unless force_destroy is set.
func TestRepository_tags(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	attributes := acctest.Attributes{"namespace": registry.Organization(t), "name": "app"}
	p := registry.Serve(t, nil)
	state := p.Create(typeName, attributes)
	for i := range 7 {
		simulator.AddTag(attributes["namespace"].(string), "app", quaytest.Tag{Name: fmt.Sprintf("v%d", i), Digest: digest})
	}
	_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "still has tags (v0, v1, v2, v3, v4, …)") || !strings.Contains(diags[0].Detail, "force_destroy") {
		t.Errorf("not refused: %v", diags)
	}
	attributes["force_destroy"] = true
	simulator.ResetCalls()
	state, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, attributes))
	acctest.NoErrors(t, diags)
	if calls := simulator.Requests(); len(calls) != 0 {
		t.Errorf("force_destroy makes calls: %v", calls)
	}
	_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	acctest.NoErrors(t, diags)
	if n := simulator.Objects()["repositories"]; n != 0 || len(simulator.Requests()) != 1 {
		t.Errorf("%d repositories are left after %v", n, simulator.Requests())
	}
}

// A registry that cannot change states refuses one, and keeps no repository that
// Terraform would have to replace.
func TestRepository_stateNotAvailable(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(acctest.Version(t)), quaytest.WithoutFeatures(quaytest.RepoMirror))
	simulator := registry.Simulator(t)
	attributes := acctest.Attributes{"namespace": registry.Organization(t), "name": "app", "state": "READ_ONLY"}
	p := registry.Serve(t, nil)
	state, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, p.Absent(typeName), attributes))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "FEATURE_REPO_MIRROR") || diags[0].Attribute.String() != `AttributeName("state")` {
		t.Errorf("not refused: %v", diags)
	}
	if n := simulator.Objects()["repositories"]; n != 0 || !state.Value.IsNull() {
		t.Errorf("%d repositories are left, and the state %s", n, state.Value)
	}
}

// A creation takes one call, and an update one for each attribute that changes.
func TestRepository_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	attributes := acctest.Attributes{"namespace": registry.Organization(t), "name": "app", "visibility": "public"}
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	state := p.Create(typeName, attributes)
	if calls := simulator.Requests(); len(calls) != 1 {
		t.Errorf("a creation makes %v", calls)
	}
	for i, change := range []acctest.Attributes{
		{"description": "d"}, {"description": "e", "visibility": "private"}, {"description": "f", "visibility": "public", "state": "READ_ONLY"},
	} {
		change["namespace"], change["name"] = attributes["namespace"], "app"
		if change["visibility"] == nil {
			change["visibility"] = "public"
		}
		planned := p.Plan(typeName, state, change)
		simulator.ResetCalls()
		updated, diags := p.Apply(t.Context(), typeName, planned)
		acctest.NoErrors(t, diags)
		if calls := simulator.Requests(); len(calls) != i+1 {
			t.Errorf("update %d makes %v", i, calls)
		}
		state = updated
	}
}

// A plan reads the repositories of a namespace from its list, 100 a call.
func TestRepository_sharedReads(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	var states []acctest.State
	for i := range 120 {
		states = append(states, p.Create(typeName, acctest.Attributes{"namespace": organization, "name": fmt.Sprintf("nested/app%d", i)}))
	}
	p = p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := p.Read(typeName, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("read %s", read.Value)
		}
	}
	if calls := simulator.Calls(); len(simulator.Requests()) != 2 {
		t.Errorf("calls: %v", calls)
	}
}

// A registry that sells plans can refuse a further private repository.
func TestRepository_planUsedUp(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	public := p.Create(typeName, acctest.Attributes{"namespace": organization, "name": "public", "visibility": "public"})
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusPaymentRequired)
		_, _ = w.Write([]byte(`{"detail": "Payment Required", "error_message": "Payment Required", "error_type": "exceeds_license", ` +
			`"title": "exceeds_license", "type": "https://quay.example.com/api/v1/error/exceeds_license", "status": 402}`))
		return true
	})
	for name, prior := range map[string]acctest.State{"app": p.Absent(typeName), "public": public} {
		_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, prior, acctest.Attributes{"namespace": organization, "name": name}))
		if len(diags) != 1 || diags[0].Attribute.String() != `AttributeName("visibility")` ||
			!strings.Contains(diags[0].Detail, "no further private repository: make the repository public") {
			t.Errorf("%s: diagnostics %v", name, diags)
		}
	}
}
