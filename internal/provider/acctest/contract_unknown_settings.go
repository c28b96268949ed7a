package acctest

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// unconfigured returns a provider whose address is known only after apply.
func unconfigured(t *testing.T, registry *Registry) *Provider {
	t.Helper()
	return registry.Serve(t, Attributes{"url": Unknown})
}

// testUnknownSettings checks the type with an address of the registry that is known only after
// apply. Plans work, and what they say still holds with the known address. An operation that
// needs a call fails, and names the setting.
func (c Case) testUnknownSettings(t *testing.T) {
	registry := c.start(t)
	registry.Simulator(t) // skips the test on a real Quay
	if c.has(resourceKind) {
		for _, variant := range append([]Attributes{{}}, c.Variants...) {
			c.planUnconfigured(t, variant)
		}
		c.readUnconfigured(t)
	}
	p := unconfigured(t, registry)
	if c.has(dataSourceKind) {
		_, diags := p.ReadData(c.Type, c.DataSource.Config(t, registry))
		expectUnconfigured(t, "data source", diags)
	}
	if c.has(ephemeralKind) {
		_, diags := p.Open(t.Context(), c.Type, c.Ephemeral.Config)
		expectUnconfigured(t, "ephemeral resource", diags)
	}
	if c.has(actionKind) {
		registry = c.start(t)
		_, diags := unconfigured(t, registry).Invoke(c.Type, c.Action.Config(registry.Simulator(t)))
		expectUnconfigured(t, "action", diags)
	}
}

// planUnconfigured plans the creation of a variant.
func (c Case) planUnconfigured(t *testing.T, variant Attributes) {
	t.Helper()
	registry := c.start(t)
	config := c.config(t, registry)
	maps.Copy(config, variant)
	early, p := unconfigured(t, registry), registry.Serve(t, nil)
	first := early.Plan(c.Type, early.Absent(c.Type), config)
	final := p.Plan(c.Type, p.Absent(c.Type), config)
	NoErrors(t, first.Diagnostics)
	if different := differences(t, first.Value, final.Value); len(different) > 0 {
		t.Errorf("%v: with the known address, the plan has other values of %q", variant, different)
	}
}

// readUnconfigured plans changes of an object, and reads, imports and lists it.
func (c Case) readUnconfigured(t *testing.T) {
	t.Helper()
	registry := c.start(t)
	config := c.config(t, registry)
	configured := registry.Serve(t, nil)
	state := configured.Create(c.Type, config)
	registry.Simulator(t).ResetCalls()
	_, diags := configured.Read(c.Type, state)
	NoErrors(t, diags)
	reads := len(registry.Simulator(t).Requests()) > 0
	p := unconfigured(t, registry)
	if c.changeable() {
		NoErrors(t, p.Plan(c.Type, state, c.updated(config)).Diagnostics)
	}
	NoErrors(t, p.Plan(c.Type, state, nil).Diagnostics)
	if reads {
		_, diags = p.Read(c.Type, state)
		expectUnconfigured(t, "read", diags)
	}
	if len(c.Identity) > 0 {
		_, diags = p.ImportByIdentity(c.Type, state.Identity)
		expectUnconfigured(t, "import", diags)
	}
	if c.has(listKind) {
		_, diags = p.List(c.Type, c.listConfig(config), 10, true)
		expectUnconfigured(t, "list", diags)
	}
}

// expectUnconfigured expects one error, which names the setting.
func expectUnconfigured(t *testing.T, operation string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "known only after apply: url") {
		t.Errorf("%s: %s", operation, shown(diags))
	}
}
