package client

import (
	"cmp"
	"context"
	"slices"
)

var (
	getOrganizationMembers       = organization("getOrganizationMembers", "GET", "/members")
	getOrganizationCollaborators = organization("getOrganizationCollaborators", "GET", "/collaborators")
)

var memberArea = area{operations: []Operation{getOrganizationMembers, getOrganizationCollaborators}}

// OrganizationMember is a user in teams of an organization.
type OrganizationMember struct {
	Name  string `json:"name"`
	Teams []struct {
		Name string `json:"name"`
	} `json:"teams"`
	// Repositories are the names, without the namespace, of the organization's
	// repositories on which the user has a permission of its own.
	Repositories []string `json:"repositories"`
}

// Collaborator is a user in no team of an organization who has permissions on its
// repositories.
type Collaborator struct {
	Name string `json:"name"`
	// Repositories are the names of the repositories without the namespace.
	Repositories []string `json:"repositories"`
}

// ListOrganizationMembers reads the users in teams of an organization, by GET
// /organization/{orgname}/members (getOrganizationMembers). Quay lists neither robots nor
// invited users. The result is sorted by name, because Quay's order changes from call to call.
// The error is [NotFound] if the organization does not exist.
func (c *Client) ListOrganizationMembers(ctx context.Context, organization string) ([]OrganizationMember, error) {
	r := request{operation: getOrganizationMembers, args: []any{organization}}
	answer, err := fetch[struct {
		Members []OrganizationMember `json:"members"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Members == nil {
		return nil, r.notAListError()
	}
	return slices.SortedFunc(slices.Values(answer.Members), func(a, b OrganizationMember) int { return cmp.Compare(a.Name, b.Name) }), nil
}

// ListCollaborators reads the collaborators of an organization in the order of their names, by
// GET /organization/{orgname}/collaborators (getOrganizationCollaborators). The result omits
// deleted users that Quay has not yet collected, whose names are UUIDs. The error is
// [NotFound] if the organization does not exist.
func (c *Client) ListCollaborators(ctx context.Context, organization string) ([]Collaborator, error) {
	r := request{operation: getOrganizationCollaborators, args: []any{organization}}
	answer, err := fetch[struct {
		Collaborators []Collaborator `json:"collaborators"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Collaborators == nil {
		return nil, r.notAListError()
	}
	present := slices.DeleteFunc(answer.Collaborators, func(u Collaborator) bool { return isUUID(u.Name) })
	return slices.SortedFunc(slices.Values(present), func(a, b Collaborator) int { return cmp.Compare(a.Name, b.Name) }), nil
}
