package registrysize_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const calculateAction = "quay_calculate_registry_size"

// Without wait, the action requests a calculation, with or without a config block.
func TestCalculateRegistrySize(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for _, config := range []acctest.Attributes{nil, {}, {"wait": false, "timeout": "1s"}} {
		progress, diags := p.Invoke(calculateAction, config)
		acctest.NoErrors(t, diags)
		if len(progress) != 1 || !strings.HasPrefix(progress[0], "Quay has been asked to calculate. ") {
			t.Errorf("%v: progress: %q", config, progress)
		}
		if err := asked(t, registry); err != nil {
			t.Error(err)
		}
	}
	if calls := registry.Simulator(t).Calls(); calls[postSize] != 3 {
		t.Errorf("calls: %v", calls)
	}
}

// The action reports its wait and the result.
func TestCalculateRegistrySize_wait(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	simulator.FinishRegistrySize(1)
	go func() {
		for simulator.Calls()[getSize] < 2 { // one before, and one while it is queued
			time.Sleep(time.Millisecond)
		}
		simulator.FinishRegistrySize(123456789012345)
	}()
	progress, diags := p.Invoke(calculateAction, acctest.Attributes{"wait": true})
	acctest.NoErrors(t, diags)
	if len(progress) != 3 || !strings.Contains(progress[0], "Before, the registry held 1 bytes, calculated at 20") ||
		progress[1] != "The calculation is queued." || !strings.HasPrefix(progress[2], "The registry holds 123456789012345 bytes, calculated at 20") {
		t.Errorf("progress: %q", progress)
	}
}

func TestCalculateRegistrySize_timeout(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t) // where nothing ends
	p := registry.Serve(t, nil)
	progress, diags := p.Invoke(calculateAction, acctest.Attributes{"wait": true, "timeout": "1100ms"})
	if len(diags) != 1 || diags[0].Summary != "Unable to calculate the size of the Quay registry" || diags[0].Attribute.String() != `AttributeName("timeout")` ||
		!strings.Contains(diags[0].Detail, "it did not end within 1.1s. Quay's quotaregistrysizeworker continues it") || !strings.Contains(diags[0].Detail, "increase timeout.") {
		t.Errorf("diagnostics: %v", diags)
	}
	if want := []string{"Quay has been asked to calculate. It never has before.", "The calculation is queued."}; !slices.Equal(progress, want) {
		t.Errorf("progress: %q", progress)
	}
}

func TestCalculateRegistrySize_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for _, duration := range []string{"soon", "0s", "-5m"} {
		_, diags := p.Invoke(calculateAction, acctest.Attributes{"timeout": duration})
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "must be a duration such as 90s or 2m, above zero.") {
			t.Errorf("%q: %v", duration, diags)
		}
	}
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error_type": "invalid_request", "error_message": "Could not queue registry size calculation"}`))
		return true
	})
	progress, diags := p.Invoke(calculateAction, nil)
	if len(progress) > 0 || len(diags) != 1 || !strings.Contains(diags[0].Detail, "Could not queue registry size calculation") {
		t.Errorf("%q, %v", progress, diags)
	}
}
