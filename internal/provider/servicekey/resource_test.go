package servicekey_test

import (
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
)

const address = "quay_service_key.test"

func config(registry *acctest.Registry, body string, args ...any) string {
	return registry.Config("resource \"quay_service_key\" \"test\" {\n"+body+"\n}\n", args...)
}

func TestAccServiceKey(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	expiration := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	utc := expiration.Format(time.RFC3339)
	elsewhere := expiration.In(time.FixedZone("", 3600)).Format(time.RFC3339)
	later := expiration.Add(time.Hour).Format(time.RFC3339)
	var first, second acctest.Value

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy: func(*terraform.State) error {
			registry.NotFound(t, "/superuser/keys/"+first.Text())
			registry.NotFound(t, "/superuser/keys/"+second.Text())
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:           config(registry, "service = %q\nname = \"first\"\nexpiration = %q\nnotes = \"made by a test\"\nmetadata = { owner = \"a\", purpose = \"b\" }", service, utc),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "service", knownvalue.StringExact(service)),
					acctest.Attribute(address, "approved", knownvalue.Bool(true)),
					acctest.Attribute(address, "private_key", knownvalue.StringRegexp(regexp.MustCompile(`^-----BEGIN RSA PRIVATE KEY-----`))),
					acctest.Attribute(address, "public_key", knownvalue.StringRegexp(regexp.MustCompile(`^-----BEGIN PUBLIC KEY-----`))),
					acctest.Attribute(address, "created_date", knownvalue.StringRegexp(regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
					acctest.Attribute(address, "metadata", knownvalue.MapExact(map[string]knownvalue.Check{
						"owner": knownvalue.StringExact("a"), "purpose": knownvalue.StringExact("b"),
					})),
				},
				Check: first.Keep(address, "kid"),
			},
			{ // the same moment, written otherwise
				Config:           config(registry, "service = %q\nname = \"first\"\nexpiration = %q\nnotes = \"made by a test\"\nmetadata = { owner = \"a\", purpose = \"b\" }", service, elsewhere),
				ConfigPlanChecks: acctest.PlannedNothing(),
			},
			{
				Config:           config(registry, "service = %q\nname = \"renamed\"\nexpiration = %q\nnotes = \"made by a test\"\nmetadata = { owner = \"c\", purpose = \"b\", more = \"d\" }", service, later),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(
					first.Same(address, "kid"),
					resource.TestCheckResourceAttrSet(address, "private_key"),
					onServer(t, registry, &first, func(key map[string]any) error {
						if metadata := key["metadata"].(map[string]any); key["name"] != "renamed" || metadata["owner"] != "c" || metadata["more"] != "d" {
							return fmt.Errorf("the server has %v", key)
						}
						return nil
					}),
				),
			},
			{
				ResourceName:                         address,
				ImportState:                          true,
				ImportStateIdFunc:                    func(*terraform.State) (string, error) { return first.Text(), nil },
				ImportStateVerify:                    true,
				ImportStateVerifyIdentifierAttribute: "kid",
				ImportStateVerifyIgnore:              []string{"private_key"},
			},
			{ // changed outside; what others add is left alone
				PreConfig: func() {
					registry.Must(t, http.MethodPut, "/superuser/keys/"+first.Text(), map[string]any{
						"name": "by hand", "expiration": nil, "metadata": map[string]string{"owner": "by hand", "foreign": "x"},
					})
				},
				Config:           config(registry, "service = %q\nname = \"renamed\"\nexpiration = %q\nnotes = \"made by a test\"\nmetadata = { owner = \"c\", purpose = \"b\", more = \"d\" }", service, later),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check: onServer(t, registry, &first, func(key map[string]any) error {
					metadata := key["metadata"].(map[string]any)
					if key["name"] != "renamed" || key["expiration_date"] == nil || metadata["owner"] != "c" || metadata["foreign"] != "x" {
						return fmt.Errorf("the server has %v", key)
					}
					return nil
				}),
			},
			{ // without a name and a date
				Config:           config(registry, "service = %q\nnotes = \"made by a test\"\nmetadata = { owner = \"c\", purpose = \"b\", more = \"d\" }", service),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check: onServer(t, registry, &first, func(key map[string]any) error {
					if key["name"] != "" || key["expiration_date"] != nil {
						return fmt.Errorf("the server has %v", key)
					}
					return nil
				}),
			},
			{ // an entry fewer: Quay cannot do that, so another key
				Config:           config(registry, "service = %q\nnotes = \"made by a test\"\nmetadata = { owner = \"c\" }", service),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            resource.ComposeAggregateTestCheckFunc(first.Changed(address, "kid"), second.Keep(address, "kid")),
			},
			{ // removed outside
				PreConfig:        func() { registry.Must(t, http.MethodDelete, "/superuser/keys/"+second.Text(), nil) },
				Config:           config(registry, "service = %q", service),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				Check:            second.Keep(address, "kid"),
			},
			{
				Config:           config(registry, "service = \"%s_other\"", service),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            resource.ComposeAggregateTestCheckFunc(second.Changed(address, "kid"), second.Keep(address, "kid")),
			},
		},
	})
}

func TestAccServiceKey_import(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	service := acctest.Name("tfacc_")
	key := registry.Must(t, http.MethodPost, "/superuser/keys", map[string]any{
		"service": service, "name": "n", "expiration": nil, "metadata": map[string]any{"owner": "a", "count": 3},
	}).(map[string]any)
	kid := key["kid"].(string)
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
	body := config(registry, "service = %q\nname = \"n\"\nmetadata = { owner = \"a\", count = \"3\" }", service)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           body + fmt.Sprintf("import {\n  to = quay_service_key.test\n  id = %q\n}\n", kid),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "private_key", knownvalue.Null()),
					acctest.Attribute(address, "public_key", knownvalue.StringExact(key["public_key"].(string))),
				},
			},
			{Config: body, ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

func TestAccServiceKey_importByIdentity(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.ImportByIdentity,
		Steps: []resource.TestStep{
			{
				Config: config(registry, "service = %q", acctest.Name("tfacc_")),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"kid": knownvalue.NotNull()}),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, ExpectNonEmptyPlan: false},
		},
	})
}

// A key that expires stays in the state, and its date, though passed, plans
// without an error or a change.
func TestAccServiceKey_expires(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	expiration := time.Now().Add(3 * time.Second).UTC().Truncate(time.Second)
	attributes := acctest.Attributes{"service": acctest.Name("tfacc_"), "expiration": expiration.Format(time.RFC3339)}
	state := p.Create("quay_service_key", attributes)
	t.Cleanup(func() {
		kid, _ := state.Text(t, "kid")
		registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil)
	})
	time.Sleep(time.Until(expiration.Add(time.Second)))

	state, diags := p.Read("quay_service_key", state)
	acctest.NoErrors(t, diags)
	if state.Value.IsNull() {
		t.Fatal("the expired key is gone from the state")
	}
	plan := p.Plan("quay_service_key", state, attributes)
	acctest.NoErrors(t, plan.Diagnostics)
	if !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}

	attributes["expiration"] = expiration.Add(-time.Hour).Format(time.RFC3339)
	for name, prior := range map[string]acctest.State{"new": p.Absent("quay_service_key"), "changed": state} {
		plan := p.Plan("quay_service_key", prior, attributes)
		if len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, "has passed") || plan.Diagnostics[0].Attribute.String() != `AttributeName("expiration")` {
			t.Errorf("%s: %v", name, plan.Diagnostics)
		}
	}
}

// The plan says why a key is replaced, and for which entries.
func TestServiceKey_replacementExplained(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	service := acctest.Name("tfacc_")
	state := p.Create("quay_service_key", acctest.Attributes{"service": service, "metadata": map[string]string{"a": "1", "b": "2", "c": "3"}})
	kid, _ := state.Text(t, "kid")
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })

	plan := p.Plan("quay_service_key", state, acctest.Attributes{"service": service, "metadata": map[string]string{"b": "2"}})
	acctest.NoErrors(t, plan.Diagnostics)
	if !plan.Replace {
		t.Error("the key is not replaced")
	}
	if len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, "To be rid of a, c, the key "+kid+" is replaced") {
		t.Errorf("diagnostics: %v", plan.Diagnostics)
	}
	for name, metadata := range map[string]any{
		"added":   map[string]string{"a": "1", "b": "2", "c": "3", "d": "4"},
		"changed": map[string]string{"a": "1", "b": "two", "c": "3"},
	} {
		plan := p.Plan("quay_service_key", state, acctest.Attributes{"service": service, "metadata": metadata})
		if plan.Replace || len(plan.Diagnostics) > 0 || plan.IsEmpty() {
			t.Errorf("%s: replace %v, diagnostics %v, planned %s", name, plan.Replace, plan.Diagnostics, plan.Value)
		}
	}
}

// One call creates a key. The date of the response is the date of the creation. A refresh
// shows only a large difference as a change.
func TestServiceKey_oneCall(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	plan := p.Plan("quay_service_key", p.Absent("quay_service_key"), acctest.Attributes{"service": acctest.Name("tfacc_"), "notes": "for tests"})
	simulator.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Date", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat))
		return false
	})
	simulator.ResetCalls()
	created, diags := p.Apply(t.Context(), "quay_service_key", plan)
	acctest.NoErrors(t, diags)
	if calls := simulator.Requests(); len(calls) != 1 {
		t.Errorf("calls: %v", calls)
	}
	read, diags := p.Read("quay_service_key", created)
	acctest.NoErrors(t, diags)
	if !read.Value.Equal(created.Value) {
		t.Errorf("created as\n%s, read as\n%s", created.Value, read.Value)
	}

	simulator.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Date", "Fri, 31 Dec 2060 23:59:59 GMT") // of a gateway that lives in the future
		return false
	})
	read, diags = p.Read("quay_service_key", p.Create("quay_service_key", acctest.Attributes{"service": acctest.Name("tfacc_")}))
	acctest.NoErrors(t, diags)
	if date, _ := read.Text(t, "created_date"); strings.HasPrefix(date, "2060") {
		t.Errorf("made %s", date)
	}
}

// If the response has no date, the provider reads the key. If the read fails, the state has
// the key with its private key.
func TestServiceKey_savedOnceItExists(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header()["Date"] = nil
		if r.Method == http.MethodGet {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	})
	p := registry.Serve(t, nil)
	plan := p.Plan("quay_service_key", p.Absent("quay_service_key"), acctest.Attributes{"service": acctest.Name("tfacc_")})
	state, diags := p.Apply(t.Context(), "quay_service_key", plan)
	if len(diags) != 1 {
		t.Errorf("diagnostics: %v", diags)
	}
	for _, name := range []string{"kid", "private_key", "public_key"} {
		if text, ok := state.Text(t, name); !ok || text == "" {
			t.Errorf("%s is not in the state", name)
		}
	}
	if _, ok := state.Text(t, "created_date"); ok {
		t.Error("a date is in the state that nobody told")
	}
}

// onServer expects something of a key as the server shows it.
func onServer(t *testing.T, registry *acctest.Registry, kid *acctest.Value, expect func(key map[string]any) error) resource.TestCheckFunc {
	return func(*terraform.State) error {
		return expect(registry.Must(t, http.MethodGet, "/superuser/keys/"+kid.Text(), nil).(map[string]any))
	}
}

// A date may be written with a fraction of zero, and read back as it is.
func TestServiceKey_expirationForms(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	for _, date := range []string{"2099-01-31T00:00:00Z", "2099-01-31T00:00:00.000Z", "2099-01-31T02:00:00.0+02:00", "2099-01-31T00:00:00-00:00"} {
		config := acctest.Attributes{"service": "ci", "expiration": date}
		state := p.Create("quay_service_key", config)
		state, diags := p.Read("quay_service_key", state)
		acctest.NoErrors(t, diags)
		if text, _ := state.Text(t, "expiration"); text != date {
			t.Errorf("%s is in the state as %s", date, text)
		}
		if !p.Plan("quay_service_key", state, config).IsEmpty() {
			t.Errorf("%s: the plan is not empty", date)
		}
		config["expiration"] = "2099-01-31T00:00:00.00Z" // the same moment
		if !p.Plan("quay_service_key", state, config).IsEmpty() {
			t.Errorf("%s: another form of the same date is planned as a change", date)
		}
	}
}
