package acctest_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// failures counts the errors that a helper reports.
type failures struct {
	testing.TB
	count int
}

func (f *failures) Helper()               {}
func (f *failures) Errorf(string, ...any) { f.count++ }

// Only Quay's own response says that an object does not exist. A mistyped path is an error.
func TestNotFound(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, username := registry.Organization(t), registry.User(t)
	app := registry.Repository(t, organization, "app")
	nobody := acctest.Name("nobody")
	for path, gone := range map[string]bool{
		"/superuser/users/" + nobody:                         true,
		"/organization/" + nobody:                            true,
		"/superuser/keys/" + nobody:                          true,
		"/repository/" + app + "/permissions/user/" + nobody: true,

		"/superuser/users/" + username:  false,
		"/organization/" + organization: false,
		"/superuser/user/" + nobody:     false,
		"/superuser/keys":               false,
		"/superuser/keys/":              false,
		"/organizations/" + nobody:      false,
	} {
		recorder := &failures{TB: t}
		if registry.NotFound(recorder, path); (recorder.count == 0) != gone {
			t.Errorf("%s: reported gone: %t", path, !gone)
		}
	}
	registry.Simulator(t).RevokeToken(registry.Token)
	recorder := &failures{TB: t}
	if registry.NotFound(recorder, "/superuser/users/"+username); recorder.count == 0 {
		t.Error("a call without a valid token tells that the user is gone")
	}
}

// A check of a kept value fails if the state lacks the attribute.
func TestValue(t *testing.T) {
	t.Parallel()
	state := func(kid string) *terraform.State {
		return &terraform.State{Modules: []*terraform.ModuleState{{
			Path: []string{"root"},
			Resources: map[string]*terraform.ResourceState{
				"quay_service_key.test": {Type: "quay_service_key", Primary: &terraform.InstanceState{ID: "x", Attributes: map[string]string{"kid": kid}}},
			},
		}}}
	}
	const address = "quay_service_key.test"
	var value acctest.Value
	if value.Changed(address, "kid")(state("a")) == nil || value.Same(address, "kid")(state("a")) == nil {
		t.Error("a value is compared, but none was kept")
	}
	if err := value.Keep(address, "kid")(state("a")); err != nil || value.Text() != "a" {
		t.Errorf("kept %q, %v", value.Text(), err)
	}
	for name, test := range map[string]struct {
		address, attribute, text string
		same, changed            bool
	}{
		"same":               {address, "kid", "a", true, false},
		"changed":            {address, "kid", "b", false, true},
		"mistyped address":   {address + "s", "kid", "b", false, false},
		"mistyped attribute": {address, "kids", "b", false, false},
	} {
		if same := value.Same(test.address, test.attribute)(state(test.text)) == nil; same != test.same {
			t.Errorf("%s: the value is the same: %t", name, same)
		}
		if changed := value.Changed(test.address, test.attribute)(state(test.text)) == nil; changed != test.changed {
			t.Errorf("%s: the value changed: %t", name, changed)
		}
	}
}

// A plan is empty only if it keeps every value. Object returns nil for a missing object.
func TestProvider(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	username := acctest.Name("tfuser")
	registry.CleanUpUser(t, username)
	config := acctest.Attributes{"username": username, "email": username + "@example.com"}
	if plan := p.Plan("quay_user", p.Absent("quay_user"), config); plan.IsEmpty() {
		t.Error("the plan to create a user is empty")
	}
	state := p.Create("quay_user", config)
	if plan := p.Plan("quay_user", state, config); !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}
	if plan := p.Plan("quay_user", state, acctest.Attributes{"username": username, "email": "x" + username + "@example.com"}); plan.IsEmpty() || plan.Replace {
		t.Error("the plan to change a user is empty, or replaces the user")
	}
	if plan := p.Plan("quay_user", state, nil); plan.IsEmpty() {
		t.Error("the plan to destroy a user is empty")
	}
	registry.Must(t, http.MethodDelete, "/superuser/users/"+username, nil)
	read, diags := p.Read("quay_user", state)
	if !read.Value.IsNull() || len(diags) > 0 {
		t.Errorf("the deleted user is read as %s, %v", read.Value, diags)
	}
}
