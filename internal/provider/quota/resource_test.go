package quota_test

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// owner is a kind of owner with what a test needs to know of its quotas.
type owner struct {
	typeName  string
	attribute string
	noun      string
	path      string // of the owner's quotas in the API
	make      func(registry *acctest.Registry, t testing.TB) string
}

var (
	organizations = owner{"quay_org_quota", "organization", "organization", "organization", (*acctest.Registry).Organization}
	users         = owner{"quay_user_quota", "username", "user", "users", (*acctest.Registry).User}
)

func (o owner) address() string { return o.typeName + ".test" }

func (o owner) config(registry *acctest.Registry, name, limit string) string {
	return registry.Config("resource %q \"test\" {\n  %s = %q\n  %s\n}\n", o.typeName, o.attribute, name, limit)
}

// quotas are an owner's as the server shows them.
func (o owner) quotas(t *testing.T, registry *acctest.Registry, name string) []any {
	t.Helper()
	return registry.Must(t, http.MethodGet, "/superuser/"+o.path+"/"+name+"/quota", nil).([]any)
}

// onePath is the path of an owner's one quota.
func (o owner) onePath(t *testing.T, registry *acctest.Registry, name string) string {
	t.Helper()
	id := o.quotas(t, registry, name)[0].(map[string]any)["id"]
	return fmt.Sprintf("/superuser/%s/%s/quota/%v", o.path, name, id)
}

// onServer expects a limit on the server. Zero means no quota.
func (o owner) onServer(t *testing.T, registry *acctest.Registry, name string, limit int64) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		got := o.quotas(t, registry, name)
		switch {
		case limit == 0 && len(got) == 0:
			return nil
		case len(got) != 1:
			return fmt.Errorf("there are %d quotas", len(got))
		}
		// Decoded as a float, which is exact for powers of two and close
		// enough to tell the others apart.
		if bytes := got[0].(map[string]any)["limit_bytes"].(float64); bytes != float64(limit) {
			return fmt.Errorf("the server's limit is %.0f, not %d", bytes, limit)
		}
		return nil
	}
}

func TestAccOrgQuota(t *testing.T) {
	t.Parallel()
	testQuota(t, organizations)
}

func TestAccUserQuota(t *testing.T) {
	t.Parallel()
	testQuota(t, users)
}

// testQuota creates, changes, imports and deletes a quota.
func testQuota(t *testing.T, o owner) {
	t.Helper()
	registry := acctest.Start(t)
	name, other := o.make(registry, t), o.make(registry, t)
	address := o.address()
	limits := func(bytes int64, text string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			acctest.Attribute(address, "limit_bytes", knownvalue.NumberExact(new(big.Float).SetInt64(bytes))),
			acctest.Attribute(address, "limit", knownvalue.StringExact(text)),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error {
			return o.onServer(t, registry, other, 0)(nil)
		},
		Steps: []resource.TestStep{
			{
				Config:            o.config(registry, name, `limit = "10 GiB"`),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: limits(10<<30, "10 GiB"),
				Check:             o.onServer(t, registry, name, 10<<30),
			},
			{ // the same size in other words is no change
				Config:            o.config(registry, name, `limit = "10240 MiB"`),
				ConfigPlanChecks:  acctest.PlannedNothing(),
				ConfigStateChecks: limits(10<<30, "10 GiB"),
			},
			{ // nor is it as a number
				Config:           o.config(registry, name, `limit_bytes = 10737418240`),
				ConfigPlanChecks: acctest.PlannedNothing(),
			},
			{
				Config:            o.config(registry, name, `limit_bytes = 9007199254740993`),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: limits(9007199254740993, "9007199254740993 B"),
				Check:             o.onServer(t, registry, name, 9007199254740993),
			},
			{
				ResourceName:                         address,
				ImportState:                          true,
				ImportStateId:                        name,
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: o.attribute,
			},
			{
				Config:            o.config(registry, name, `limit_bytes = 9223372036854775807`),
				ConfigStateChecks: limits(math.MaxInt64, "9223372036854775807 B"),
				Check:             o.onServer(t, registry, name, math.MaxInt64),
			},
			{ // changed outside, by text: Quay then answers with a float
				PreConfig: func() {
					registry.Must(t, http.MethodPut, o.onePath(t, registry, name), map[string]string{"limit": "5 GB"})
				},
				Config:           o.config(registry, name, `limit = "1 TiB"`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            o.onServer(t, registry, name, 1<<40),
			},
			{ // removed outside
				PreConfig: func() {
					registry.Must(t, http.MethodDelete, o.onePath(t, registry, name), nil)
				},
				Config:           o.config(registry, name, `limit = "1 TiB"`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            o.onServer(t, registry, name, 1<<40),
			},
			{
				Config:           o.config(registry, other, `limit = "1 TiB"`),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            o.onServer(t, registry, name, 0),
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
					Config:           organizations.config(registry, organization, limit) + fmt.Sprintf("import {\n  to = quay_org_quota.test\n  id = %q\n}\n", organization),
					ConfigPlanChecks: acctest.Planned(organizations.address(), plancheck.ResourceActionNoop),
					Check:            organizations.onServer(t, registry, organization, 5e9),
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
				Config: organizations.config(registry, organization, `limit = "1 GiB"`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(organizations.address(), map[string]knownvalue.Check{"organization": knownvalue.StringExact(organization)}),
				},
			},
			{ResourceName: organizations.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
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
			Check: organizations.onServer(t, registry, organization, 2<<30),
		}},
	})
}

func TestAccQuota_refused(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name, bare := o.make(registry, t), o.make(registry, t)
			registry.Must(t, http.MethodPost, "/superuser/"+o.path+"/"+name+"/quota", map[string]int{"limit_bytes": 5 << 30})
			data := func(name string) string {
				return registry.Config("data %q \"test\" {\n  %s = %q\n}\n", o.typeName, o.attribute, name)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					{
						Config:      o.config(registry, acctest.Name("nosuch"), `limit = "1 GiB"`),
						ExpectError: regexp.MustCompile(`(?s)` + o.attribute + ` += "nosuch.*There is no ` + o.noun + ` "nosuch`),
					},
					{
						Config:      o.config(registry, name, `limit = "1 GiB"`),
						ExpectError: regexp.MustCompile(`(?s)import \{\s+to = ` + o.typeName + `.example\s+id = "` + name + `"\s+}`),
					},
					{
						Config: data(name),
						ConfigStateChecks: []statecheck.StateCheck{
							acctest.Attribute("data."+o.address(), "limit", knownvalue.StringExact("5 GiB")),
							acctest.Attribute("data."+o.address(), "limit_bytes", knownvalue.NumberExact(big.NewFloat(5<<30))),
						},
					},
					{Config: data(bare), ExpectError: acctest.ErrorContains(fmt.Sprintf("The %s %q has no quota of its own.", o.noun, bare))},
					{Config: data("nosuchowner"), ExpectError: acctest.ErrorContains(fmt.Sprintf(`There is no %s "nosuchowner" in the registry.`, o.noun))},
				},
			})
		})
	}
}

func TestAccOrgQuota_featureOff(t *testing.T) {
	t.Parallel()
	for _, version := range quaytest.Versions() {
		t.Run(version.String(), func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t, quaytest.WithVersion(version), quaytest.WithoutFeatures(quaytest.QuotaManagement))
			organization := registry.Organization(t)
			p := registry.Serve(t, nil)
			const words = "It needs FEATURE_QUOTA_MANAGEMENT: true in the registry's config.yaml."
			plan := p.Plan("quay_org_quota", p.Absent("quay_org_quota"), acctest.Attributes{"organization": organization, "limit": "1 GiB"})
			if _, diags := p.Apply(t.Context(), "quay_org_quota", plan); len(diags) != 1 || !strings.Contains(diags[0].Detail, words) {
				t.Errorf("created with %v", diags)
			}
			p.NextRun()
			if _, diags := p.ImportByID("quay_org_quota", organization); len(diags) != 1 || !strings.Contains(diags[0].Detail, words) {
				t.Errorf("imported with %v", diags)
			}
		})
	}
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

// A creation takes one call. After a refresh, a change and a deletion take one call each.
func TestQuota_calls(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name := o.make(registry, t)
			simulator := registry.Simulator(t)
			p := registry.Serve(t, nil)
			quotas := "/superuser/" + o.path + "/{namespace}/quota"
			expect := func(what string, want ...string) {
				t.Helper()
				once := map[string]int{}
				for _, route := range want {
					once[route] = 1
				}
				if got := simulator.Calls(); !maps.Equal(got, once) {
					t.Errorf("%s: calls %v, want %v", what, got, once)
				}
				simulator.ResetCalls()
			}
			change := func(state acctest.State, config acctest.Attributes) acctest.State {
				t.Helper()
				state, diags := p.Apply(t.Context(), o.typeName, p.Plan(o.typeName, state, config))
				acctest.NoErrors(t, diags)
				return state
			}
			config := func(limit string) acctest.Attributes {
				return acctest.Attributes{o.attribute: name, "limit": limit}
			}
			read := func(state acctest.State) acctest.State {
				t.Helper()
				state, diags := p.Read(o.typeName, state)
				acctest.NoErrors(t, diags)
				simulator.ResetCalls()
				return state
			}

			simulator.ResetCalls()
			state := p.Create(o.typeName, config("2 GiB"))
			expect("create", "POST "+quotas)
			state = change(state, config("3 GiB"))
			expect("a change of what was not read", "GET "+quotas, "PUT "+quotas+"/{quota_id}")
			state = change(state, config("4 GiB"))
			expect("the next change", "PUT "+quotas+"/{quota_id}")
			change(state, nil)
			expect("destroy", "DELETE "+quotas+"/{quota_id}")

			state = read(p.Create(o.typeName, config("2 GiB")))
			state = change(state, config("3 GiB"))
			expect("a change of what was read", "PUT "+quotas+"/{quota_id}")
			change(state, nil)
			expect("destroy of what was read", "DELETE "+quotas+"/{quota_id}")
		})
	}
}

// Somebody replaces an owner's quota between the refresh and the change. The provider changes
// or removes the new quota.
func TestAccQuota_remade(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			name := o.make(registry, t)
			p := registry.Serve(t, nil)
			remake := func() {
				t.Helper()
				registry.Must(t, http.MethodDelete, o.onePath(t, registry, name), nil)
				registry.Must(t, http.MethodPost, "/superuser/"+o.path+"/"+name+"/quota", map[string]int{"limit_bytes": 5 << 30})
			}
			state, diags := p.Read(o.typeName, p.Create(o.typeName, acctest.Attributes{o.attribute: name, "limit": "1 GiB"}))
			acctest.NoErrors(t, diags)
			for _, step := range []struct {
				config acctest.Attributes
				want   int64
			}{
				{acctest.Attributes{o.attribute: name, "limit": "2 GiB"}, 2 << 30},
				{nil, 0},
			} {
				plan := p.Plan(o.typeName, state, step.config)
				remake()
				state, diags = p.Apply(t.Context(), o.typeName, plan)
				acctest.NoErrors(t, diags)
				if err := o.onServer(t, registry, name, step.want)(nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// The error for a response without a quota names the call.
func TestAccQuotaData_none(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization, username := registry.Organization(t), registry.User(t)
	p := registry.Serve(t, nil)
	for typeName, c := range map[string]struct {
		config acctest.Attributes
		call   string
	}{
		"quay_org_quota":  {acctest.Attributes{"organization": organization}, "GET /api/v1/superuser/organization/" + organization + "/quota: 200 OK"},
		"quay_user_quota": {acctest.Attributes{"username": username}, "GET /api/v1/superuser/users/" + username + "/quota: 200 OK"},
	} {
		if _, diags := p.ReadData(typeName, c.config); len(diags) != 1 || !strings.Contains(diags[0].Detail, "Quay's answer to "+c.call) {
			t.Errorf("%s: %v", typeName, diags)
		}
	}
}

// A limit without a unit counts in bytes, which is hardly meant below 1 MiB.
func TestQuota_smallLimitWarns(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for name, test := range map[string]struct {
		config acctest.Attributes
		warns  string // the attribute, or nothing
	}{
		"3":            {acctest.Attributes{"limit": "3"}, "limit"},
		"3 bytes":      {acctest.Attributes{"limit_bytes": 3}, "limit_bytes"},
		"1023 KiB":     {acctest.Attributes{"limit": "1023 KiB"}, "limit"},
		"1 MB":         {acctest.Attributes{"limit": "1 MB"}, "limit"},
		"1048575":      {acctest.Attributes{"limit_bytes": 1048575}, "limit_bytes"},
		"1 MiB":        {acctest.Attributes{"limit": "1 MiB"}, ""},
		"1048576":      {acctest.Attributes{"limit_bytes": 1048576}, ""},
		"1048576 text": {acctest.Attributes{"limit": "1048576"}, ""},
		"1 GB":         {acctest.Attributes{"limit": "1 GB"}, ""},
		"unknown":      {acctest.Attributes{"limit": acctest.Unknown}, ""},
	} {
		for typeName, owner := range map[string]string{"quay_org_quota": "organization", "quay_user_quota": "username"} {
			test.config[owner] = "acme"
			diags := p.Validate(typeName, test.config)
			delete(test.config, owner)
			if test.warns == "" {
				if len(diags) > 0 {
					t.Errorf("%s: %s", name, diags[0].Detail)
				}
				continue
			}
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Attribute.String() != `AttributeName("`+test.warns+`")` ||
				!strings.Contains(diags[0].Detail, "count in bytes") {
				t.Errorf("%s: diagnostics %v", name, diags)
			}
		}
	}
}

// A name that is known only when Terraform applies is refused in the same words.
func TestAccOrgQuota_nameKnownAtApply(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`
				resource "terraform_data" "name" { input = "Acme/x" }
				resource "quay_org_quota" "test" {
				  organization = terraform_data.name.output
				  limit        = "5 GB"
				}
			`),
			ExpectError: acctest.ErrorContains("organization must be 1 to 255 lower-case letters"),
		}},
	})
}

// The quotas of an organization and of a user with one name would be the same.
func TestAccQuota_ofEitherType(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	username := registry.User(t)
	p := registry.Serve(t, nil).OneRun()
	asUser := p.Plan("quay_user_quota", p.Absent("quay_user_quota"), acctest.Attributes{"username": username, "limit": "1 GiB"})
	asOrganization := p.Plan("quay_org_quota", p.Absent("quay_org_quota"), acctest.Attributes{"organization": username, "limit": "2 GiB"})
	if len(asUser.Diagnostics) > 0 || len(asOrganization.Diagnostics) != 1 ||
		!strings.Contains(asOrganization.Diagnostics[0].Summary, "Two resources manage") {
		t.Errorf("planned with %v, %v", asUser.Diagnostics, asOrganization.Diagnostics)
	}
}

// The provider does not manage a quota that somebody else has created.
func TestAccQuota_exists(t *testing.T) {
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
	for _, words := range []string{"has a quota already", "add a moved block", "import {\n  to = quay_org_quota.example\n  id = "} {
		if !strings.Contains(diags[0].Detail, words) {
			t.Errorf("the error does not say %q: %s", words, diags[0].Detail)
		}
	}
}
