package acctest

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Listed is an object that a list resource found.
type Listed struct {
	Name string // display name
	// State has the identity. With whole objects, it also has the value.
	State State
}

// ListTypes returns the names of all list resource types.
func (p *Provider) ListTypes() []string {
	return slices.Sorted(maps.Keys(p.lists))
}

// ValidateList returns the provider's diagnostics for the configuration of a list.
func (p *Provider) ValidateList(typeName string, config Attributes) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.server.(tfprotov6.ListResourceServer).ValidateListResourceConfig(p.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName,
		Config:   p.listConfig(typeName, config),
	})
	p.check(err)
	return resp.Diagnostics
}

// Stream yields at most limit objects of a list, each with its diagnostics. With whole,
// objects have values, and otherwise only names and identities. A nil configuration means no
// config block.
func (p *Provider) Stream(typeName string, config Attributes, limit int64, whole bool) iter.Seq2[*Listed, []*tfprotov6.Diagnostic] {
	p.t.Helper()
	stream, err := p.server.(tfprotov6.ListResourceServer).ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName:        typeName,
		Config:          p.listConfig(typeName, config),
		IncludeResource: whole,
		Limit:           limit,
	})
	p.check(err)
	return func(yield func(*Listed, []*tfprotov6.Diagnostic) bool) {
		for result := range stream.Results {
			var listed *Listed
			if result.Identity != nil {
				listed = &Listed{result.DisplayName, p.Absent(typeName)}
				listed.State.Identity = result.Identity
				if result.Resource != nil {
					listed.State.Value = p.value(typeName, result.Resource)
				}
			}
			if !yield(listed, result.Diagnostics) {
				return
			}
		}
	}
}

// List lists objects as Terraform does. It ends at the first error, and skips objects with
// only a warning.
func (p *Provider) List(typeName string, config Attributes, limit int64, whole bool) (all []Listed, diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	for listed, said := range p.Stream(typeName, config, limit, whole) {
		diags = append(diags, said...)
		if len(errorsOf(said)) > 0 {
			break
		}
		if listed != nil {
			all = append(all, *listed)
		}
	}
	return all, diags
}

// ExpectListError expects a list to yield some objects and then one error as the last result.
func (p *Provider) ExpectListError(typeName string, config Attributes, whole bool, before int, summary, detail string) {
	p.t.Helper()
	all, diags := p.List(typeName, config, 1000, whole)
	if len(all) != before || len(diags) != 1 || !strings.Contains(diags[0].Summary, summary) || !strings.Contains(diags[0].Detail, detail) {
		p.t.Errorf("%s, %v: %d objects, want %d; then %v", typeName, config, len(all), before, shown(diags))
	}
	after := 0
	for listed := range p.Stream(typeName, config, 1000, whole) { // continues after an error
		if listed != nil {
			after++
		}
	}
	if after != before {
		p.t.Errorf("%s, %v: %d objects in all, want %d", typeName, config, after, before)
	}
}

// ListNames returns the sorted names of all objects that a valid list finds.
func (p *Provider) ListNames(typeName string, config Attributes) []string {
	p.t.Helper()
	if config != nil {
		NoErrors(p.t, p.ValidateList(typeName, config))
	}
	all, diags := p.List(typeName, config, 1_000_000, false)
	NoErrors(p.t, diags)
	names := []string{}
	for _, listed := range all {
		names = append(names, listed.Name)
	}
	slices.Sort(names)
	return names
}

func (p *Provider) listConfig(typeName string, config Attributes) *tfprotov6.DynamicValue {
	p.t.Helper()
	schema, ok := p.lists[typeName]
	if !ok {
		p.t.Fatalf("there is no list resource %s", typeName)
	}
	return dynamic(p.t, objectOrNull(p.t, schema.ValueType(), config))
}

// GenerateConfig generates the configuration of an object, as Terraform does for an import, if
// the provider announces this call.
func (p *Provider) GenerateConfig(typeName string, state State) Attributes {
	p.t.Helper()
	schemas, err := schemasOnce()
	p.check(err)
	if !schemas.ServerCapabilities.GenerateResourceConfig {
		p.t.Fatal("the provider does not say that it generates configuration")
	}
	resp, err := p.server.GenerateResourceConfig(p.t.Context(), &tfprotov6.GenerateResourceConfigRequest{
		TypeName: typeName,
		State:    dynamic(p.t, state.Value),
	})
	p.check(err)
	NoErrors(p.t, resp.Diagnostics)
	config := Attributes{}
	for name, value := range attributesOf(p.t, p.value(typeName, resp.Config)) {
		config[name] = value
	}
	return config
}

// ActionTypes returns the names of all actions.
func (p *Provider) ActionTypes() []string {
	return slices.Sorted(maps.Keys(p.actions))
}

// Invoke validates and invokes an action, and returns the messages of its progress. A nil
// configuration means no config block.
func (p *Provider) Invoke(typeName string, config Attributes) (progress []string, diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema, ok := p.actions[typeName]
	if !ok {
		p.t.Fatalf("there is no action %s", typeName)
	}
	value := dynamic(p.t, objectOrNull(p.t, schema.Schema.ValueType(), config))
	server := p.server.(tfprotov6.ActionServer)
	validated, err := server.ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: value})
	p.check(err)
	if len(errorsOf(validated.Diagnostics)) > 0 {
		return nil, validated.Diagnostics
	}
	stream, err := server.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: value})
	p.check(err)
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, event.Diagnostics...)
		}
	}
	return progress, diags
}
