package servicekey_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const approvalAddress = "quay_service_key_approval.test"

func approvalConfig(registry *acctest.Registry, kid, settings string) string {
	return registry.Config("resource \"quay_service_key_approval\" \"test\" {\n  kid = %q\n%s\n}\n", kid, settings)
}

// approvedKey makes a key, which Quay approves at once.
func approvedKey(t *testing.T, registry *acctest.Registry, notes string) string {
	t.Helper()
	kid := registry.Must(t, http.MethodPost, "/superuser/keys", map[string]any{
		"service": acctest.Name("tfacc_"), "name": "a key", "expiration": nil, "notes": notes,
	}).(map[string]any)["kid"].(string)
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
	return kid
}

func TestAccServiceKeyApproval(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t) // only a service can register a key
	first, second := simulator.AddServiceKey("clair", "first"), simulator.AddServiceKey("clair", "second")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error { // the key stays, and stays approved
			if calls := simulator.Calls(); calls["DELETE /superuser/keys/{kid}"] > 0 {
				return fmt.Errorf("the key was deleted: %v", calls)
			}
			if registry.Must(t, http.MethodGet, "/superuser/keys/"+second, nil).(map[string]any)["approval"] == nil {
				return errors.New("the key is not approved")
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:           approvalConfig(registry, first, `notes = "looked at it"`),
				ConfigPlanChecks: acctest.Planned(approvalAddress, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(approvalAddress, "service", knownvalue.StringExact("clair")),
					acctest.Attribute(approvalAddress, "name", knownvalue.StringExact("first")),
					acctest.Attribute(approvalAddress, "notes", knownvalue.StringExact("looked at it")),
					acctest.Attribute(approvalAddress, "approved_by", knownvalue.StringExact("admin")),
					acctest.Attribute(approvalAddress, "approved_date", knownvalue.NotNull()),
				},
			},
			{Config: approvalConfig(registry, first, ""), ConfigPlanChecks: acctest.PlannedNothing()},
			{
				ResourceName:                         approvalAddress,
				ImportState:                          true,
				ImportStateId:                        first,
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: "kid",
			},
			{
				Config:      approvalConfig(registry, first, `notes = "changed my mind"`),
				ExpectError: acctest.ErrorContains(`is approved already, with the notes "looked at it", and Quay does not change those any more.`),
			},
			{
				Config:           approvalConfig(registry, second, ""),
				ConfigPlanChecks: acctest.Planned(approvalAddress, plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(approvalAddress, "name", knownvalue.StringExact("second")),
					acctest.Attribute(approvalAddress, "notes", knownvalue.Null()),
				},
			},
		},
	})
}

func TestAccServiceKeyApproval_approvedAlready(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	kid := approvedKey(t, registry, "approved by hand")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:      approvalConfig(registry, kid, `notes = "by Terraform"`),
				ExpectError: acctest.ErrorContains(`is approved already, with the notes "approved by hand"`),
			},
			{
				Config: approvalConfig(registry, kid, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(approvalAddress, "notes", knownvalue.StringExact("approved by hand")),
				},
			},
			{ // removed outside: planned again, and refused because there is nothing to approve
				PreConfig:   func() { registry.Must(t, http.MethodDelete, "/superuser/keys/"+kid, nil) },
				Config:      approvalConfig(registry, kid, ""),
				ExpectError: acctest.ErrorContains(`There is no service key "` + kid + `" in the registry.`),
			},
		},
	})
}

func TestAccServiceKeyApproval_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	kid := approvedKey(t, registry, "")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{
				Config: approvalConfig(registry, kid, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(approvalAddress, map[string]knownvalue.Check{"kid": knownvalue.StringExact(kid)}),
				},
			},
			{ResourceName: approvalAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// A key that is not approved has no approval to import or to keep.
func TestServiceKeyApproval_notApproved(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	kid := registry.Simulator(t).AddServiceKey("clair", "not looked at")
	p := registry.Serve(t, nil)
	state, diags := p.ImportByID("quay_service_key_approval", kid)
	acctest.NoErrors(t, diags)
	if !state.Value.IsNull() {
		t.Errorf("imported %s", state.Value)
	}
}

func TestAccServiceKeyData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	key := registry.Must(t, http.MethodPost, "/superuser/keys", map[string]any{
		"service": service, "name": "n", "notes": "a note", "expiration": 4102444800, "metadata": map[string]any{"owner": "a", "count": 3},
	}).(map[string]any)
	kid := key["kid"].(string)
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
	other := approvedKey(t, registry, "")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			{
				ConfigDirectory: acctest.Directory("read"),
				ConfigVariables: acctest.Variables(map[string]any{"kid": kid, "other": other, "service": service}),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute("data."+address, "service", knownvalue.StringExact(service)),
					acctest.Attribute("data."+address, "name", knownvalue.StringExact("n")),
					acctest.Attribute("data."+address, "notes", knownvalue.StringExact("a note")),
					acctest.Attribute("data."+address, "approved", knownvalue.Bool(true)),
					acctest.Attribute("data."+address, "approved_by", knownvalue.NotNull()),
					acctest.Attribute("data."+address, "expiration", knownvalue.StringExact("2100-01-01T00:00:00Z")),
					acctest.Attribute("data."+address, "public_key", knownvalue.StringExact(key["public_key"].(string))),
					acctest.Attribute("data."+address, "metadata", knownvalue.MapPartial(map[string]knownvalue.Check{
						"owner": knownvalue.StringExact("a"), "count": knownvalue.StringExact("3"), "created_by": knownvalue.NotNull(),
					})),
				},
				Check: func(state *terraform.State) error {
					one, all := fmt.Sprint(state.RootModule().Outputs["one"].Value), fmt.Sprint(state.RootModule().Outputs["all"].Value)
					if one != "["+kid+"]" || !strings.Contains(all, kid) || !strings.Contains(all, other) {
						return fmt.Errorf("one service's keys are %s, all are %s", one, all)
					}
					return nil
				},
			},
			{
				Config:      registry.Config(`data "quay_service_key" "test" { kid = "nosuchkid" }`),
				ExpectError: acctest.ErrorContains(`There is no service key "nosuchkid" in the registry.`),
			},
			{
				Config:            registry.Config(`data "quay_service_keys" "test" { service = "nosuchservice" }`),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute("data.quay_service_keys.test", "keys", knownvalue.ListSizeExact(0))},
			},
		},
	})
}

// A key that nobody has approved is listed, and so described.
func TestServiceKeysData_notApproved(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).AddServiceKey("clair", "")
	const listed = "data.quay_service_keys.test"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`data "quay_service_keys" "test" {}`),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(listed, "keys.0.approved", "false"),
				resource.TestCheckNoResourceAttr(listed, "keys.0.approved_by"),
				resource.TestCheckNoResourceAttr(listed, "keys.0.name"),
				resource.TestCheckNoResourceAttr(listed, "keys.0.expiration"),
			),
		}},
	})
}
