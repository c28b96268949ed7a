package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Terraform does not tell the provider addresses. In these tests, two addresses of one
// configuration manage the same object of Quay.

// The keys of for_each change without moved blocks. Terraform destroys every permission at one
// address and creates it at a second address.
func TestAccForEachKeysChanged(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	for i := range 4 {
		registry.Repository(t, organization, fmt.Sprintf("app%d", i))
	}
	registry.Team(t, organization, "devs")
	registry.Team(t, organization, "ops")
	c := newCommandLine(t, registry, "")
	c.use(map[string]string{"organization": organization})
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

// A permission with create_before_destroy exists after its replacement.
func TestAccCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository, team := registry.Repository(t, organization, "app"), registry.Team(t, organization, "devs")
	c := newCommandLine(t, registry, "")
	c.use(map[string]string{"repository": repository, "team": team})
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

// If Terraform renames an organization, it updates all objects in it in place, and destroys
// none.
func TestAccRenameOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := registry.NewOrganization(t), registry.NewOrganization(t)
	const robot = "quay_organization_robot.r"
	token := statecheck.CompareValue(compare.ValuesSame())
	repositories := []string{"app", "nested/app"}
	step := func(name, limit string, updated ...string) resource.TestStep {
		step := resource.TestStep{
			ConfigDirectory:   acctest.Directory("all"),
			ConfigVariables:   acctest.Variables(map[string]any{"name": name, "limit": limit, "repositories": repositories}),
			ConfigStateChecks: []statecheck.StateCheck{token.AddStateValue(robot, tfjsonpath.New("token"))},
		}
		for _, address := range updated {
			step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))
		}
		return step
	}
	all := []string{
		robot, "quay_organization.o", "quay_org_quota.q", "quay_organization_team.t", "quay_organization_team.ops", "quay_organization_team_member.m",
		"quay_organization_default_permission.d",
	}
	for i := range repositories {
		for _, address := range []string{"quay_repository.r", "quay_repo_team_permission.p", "quay_repo_user_permission.p"} {
			all = append(all, fmt.Sprintf("%s[%d]", address, i))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			step(name, "1 GiB"),
			step(renamed, "1 GiB", all...),
			step(name, "2 GiB", all...), // back, and larger
		},
	})
}

// If the run that renames an organization replaces an object (with -replace), the provider
// deletes the object under the new name.
func TestAccRenameReplacesQuota(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := registry.NewOrganization(t), registry.NewOrganization(t)
	p := registry.Serve(t, nil)
	organization := p.Create("quay_organization", acctest.Attributes{"name": name})
	quota := p.Create("quay_org_quota", acctest.Attributes{"organization": name, "limit": "1 GiB"})
	rename := p.Plan("quay_organization", organization, acctest.Attributes{"name": renamed})
	destroy := p.Plan("quay_org_quota", quota, nil)
	create := p.Plan("quay_org_quota", p.Absent("quay_org_quota"), acctest.Attributes{"organization": renamed, "limit": "2 GiB"})
	run := p.OneRun()
	for _, step := range []struct {
		typeName string
		plan     *acctest.Plan
	}{{"quay_organization", rename}, {"quay_org_quota", destroy}, {"quay_org_quota", create}} {
		_, diags := run.Apply(t.Context(), step.typeName, step.plan)
		acctest.NoErrors(t, diags)
	}
	imported, diags := p.ImportByID("quay_org_quota", renamed)
	acctest.NoErrors(t, diags)
	if limit, _ := imported.Text(t, "limit"); limit != "2 GiB" {
		t.Errorf("the limit is %s", limit)
	}
}

// Applies that rename an organization can fail before they update the objects in it. The next
// run finds these objects under the new name.
func TestAccRenameInterrupted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, between, renamed := registry.NewOrganization(t), registry.NewOrganization(t), registry.NewOrganization(t)
	p := registry.Serve(t, nil)
	organization := p.Create("quay_organization", acctest.Attributes{"name": name})
	config := map[string]acctest.Attributes{
		"quay_org_quota":            {"organization": name, "limit": "1 GiB"},
		"quay_organization_team":    {"organization": name, "name": "devs", "role": "member"},
		"quay_repo_team_permission": {"repository": registry.Repository(t, name, "team/app"), "team": registry.Team(t, name, "ops"), "role": "read"},
	}
	states := map[string]acctest.State{}
	for typeName, attributes := range config {
		states[typeName] = p.Create(typeName, attributes)
	}
	for _, newName := range []string{between, renamed} {
		var diags []*tfprotov6.Diagnostic
		organization, diags = p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", organization, acctest.Attributes{"name": newName}))
		acctest.NoErrors(t, diags)
	}

	run := p.OneRun()
	_, diags := run.Read("quay_organization", organization)
	acctest.NoErrors(t, diags)
	for typeName, state := range states {
		read, diags := run.Read(typeName, state)
		acctest.NoErrors(t, diags)
		for attribute, value := range config[typeName] {
			if text, ok := value.(string); ok && strings.HasPrefix(text, name) {
				config[typeName][attribute] = renamed + strings.TrimPrefix(text, name)
			}
		}
		if plan := run.Plan(typeName, read, config[typeName]); read.Value.IsNull() || !plan.IsEmpty() {
			t.Errorf("%s is read as %s; planned: %s", typeName, read.Value, plan.Value)
		}
	}
}

// A renamed organization is not the organization that has its former name now. An object that
// is missing in the latter is not found in the former, and cannot move to it in place.
func TestAccRenamedNameUsedAgain(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := registry.NewOrganization(t), registry.NewOrganization(t)
	p := registry.Serve(t, nil)
	first := p.Create("quay_organization", acctest.Attributes{"name": name})
	first, diags := p.Apply(t.Context(), "quay_organization", p.Plan("quay_organization", first, acctest.Attributes{"name": renamed}))
	acctest.NoErrors(t, diags)
	p.Create("quay_repository", acctest.Attributes{"namespace": renamed, "name": "app"})
	p.NextRun()
	p.Create("quay_organization", acctest.Attributes{"name": name})
	app := p.Create("quay_repository", acctest.Attributes{"namespace": name, "name": "app"})
	ops := p.Create("quay_repository", acctest.Attributes{"namespace": name, "name": "ops"})
	registry.Must(t, http.MethodDelete, "/repository/"+name+"/app", nil)

	run := p.OneRun()
	_, diags = run.Read("quay_organization", first)
	acctest.NoErrors(t, diags)
	read, diags := run.Read("quay_repository", app)
	acctest.NoErrors(t, diags)
	if !read.Value.IsNull() {
		t.Errorf("the deleted repository is read as %s", read.Value)
	}
	if !run.Plan("quay_repository", ops, acctest.Attributes{"namespace": renamed, "name": "ops"}).Replace {
		t.Error("a repository moves to another organization in place")
	}
}

// Terraform plans an object before its organization if the configuration has the name of the
// organization as a text. Then a new name would replace the object.
func TestRenameNeedsReference(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	organization := p.Create("quay_organization", acctest.Attributes{"name": "acme"})
	robot := p.Create("quay_organization_robot", acctest.Attributes{"organization": "acme", "name": "ci"})
	config, renamed := acctest.Attributes{"organization": "platform", "name": "ci"}, acctest.Attributes{"name": "platform"}

	run := p.OneRun()
	if !run.Plan("quay_organization_robot", robot, config).Replace {
		t.Error("the robot is not replaced")
	}
	diags := run.Plan("quay_organization", organization, renamed).Diagnostics
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `as a text: Quay organization robot "acme:ci"`) {
		t.Errorf("the diagnostics are %v", diags)
	}

	run = p.OneRun()
	diags = run.Plan("quay_organization", organization, renamed).Diagnostics
	if plan := run.Plan("quay_organization_robot", robot, config); plan.Replace || len(diags) > 0 {
		t.Errorf("after the organization, the robot is planned as %s, %v", plan.Value, diags)
	}
}

// With replace_triggered_by, the apply that replaces a user also creates the objects that Quay
// deletes with the user.
func TestAccReplacedWithDependents(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	repository, username := registry.Repository(t, registry.Organization(t), "app"), acctest.Name("tfuser")
	registry.CleanUpUser(t, username)
	step := resource.TestStep{
		ConfigDirectory: acctest.Directory("all"),
		ConfigVariables: acctest.Variables(map[string]any{"username": username, "repository": repository}),
	}
	replaced := step
	replaced.Taint = []string{"quay_user.u"}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			step,
			replaced, // and the plan after it is empty
		},
	})
}
