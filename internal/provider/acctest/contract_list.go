package acctest

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// listConfig returns the configuration of the list that finds an object.
func (c Case) listConfig(config Attributes) Attributes {
	list := Attributes{}
	for attribute, source := range c.List.Finds {
		list[attribute] = config[source]
	}
	return list
}

// testList finds an object with its identity. With whole objects, it also has the values of a
// read after an import. The configuration that Terraform generates from it is valid, and plans
// no change.
func (c Case) testList(t *testing.T) {
	m := c.make(t)
	p, config := m.provider, c.listConfig(m.config)
	NoErrors(t, p.ValidateList(c.Type, config))
	find := func(whole bool) *Listed {
		t.Helper()
		list, diags := p.List(c.Type, config, 1_000_000, whole)
		NoErrors(t, diags)
		for _, listed := range list {
			if maps.Equal(p.IdentityOf(c.Type, listed.State), m.identity) {
				return &listed
			}
		}
		return nil
	}
	if listed := find(false); listed == nil || !listed.State.Value.IsNull() || listed.Name == "" {
		t.Fatalf("in brief, it is listed as %v", listed)
	}
	listed := find(true)
	if listed == nil {
		t.Fatal("it is not listed whole")
	}
	imported, diags := p.ImportByIdentity(c.Type, listed.State.Identity)
	NoErrors(t, diags)
	if !listed.State.Value.Equal(imported.Value) {
		t.Errorf("listed as %s\nread as   %s", listed.State.Value, imported.Value)
	}
	generated := p.GenerateConfig(c.Type, listed.State)
	NoErrors(t, p.Validate(c.Type, generated))
	plan := p.Plan(c.Type, imported, generated)
	NoErrors(t, plan.Diagnostics)
	if !plan.IsEmpty() {
		t.Errorf("a change is planned\nfrom %s\nto   %s", imported.Value, plan.Value)
	}
}

// testListError makes the registry fail. The list must then fail, and not be empty.
func (c Case) testListError(t *testing.T) {
	m := c.make(t)
	m.registry.Simulator(t).Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	m.provider.NextRun()
	all, diags := m.provider.List(c.Type, c.listConfig(m.config), 1000, false)
	m.registry.Simulator(t).Intercept(nil)
	if len(all) > 0 || len(diags) != 1 || !strings.HasPrefix(diags[0].Summary, "Unable to list Quay ") || !strings.Contains(diags[0].Detail, "then run Terraform again") {
		t.Errorf("%v, %v", all, shown(diags))
	}
}
