package quota_test

import (
	"fmt"
	"math"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const address = "quay_org_quota.test"

func config(registry *acctest.Registry, organization, limit string) string {
	return registry.Config("resource \"quay_org_quota\" \"test\" {\n  organization = %q\n  %s\n}\n", organization, limit)
}

func TestAccOrgQuota(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, other := registry.Organization(t), registry.Organization(t)
	limits := func(bytes int64, text string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			acctest.Attribute(address, "limit_bytes", knownvalue.NumberExact(new(big.Float).SetInt64(bytes))),
			acctest.Attribute(address, "limit", knownvalue.StringExact(text)),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error {
			return onServer(t, registry, other, 0)(nil)
		},
		Steps: []resource.TestStep{
			{
				Config:            config(registry, organization, `limit = "10 GiB"`),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: limits(10<<30, "10 GiB"),
				Check:             onServer(t, registry, organization, 10<<30),
			},
			{ // the same size in other words is no change
				Config:            config(registry, organization, `limit = "10240 MiB"`),
				ConfigPlanChecks:  acctest.PlannedNothing(),
				ConfigStateChecks: limits(10<<30, "10 GiB"),
			},
			{ // nor is it as a number
				Config:           config(registry, organization, `limit_bytes = 10737418240`),
				ConfigPlanChecks: acctest.PlannedNothing(),
			},
			{
				Config:            config(registry, organization, `limit_bytes = 9007199254740993`),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: limits(9007199254740993, "9007199254740993 B"),
				Check:             onServer(t, registry, organization, 9007199254740993),
			},
			{
				ResourceName:                         address,
				ImportState:                          true,
				ImportStateId:                        organization,
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: "organization",
			},
			{
				Config:            config(registry, organization, `limit_bytes = 9223372036854775807`),
				ConfigStateChecks: limits(math.MaxInt64, "9223372036854775807 B"),
				Check:             onServer(t, registry, organization, math.MaxInt64),
			},
			{ // changed outside, by text: Quay then answers with a float
				PreConfig: func() {
					id := quotas(t, registry, organization)[0].(map[string]any)["id"]
					registry.Must(t, http.MethodPut, fmt.Sprintf("/superuser/organization/%s/quota/%v", organization, id), map[string]string{"limit": "5 GB"})
				},
				Config:           config(registry, organization, `limit = "1 TiB"`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            onServer(t, registry, organization, 1<<40),
			},
			{ // removed outside
				PreConfig: func() {
					id := quotas(t, registry, organization)[0].(map[string]any)["id"]
					registry.Must(t, http.MethodDelete, fmt.Sprintf("/superuser/organization/%s/quota/%v", organization, id), nil)
				},
				Config:           config(registry, organization, `limit = "1 TiB"`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            onServer(t, registry, organization, 1<<40),
			},
			{
				Config:           config(registry, other, `limit = "1 TiB"`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            onServer(t, registry, organization, 0),
			},
		},
	})
}

func TestAccOrgQuota_import(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	for name, limit := range map[string]string{"text": `limit = "5000 MB"`, "bytes": "limit_bytes = 5000000000"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization := registry.Organization(t)
			registry.Must(t, http.MethodPost, "/superuser/organization/"+organization+"/quota", map[string]int{"limit_bytes": 5e9})
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:           config(registry, organization, limit) + fmt.Sprintf("import {\n  to = quay_org_quota.test\n  id = %q\n}\n", organization),
					ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
					Check:            onServer(t, registry, organization, 5e9),
				}},
			})
		})
	}
}

func TestAccOrgQuota_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{
				Config: config(registry, organization, `limit = "1 GiB"`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"organization": knownvalue.StringExact(organization)}),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// A limit that is known only after apply.
func TestAccOrgQuota_unknownAtPlan(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`
				resource "terraform_data" "size" { input = "2 GiB" }
				resource "quay_org_quota" "test" {
				  organization = %q
				  limit        = terraform_data.size.output
				}
			`, organization),
			Check: onServer(t, registry, organization, 2<<30),
		}},
	})
}

func TestAccOrgQuota_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	registry.Must(t, http.MethodPost, "/superuser/organization/"+organization+"/quota", map[string]int{"limit_bytes": 1})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:      config(registry, acctest.Name("nosuch"), `limit = "1 GiB"`),
				ExpectError: regexp.MustCompile(`(?s)organization = "nosuch.*There is no organization "nosuch`),
			},
			{
				Config:      config(registry, organization, `limit = "1 GiB"`),
				ExpectError: regexp.MustCompile(`(?s)import \{\s+to = quay_org_quota.example\s+id = "` + organization + `"\s+}`),
			},
		},
	})
}

func TestAccOrgQuota_featureOff(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.QuotaManagement))
	organization := registry.Organization(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config:      config(registry, organization, `limit = "1 GiB"`),
			ExpectError: acctest.Words("It needs FEATURE_QUOTA_MANAGEMENT: true in the registry's config.yaml."),
		}},
	})
}

// The default of the whole server is not a quota of the organization's.
func TestAccOrgQuota_serverDefault(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithDefaultQuota(1<<30))
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	state, diags := p.ImportByID("quay_org_quota", organization)
	acctest.NoErrors(t, diags)
	if !state.Value.IsNull() {
		t.Errorf("the default was imported as %s", state.Value)
	}
	if text, _ := p.Create("quay_org_quota", acctest.Attributes{"organization": organization, "limit": "2 GiB"}).Text(t, "limit"); text != "2 GiB" {
		t.Errorf("limit is %q", text)
	}
}

// One call makes a quota: nothing is asked before or after.
func TestOrgQuota_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	p.Create("quay_org_quota", acctest.Attributes{"organization": organization, "limit": "2 GiB"})
	calls := simulator.Calls()
	if len(calls) != 1 || calls["POST /superuser/organization/{namespace}/quota"] != 1 {
		t.Errorf("calls: %v", calls)
	}
}

// quotas are an organization's as the server shows them.
func quotas(t *testing.T, registry *acctest.Registry, organization string) []any {
	t.Helper()
	return registry.Must(t, http.MethodGet, "/superuser/organization/"+organization+"/quota", nil).([]any)
}

// onServer expects a limit on the server; zero stands for no quota.
func onServer(t *testing.T, registry *acctest.Registry, organization string, limit int64) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := quotas(t, registry, organization)
		switch {
		case limit == 0 && len(got) == 0:
			return nil
		case len(got) != 1:
			return fmt.Errorf("there are %d quotas", len(got))
		}
		// Decoded as a float, which is exact for powers of two and close
		// enough to tell the others apart.
		if bytes := got[0].(map[string]any)["limit_bytes"].(float64); bytes != float64(limit) {
			return fmt.Errorf("the server's limit is %s, not %d", strings.TrimSuffix(fmt.Sprintf("%f", bytes), ".000000"), limit)
		}
		return nil
	}
}
