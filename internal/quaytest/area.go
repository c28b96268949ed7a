package quaytest

import "reflect"

// area is one area of Quay's API. It declares the routes, the state and the hooks of the area.
// Each area has its own file. General files know an area only by this value. A new area is a
// new file and one line in [allAreas].
//
// All fields are optional.
type area struct {
	// routes are the operations of the area. All methods of a path belong to the
	// same area.
	routes []*route

	// feature is the feature that Quay needs for the routes and for extendView.
	feature Feature

	// newState returns a pointer to the area's part of an empty store. The
	// function [state] returns that pointer by its type.
	newState func() any

	// setUp adds the objects that every new registry has.
	setUp func(st *store)

	// counts are the functions that count the area's objects, by the kind of
	// object that [Server.Objects] names.
	counts map[string]func(st *store) int

	// onDelete deletes the objects that depend on a deleted object. The object is an
	// [*account] or a pointer of another area's type.
	onDelete func(st *store, object any)

	// onErase removes the last references to an account. Quay erases a robot
	// account at once, and a user or an organization some time after its deletion.
	onErase func(st *store, a *account)

	// onRename renames the objects whose names contain the name of a user or an organization.
	// The account still has its old name.
	onRename func(st *store, a *account, newName string)

	// rolesIn returns the roles of an account in a namespace: member, creator or
	// admin.
	rolesIn func(st *store, a *account, namespace string) []string

	// rolesOn returns the roles of an account on a repository: read, write or admin. The
	// repository may not exist.
	rolesOn func(st *store, a *account, namespace, name string) []string

	// extendView adds the area's members to the view of an object of another area.
	extendView func(c *call, object any, v view)
}

// allAreas returns every area. Only [Routes] depends on their order.
func allAreas() []area {
	return []area{
		userArea(),
		organizationArea(),
		quotaArea(),
		serviceKeyArea(),
		registrySizeArea(),
		superuserConfigArea(),
		logsArea(),
		buildsArea(),
		directoryArea(),
		teamArea(),
		teamSyncArea(),
		robotArea(),
		applicationArea(),
		repositoryArea(),
		repositoryModeArea(),
		mirrorArea(),
		organizationMirrorArea(),
		permissionArea(),
		memberArea(),
		messageArea(),
		appTokenArea(),
		defaultPermissionArea(),
		autopruneArea(),
		immutabilityArea(),
		proxyCacheArea(),
		notificationArea(),
		namespaceNotificationArea(),
		sessionArea(),
		signinArea(),
		initialUserArea(),
		authorizationArea(),
		discoveryArea(),
		frontendArea(),
	}
}

// state returns an area's part of a store. T is the type to which the area's
// newState returns a pointer.
func state[T any](st *store) *T {
	return st.states[reflect.TypeFor[*T]()].(*T)
}

// newStates returns the parts of an empty store, by their type.
func newStates(list []area) map[reflect.Type]any {
	states := map[reflect.Type]any{}
	for _, a := range list {
		if a.newState != nil {
			part := a.newState()
			states[reflect.TypeOf(part)] = part
		}
	}
	return states
}

// deleteDependents deletes the objects of every area that depend on a deleted object.
func (st *store) deleteDependents(object any) {
	for _, area := range st.areas {
		if area.onDelete != nil {
			area.onDelete(st, object)
		}
	}
}

// rolesIn returns the roles that areas give an account in a namespace. It omits the role of a
// user in its own namespace.
func (st *store) rolesIn(a *account, namespace string) []string {
	var roles []string
	for _, area := range st.areas {
		if area.rolesIn != nil {
			roles = append(roles, area.rolesIn(st, a, namespace)...)
		}
	}
	return roles
}

// rolesOn returns the roles that areas give an account on a repository, which
// may not exist.
func (st *store) rolesOn(a *account, namespace, name string) []string {
	var roles []string
	for _, area := range st.areas {
		if area.rolesOn != nil {
			roles = append(roles, area.rolesOn(st, a, namespace, name)...)
		}
	}
	return roles
}

// extendView lets the areas whose feature is on add to the view of an object.
func (c *call) extendView(object any, v view) {
	for _, area := range c.store.areas {
		if area.extendView != nil && c.srv.has(area.feature) {
			area.extendView(c, object, v)
		}
	}
}

// count returns the number of objects of each kind that are not deleted.
func (st *store) count() map[string]int {
	counts := map[string]int{}
	for _, area := range st.areas {
		for kind, count := range area.counts {
			counts[kind] = count(st)
		}
	}
	return counts
}
