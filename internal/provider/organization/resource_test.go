package organization_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const address = "quay_organization.test"

func configOf(registry *acctest.Registry, name, settings string) string {
	return registry.Config("resource \"quay_organization\" \"test\" {\n  name = %q\n%s\n}\n", name, settings)
}

func TestAccOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed, last := acctest.Name("tforg"), acctest.Name("tforg"), acctest.Name("tforg")
	for _, organization := range []string{name, renamed, last} {
		registry.CleanUpOrganization(t, organization)
	}
	settings := "email = \"a@example.com\"\ninvoice_email = true\ninvoice_email_address = \"bill@example.com\"\ntag_expiration_s = 86400"

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy:             notFound(t, registry, name, renamed, last),
		Steps: []resource.TestStep{
			{
				Config:           configOf(registry, name, settings),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "name", knownvalue.StringExact(name)),
					acctest.Attribute(address, "email", knownvalue.StringExact("a@example.com")),
					acctest.Attribute(address, "tag_expiration_s", knownvalue.Int64Exact(86400)),
					acctest.Attribute(address, "force_destroy", knownvalue.Bool(false)),
				},
				Check: onServer(t, registry, name, map[string]any{
					"email": "a@example.com", "invoice_email": true, "invoice_email_address": "bill@example.com", "tag_expiration_s": 86400.0,
				}),
			},
			{
				Config: configOf(registry, name, "email = \"b@example.com\"\ntag_expiration_s = 604800"),
				Check: onServer(t, registry, name, map[string]any{
					"email": "b@example.com", "invoice_email": false, "invoice_email_address": nil, "tag_expiration_s": 604800.0,
				}),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
			},
			{
				ResourceName:                         address,
				ImportState:                          true,
				ImportStateId:                        name,
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: "name",
			},
			{ // the name in place, with another setting in the same step; the period stays as it is
				Config:           configOf(registry, renamed, "email = \"c@example.com\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(
					notFound(t, registry, name),
					onServer(t, registry, renamed, map[string]any{"email": "c@example.com", "tag_expiration_s": 604800.0}),
				),
			},
			{ // changed outside
				PreConfig: func() {
					registry.Must(t, http.MethodPut, "/organization/"+renamed, map[string]any{"email": "x@example.com", "invoice_email": true})
				},
				Config:           configOf(registry, renamed, "email = \"c@example.com\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            onServer(t, registry, renamed, map[string]any{"email": "c@example.com", "invoice_email": false}),
			},
			{ // without an address: a UUID on the server, nothing here
				Config:            configOf(registry, renamed, ""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "email", knownvalue.Null())},
			},
			{ // removed outside; Quay holds the name for a minute, so another takes its place
				PreConfig:        func() { registry.Must(t, http.MethodDelete, "/superuser/organizations/"+renamed, nil) },
				Config:           configOf(registry, last, ""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "email", knownvalue.Null()),
					acctest.Attribute(address, "tag_expiration_s", knownvalue.NotNull()),
				},
			},
		},
	})
}

func TestAccOrganization_import(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.Organization(t)
	body := configOf(registry, name, fmt.Sprintf("email = \"%s@example.com\"", name))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           body + fmt.Sprintf("import {\n  to = quay_organization.test\n  id = %q\n}\n", name),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
			},
			{Config: body, ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

func TestAccOrganization_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := registry.NewOrganization(t), registry.NewOrganization(t)
	identity := func(name string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"name": knownvalue.StringExact(name)}),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{Config: configOf(registry, name, ""), ConfigStateChecks: identity(name)},
			{Config: configOf(registry, renamed, ""), ConfigStateChecks: identity(renamed)},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// One apply renames an organization and updates the objects in it.
func TestAccOrganization_renameWithDependents(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := registry.Organization(t), acctest.Name("tforg")
	registry.CleanUpOrganization(t, renamed)
	registry.Repository(t, name, "app")
	registry.Team(t, name, "devs")
	user := registry.User(t)
	variables := func(now string) config.Variables {
		return acctest.Variables(map[string]any{"name": now, "imported": name, "username": user})
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		TerraformVersionChecks:   acctest.ImportExpression,
		Steps: []resource.TestStep{
			{ConfigDirectory: acctest.Directory("all"), ConfigVariables: variables(name)},
			{
				ConfigDirectory:  acctest.Directory("all"),
				ConfigVariables:  variables(renamed),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check: func(*terraform.State) error {
					quotas := registry.Must(t, http.MethodGet, "/superuser/organization/"+renamed+"/quota", nil).([]any)
					if len(quotas) != 1 {
						return fmt.Errorf("the renamed organization has %d quotas", len(quotas))
					}
					for path, role := range map[string]string{"user/" + user: "read", "team/devs": "write"} {
						got := registry.Must(t, http.MethodGet, "/repository/"+renamed+"/app/permissions/"+path, nil).(map[string]any)["role"]
						if got != role {
							return fmt.Errorf("the role of %s is %v", path, got)
						}
					}
					return nil
				},
			},
			{ConfigDirectory: acctest.Directory("all"), ConfigVariables: variables(renamed), ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

func TestAccOrganization_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Development))
	taken, user, deleted, name := registry.Organization(t), registry.User(t), registry.Organization(t), acctest.Name("tforg")
	registry.CleanUpOrganization(t, name)
	registry.Must(t, http.MethodDelete, "/superuser/organizations/"+deleted, nil)
	onName := func(name, words string) *regexp.Regexp {
		return regexp.MustCompile(`(?s)name = "` + name + `".*` + acctest.ErrorContains(words).String())
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: configOf(registry, taken, ""), ExpectError: regexp.MustCompile(`(?s)import \{\s+to = quay_organization.example\s+id = "` + taken + `"\s+}`)},
			{Config: configOf(registry, user, ""), ExpectError: onName(user, fmt.Sprintf("A user has the name %q.", user))},
			{Config: configOf(registry, deleted, "timeouts = { create = \"2s\" }"), ExpectError: onName(deleted, "Quay reserves the name until its garbage collection")},
			{Config: configOf(registry, name, "")},
			{Config: configOf(registry, name, "tag_expiration_s = 5"), ExpectError: acctest.ErrorContains("The registry does not offer 5 seconds. It offers the periods in TAG_EXPIRATION_OPTIONS")},
			{Config: configOf(registry, taken, ""), ExpectError: onName(taken, fmt.Sprintf("There is an organization %q already, so %q cannot be renamed to it.", taken, name))},
			{Config: configOf(registry, user, ""), ExpectError: onName(user, fmt.Sprintf("There is a user %q, so the organization %q cannot be renamed to it.", user, name))},
			{Config: configOf(registry, name, "email = \"nonsense\""), ExpectError: acctest.ErrorContains("Invalid email address")},
			{Config: configOf(registry, name, ""), ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

// The provider waits for a reserved name.
func TestAccOrganization_nameHeld(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Development), quaytest.WithNameHold(2*time.Second))
	body := configOf(registry, acctest.Name("tforg"), "")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: body},
			{Config: body, Taint: []string{address}, ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate)},
			{Config: body, ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

// The provider destroys an organization with repositories only with force_destroy.
func TestAccOrganization_forceDestroy(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name := registry.NewOrganization(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy:             notFound(t, registry, name),
		Steps: []resource.TestStep{
			{Config: configOf(registry, name, "")},
			{
				PreConfig: func() {
					for _, repository := range []string{"a", "b", "c", "d", "e/nested", "f"} {
						registry.Repository(t, name, repository)
					}
				},
				Config:      configOf(registry, name, ""),
				Destroy:     true,
				ExpectError: acctest.ErrorContains("still has 6 repositories (a, b, c, d, e/nested, …), which would be lost with all images."),
			},
			{Config: configOf(registry, name, "force_destroy = true"), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate)},
		},
	})
}

// A reader without rights gets empty fields from Quay. The provider reports an error and no
// drift.
func TestAccOrganization_notItsAdministrator(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	name := registry.Organization(t)
	p := registry.Serve(t, nil)
	state, diags := p.ImportByID("quay_organization", name)
	acctest.NoErrors(t, diags)

	simulator.AddUser("somebody", "somebody@example.com")
	for who, token := range map[string]string{"wrong token": "nonsense", "another user": simulator.AddToken("somebody")} {
		p := registry.Serve(t, acctest.Attributes{"token": token})
		read, diags := p.Read("quay_organization", state)
		if !read.Value.Equal(state.Value) {
			t.Errorf("%s: the state became %s", who, read.Value)
		}
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "shows the name of the organization and nothing else") {
			t.Errorf("%s: diagnostics: %v", who, diags)
		}
	}
}

// An organization whose settings fail is in the state.
func TestOrganization_savedOnceItExists(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusBadGateway)
		}
		return r.Method != http.MethodPost
	})
	p := registry.Serve(t, nil)
	for name, attributes := range map[string]acctest.Attributes{
		"settings": {"name": acctest.Name("tforg"), "invoice_email": true},
		"none":     {"name": acctest.Name("tforg")},
	} {
		state, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", p.Absent("quay_organization"), attributes))
		if len(diags) != 1 {
			t.Errorf("%s: diagnostics: %v", name, diags)
		}
		if text, _ := state.Text(t, "name"); text != attributes["name"] {
			t.Errorf("%s: the state is %s", name, state.Value)
		}
	}
}

func TestAccOrganizationData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	names := []string{registry.Organization(t), registry.Organization(t)}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			{
				ConfigDirectory: acctest.Directory("read"),
				ConfigVariables: acctest.Variables(map[string]any{"names": names}),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute("data."+address, "email", knownvalue.StringExact(names[0]+"@example.com")),
					acctest.Attribute("data."+address, "invoice_email", knownvalue.Bool(false)),
					acctest.Attribute("data."+address, "tag_expiration_s", knownvalue.NotNull()),
				},
				Check: func(state *terraform.State) error {
					all := state.RootModule().Outputs["all"].Value.(map[string]any)
					for _, name := range names {
						if all[name] != name+"@example.com" {
							return fmt.Errorf("%s is listed with %v", name, all[name])
						}
					}
					return nil
				},
			},
			{
				Config:      registry.Config(`data "quay_organization" "test" { name = "nosuchorganization" }`),
				ExpectError: acctest.ErrorContains(`There is no organization "nosuchorganization" in the registry.`),
			},
		},
	})
}

// onServer expects values in the server's view of an organization.
func onServer(t *testing.T, registry *acctest.Registry, name string, want map[string]any) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		got := registry.Must(t, http.MethodGet, "/organization/"+name, nil).(map[string]any)
		for key, value := range want {
			if got[key] != value {
				return fmt.Errorf("the server's %s is %v, not %v", key, got[key], value)
			}
		}
		return nil
	}
}

// notFound expects organizations not to exist on the server.
func notFound(t *testing.T, registry *acctest.Registry, names ...string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		for _, name := range names {
			registry.NotFound(t, "/organization/"+name)
		}
		return nil
	}
}

// Several organizations can lose their e-mail addresses. Up to 3.16 Quay stores an
// empty text for the first one, and refuses it for the second.
func TestAccOrganization_withoutEmails(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for range 2 {
		name := registry.NewOrganization(t)
		state := p.Create("quay_organization", acctest.Attributes{"name": name, "email": name + "@example.com"})
		state, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", state, acctest.Attributes{"name": name}))
		acctest.NoErrors(t, diags)
		read, diags := p.Read("quay_organization", state)
		acctest.NoErrors(t, diags)
		if email, ok := read.Text(t, "email"); ok || !read.Value.Equal(state.Value) {
			t.Errorf("read with the address %q: %s", email, read.Value)
		}
	}
}

// The provider refuses a fraction that is known only during the apply with the same words.
func TestAccOrganization_fractionKnownAtApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`
				resource "terraform_data" "days" { input = 7 }
				resource "quay_organization" "test" {
				  name             = "tfacc-fraction"
				  tag_expiration_s = terraform_data.days.output * 86400 / 11
				}
			`),
			ExpectError: acctest.ErrorContains("tag_expiration_s must be a whole number. The functions floor and ceil make one."),
		}},
	})
}
