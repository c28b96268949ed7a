package client

import "slices"

// area is one part of Quay's API: the calls that its file declares.
type area struct {
	operations []Operation
}

// areas are the parts of the API that the client speaks. Nothing else in a general
// file names one.
var areas = []area{
	userArea,
	organizationArea,
	quotaArea,
	serviceKeyArea,
	repositoryArea,
	permissionArea,
	registrySizeArea,
	logsArea,
	buildsArea,
}

// Operations returns every call that a method of the client makes. Beside them
// the client asks for /discovery where it has to know whether a call exists.
func Operations() []Operation {
	var all []Operation
	for _, area := range areas {
		all = append(all, area.operations...)
	}
	return slices.Clip(all)
}
