package client

import (
	"context"
	"maps"
	"net/http"
)

// Lists of permissions: of users and robots, and of teams.
const (
	userPermissionLists listKind = "permissions of users"
	teamPermissionLists listKind = "permissions of teams"
)

// permission declares a call on the permissions of a repository. lists is the kind of the
// lists that have them.
func permission(lists listKind, name, method, path string) Operation {
	op := repository(name, method, "/permissions"+path, scopeRepoAdmin).refuses(
		rule(`^(User|Team) does not have permission for repo\.$`, NotFound, ""),
		rule(`^Invalid username: `, Invalid, "username").causedBy(ErrNoUser),
		rule(`^Namespace owner must always be admin\.$`, Invalid, "username"),
		rule(`^No team .* in organization `, Invalid, "team"),
	)
	if method != http.MethodGet {
		op = op.changes(lists)
	}
	return op
}

var (
	listRepoUserPermissions     = permission(userPermissionLists, "listRepoUserPermissions", "GET", "/user/")
	getUserPermissions          = permission(userPermissionLists, "getUserPermissions", "GET", "/user/{username}")
	changeUserPermissions       = permission(userPermissionLists, "changeUserPermissions", "PUT", "/user/{username}")
	deleteUserPermissions       = permission(userPermissionLists, "deleteUserPermissions", "DELETE", "/user/{username}")
	getUserTransitivePermission = permission(userPermissionLists, "getUserTransitivePermission", "GET", "/user/{username}/transitive")

	listRepoTeamPermissions = permission(teamPermissionLists, "listRepoTeamPermissions", "GET", "/team/")
	getTeamPermissions      = permission(teamPermissionLists, "getTeamPermissions", "GET", "/team/{teamname}")
	changeTeamPermissions   = permission(teamPermissionLists, "changeTeamPermissions", "PUT", "/team/{teamname}")
	deleteTeamPermissions   = permission(teamPermissionLists, "deleteTeamPermissions", "DELETE", "/team/{teamname}")

	getOrganizationTeamPermissions = organization("getOrganizationTeamPermissions", "GET", "/team/{teamname}/permissions")
	// The token also needs the scope org:admin.
	getOrgRobotPermissions = robot(Operation{
		Name: "getOrgRobotPermissions", Method: "GET", Path: "/organization/{orgname}/robots/{robot_shortname}/permissions",
		Scope: scopeUserAdmin, Repeat: Idempotent,
	})
)

var permissionArea = area{operations: []Operation{
	listRepoUserPermissions, getUserPermissions, changeUserPermissions, deleteUserPermissions, getUserTransitivePermission,
	listRepoTeamPermissions, getTeamPermissions, changeTeamPermissions, deleteTeamPermissions,
	getOrganizationTeamPermissions, getOrgRobotPermissions,
}, staleAfter: map[listKind][]Operation{
	userPermissionLists: {
		changeOrganization, deleteOrganization, deleteAdminedOrganization, createRepo, deleteRepository, deleteInstallUser, deleteOrgRobot, deleteUserRobot,
	},
	teamPermissionLists: {
		changeOrganization, deleteOrganization, deleteAdminedOrganization, createRepo, deleteRepository, deleteOrganizationTeam,
	},
}}

// Permission is the role of a user, a robot or a team in a repository.
type Permission struct {
	// Name is the name of the user, the robot or the team. It is empty in a response about one
	// team.
	Name string `json:"name"`
	// Role is "read", "write" or "admin".
	Role string `json:"role"`
	// IsRobot tells whether Name is a robot's.
	IsRobot bool `json:"is_robot"`
}

// Grantee is who holds a permission: a user, a robot or a team.
type Grantee struct {
	name                 string
	lists                listKind // that have its permissions
	list, get, set, drop Operation
}

// UserGrantee returns a user ("alice") or a robot ("acme+ci") as a holder of
// permissions.
func UserGrantee(name string) Grantee {
	return Grantee{name, userPermissionLists, listRepoUserPermissions, getUserPermissions, changeUserPermissions, deleteUserPermissions}
}

// TeamGrantee returns a team of the repository's organization as a holder of
// permissions.
func TeamGrantee(name string) Grantee {
	return Grantee{name, teamPermissionLists, listRepoTeamPermissions, getTeamPermissions, changeTeamPermissions, deleteTeamPermissions}
}

// String returns the grantee's name.
func (g Grantee) String() string { return g.name }

// GetPermission reads the direct permission of a grantee, by GET
// /repository/{repository}/permissions/user/{username} or …/team/{teamname}
// (getUserPermissions, getTeamPermissions). The error is [NotFound] if the permission, the
// grantee or the repository does not exist.
func (c *Client) GetPermission(ctx context.Context, repository Repository, grantee Grantee) (*Permission, error) {
	if permission, found := c.cachedPermission(ctx, repository, grantee); found {
		return &permission, nil
	}
	return fetch[Permission](ctx, c, request{operation: grantee.get, args: []any{repository, grantee.name}})
}

// SetPermission gives a grantee a role, and replaces an existing role, by PUT
// /repository/{repository}/permissions/user/{username} or …/team/{teamname}
// (changeUserPermissions, changeTeamPermissions). The error is [Invalid] for an unknown
// grantee, and [InternalError] for a repository that does not exist.
func (c *Client) SetPermission(ctx context.Context, repository Repository, grantee Grantee, role string) (*Permission, error) {
	return fetch[Permission](ctx, c, request{
		operation: grantee.set,
		args:      []any{repository, grantee.name},
		body:      map[string]string{"role": role},
	})
}

// DeletePermission removes a grantee's permission, by DELETE
// /repository/{repository}/permissions/user/{username} or …/team/{teamname}
// (deleteUserPermissions, deleteTeamPermissions).
func (c *Client) DeletePermission(ctx context.Context, repository Repository, grantee Grantee) error {
	return c.do(ctx, request{operation: grantee.drop, args: []any{repository, grantee.name}}, nil)
}

// ListUserPermissions reads the permissions of all users and robots in a repository, by name,
// in one call: GET /repository/{repository}/permissions/user/ (listRepoUserPermissions). For a
// repository that does not exist, the result is empty. The result omits deleted users that
// Quay has not yet collected, whose names are UUIDs.
func (c *Client) ListUserPermissions(ctx context.Context, repository Repository) (map[string]Permission, error) {
	permissions, err := c.listPermissions(ctx, UserGrantee(""), repository)
	maps.DeleteFunc(permissions, func(name string, _ Permission) bool { return isUUID(name) })
	return permissions, err
}

// ListTeamPermissions reads the permissions of all teams in a repository, by name, in one
// call: GET /repository/{repository}/permissions/team/ (listRepoTeamPermissions). For a
// repository that does not exist, the result is empty.
func (c *Client) ListTeamPermissions(ctx context.Context, repository Repository) (map[string]Permission, error) {
	return c.listPermissions(ctx, TeamGrantee(""), repository)
}

// listPermissions reads the list of a repository that has grantees of the same kind. A client
// with a list cache uses the cached list.
func (c *Client) listPermissions(ctx context.Context, of Grantee, repository Repository) (map[string]Permission, error) {
	if c.cached {
		end, cover := c.repositoryEnd(repository, of), c.covers[of.lists]
		cover.choosing(end.cache.writes.Load(), end)
		if permissions, found := end.cache.all(ctx, cover.watch(end)); found {
			return permissions, nil
		}
	}
	return c.readPermissions(ctx, of.list, repository)
}

func (c *Client) readPermissions(ctx context.Context, op Operation, repository Repository) (map[string]Permission, error) {
	r := request{operation: op, args: []any{repository}}
	answer, err := fetch[struct {
		Permissions map[string]Permission `json:"permissions"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Permissions == nil {
		return nil, r.notAListError()
	}
	return answer.Permissions, nil
}

// cachedPermission looks for a permission in a list, if the client has a list cache.
func (c *Client) cachedPermission(ctx context.Context, repository Repository, grantee Grantee) (permission Permission, found bool) {
	if !c.cached {
		return permission, false
	}
	end := c.repositoryEnd(repository, grantee)
	return c.covers[grantee.lists].find(ctx, end.cache.writes.Load(), end, c.granteeEnd(grantee, repository))
}

// ListTeamRoles reads the roles of a team, by the names of repositories without the
// namespace, by GET /organization/{orgname}/team/{teamname}/permissions
// (getOrganizationTeamPermissions). The error is [NotFound] if there is no such team.
func (c *Client) ListTeamRoles(ctx context.Context, organization, team string) (map[string]string, error) {
	return c.listRoles(ctx, request{operation: getOrganizationTeamPermissions, args: []any{organization, team}})
}

// ListRobotRoles reads the roles of an organization's robot, with its short name, as
// ListTeamRoles does, by
// GET /organization/{orgname}/robots/{robot_shortname}/permissions
// (getOrgRobotPermissions). The token needs the scopes org:admin and user:admin.
func (c *Client) ListRobotRoles(ctx context.Context, organization, robot string) (map[string]string, error) {
	return c.listRoles(ctx, request{operation: getOrgRobotPermissions, args: []any{organization, robot}})
}

func (c *Client) listRoles(ctx context.Context, r request) (map[string]string, error) {
	answer, err := fetch[struct {
		Permissions []struct {
			Role       string `json:"role"`
			Repository struct {
				Name string `json:"name"`
			} `json:"repository"`
		} `json:"permissions"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Permissions == nil {
		return nil, r.notAListError()
	}
	roles := make(map[string]string, len(answer.Permissions))
	for _, permission := range answer.Permissions {
		roles[permission.Repository.Name] = permission.Role
	}
	return roles, nil
}

// ListTransitivePermissions reads all roles of a user in a repository: the direct role, and a
// role for each team that has one, by GET
// /repository/{repository}/permissions/user/{username}/transitive
// (getUserTransitivePermission). The error is [NotFound] if there is no role.
func (c *Client) ListTransitivePermissions(ctx context.Context, repository Repository, username string) ([]string, error) {
	answer, err := fetch[struct {
		Permissions []Permission `json:"permissions"`
	}](ctx, c, request{operation: getUserTransitivePermission, args: []any{repository, username}})
	if err != nil {
		return nil, err
	}
	roles := make([]string, len(answer.Permissions))
	for i, permission := range answer.Permissions {
		roles[i] = permission.Role
	}
	return roles, nil
}
