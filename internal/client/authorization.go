package client

import (
	"context"
	"slices"
)

const authorizationList listKind = "authorizations"

var (
	listUserAuthorizations  = Operation{Name: "listUserAuthorizations", Method: "GET", Path: "/user/authorizations", Scope: scopeUserAdmin, Repeat: Idempotent}
	deleteUserAuthorization = Operation{
		Name: "deleteUserAuthorization", Method: "DELETE", Path: "/user/authorizations/{access_token_uuid}", Scope: scopeUserAdmin, Repeat: Idempotent,
	}.changes(authorizationList)
)

var authorizationArea = area{
	operations: []Operation{listUserAuthorizations, deleteUserAuthorization},
	staleAfter: map[listKind][]Operation{authorizationList: {
		changeOrganization, deleteOrganization, deleteAdminedOrganization, updateOrganizationApplication, deleteOrganizationApplication,
		createOrganizationApplicationToken, deleteOrganizationApplicationToken,
	}},
}

// Authorization is a valid token with which an application acts as the user.
type Authorization struct {
	UUID         string
	Application  string // its name
	Organization string
	Scopes       []string // in alphabetical order
}

// ListAuthorizations lists the tokens with which applications act as the user, sorted by UUID,
// by GET /user/authorizations (listUserAuthorizations).
func (c *Client) ListAuthorizations(ctx context.Context) ([]Authorization, error) {
	type listed struct {
		UUID        string `json:"uuid"`
		Application struct {
			Name         string `json:"name"`
			Organization struct {
				Name string `json:"name"`
			} `json:"organization"`
		} `json:"application"`
		Scopes []struct {
			Scope string `json:"scope"`
		} `json:"scopes"`
	}
	all, err := listOf(ctx, c, request{operation: listUserAuthorizations}, "authorizations", func(a listed) string { return a.UUID })
	if err != nil {
		return nil, err
	}
	authorizations := make([]Authorization, len(all))
	for i, one := range all {
		a := Authorization{UUID: one.UUID, Application: one.Application.Name, Organization: one.Application.Organization.Name}
		for _, scope := range one.Scopes {
			a.Scopes = append(a.Scopes, scope.Scope)
		}
		slices.Sort(a.Scopes)
		authorizations[i] = a
	}
	return authorizations, nil
}

// GetAuthorization reads an authorization from the list of ListAuthorizations, by GET
// /user/authorizations (listUserAuthorizations). The error is [NotFound] if the user has no
// authorization with the UUID.
func (c *Client) GetAuthorization(ctx context.Context, uuid string) (*Authorization, error) {
	in, r := cacheOf[Authorization](c, authorizationList, ""), request{operation: listUserAuthorizations}
	return getListed(ctx, c, in, uuid, func(a Authorization) string { return a.UUID }, c.ListAuthorizations, r, "the user has no such authorization")
}

// RevokeAuthorization makes a token invalid, by DELETE /user/authorizations/{uuid}
// (deleteUserAuthorization). Its error is [NotFound] if the user has no such token.
func (c *Client) RevokeAuthorization(ctx context.Context, uuid string) error {
	return c.do(ctx, request{operation: deleteUserAuthorization, args: []any{uuid}}, nil)
}
