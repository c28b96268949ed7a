package user_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// These tests check which password the provider sends, and when. They do not check a login,
// because the API for superusers does not show it.

const address = "quay_user.test"

var placeholder = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-`)

func TestAccUser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	name, other, third := acctest.Name("tfuser"), acctest.Name("tfuser"), acctest.Name("tfuser")
	for _, username := range []string{name, other, third} {
		registry.CleanUpUser(t, username)
	}
	config := func(username, settings string) string {
		return registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n%s}\n", username, settings)
	}
	email := func(local string) string { return fmt.Sprintf("%s-%s@example.com", local, name) }

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy:             notFound(t, registry, name, other, third),
		Steps: []resource.TestStep{
			{
				Config:           config(name, fmt.Sprintf("email = %q\n", email("a"))),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "username", knownvalue.StringExact(name)),
					acctest.Attribute(address, "email", knownvalue.StringExact(email("a"))),
					acctest.Attribute(address, "enabled", knownvalue.Bool(true)),
					acctest.Attribute(address, "initial_password", knownvalue.StringRegexp(regexp.MustCompile(`^\S{8,}$`))),
				},
				Check: onServer(t, registry, name, map[string]any{"email": email("a"), "enabled": true}),
			},
			{
				Config:           config(name, fmt.Sprintf("email = %q\nenabled = false\n", email("b"))),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            onServer(t, registry, name, map[string]any{"email": email("b"), "enabled": false}),
			},
			{
				ResourceName:                         address,
				ImportState:                          true,
				ImportStateId:                        name,
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: "username",
				ImportStateVerifyIgnore:              []string{"initial_password"},
			},
			{ // changed outside: shown and repaired
				PreConfig: func() {
					registry.Must(t, http.MethodPut, "/superuser/users/"+name, map[string]any{"email": email("c"), "enabled": true})
				},
				Config:           config(name, fmt.Sprintf("email = %q\nenabled = false\n", email("b"))),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            onServer(t, registry, name, map[string]any{"email": email("b"), "enabled": false}),
			},
			{ // a disabled user is really deleted
				Config:           config(other, ""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            notFound(t, registry, name),
			},
			{ // removed outside: planned again
				PreConfig:          func() { registry.Must(t, http.MethodDelete, "/superuser/users/"+other, nil) },
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks:  acctest.Refreshed(address, plancheck.ResourceActionCreate).RefreshPlanChecks,
			},
			{ // under another name: Quay holds the old one for a minute
				Config:           config(third, "enabled = false\n"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            onServer(t, registry, third, map[string]any{"enabled": false}),
			},
		},
	})
}

func TestAccUser_import(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.User(t)
	config := registry.Config("resource \"quay_user\" \"test\" {\n  username = %[1]q\n  email = \"%[1]s@example.com\"\n}\n", name)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           config + fmt.Sprintf("import {\n  to = quay_user.test\n  id = %q\n}\n", name),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "initial_password", knownvalue.Null()),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

func TestAccUser_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{
				Config: registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n}\n", name),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"username": knownvalue.StringExact(name)}),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAccUser_withoutEmail(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	with := registry.Config("resource \"quay_user\" \"test\" {\n  username = %[1]q\n  email = \"%[1]s@example.com\"\n}\n", name)
	without := registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n}\n", name)
	isPlaceholder := func(*terraform.State) error {
		if email := view(t, registry, name)["email"].(string); !placeholder.MatchString(email) {
			return fmt.Errorf("the e-mail address is %q", email)
		}
		return nil
	}
	null := []statecheck.StateCheck{acctest.Attribute(address, "email", knownvalue.Null())}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: without, ConfigStateChecks: null, Check: isPlaceholder},
			{Config: with, ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate)},
			{Config: without, ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate), ConfigStateChecks: null, Check: isPlaceholder},
			{Config: without, ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

func TestAccUser_password(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	config := func(password string, version int) string {
		return registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n  password_wo = %q\n  password_wo_version = %d\n}\n", name, password, version)
	}
	generated := registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n}\n", name)
	null := []statecheck.StateCheck{
		acctest.Attribute(address, "initial_password", knownvalue.Null()),
		acctest.Attribute(address, "password_wo", knownvalue.Null()),
	}
	sent := func(times int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := changes(registry.Simulator(t).Calls()); got != times {
				return fmt.Errorf("the user was changed %d times, not %d", got, times)
			}
			return nil
		}
	}
	registry.Simulator(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.WriteOnly,
		Steps: []resource.TestStep{
			{Config: config("first-password", 1), ConfigStateChecks: null, Check: sent(1)},
			{Config: config("unnoticed-password", 1), ConfigPlanChecks: acctest.PlannedNothing(), Check: sent(1)},
			{Config: config("second-password", 2), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate), Check: sent(2)},
			{Config: generated, Check: sent(2)}, // forgets the version, and sends nothing
		},
	})
}

// A configured password replaces the generated one.
func TestAccUser_passwordLater(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.WriteOnly,
		Steps: []resource.TestStep{
			{
				Config: registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n}\n", name),
				Check:  resource.TestCheckResourceAttrSet(address, "initial_password"),
			},
			{
				Config: registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n  password_wo = \"a-new-password\"\n  password_wo_version = 1\n}\n", name),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "initial_password", knownvalue.Null())},
			},
		},
	})
}

func TestAccUser_nameTaken(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Development)).NeedsDatabase(t)
	user, organization, deleted := registry.User(t), registry.Organization(t), registry.User(t)
	registry.Must(t, http.MethodDelete, "/superuser/users/"+deleted, nil)
	config := func(name string) string {
		return registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n}\n", name)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config(user), ExpectError: regexp.MustCompile(`(?s)import \{\s+to = quay_user.example\s+id = "` + user + `"\s+}`)},
			{Config: config(organization), ExpectError: acctest.ErrorContains("taken by an organization and cannot be reused: " + organization)},
			{
				Config:      registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n  timeouts = { create = \"2s\" }\n}\n", deleted),
				ExpectError: acctest.ErrorContains("deleted a short time ago. Quay reserves the name until its garbage collection"),
			},
		},
	})
}

// The provider waits for a reserved name.
func TestAccUser_nameHeld(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Development), quaytest.WithNameHold(2*time.Second)).NeedsDatabase(t)
	name := acctest.Name("tfuser")
	config := registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n}\n", name)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config},
			{Config: config, Taint: []string{address}, ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate)},
			{Config: config, ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

func TestAccUser_emailTaken(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	other, name := registry.User(t), acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n  email = \"%s@example.com\"\n}\n", name, other),
			// on the attribute
			ExpectError: regexp.MustCompile(`(?s)Unable to create Quay user.*email += "` + other + `@example.com"`),
		}},
	})
}

// The provider destroys a user with repositories only with force_destroy.
func TestAccUser_forceDestroy(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	name := acctest.Name("tfuser")
	registry.CleanUpUser(t, name)
	config := func(settings string) string {
		return registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n%s\n}\n", name, settings)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy:             notFound(t, registry, name),
		Steps: []resource.TestStep{
			{Config: config("")},
			{
				PreConfig:   func() { registry.UserRepository(t, name, "app") },
				Config:      config(""),
				Destroy:     true,
				ExpectError: acctest.ErrorContains("The user still has 1 repository (app), which would be lost with all images."),
			},
			{Config: config("force_destroy = true"), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate)},
		},
	})
}

func TestAccUser_superuser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	var superuser string
	for _, user := range registry.Must(t, http.MethodGet, "/superuser/users/", nil).(map[string]any)["users"].([]any) {
		if user := user.(map[string]any); user["super_user"].(bool) {
			superuser = user["username"].(string)
		}
	}
	p := registry.Serve(t, nil)
	state, diags := p.ImportByID("quay_user", superuser)
	acctest.NoErrors(t, diags)

	for name, config := range map[string]acctest.Attributes{
		"change":  {"username": superuser, "email": "somebody-else@example.com"},
		"destroy": nil,
	} {
		after, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", state, config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "Take it out of SUPER_USERS") {
			t.Errorf("%s: %v", name, diags)
		}
		if !after.Value.Equal(state.Value) {
			t.Errorf("%s: the state changed to %s", name, after.Value)
		}
	}
}

// A user whose second call fails is in the state with its password.
func TestUser_savedOnceItExists(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	simulator := registry.Simulator(t)
	name := acctest.Name("tfuser")
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		return false
	})
	p := registry.Serve(t, nil)
	plan := p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": name, "enabled": false})
	state, diags := p.Apply(t.Context(), "quay_user", plan)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "terraform untaint") {
		t.Errorf("diagnostics: %v", diags)
	}
	if password, ok := state.Text(t, "initial_password"); !ok || len(password) < 8 {
		t.Errorf("the generated password was lost: %s", state.Value)
	}
	if got := p.IdentityOf("quay_user", state)["username"]; got != name {
		t.Errorf("the identity is %q", got)
	}

	simulator.Intercept(nil)
	state, diags = p.Apply(t.Context(), "quay_user", p.Plan("quay_user", state, acctest.Attributes{"username": name, "enabled": false}))
	acctest.NoErrors(t, diags)
	if view(t, registry, name)["enabled"].(bool) {
		t.Error("the user is still enabled")
	}
	if _, ok := state.Text(t, "initial_password"); !ok {
		t.Error("the password was lost on the way")
	}
}

// A write-only value does not reach the state, even if the creation fails half-way.
func TestUser_passwordNotInState(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t).NeedsDatabase(t)
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	})
	p := registry.Serve(t, nil)
	state, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{
		"username": acctest.Name("tfuser"), "password_wo": "correct-horse-battery", "password_wo_version": 1,
	}))
	if len(diags) != 1 {
		t.Fatalf("diagnostics: %v", diags)
	}
	shown, err := json.Marshal(diags[0])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(state.Value.String()+string(state.Private)+string(shown), "correct-horse") {
		t.Errorf("the password shows in %s, %s or %s", state.Value, state.Private, shown)
	}
}

// view is a user as the server shows it.
func view(t *testing.T, registry *acctest.Registry, name string) map[string]any {
	t.Helper()
	return registry.Must(t, http.MethodGet, "/superuser/users/"+name, nil).(map[string]any)
}

// onServer expects values in the server's view of a user.
func onServer(t *testing.T, registry *acctest.Registry, name string, want map[string]any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := view(t, registry, name)
		for key, value := range want {
			if got[key] != value {
				return fmt.Errorf("the server's %s is %v, not %v", key, got[key], value)
			}
		}
		return nil
	}
}

// notFound expects users not to exist on the server.
func notFound(t *testing.T, registry *acctest.Registry, names ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, name := range names {
			registry.NotFound(t, "/superuser/users/"+name)
		}
		return nil
	}
}

// changes counts the calls that changed a user.
func changes(calls map[string]int) int {
	return calls["PUT /superuser/users/{username}"]
}

// The provider accepts whole numbers of any size, and reports other errors next to them.
func TestUser_wholeNumbersPass(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	for _, number := range []float64{1, 0, -1, 1e15, 5e18} {
		for want, username := range map[int]string{0: "alice", 1: "Alice"} {
			diags := p.Validate("quay_user", acctest.Attributes{"username": username, "password_wo": "long-enough", "password_wo_version": number})
			if len(diags) != want {
				t.Errorf("%v and %q: %d diagnostics", number, username, len(diags))
			}
		}
	}
}
