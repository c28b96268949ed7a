package client

import "slices"

// area is one part of Quay's API: the calls that its file declares.
type area struct {
	operations []Operation
	// staleAfter are the calls of other areas that can change a list of this one.
	staleAfter map[listKind][]Operation
}

// areas are the parts of the API that the client can call. No other code in a general file
// names an area.
var areas = []area{
	userArea,
	initialUserArea,
	authorizationArea,
	directoryArea,
	organizationArea,
	teamArea,
	teamSyncArea,
	robotArea,
	quotaArea,
	serviceKeyArea,
	repositoryArea,
	mirrorArea,
	permissionArea,
	memberArea,
	messageArea,
	appTokenArea,
	applicationArea,
	defaultPermissionArea,
	autopruneArea,
	immutabilityArea,
	proxyCacheArea,
	notificationArea,
	registrySizeArea,
	superuserConfigArea,
	logsArea,
	buildsArea,
}

// Operations returns every call that a method of the client makes. The client also calls
// /discovery to find out whether a call exists. [Web] has the calls of the web interface.
func Operations() []Operation {
	var all []Operation
	for _, area := range areas {
		all = append(all, area.operations...)
	}
	return slices.Clip(all)
}

// staleLists returns the lists that each operation can change, by the operation's name. An
// operation names such lists, or the area of a list names the operation.
func staleLists() map[string][]listKind {
	stale := map[string][]listKind{authorizeApp.Name: authorizeApp.stale} // which belongs to no area
	for _, area := range areas {
		for _, op := range area.operations {
			stale[op.Name] = append(stale[op.Name], op.stale...)
		}
		for kind, operations := range area.staleAfter {
			for _, op := range operations {
				stale[op.Name] = append(stale[op.Name], kind)
			}
		}
	}
	return stale
}
