package acctest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// Planned expects an action on an object in the plan of a step.
func Planned(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// PlannedNothing expects the plan of a step to be empty.
func PlannedNothing() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{emptyPlan{}}}
}

// emptyPlan expects an empty plan. OpenTofu lists opened ephemeral resources in the plan, which
// are no changes.
type emptyPlan struct{}

func (emptyPlan) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	plan := *req.Plan
	plan.ResourceChanges = slices.DeleteFunc(slices.Clone(plan.ResourceChanges), func(c *tfjson.ResourceChange) bool { return c.Mode == "ephemeral" })
	plancheck.ExpectEmptyPlan().CheckPlan(ctx, plancheck.CheckPlanRequest{Plan: &plan}, resp)
}

// ListsOpened tells whether the plans of a configuration list ephemeral resources. Those of
// OpenTofu do. The test framework counts them as changes, so such a step sets
// ExpectNonEmptyPlan.
func ListsOpened(config string) bool {
	return filepath.Base(os.Getenv("TF_ACC_TERRAFORM_PATH")) == "tofu" && strings.Contains(config, `ephemeral "`)
}

// Refreshed is a step that refreshes after a change behind Terraform's back. It expects an
// action on an object in the next plan.
func Refreshed(address string, action plancheck.ResourceActionType) resource.TestStep {
	return resource.TestStep{
		RefreshState:       true,
		ExpectNonEmptyPlan: true,
		RefreshPlanChecks: resource.RefreshPlanChecks{
			PostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
		},
	}
}

// Attribute expects a value in the state.
func Attribute(address, attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

// ErrorContains matches a text, even if Terraform has wrapped it.
func ErrorContains(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│]+`))
}

// ImportExpression skips a test if Terraform is too old for import blocks whose id is an
// expression.
var ImportExpression = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_6_0)}

// WriteOnly skips a test if Terraform is too old for write-only values.
var WriteOnly = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)}

// Functions skips a test if Terraform is too old for functions of providers.
var Functions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)}

// Ephemeral skips a test if Terraform or OpenTofu is too old for ephemeral resources.
// Terraform 1.10 also has them, but OpenTofu 1.10 does not.
var Ephemeral = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)}

// ImportByIdentity skips a test if Terraform is too old for import by identity.
var ImportByIdentity = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)}

// QueriesAndActions skips a test if Terraform is too old for "terraform query" and for
// actions.
var QueriesAndActions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)}

// Value keeps a value of the state for a later comparison.
type Value struct {
	text string
}

// Keep keeps an attribute's text.
func (v *Value) Keep(address, attribute string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(address, attribute, func(text string) error {
		v.text = text
		return nil
	})
}

// Same expects an attribute to have the kept text.
func (v *Value) Same(address, attribute string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(address, attribute, func(text string) error {
		if text != v.text {
			return fmt.Errorf("%s changed from %q to %q", attribute, v.text, text)
		}
		return nil
	})
}

// Changed expects an attribute to have a text other than the kept text. It fails if the state
// lacks the attribute, or if no text was kept.
func (v *Value) Changed(address, attribute string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(address, attribute, func(text string) error {
		if v.text == "" {
			return errors.New("no " + attribute + " was kept")
		}
		if text == v.text {
			return errors.New(attribute + " did not change")
		}
		return nil
	})
}

// Text returns the kept text.
func (v *Value) Text() string { return v.text }
