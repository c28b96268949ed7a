package acctest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// operation is an operation of Terraform on an object. Terraform reads an object before it
// changes or deletes the object, unless the user turns off the refresh.
type operation string

const (
	creating          operation = "create"
	reading           operation = "read"
	updating          operation = "update"
	deleting          operation = "delete"
	updatingAfterRead operation = "update after a read"
	deletingAfterRead operation = "delete after a read"
)

// faultCase is an operation on an object, with a separate registry.
type faultCase struct {
	*testing.T
	Case
	registry *faultyRegistry
	provider *Provider
	what     operation
	before   Attributes // the configuration before the operation
	target   Attributes // the configuration after the operation; nil for a deletion
	prior    State
}

// newFaultCase creates the registry. It also creates the object, unless the operation does.
func (c Case) newFaultCase(t *testing.T, what operation, retries int) *faultCase {
	t.Helper()
	registry := startFaulty(t, c)
	f := &faultCase{T: t, Case: c, registry: registry, what: what, before: c.config(t, registry.Registry)}
	f.provider = registry.Serve(t, Attributes{"request_timeout": "2s", "max_retries": retries})
	f.prior = f.provider.Absent(c.Type)
	if what != creating {
		f.prior = f.provider.Create(c.Type, f.before)
	}
	if what == updatingAfterRead || what == deletingAfterRead {
		var diags []*tfprotov6.Diagnostic
		f.prior, diags = f.provider.Read(c.Type, f.prior)
		NoErrors(t, diags)
	}
	switch what {
	case creating, reading:
		f.target = f.before
	case updating, updatingAfterRead:
		f.target = c.updated(f.before)
	case deleting, deletingAfterRead: // the target is nil
	}
	return f
}

// run carries the operation out once.
func (f *faultCase) run(ctx context.Context) (State, []*tfprotov6.Diagnostic) {
	f.Helper()
	if f.what == reading {
		return f.provider.ReadIn(ctx, f.Type, f.prior)
	}
	plan := f.provider.Plan(f.Type, f.prior, f.target) //nolint:contextcheck // only the apply can be cancelled
	return f.provider.Apply(ctx, f.Type, plan)
}

// again does what the next run of Terraform does: it refreshes the object, replaces a tainted
// object, and applies the plan.
func (f *faultCase) again(state State, tainted bool) State {
	f.Helper()
	apply := func(config Attributes) {
		f.Helper()
		var diags []*tfprotov6.Diagnostic
		state, diags = f.provider.Apply(f.Context(), f.Type, f.provider.Plan(f.Type, state, config))
		NoErrors(f, diags)
	}
	if !state.Value.IsNull() {
		var diags []*tfprotov6.Diagnostic
		state, diags = f.provider.Read(f.Type, state)
		NoErrors(f, diags)
	}
	if tainted && !state.Value.IsNull() {
		apply(nil)
		state = f.provider.Absent(f.Type)
	}
	if state.Value.IsNull() && f.target == nil {
		return state
	}
	if plan := f.provider.Plan(f.Type, state, f.target); !plan.IsEmpty() {
		apply(f.target)
	}
	return state
}

// success is the result of an operation without a fault.
type success struct {
	requests int
	objects  any // the numbers of objects in the registry
	risk     map[string]float64
}

// succeed runs an operation without a fault.
func (c Case) succeed(t *testing.T, what operation) success {
	t.Helper()
	f := c.newFaultCase(t, what, 0)
	var s success
	s.requests = f.registry.requests(func() {
		_, diags := f.run(t.Context())
		NoErrors(t, diags)
	})
	s.objects, s.risk = f.registry.quay.Objects(), f.risk()
	return s
}

// operations returns the operations on an object. An operation after a read differs only if
// the read returns values that the creation does not return.
func (c Case) operations(t *testing.T) []operation {
	t.Helper()
	operations := []operation{creating, reading, deleting}
	if c.changeable() {
		operations = append(operations, updating)
	}
	f := c.newFaultCase(t, reading, 0)
	read, diags := f.run(t.Context())
	NoErrors(t, diags)
	if !bytes.Equal(read.Private, f.prior.Private) {
		operations = append(operations, deletingAfterRead)
		if c.changeable() {
			operations = append(operations, updatingAfterRead)
		}
	}
	return operations
}

// faultVariant is one case of the fault matrix.
type faultVariant struct {
	what    operation
	request int // number of the request that the fault hits
	fault   fault
	retries int
	rest    bool // the fault also hits all further requests
	success success
}

func (v faultVariant) String() string {
	return fmt.Sprintf("%s/call %d/%s, %d retries, rest %t", v.what, v.request, v.fault.name, v.retries, v.rest)
}

// passes tells whether the operation must succeed in spite of the fault, because the provider
// can retry the request.
func (v faultVariant) passes() bool {
	return v.retries > 0 && !v.rest && (v.fault.name == "429" || v.what != creating)
}

// faultVariants are the cases of the fault matrix for an operation.
func (c Case) faultVariants(t *testing.T, what operation) (variants []faultVariant) {
	t.Helper()
	success := c.succeed(t, what)
	if success.requests == 0 && (what == creating || what == updating) {
		t.Errorf("the operation %s makes no request", what)
	}
	for request := range success.requests {
		for _, fault := range faults() {
			for _, v := range []faultVariant{{}, {rest: true}, {retries: 1}, {retries: 1, rest: true}} {
				if v.retries > 0 && !fault.retried || v.rest && what != reading { // only a read has a second request to fall back to
					continue
				}
				variants = append(variants, faultVariant{what, request, fault, v.retries, v.rest, success})
			}
		}
	}
	return variants
}

// testFaults is the fault matrix: every fault, in every request of every operation. After a
// first apply with the fault, a second apply without it must repair everything. No object may
// be lost, left behind, or created twice.
func (c Case) testFaults(t *testing.T) {
	c.start(t).Simulator(t) // skips the test on a real registry
	var run atomic.Int64
	t.Cleanup(func() { countFaults(t, c.Type, run.Load()) })
	cases := 0
	for _, what := range c.operations(t) {
		for _, variant := range c.faultVariants(t, what) {
			cases++
			t.Run(variant.String(), func(t *testing.T) {
				t.Parallel()
				run.Add(1)
				c.newFaultCase(t, what, variant.retries).test(variant)
			})
		}
	}
	if cases < c.FaultCases {
		t.Errorf("there are %d cases, want %d at least", cases, c.FaultCases)
	}
}

// countFaults adds a line to the file that QUAYTEST_FAULT_CASES names, if it does.
func countFaults(t *testing.T, typeName string, cases int64) {
	t.Helper()
	name := os.Getenv("QUAYTEST_FAULT_CASES")
	if name == "" {
		return
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(file, "%s %d\n", typeName, cases); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

func (f *faultCase) test(v faultVariant) {
	f.Helper()
	ctx, cancel := context.WithCancel(f.Context())
	defer cancel()
	before := f.risk()
	f.registry.arm(v.fault, v.request, v.rest, cancel)
	state, diags := f.run(ctx)
	f.registry.checkHit(f)
	f.checkRisk(before, v.success.risk, diags)

	failed := len(errorsOf(diags)) > 0
	for _, diag := range diags {
		if !strings.HasPrefix(diag.Summary, "Unable to ") || len(diag.Detail) < 20 {
			f.Errorf("an error of few words: %q, %q", diag.Summary, diag.Detail)
		}
	}
	if failed && f.what != creating && state.Value.IsNull() {
		f.Errorf("the object was dropped from the state: %v", shown(diags))
	}
	if v.rest && !failed {
		f.Error("every request failed, and no error shows")
	}
	if v.passes() && failed {
		f.Errorf("the fault passes, but the operation failed: %v", shown(diags))
	}
	if failed && f.what == reading && !state.Value.Equal(f.prior.Value) {
		f.Errorf("the state became %s", state.Value)
	}
	f.checkRepaired(f.again(state, failed && f.what == creating), v.success)
}

// checkRepaired checks the state and the registry after the repair.
func (f *faultCase) checkRepaired(state State, want success) {
	f.Helper()
	if f.target == nil {
		if !state.Value.IsNull() {
			f.Errorf("left in the state: %s", state.Value)
		}
	} else {
		read, diags := f.provider.Read(f.Type, state)
		NoErrors(f, diags)
		if !read.Value.Equal(state.Value) {
			f.Errorf("the state is\n%s, but the server has\n%s", state.Value, read.Value)
		}
		if plan := f.provider.Plan(f.Type, read, f.target); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
			f.Errorf("still planned: %s %v", plan.Value, shown(plan.Diagnostics))
		}
		for _, secret := range f.Secrets {
			if text, _ := read.Text(f, secret); text == "" {
				f.Errorf("%s was lost: %s", secret, read.Value)
			}
		}
	}
	if got := f.registry.quay.Objects(); !reflect.DeepEqual(got, want.objects) {
		f.Errorf("the registry holds %+v, not %+v", got, want.objects)
	}
}

// risk returns the risks in the registry. It identifies the object by the configuration after
// the operation, or before a deletion.
func (f *faultCase) risk() map[string]float64 {
	f.Helper()
	switch {
	case f.Risk == nil:
		return nil
	case f.target == nil:
		return f.Risk(f, f.registry.Registry, f.before)
	}
	return f.Risk(f, f.registry.Registry, f.target)
}

// checkRisk checks the registry between a failed operation and its repair. The provider must
// at least report a risk that it cannot avoid.
func (f *faultCase) checkRisk(before, succeeded map[string]float64, diags []*tfprotov6.Diagnostic) {
	f.Helper()
	for _, aspect := range lessSafe(before, f.risk(), succeeded) {
		if f.what == creating && f.RiskError != "" && detailContains(diags, f.RiskError) {
			continue
		}
		f.Errorf("less safe than before: %s (%v)", aspect, shown(diags))
	}
}

func detailContains(diags []*tfprotov6.Diagnostic, text string) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return strings.Contains(d.Detail, text) })
}

// lessSafe names the aspects that are less safe than before an operation, and less safe than
// after its success. An aspect that is missing before or after counts as 0 there. An aspect
// that is missing in both is always a risk.
func lessSafe(before, after, succeeded map[string]float64) (worse []string) {
	for aspect, value := range after {
		was, existed := before[aspect]
		wanted, stays := succeeded[aspect]
		switch {
		case !existed && !stays:
			worse = append(worse, aspect+", which nobody asked for")
		case value > max(was, wanted):
			worse = append(worse, aspect)
		}
	}
	slices.Sort(worse)
	return worse
}

// testProviderKilled loses the state of an object, as a killed provider does. The next
// apply manages the object or shows how to import it.
func (c Case) testProviderKilled(t *testing.T) {
	c.start(t).Simulator(t)
	f := c.newFaultCase(t, creating, 0)
	if !c.unique(f.before) {
		t.Skip("Quay names the object, so another one is created")
	}
	f.provider.Create(c.Type, f.before)
	f.provider = f.registry.Serve(t, nil)
	state, diags := f.run(t.Context())
	if c.Adopts {
		NoErrors(t, diags)
		return
	}
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "import {\n  to = "+c.Type+".example\n  id = ") || !state.Value.IsNull() {
		t.Errorf("the state is %s, the diagnostics are %v", state.Value, shown(diags))
	}
}

// testNotAdopted creates an object that somebody else has created before, and loses the
// response. The provider must not manage this object.
func (c Case) testNotAdopted(t *testing.T) {
	c.start(t).Simulator(t)
	f := c.newFaultCase(t, creating, 0)
	if c.Adopts || !c.unique(f.before) || c.Change == nil {
		t.Skip("creating the object adopts an existing one, or makes another one")
	}
	before := f.provider.Create(c.Type, c.changed(f.before))
	f.registry.advance(time.Hour) // the existing object is old

	f.registry.arm(responseLost(), 0, false, nil)
	state, diags := f.run(t.Context())
	f.registry.checkHit(t)
	if len(diags) != 1 || !state.Value.IsNull() {
		t.Errorf("the state is %s, the diagnostics are %v", state.Value, shown(diags))
	}
	after, diags := f.provider.Read(c.Type, before)
	NoErrors(t, diags)
	if !after.Value.Equal(before.Value) {
		t.Errorf("it was\n%s, and is\n%s", before.Value, after.Value)
	}
}
