package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Terraform tells the provider no addresses. These tests are about two addresses
// of one configuration that stand for the same object of Quay.

// A resource that gets another address is destroyed at the old one and created at
// the new one, in either order. The object is there afterwards.
func TestAccMovedWithoutMovedBlock(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{"quay_repo_user_permission", "quay_repo_team_permission"} {
		for _, order := range []string{"created first", "destroyed first", "at once"} {
			t.Run(typeName+", "+order, func(t *testing.T) {
				t.Parallel()
				registry := acctest.Start(t)
				o := objectOf(t, registry, typeName)
				p := registry.Serve(t, nil)
				old := p.Create(typeName, o.config)

				planning := p.OneRun()
				destroyed := planning.Plan(typeName, old, nil)
				created := planning.Plan(typeName, p.Absent(typeName), o.config)
				if len(destroyed.Diagnostics) > 0 || !warns(created.Diagnostics, "is destroyed and kept in one plan", "moved {") {
					t.Errorf("planned with %v and %v", destroyed.Diagnostics, created.Diagnostics)
				}

				applying := p.OneRun()
				var warnings []*tfprotov6.Diagnostic
				destroy := func() {
					state, diags := applying.Apply(t.Context(), typeName, destroyed)
					acctest.NoErrors(t, diags)
					if !state.Value.IsNull() {
						t.Errorf("destroyed to %s", state.Value)
					}
					warnings = diags
				}
				create := func() {
					_, diags := applying.Apply(t.Context(), typeName, created)
					acctest.NoErrors(t, diags)
				}
				switch order {
				case "created first":
					create()
					destroy()
					if !warns(warnings, "was not deleted", "was created in this run") {
						t.Errorf("destroyed with %v", warnings)
					}
				case "destroyed first":
					destroy()
					create()
					if len(warnings) > 0 {
						t.Errorf("destroyed with %v", warnings)
					}
				case "at once":
					var work sync.WaitGroup
					work.Go(create)
					work.Go(destroy)
					work.Wait()
				}
				state, diags := p.Read(typeName, old)
				acctest.NoErrors(t, diags)
				if state.Value.IsNull() {
					t.Error("the permission is gone")
				}
			})
		}
	}
}

// Writes to one object are made one after the other: a permission that is created
// while its deletion is under way exists afterwards.
func TestWritesToOneObjectAreInOrder(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{"quay_repo_user_permission", "quay_repo_team_permission"} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			simulator := registry.Simulator(t)
			o := objectOf(t, registry, typeName)
			p := registry.Serve(t, nil)
			old := p.Create(typeName, o.config)
			planning := p.OneRun()
			destroyed := planning.Plan(typeName, old, nil)
			created := planning.Plan(typeName, p.Absent(typeName), o.config)

			deleting := make(chan struct{})
			begin := sync.OnceFunc(func() { close(deleting) })
			simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodDelete {
					begin()
					time.Sleep(200 * time.Millisecond) // in which another call could overtake
				}
				return false
			})
			applying := p.OneRun()
			var work sync.WaitGroup
			work.Go(func() {
				if _, diags := applying.Apply(t.Context(), typeName, destroyed); len(diags) > 0 {
					t.Errorf("destroyed with %v", diags)
				}
			})
			select {
			case <-deleting:
			case <-time.After(10 * time.Second):
				t.Fatal("the permission is not deleted")
			}
			_, diags := applying.Apply(t.Context(), typeName, created)
			work.Wait()
			simulator.Intercept(nil)
			acctest.NoErrors(t, diags)
			state, diags := p.Read(typeName, old)
			acctest.NoErrors(t, diags)
			if state.Value.IsNull() {
				t.Error("the permission is gone")
			}
		})
	}
}

// An update counts as a write, too, and a later run may delete the object.
func TestAccDeleteAfterUpdate(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, _ *acctest.Registry, p *acctest.Provider, typeName string, o object, state acctest.State) {
		if _, changeable := changes[typeName]; !changeable || typeName == "quay_organization" { // which the change renames
			return
		}
		update, destroy := p.Plan(typeName, state, withChange(o.config, typeName)), p.Plan(typeName, state, nil)
		run := p.OneRun()
		state, diags := run.Apply(t.Context(), typeName, update)
		acctest.NoErrors(t, diags)
		_, diags = run.Apply(t.Context(), typeName, destroy)
		if !warns(diags, "was not deleted", "was updated in this run") {
			t.Errorf("deleted with %v", diags)
		}
		if read, diags := p.Read(typeName, state); len(diags) > 0 || read.Value.IsNull() {
			t.Errorf("it is read as %s, %v", read.Value, diags)
		}
		_, diags = p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
		if len(diags) > 0 {
			t.Errorf("deleted in the next run with %v", diags)
		}
		if read, diags := p.Read(typeName, state); len(diags) > 0 || !read.Value.IsNull() {
			t.Errorf("then it is read as %s, %v", read.Value, diags)
		}
	})
}

// What a plan says of two addresses, and of one that is planned twice.
func TestAccPlannedTwice(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, _ *acctest.Registry, p *acctest.Provider, typeName string, o object, state acctest.State) {
		another := maps.Clone(o.config)
		change, changeable := changes[typeName]
		if !changeable || typeName == "quay_service_key" { // whose identity is not known when it is planned
			return
		}
		maps.Copy(another, change)
		if typeName == "quay_organization" {
			another["name"] = o.config["name"]
		}
		absent := p.Absent(typeName)
		for name, test := range map[string]struct {
			first, second acctest.State
			a, b          acctest.Attributes
			words         string
		}{
			"both exist":                     {state, state, o.config, another, "Two resources manage"},
			"one exists":                     {state, absent, o.config, another, "Two resources manage"},
			"the other exists":               {absent, state, o.config, another, "Two resources manage"},
			"neither exists":                 {absent, absent, o.config, another, "Two resources manage"},
			"created alike":                  {absent, absent, o.config, o.config, "Two resources manage"},
			"one is kept":                    {state, state, nil, o.config, "is destroyed and kept in one plan"},
			"one address, which is replaced": {state, absent, o.config, o.config, ""},
			"one address, destroyed twice":   {state, state, nil, nil, ""},
		} {
			run := p.OneRun()
			first, second := run.Plan(typeName, test.first, test.a), run.Plan(typeName, test.second, test.b)
			if len(first.Diagnostics) > 0 {
				t.Errorf("%s: at first %v", name, first.Diagnostics)
			}
			if test.words == "" && len(second.Diagnostics) > 0 || test.words != "" && !warns(second.Diagnostics, test.words, "") {
				t.Errorf("%s: then %v, want %q", name, second.Diagnostics, test.words)
			}
		}
	})
}

// The quotas of an organization and of a user with one name would be the same.
func TestAccQuotaOfEitherType(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	username := registry.User(t)
	p := registry.Serve(t, nil).OneRun()
	asUser := p.Plan("quay_user_quota", p.Absent("quay_user_quota"), acctest.Attributes{"username": username, "limit": "1 GiB"})
	asOrganization := p.Plan("quay_org_quota", p.Absent("quay_org_quota"), acctest.Attributes{"organization": username, "limit": "2 GiB"})
	if len(asUser.Diagnostics) > 0 || !warns(asOrganization.Diagnostics, "Two resources manage", "") {
		t.Errorf("planned with %v, %v", asUser.Diagnostics, asOrganization.Diagnostics)
	}
}

// warns tells whether there is one warning, with words in its summary and detail.
func warns(diags []*tfprotov6.Diagnostic, summary, detail string) bool {
	return len(diags) == 1 && diags[0].Severity == tfprotov6.DiagnosticSeverityWarning &&
		strings.Contains(diags[0].Summary, summary) && strings.Contains(diags[0].Detail, detail)
}

// The keys of for_each are written another way, without moved blocks: every
// permission is destroyed at one address and created at another.
func TestAccForEachKeysChanged(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	var grants []string
	for i := range 4 {
		repository := registry.Repository(t, organization, fmt.Sprintf("app%d", i))
		for _, team := range []string{"devs", "ops"} {
			registry.Team(t, organization, team)
			grants = append(grants, fmt.Sprintf("{ repo = %q, team = %q }", repository, team))
		}
	}
	c := newCommandLine(t, registry, fmt.Sprintf(`
		variable "by_index" { default = true }
		locals {
			grants = [%s]
		}
		resource "quay_repo_team_permission" "p" {
			for_each   = var.by_index ? { for i, g in local.grants : "grant${i}" => g } : { for g in local.grants : "${g.repo}-${g.team}" => g }
			repository = each.value.repo
			team       = each.value.team
			role       = "write"
		}`, strings.Join(grants, ", ")))
	c.run(true, "apply", "-auto-approve")
	for _, by := range []string{"false", "true"} {
		c.printed.Reset()
		c.run(true, "apply", "-auto-approve", "-var=by_index="+by)
		for _, words := range []string{"8 added, 0 changed, 8 destroyed", "is destroyed and kept in one plan"} {
			if !strings.Contains(c.printed.String(), words) {
				t.Errorf("Terraform does not say %q: %s", words, &c.printed)
			}
		}
		c.run(true, "plan", "-detailed-exitcode", "-var=by_index="+by)
	}
	c.run(true, "apply", "-auto-approve", "-var=by_index=false", "-parallelism=1")
	c.run(true, "plan", "-detailed-exitcode", "-var=by_index=false")
}

// A permission that is replaced before it is destroyed is there afterwards.
func TestAccCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository, team := registry.Repository(t, organization, "app"), registry.Team(t, organization, "devs")
	c := newCommandLine(t, registry, fmt.Sprintf(`
		resource "quay_repo_team_permission" "p" {
			repository = %q
			team       = %q
			role       = "write"
			lifecycle {
				create_before_destroy = true
			}
		}`, repository, team))
	c.run(true, "apply", "-auto-approve")
	c.run(true, "plan", "-replace=quay_repo_team_permission.p")
	if printed := c.printed.String(); strings.Contains(printed, "Warning: Two resources") || strings.Contains(printed, "destroyed and kept") {
		t.Errorf("one address is taken for two: %s", printed)
	}
	c.run(true, "apply", "-auto-approve", "-replace=quay_repo_team_permission.p")
	if !strings.Contains(c.printed.String(), "was not deleted") {
		t.Errorf("Terraform does not tell: %s", &c.printed)
	}
	c.run(true, "plan", "-detailed-exitcode")
}

// A quota that is to be created before its predecessor is destroyed has moved
// along with the organization that the same run renames.
func TestAccQuotaMovesWithRename(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := acctest.Name("tforg"), acctest.Name("tforg")
	registry.CleanUpOrganization(t, name)
	registry.CleanUpOrganization(t, renamed)
	config := func(name, limit string) string {
		return registry.Config(`
			resource "quay_organization" "o" {
				name = %q
			}
			resource "quay_org_quota" "q" {
				organization = quay_organization.o.name
				limit        = %q
			}
			resource "terraform_data" "t" {
				triggers_replace = [quay_org_quota.q.organization]
				lifecycle {
					create_before_destroy = true # which the quota inherits
				}
			}`, name, limit)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config(name, "1 GiB")},
			{
				Config:           config(renamed, "1 GiB"),
				ConfigPlanChecks: acctest.Planned("quay_org_quota.q", plancheck.ResourceActionCreateBeforeDestroy),
			},
			{Config: config(name, "2 GiB")}, // back, and larger
		},
	})
}

// A quota that somebody else made is not taken over, whatever was renamed before.
func TestAccQuotaExists(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	registry.Must(t, http.MethodPost, "/superuser/organization/"+organization+"/quota", map[string]int{"limit_bytes": 5})
	p := registry.Serve(t, nil)
	plan := p.Plan("quay_org_quota", p.Absent("quay_org_quota"), acctest.Attributes{"organization": organization, "limit": "1 GiB"})
	_, diags := p.Apply(t.Context(), "quay_org_quota", plan)
	if len(diags) != 1 {
		t.Fatalf("diagnostics: %v", diags)
	}
	for _, words := range []string{"has a quota already", "moved along", "add a moved block", "import {\n  to = quay_org_quota.example\n  id = "} {
		if !strings.Contains(diags[0].Detail, words) {
			t.Errorf("the error does not say %q: %s", words, diags[0].Detail)
		}
	}
}

// A child is gone with its parent, whatever the registry says to its deletion.
func TestAccDeleteAfterParent(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{"quay_user_quota", "quay_org_quota", "quay_repo_team_permission", "quay_repo_user_permission"} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			o := objectOf(t, registry, typeName)
			p := registry.Serve(t, nil)
			state, diags := p.Read(typeName, p.Create(typeName, o.config)) // which tells the id of a quota
			acctest.NoErrors(t, diags)
			destroy := p.Plan(typeName, state, nil)
			update := p.Plan(typeName, state, withChange(o.config, typeName))

			parent, path := o.identity["username"], "/superuser/users/"
			if organization, ok := o.identity["organization"]; ok {
				parent, path = organization, "/superuser/organizations/"
			} else if repository, ok := o.identity["repository"]; ok {
				organization, _, _ := strings.Cut(repository, "/")
				parent, path = organization, "/superuser/organizations/"
			}
			registry.Must(t, http.MethodDelete, path+parent, nil)

			if _, diags := p.Apply(t.Context(), typeName, update); len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no ") {
				t.Errorf("updated with %v", diags)
			}
			if gone, diags := p.Apply(t.Context(), typeName, destroy); len(diags) > 0 || !gone.Value.IsNull() {
				t.Errorf("destroyed to %s with %v", gone.Value, diags)
			}
		})
	}
}

func withChange(config acctest.Attributes, typeName string) acctest.Attributes {
	result := maps.Clone(config)
	maps.Copy(result, changes[typeName])
	return result
}

// What Quay deletes with a user is created again in the apply that replaces the
// user, where it is told so.
func TestAccReplacedWithDependents(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	repository, username := registry.Repository(t, registry.Organization(t), "app"), acctest.Name("tfuser")
	registry.CleanUpUser(t, username)
	config := registry.Config(`
		resource "quay_user" "u" {
			username = %[1]q
			email    = "%[1]s@example.com"
		}
		resource "quay_user_quota" "q" {
			username = quay_user.u.username
			limit    = "1 GiB"
			lifecycle {
				replace_triggered_by = [quay_user.u]
			}
		}
		resource "quay_repo_user_permission" "p" {
			repository = %[2]q
			username   = quay_user.u.username
			role       = "read"
			lifecycle {
				replace_triggered_by = [quay_user.u]
			}
		}`, username, repository)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config},
			{Config: config, Taint: []string{"quay_user.u"}}, // and the plan after it is empty
		},
	})
}
