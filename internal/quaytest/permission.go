package quaytest

import (
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func permissionArea() area {
	return area{
		routes: []*route{
			get("listRepoUserPermissions", "/repository/{repository}/permissions/user/", listRepoUserPermissions),
			get("getUserTransitivePermission", "/repository/{repository}/permissions/user/{username}/transitive", getUserTransitivePermission),
			get("getUserPermissions", "/repository/{repository}/permissions/user/{username}", getUserPermissions),
			put("changeUserPermissions", "/repository/{repository}/permissions/user/{username}", changeUserPermissions),
			del("deleteUserPermissions", "/repository/{repository}/permissions/user/{username}", deleteUserPermissions),
			get("listRepoTeamPermissions", "/repository/{repository}/permissions/team/", listRepoTeamPermissions),
			get("getTeamPermissions", "/repository/{repository}/permissions/team/{teamname}", getTeamPermissions),
			put("changeTeamPermissions", "/repository/{repository}/permissions/team/{teamname}", changeTeamPermissions),
			del("deleteTeamPermissions", "/repository/{repository}/permissions/team/{teamname}", deleteTeamPermissions),
		},
		newState: func() any { return &permissionState{permissions: map[*repository][]*permission{}} },
		counts:   map[string]func(*store) int{"permissions": countPermissions},
		onDelete: func(st *store, object any) {
			switch object := object.(type) {
			case *repository:
				delete(state[permissionState](st).permissions, object)
			case *team:
				st.deletePermissions(func(p *permission) bool { return p.team == object })
			}
		},
		onErase: func(st *store, a *account) {
			st.deletePermissions(func(p *permission) bool { return p.user == a })
		},
		rolesOn: func(st *store, a *account, namespace, name string) []string {
			if r := st.repository(namespace, name); r != nil {
				return st.rolesOf(a, r)
			}
			return nil
		},
		extendView: addRepositoryCount,
	}
}

type permissionState struct {
	permissions map[*repository][]*permission
}

// permission is a role of a user, a robot or a team on a repository.
type permission struct {
	row
	role string
	user *account // nil if the permission is a team's
	team *team    // nil if the permission is a user's or a robot's
}

// teamPermissionOf returns the permission of a team, or nil.
func (st *store) teamPermissionOf(r *repository, t *team) *permission {
	for _, p := range st.permissionsOn(r) {
		if p.team == t {
			return p
		}
	}
	return nil
}

// rolesOfGrantee shows the permissions of a robot or a team in all repositories.
func (c *call) rolesOfGrantee(in func(*repository) *permission) (response, error) {
	list := []view{}
	for _, r := range state[repositoryState](c.store).repositories {
		if p := in(r); p != nil {
			list = append(list, view{"repository": view{"name": r.name, "is_public": r.public}, "role": p.role})
		}
	}
	return ok(view{"permissions": list})
}

// permissionOf returns the direct permission of a user or robot, or nil.
func (st *store) permissionOf(r *repository, a *account) *permission {
	for _, p := range st.permissionsOn(r) {
		if p.user == a {
			return p
		}
	}
	return nil
}

// permissionsOn returns all permissions on a repository.
func (st *store) permissionsOn(r *repository) []*permission {
	return state[permissionState](st).permissions[r]
}

// rolesOf returns the roles of an account on a repository: its own role and the roles of its
// teams. The order is that of the permissions' last write.
func (st *store) rolesOf(a *account, r *repository) []string {
	var list []*permission
	for _, p := range st.permissionsOn(r) {
		if p.user == a || p.team != nil && slices.Contains(p.team.members, a) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, byWrite)
	var roles []string
	for _, p := range list {
		roles = append(roles, p.role)
	}
	return roles
}

// grant gives a user or robot a role.
func (st *store) grant(r *repository, a *account, role string) *permission {
	p := st.permissionOf(r, a)
	if p == nil {
		p = st.addPermission(r, &permission{user: a})
	}
	p.role = role
	st.touch(&p.row)
	return p
}

// grantTeam gives a team a role.
func (st *store) grantTeam(r *repository, t *team, role string) *permission {
	p := st.teamPermissionOf(r, t)
	if p == nil {
		p = st.addPermission(r, &permission{team: t})
	}
	p.role = role
	st.touch(&p.row)
	return p
}

func (st *store) addPermission(r *repository, p *permission) *permission {
	all := state[permissionState](st).permissions
	all[r] = append(all[r], p)
	return p
}

// deletePermissions deletes the permissions on all repositories for which a
// function returns true.
func (st *store) deletePermissions(doomed func(*permission) bool) {
	all := state[permissionState](st).permissions
	for r := range all {
		all[r] = slices.DeleteFunc(all[r], doomed)
	}
}

func (st *store) deletePermission(r *repository, p *permission) {
	all := state[permissionState](st).permissions
	all[r] = slices.DeleteFunc(all[r], func(other *permission) bool { return other == p })
}

// countPermissions counts the permissions of users, robots and teams. Quay keeps
// the permissions of a deleted user until it erases the user.
func countPermissions(st *store) int {
	n := 0
	for _, list := range state[permissionState](st).permissions {
		for _, p := range list {
			if p.user == nil || p.user.formerName == "" {
				n++
			}
		}
	}
	return n
}

// addRepositoryCount adds the number of a team's permissions to its view.
func addRepositoryCount(c *call, object any, v view) {
	t, ok := object.(*team)
	if !ok {
		return
	}
	n := 0
	for r := range state[permissionState](c.store).permissions {
		if c.store.teamPermissionOf(r, t) != nil {
			n++
		}
	}
	v["repo_count"] = n
}

// permissionView returns the view of the permission of a user or robot. It only
// has is_org_member if the repository belongs to an organization.
func (st *store) permissionView(r *repository, p *permission) view {
	v := view{
		"role":     p.role,
		"name":     p.user.name,
		"is_robot": p.user.kind == robot,
		"avatar":   p.user.avatar(),
	}
	if r.owner.kind == organization {
		v["is_org_member"] = p.user.kind == robot || len(st.rolesIn(p.user, r.owner.name)) > 0
	}
	return v
}

func teamPermissionView(p *permission) view {
	return view{"role": p.role, "name": p.team.name, "avatar": p.team.avatar()}
}

// administeredRepository returns the repository of the path to an administrator
// of it, or nil if the repository does not exist.
func (c *call) administeredRepository() (*repository, error) {
	namespace, name := c.repository()
	if !c.hasRepositoryRole(namespace, name, "admin") {
		return nil, c.unauthorized()
	}
	return c.store.repository(namespace, name), nil
}

var roleSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("role"),
	pyjson.Properties(pyjson.Property("role", pyjson.Type("string"), pyjson.Enum("read", "write", "admin"))),
}

const (
	noUserPermission = "User does not have permission for repo."
	noTeamPermission = "Team does not have permission for repo."
	ownerIsAdmin     = "Namespace owner must always be admin."
)

func listRepoUserPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	list := view{}
	if r != nil {
		for _, p := range c.store.permissionsOn(r) {
			if p.user != nil {
				list[p.user.name] = c.store.permissionView(r, p)
			}
		}
	}
	return ok(view{"permissions": list})
}

// userPermissionOfPath returns the user's permission of the path, or nil.
func (c *call) userPermissionOfPath(r *repository) *permission {
	a := c.store.accounts[c.params["username"]]
	if r == nil || a == nil {
		return nil
	}
	return c.store.permissionOf(r, a)
}

func getUserPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	p := c.userPermissionOfPath(r)
	if p == nil {
		return response{}, refused(noUserPermission)
	}
	return ok(c.store.permissionView(r, p))
}

func changeUserPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	body, err := c.decode(roleSchema)
	if err != nil {
		return response{}, err
	}
	namespace, name := c.repository()
	username, role := c.params["username"], body.Text("role")
	if username == namespace {
		return response{}, invalidRequest(ownerIsAdmin)
	}
	a := c.store.accounts[username]
	if a == nil {
		return response{}, invalidRequest("Invalid username: %s", username)
	}
	if owner, _, isRobot := strings.Cut(username, "+"); isRobot && owner != namespace {
		return response{}, invalidRequest("Cannot add robot %s under namespace %s", username, namespace)
	}
	if r == nil {
		return response{}, errInternal
	}
	p := c.store.grant(r, a, role)
	c.log("change_repo_permission", r.owner, view{
		"username": username, "repo": name, "namespace": namespace, "role": role,
	})
	return ok(c.store.permissionView(r, p))
}

func deleteUserPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	namespace, name := c.repository()
	if c.params["username"] == namespace {
		return response{}, invalidRequest(ownerIsAdmin)
	}
	p := c.userPermissionOfPath(r)
	if p == nil {
		return response{}, invalidRequest(noUserPermission)
	}
	c.store.deletePermission(r, p)
	c.log("delete_repo_permission", r.owner, view{
		"username": p.user.name, "repo": name, "namespace": namespace,
	})
	return deleted()
}

// getUserTransitivePermission lists a user's direct roles and the roles of its teams.
func getUserTransitivePermission(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	a := c.store.account(c.params["username"], user, robot)
	if r == nil || a == nil {
		return response{}, notFound()
	}
	var list []view
	for _, role := range c.store.rolesOf(a, r) {
		list = append(list, view{"role": role})
	}
	if list == nil {
		return response{}, notFound()
	}
	return ok(view{"permissions": list})
}

func listRepoTeamPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	list := view{}
	if r != nil {
		for _, p := range c.store.permissionsOn(r) {
			if p.team != nil {
				list[p.team.name] = teamPermissionView(p)
			}
		}
	}
	return ok(view{"permissions": list})
}

// teamPermissionOfPath returns the team's permission of the path, or nil.
func (c *call) teamPermissionOfPath(r *repository) *permission {
	namespace, _ := c.repository()
	t := c.store.team(namespace, c.params["teamname"])
	if r == nil || t == nil {
		return nil
	}
	return c.store.teamPermissionOf(r, t)
}

func getTeamPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	p := c.teamPermissionOfPath(r)
	if p == nil {
		return response{}, refused(noTeamPermission)
	}
	return ok(view{"role": p.role})
}

func changeTeamPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	body, err := c.decode(roleSchema)
	if err != nil {
		return response{}, err
	}
	namespace, name := c.repository()
	t := c.store.team(namespace, c.params["teamname"])
	if t == nil {
		return response{}, invalidRequest("No team %s in organization %s", c.params["teamname"], namespace)
	}
	if r == nil {
		return response{}, errInternal
	}
	p := c.store.grantTeam(r, t, body.Text("role"))
	c.log("change_repo_permission", r.owner, view{"team": t.name, "repo": name, "role": p.role})
	return ok(teamPermissionView(p))
}

func deleteTeamPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	p := c.teamPermissionOfPath(r)
	if p == nil {
		return response{}, invalidRequest(noTeamPermission)
	}
	c.store.deletePermission(r, p)
	c.log("delete_repo_permission", r.owner, view{"team": p.team.name, "repo": r.name})
	return deleted()
}
