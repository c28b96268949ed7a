package registrysize_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	calculationType    = "quay_registry_size_calculation"
	calculationAddress = calculationType + ".test"

	getSize  = "GET /superuser/registrysize/"
	postSize = "POST /superuser/registrysize/"
)

func TestAccRegistrySizeCalculation(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	config := func(settings string) string {
		return registry.Config("resource %q \"test\" {\n%s\n}\n", calculationType, settings)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           config(`triggers = { month = "11" }`),
				ConfigPlanChecks: acctest.Planned(calculationAddress, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(calculationAddress, "wait", knownvalue.Bool(false)),
					acctest.Attribute(calculationAddress, "size_bytes", knownvalue.NotNull()),
				},
				Check: func(*terraform.State) error { return asked(t, registry) },
			},
			{Config: config(`triggers = { month = "11" }`), ConfigPlanChecks: acctest.PlannedNothing()},
			{
				Config:           config(`triggers = { month = "12" }`),
				ConfigPlanChecks: acctest.Planned(calculationAddress, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{
				Config:           config(``),
				ConfigPlanChecks: acctest.Planned(calculationAddress, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{
				Config:           config("wait = true\ntimeouts = { create = \"1h\" }"),
				ConfigPlanChecks: acctest.Planned(calculationAddress, plancheck.ResourceActionUpdate),
			},
			{Config: config("wait = true\ntimeouts = { create = \"1h\" }"), ConfigPlanChecks: acctest.PlannedNothing()},
		},
	})
}

// asked tells unless a calculation is queued, running or done.
func asked(t *testing.T, registry *acctest.Registry) error {
	t.Helper()
	size := registry.Must(t, http.MethodGet, "/superuser/registrysize/", nil).(map[string]any)
	if size["queued"] != true && size["running"] != true && size["last_ran"] == nil {
		return fmt.Errorf("nothing was asked for: %v", size)
	}
	return nil
}

// The test counts the calls of a creation, a replacement and a destroy.
func TestRegistrySizeCalculation_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	simulator.FinishRegistrySize(4711)

	made := p.Create(calculationType, acctest.Attributes{"triggers": map[string]string{"a": "b"}})
	expectCalls(t, "creating", simulator, map[string]int{getSize: 1, postSize: 1})
	if text := made.Value.String(); !strings.Contains(text, `"4711"`) {
		t.Errorf("made %s", text)
	}
	ran, ok := made.Text(t, "last_ran")
	if !ok {
		t.Error("last_ran is null")
	}

	// Quay answers 202 if a calculation is queued already.
	p.Create(calculationType, acctest.Attributes{})
	expectCalls(t, "creating another", simulator, map[string]int{getSize: 1, postSize: 1})

	read, diags := p.Read(calculationType, made)
	acctest.NoErrors(t, diags)
	if !read.Value.Equal(made.Value) {
		t.Errorf("made %s\nread %s", made.Value, read.Value)
	}
	if plan := p.Plan(calculationType, read, acctest.Attributes{"triggers": map[string]string{"a": "b"}}); !plan.IsEmpty() {
		t.Errorf("planned %s", plan.Value)
	}
	plan := p.Plan(calculationType, read, acctest.Attributes{"triggers": map[string]string{"a": "b"}, "wait": true})
	if plan.Replace {
		t.Error("wait alone replaces it")
	}
	changed, diags := p.Apply(t.Context(), calculationType, plan)
	acctest.NoErrors(t, diags)
	if after, _ := changed.Text(t, "last_ran"); after != ran {
		t.Errorf("last_ran changed from %s to %s", ran, after)
	}
	if plan := p.Plan(calculationType, changed, acctest.Attributes{"triggers": map[string]string{"a": "c"}}); !plan.Replace {
		t.Error("another trigger does not replace it")
	}
	destroyed, diags := p.Apply(t.Context(), calculationType, p.Plan(calculationType, changed, nil))
	acctest.NoErrors(t, diags)
	if !destroyed.Value.IsNull() {
		t.Errorf("destroyed to %s", destroyed.Value)
	}
	expectCalls(t, "reading, changing and destroying", simulator, map[string]int{})

	_, diags = p.ImportByID(calculationType, "any")
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "This resource does not support import.") {
		t.Errorf("importing it: %v", diags)
	}
}

func expectCalls(t *testing.T, what string, simulator *quaytest.Server, want map[string]int) {
	t.Helper()
	if got := simulator.Calls(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s took %v, not %v", what, got, want)
	}
	simulator.ResetCalls()
}

// The provider does not accept an earlier size as the result.
func TestRegistrySizeCalculation_wait(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.FinishRegistrySize(1)
	go func() {
		for simulator.Calls()[getSize] < 2 { // one before, and one while it is queued
			time.Sleep(time.Millisecond)
		}
		simulator.FinishRegistrySize(123456789012345)
	}()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("resource %q \"test\" {\n  wait = true\n}\n", calculationType),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute(calculationAddress, "size_bytes", knownvalue.Int64Exact(123456789012345)),
				acctest.Attribute(calculationAddress, "last_ran", knownvalue.NotNull()),
			},
		}},
	})
}

// After a timeout, the state has the calculation. The next apply requests a new one.
func TestRegistrySizeCalculation_timeout(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: registry.Config("resource %q \"test\" {\n  wait = true\n  timeouts = { create = \"1500ms\" }\n}\n", calculationType),
				ExpectError: acctest.ErrorContains("Quay has started the calculation, but it did not end within 1.5s. " +
					"Quay's quotaregistrysizeworker continues it in the background. To wait longer, increase create in timeouts"),
			},
			{
				Config:           registry.Config("resource %q \"test\" {}\n", calculationType),
				ConfigPlanChecks: acctest.Planned(calculationAddress, plancheck.ResourceActionDestroyBeforeCreate),
				Check: func(*terraform.State) error {
					if got := simulator.Calls()[postSize]; got != 2 {
						return fmt.Errorf("asked for %d times", got)
					}
					return nil
				},
			},
		},
	})
}

func TestRegistrySizeCalculation_cancelled(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	plan := p.Plan(calculationType, p.Absent(calculationType), acctest.Attributes{"wait": true})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for simulator.Calls()[getSize] < 3 { // it waits two seconds for the next look
			time.Sleep(time.Millisecond)
		}
		time.Sleep(50 * time.Millisecond)
		cancel()
	}()
	start := time.Now()
	state, diags := p.Apply(ctx, calculationType, plan)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "Cancelled while waiting for the calculation. Quay continues the calculation.") {
		t.Errorf("diagnostics: %v", diags)
	}
	if lasted := time.Since(start); lasted > 5*time.Second {
		t.Errorf("it went on for %s", lasted)
	}
	if state.Value.IsNull() {
		t.Error("Terraform does not know of the calculation that was asked for")
	}
}

func TestRegistrySizeCalculation_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != method {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error_type": "invalid_request", "error_message": "Could not queue registry size calculation"}`))
			return true
		})
		state, diags := p.Apply(t.Context(), calculationType, p.Plan(calculationType, p.Absent(calculationType), acctest.Attributes{}))
		if len(diags) != 1 || diags[0].Summary != "Unable to create Quay registry size calculation" ||
			!strings.Contains(diags[0].Detail, "Could not queue registry size calculation") {
			t.Errorf("%s refused: %v", method, diags)
		}
		if !state.Value.IsNull() {
			t.Errorf("%s refused: the state is %s", method, state.Value)
		}
	}
	simulator.Intercept(nil)
	if got := simulator.Calls()[postSize]; got != 1 {
		t.Errorf("asked for %d times", got)
	}
}

func TestAccRegistrySizeCalculation_badInputs(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	for settings, words := range map[string]string{
		`timeouts = { create = "soon" }`: `timeouts.create must be a duration such as 90s or 2m, above zero.`,
		`timeouts = { create = "0s" }`:   `timeouts.create must be a duration such as 90s or 2m, above zero.`,
		`timeouts = { create = "-5m" }`:  `timeouts.create must be a duration such as 90s or 2m, above zero.`,
		`triggers = { a = null }`:        `Null Map Value`,
		`wait = "soon"`:                  `a bool is required`,
	} {
		t.Run(settings, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:      registry.Config("resource %q \"test\" {\n%s\n}\n", calculationType, settings),
					PlanOnly:    true,
					ExpectError: acctest.ErrorContains(words),
				}},
			})
		})
	}
}
