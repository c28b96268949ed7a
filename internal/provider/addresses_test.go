package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Terraform tells the provider no addresses. These tests are about two addresses
// of one configuration that stand for the same object of Quay.

// The keys of for_each are written another way, without moved blocks: every
// permission is destroyed at one address and created at another.
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

// A permission that is replaced before it is destroyed is there afterwards.
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

// A quota that is to be created before its predecessor is destroyed has moved
// along with the organization that the same run renames.
func TestAccQuotaMovesWithRename(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := acctest.Name("tforg"), acctest.Name("tforg")
	registry.CleanUpOrganization(t, name)
	registry.CleanUpOrganization(t, renamed)
	step := func(name, limit string) resource.TestStep {
		return resource.TestStep{
			ConfigDirectory: acctest.Directory("all"),
			ConfigVariables: acctest.Variables(map[string]any{"name": name, "limit": limit}),
		}
	}
	moved := step(renamed, "1 GiB")
	moved.ConfigPlanChecks = acctest.Planned("quay_org_quota.q", plancheck.ResourceActionCreateBeforeDestroy)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			step(name, "1 GiB"),
			moved,
			step(name, "2 GiB"), // back, and larger
		},
	})
}

// What Quay deletes with a user is created again in the apply that replaces the
// user, where it is told so.
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
