package message_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Terraform replaces a message that changes. It creates a message again that somebody has
// removed.
func TestAccMessage(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	content := acctest.Name("maintenance ")
	shown := func() (severities []string, uuids []string) {
		for _, m := range messagesOf(t, registry) {
			if m["content"] == content {
				severities, uuids = append(severities, m["severity"].(string)), append(uuids, m["uuid"].(string))
			}
		}
		return severities, uuids
	}
	step := func(severity string, action plancheck.ResourceActionType) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				if severity == "error" {
					_, uuids := shown()
					registry.Must(t, http.MethodDelete, "/message/"+uuids[0], nil)
				}
			},
			Config:           registry.Config("resource \"quay_message\" \"test\" {\n  content = %q\n  severity = %q\n}", content, severity),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("quay_message.test", action)}},
			Check: func(*terraform.State) error {
				if severities, _ := shown(); len(severities) != 1 || severities[0] != severity {
					t.Errorf("Quay shows %v", severities)
				}
				return nil
			},
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			step("info", plancheck.ResourceActionCreate),
			step("warning", plancheck.ResourceActionReplace),
			step("error", plancheck.ResourceActionCreate),
		},
	})
	if severities, _ := shown(); len(severities) > 0 {
		t.Errorf("left: %v", severities)
	}
}
