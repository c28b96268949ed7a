package quota

import (
	"slices"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// subsets returns all sets of limits with three percentages of each type.
func subsets() (all [][]client.QuotaLimit) {
	percentages := []int64{50, 80, 90}
	for bits := range 1 << (2 * len(percentages)) {
		var limits []client.QuotaLimit
		for i := range 2 * len(percentages) {
			if bits&(1<<i) != 0 {
				kind := []string{client.QuotaWarning, client.QuotaReject}[i%2]
				limits = append(limits, client.QuotaLimit{Type: kind, Percent: percentages[i/2]})
			}
		}
		all = append(all, limits)
	}
	return all
}

// lowest returns the lowest percentage of a type. No limit counts as the highest percentage.
func lowest(limits []client.QuotaLimit, kind string) int64 {
	percent := int64(101)
	for _, limit := range limits {
		if limit.Type == kind {
			percent = min(percent, limit.Percent)
		}
	}
	return percent
}

// The changes lead from any limits to any other limits in as few calls as possible. The limits
// are never less strict than both the old and the new limits.
func TestLimitChanges(t *testing.T) {
	t.Parallel()
	for _, before := range subsets() {
		for i := range before {
			before[i].ID = int64(i + 1)
		}
		for _, wanted := range subsets() {
			beside := func(a, b []client.QuotaLimit) (n int) {
				for _, limits := range limitsBeside(a, b) {
					n += len(limits)
				}
				return n
			}
			changes := limitChanges(before, wanted)
			if want := max(beside(before, wanted), beside(wanted, before)); len(changes) != want {
				t.Errorf("from %v to %v: %d calls, want %d", before, wanted, len(changes), want)
			}
			limits := before
			for _, change := range changes {
				limits = change.applyTo(limits)
				for _, kind := range []string{client.QuotaWarning, client.QuotaReject} {
					if lowest(limits, kind) > max(lowest(before, kind), lowest(wanted, kind)) {
						t.Errorf("from %v to %v by %v: at one time %v", before, wanted, changes, limits)
					}
				}
			}
			if !limitsObject(limits).Equal(limitsObject(wanted)) || len(limits) != len(wanted) {
				t.Errorf("from %v to %v by %v: the limits are %v", before, wanted, changes, limits)
			}
		}
	}
}

// Quay can hold a limit several times. One of them stays.
func TestLimitChanges_repeated(t *testing.T) {
	t.Parallel()
	limit := func(id int64) client.QuotaLimit {
		return client.QuotaLimit{ID: id, Type: client.QuotaReject, Percent: 90}
	}
	has := []client.QuotaLimit{limit(3), limit(2), limit(1)}
	if changes := limitChanges(has, []client.QuotaLimit{limit(0)}); !slices.Equal(changes, []limitChange{{from: limit(2)}, {from: limit(1)}}) {
		t.Errorf("the changes are %v", changes)
	}
	if changes := limitChanges(has, nil); len(changes) != 3 {
		t.Errorf("the changes to none are %v", changes)
	}
}
