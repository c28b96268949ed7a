package quaytest

import (
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// permission is a role of a user, a robot or a team on a repository.
type permission struct {
	row
	role string
	user *account // nil for a team's
	team *team    // nil for a user's
}

// permissionOf returns the permission of a user itself, or nil.
func (r *repository) permissionOf(a *account) *permission {
	for _, p := range r.users {
		if p.user == a {
			return p
		}
	}
	return nil
}

func (r *repository) permissionOfTeam(t *team) *permission {
	for _, p := range r.teams {
		if p.team == t {
			return p
		}
	}
	return nil
}

// rolesOf returns every permission that lets a user in, its own and those of
// its teams.
func (r *repository) rolesOf(a *account) []*permission {
	var list []*permission
	if p := r.permissionOf(a); p != nil {
		list = append(list, p)
	}
	for _, p := range r.teams {
		if slices.Contains(p.team.members, a) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, byWrite)
	return list
}

// grant gives a user a role.
func (st *store) grant(r *repository, a *account, role string) *permission {
	p := r.permissionOf(a)
	if p == nil {
		p = &permission{user: a}
		r.users = append(r.users, p)
	}
	p.role = role
	st.touch(&p.row)
	return p
}

// grantTeam gives a team a role.
func (st *store) grantTeam(r *repository, t *team, role string) *permission {
	p := r.permissionOfTeam(t)
	if p == nil {
		p = &permission{team: t}
		r.teams = append(r.teams, p)
	}
	p.role = role
	st.touch(&p.row)
	return p
}

// permissionView is the permission of a user or robot. Only in organizations
// does it say whether that is a member.
func permissionView(r *repository, p *permission) view {
	v := view{
		"role":     p.role,
		"name":     p.user.name,
		"is_robot": p.user.kind == robot,
		"avatar":   p.user.avatar(),
	}
	if r.owner.kind == organization {
		v["is_org_member"] = p.user.kind == robot || slices.ContainsFunc(r.owner.teams, func(t *team) bool {
			return slices.Contains(t.members, p.user)
		})
	}
	return v
}

func teamPermissionView(p *permission) view {
	return view{"role": p.role, "name": p.team.name, "avatar": p.team.avatar()}
}

// administeredRepository returns the repository whose permissions the caller
// may see and change; it is nil if there is none.
func (c *call) administeredRepository() (*repository, error) {
	namespace, name := c.repository()
	if !c.mayRepository(namespace, name, "admin") {
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
		for _, p := range r.users {
			list[p.user.name] = permissionView(r, p)
		}
	}
	return ok(view{"permissions": list})
}

// userPermission returns the permission of the path, or nil.
func (c *call) userPermission(r *repository) *permission {
	a := c.store.accounts[c.params["username"]]
	if r == nil || a == nil {
		return nil
	}
	return r.permissionOf(a)
}

func getUserPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	p := c.userPermission(r)
	if p == nil {
		return response{}, refused(noUserPermission)
	}
	return ok(permissionView(r, p))
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
	return ok(permissionView(r, p))
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
	p := c.userPermission(r)
	if p == nil {
		return response{}, invalidRequest(noUserPermission)
	}
	r.users = slices.DeleteFunc(r.users, func(other *permission) bool { return other == p })
	c.log("delete_repo_permission", r.owner, view{
		"username": p.user.name, "repo": name, "namespace": namespace,
	})
	return deleted()
}

// getUserTransitivePermission answers with every way in which a user gets in.
func getUserTransitivePermission(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	a := c.store.named(c.params["username"], user, robot)
	if r == nil || a == nil {
		return response{}, notFound()
	}
	var list []view
	for _, p := range r.rolesOf(a) {
		list = append(list, view{"role": p.role})
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
		for _, p := range r.teams {
			list[p.team.name] = teamPermissionView(p)
		}
	}
	return ok(view{"permissions": list})
}

// teamPermission returns the permission of the path, or nil.
func (c *call) teamPermission(r *repository) *permission {
	namespace, _ := c.repository()
	t := c.store.team(namespace, c.params["teamname"])
	if r == nil || t == nil {
		return nil
	}
	return r.permissionOfTeam(t)
}

func getTeamPermissions(c *call) (response, error) {
	r, err := c.administeredRepository()
	if err != nil {
		return response{}, err
	}
	p := c.teamPermission(r)
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
	p := c.teamPermission(r)
	if p == nil {
		return response{}, invalidRequest(noTeamPermission)
	}
	r.teams = slices.DeleteFunc(r.teams, func(other *permission) bool { return other == p })
	c.log("delete_repo_permission", r.owner, view{"team": p.team.name, "repo": r.name})
	return deleted()
}
