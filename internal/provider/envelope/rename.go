package envelope

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// If Terraform renames an organization, the names of all objects in it change too. Terraform
// plans and changes each object alone, so the state of an object still has the old names.

// renameFunc returns the new name of an organization, and whether it is renamed.
type renameFunc func(name string) (newName string, renamed bool)

// afterRenames returns an object with the new names of renamed organizations. It also tells
// whether the object has such a name.
func (r *declaredResource[M]) afterRenames(object tftypes.Value, renamedTo renameFunc) (_ tftypes.Value, changed bool) {
	values := attributes(object)
	set := func(name string, value tftypes.Value) {
		changed = changed || !value.Equal(values[name])
		values[name] = value
	}
	if name := r.declaration.Namespace; name != "" {
		set(name, renameTexts(values[name], func(text string) string {
			namespace, rest, slash := strings.Cut(text, "/")
			newName, renamed := renamedTo(namespace)
			switch {
			case !renamed:
				return text
			case slash:
				return newName + "/" + rest
			}
			return newName
		}))
	}
	for _, name := range r.declaration.RobotNames {
		set(name, renameTexts(values[name], func(text string) string {
			namespace, robot, plus := strings.Cut(text, "+")
			if newName, renamed := renamedTo(namespace); plus && renamed {
				return newName + "+" + robot
			}
			return text
		}))
	}
	return tftypes.NewValue(object.Type(), values), changed
}

// organizationOf returns the name of the organization, or of the user, in which an object is. It
// returns an empty text if the object is in none, or the name is unknown.
func (r *declaredResource[M]) organizationOf(object tftypes.Value) string {
	var text string
	if name := r.declaration.Namespace; name == "" || object.IsNull() || attributes(object)[name].As(&text) != nil {
		return ""
	}
	namespace, _, _ := strings.Cut(text, "/")
	return namespace
}

// renameTexts returns a value with renamed texts: a text, the elements of a list or a set, or
// the keys of a map.
func renameTexts(value tftypes.Value, rename func(text string) string) tftypes.Value {
	if value.IsNull() || !value.IsKnown() {
		return value
	}
	var text string
	var elements []tftypes.Value
	var byKey map[string]tftypes.Value
	switch {
	case value.As(&text) == nil:
		return tftypes.NewValue(value.Type(), rename(text))
	case value.As(&elements) == nil:
		renamed := make([]tftypes.Value, len(elements))
		for i, element := range elements {
			renamed[i] = renameTexts(element, rename)
		}
		return tftypes.NewValue(value.Type(), renamed)
	case value.As(&byKey) == nil:
		renamed := make(map[string]tftypes.Value, len(byKey))
		for key, element := range byKey {
			renamed[rename(key)] = element
		}
		return tftypes.NewValue(value.Type(), renamed)
	}
	return value
}

// before returns the state before an update, with the new names of renamed organizations.
// Names that the plan does not change stay the same.
func (r *declaredResource[M]) before(state, plan tftypes.Value) tftypes.Value {
	if r.run == nil || state.IsNull() { // the provider is not configured, or there is no object
		return state
	}
	moved, changed := r.afterRenames(state, r.run.client.RenamedTo)
	if !changed || plan.IsNull() {
		return state
	}
	values, old, planned := attributes(moved), attributes(state), attributes(plan)
	for name := range values {
		if planned[name].Equal(old[name]) {
			values[name] = old[name]
		}
	}
	return tftypes.NewValue(state.Type(), values)
}

// renamedTo returns the name that the run has given an organization.
func (r *Run) renamedTo(name string) (newName string, renamed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	newName, renamed = r.renamed[name]
	return newName, renamed
}

// recordRenamed records that the run has renamed an organization.
func (r *Run) recordRenamed(name, newName string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.renamed[name] = newName
}

// successorOf returns the present name of the organization that had a name before. It returns
// an empty text if there is none, or if another organization or user has taken the name. To
// find that out, it asks Quay once for each name.
func (r *Run) successorOf(ctx context.Context, formerName string) (string, error) {
	successor := r.client.SuccessorOf(formerName)
	if successor == "" {
		return "", nil
	}
	r.checking.Lock()
	defer r.checking.Unlock()
	free, checked := r.free[formerName]
	if !checked {
		var err error
		if free, err = r.isFree(ctx, formerName); err != nil {
			return "", err
		}
		r.free[formerName] = free
	}
	if !free {
		return "", nil
	}
	return successor, nil
}

// isFree tells whether no organization and no user has a name.
func (r *Run) isFree(ctx context.Context, name string) (bool, error) {
	if _, err := r.client.GetOrganization(ctx, name); !errors.Is(err, client.NotFound) {
		return false, err
	}
	_, err := r.client.GetUser(ctx, name)
	onlySuperusersMayAsk := errors.Is(err, client.Denied) || errors.Is(err, client.NotAvailable)
	if errors.Is(err, client.NotFound) || onlySuperusersMayAsk {
		return true, nil
	}
	return false, err
}

// move is the replacement of an object by one in another organization.
type move struct{ from, to string }

// plannedMove records that a plan replaces an object by one in another organization. It does
// nothing if a name is empty, or if both are equal.
func (r *Run) plannedMove(from, to, object string) {
	if from == "" || to == "" || from == to {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moves[move{from, to}] = object
}

// plannedRename returns an error if the run has planned to replace an object because of the
// organization's new name. Terraform plans an object before the organization if the object's
// configuration does not refer to the organization.
func (r *Run) plannedRename(name, newName string) diag.Diagnostics {
	r.mu.Lock()
	defer r.mu.Unlock()
	object := r.moves[move{name, newName}]
	if object == "" {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("name"), fmt.Sprintf("Unable to rename Quay organization %q", name),
		fmt.Sprintf("The configuration of an object has the new name as a text: %s. Terraform would replace the object. In all objects of the organization, refer to the name of this resource instead, "+
			"such as quay_organization.example.name. Terraform then updates the objects in place.", object))}
}
