package quaytest

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// defaultPermissionArea is the area of default permissions, which Quay's API calls
// prototypes.
func defaultPermissionArea() area {
	return area{
		routes: []*route{
			get("getOrganizationPrototypePermissions", "/organization/{orgname}/prototypes", getOrganizationPrototypePermissions),
			post("createOrganizationPrototypePermission", "/organization/{orgname}/prototypes", createOrganizationPrototypePermission),
			put("updateOrganizationPrototypePermission", "/organization/{orgname}/prototypes/{prototypeid}", updateOrganizationPrototypePermission),
			del("deleteOrganizationPrototypePermission", "/organization/{orgname}/prototypes/{prototypeid}", deleteOrganizationPrototypePermission),
		},
		newState: func() any { return &defaultPermissionState{} },
		counts: map[string]func(*store) int{
			"default permissions": func(st *store) int { return len(state[defaultPermissionState](st).rules) },
		},
		onDelete: func(st *store, object any) {
			switch object := object.(type) {
			case *account:
				st.deleteDefaultPermissions(func(p *defaultPermission) bool { return p.organization == object })
			case *team:
				st.deleteDefaultPermissions(func(p *defaultPermission) bool { return p.team == object })
			}
		},
		onErase: func(st *store, a *account) {
			st.deleteDefaultPermissions(func(p *defaultPermission) bool { return p.user == a || p.creator == a })
		},
	}
}

type defaultPermissionState struct {
	rules []*defaultPermission
}

// defaultPermission is a rule that gives a user, a robot or a team a role on new
// repositories of an organization.
type defaultPermission struct {
	row
	uuid         string
	organization *account
	role         string
	user         *account // nil if the rule is for a team
	team         *team    // nil if the rule is for a user or a robot
	creator      *account // nil if the rule applies to the repositories of all creators
}

// defaultPermissionsOf returns the rules of an organization by their last write.
func (st *store) defaultPermissionsOf(org *account) []*defaultPermission {
	var list []*defaultPermission
	for _, p := range state[defaultPermissionState](st).rules {
		if p.organization == org {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, byWrite)
	return list
}

// deleteDefaultPermissions deletes the rules for which a function returns true.
func (st *store) deleteDefaultPermissions(doomed func(*defaultPermission) bool) {
	s := state[defaultPermissionState](st)
	s.rules = slices.DeleteFunc(s.rules, doomed)
}

// applyDefaultPermissions gives users, robots and teams the roles that the rules of the
// organization demand on a new repository. Of several rules for a delegate, the first one
// applies, unless a rule for the creator comes after it.
func (st *store) applyDefaultPermissions(r *repository, creator *account) {
	users, teams := map[*account]string{}, map[*team]string{}
	for _, p := range st.defaultPermissionsOf(r.owner) {
		switch {
		case p.creator != nil && p.creator != creator:
		case p.team != nil:
			if teams[p.team] == "" || p.creator != nil {
				teams[p.team] = p.role
				st.grantTeam(r, p.team, p.role)
			}
		case p.user != creator: // the creator has the role admin
			if users[p.user] == "" || p.creator != nil {
				users[p.user] = p.role
				st.grant(r, p.user, p.role)
			}
		}
	}
}

// defaultPermissionView returns the view of a rule.
func (st *store) defaultPermissionView(p *defaultPermission) view {
	userView := func(a *account) view {
		return view{
			"name":          a.name,
			"is_robot":      a.kind == robot,
			"kind":          "user",
			"is_org_member": a.kind == robot || len(st.rolesIn(a, p.organization.name)) > 0,
			"avatar":        a.avatar(),
		}
	}
	v := view{"activating_user": nil, "role": p.role, "id": p.uuid}
	if p.creator != nil {
		v["activating_user"] = userView(p.creator)
	}
	if p.team != nil {
		v["delegate"] = view{"name": p.team.name, "kind": "team", "avatar": p.team.avatar()}
	} else {
		v["delegate"] = userView(p.user)
	}
	return v
}

var defaultPermissionSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("role", "delegate"),
	pyjson.Properties(
		pyjson.Property("role", pyjson.Type("string"), pyjson.Enum("read", "write", "admin")),
		pyjson.Property("activating_user", pyjson.Type("object"), pyjson.Required("name"),
			pyjson.Properties(pyjson.Property("name", pyjson.Type("string")))),
		pyjson.Property("delegate", pyjson.Type("object"), pyjson.Required("name", "kind"), pyjson.Properties(
			pyjson.Property("name", pyjson.Type("string")),
			pyjson.Property("kind", pyjson.Type("string"), pyjson.Enum("user", "team")),
		)),
	),
}

func getOrganizationPrototypePermissions(c *call) (response, error) {
	if !c.administersSettings(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	list := c.store.defaultPermissionsOf(org)
	slices.SortStableFunc(list, func(a, b *defaultPermission) int { return cmp.Compare(a.creatorRank(), b.creatorRank()) })
	views := []view{}
	for _, p := range list {
		views = append(views, c.store.defaultPermissionView(p))
	}
	return ok(view{"prototypes": views})
}

// creatorRank sorts rules by their creator, those for all creators last.
func (p *defaultPermission) creatorRank() int {
	if p.creator == nil {
		return math.MaxInt
	}
	return p.creator.id
}

// userOrRobot returns the user or robot with a name, or nil.
func (st *store) userOrRobot(name string) *account { return st.account(name, user, robot) }

func createOrganizationPrototypePermission(c *call) (response, error) {
	body, err := c.decode(defaultPermissionSchema)
	if err != nil {
		return response{}, err
	}
	orgName := c.params["orgname"]
	if !c.administers(orgName) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	p := &defaultPermission{uuid: newUUID(), organization: org, role: body.Text("role")}
	delegate, _ := body.Get("delegate")
	name := delegate.(pyjson.Object).Text("name")
	switch isTeam := delegate.(pyjson.Object).Text("kind") == "team"; {
	case name == "":
	case isTeam:
		if p.team = c.store.team(orgName, name); p.team == nil {
			return response{}, refused("('Team does not exist: %%s/%%s', '%s', '%s')", orgName, name)
		}
	default:
		p.user = c.store.userOrRobot(name)
	}
	if creator, given := body.Get("activating_user"); given {
		if creatorName := creator.(pyjson.Object).Text("name"); creatorName != "" {
			if p.creator = c.store.userOrRobot(creatorName); p.creator == nil {
				return response{}, invalidRequest("Unknown activating user")
			}
		}
	}
	if p.user == nil && p.team == nil {
		return response{}, invalidRequest("Missing delegate user or team")
	}
	s := state[defaultPermissionState](c.store)
	s.rules = append(s.rules, p)
	c.store.touch(&p.row)
	c.logDefaultPermission("create_prototype_permission", p, nil)
	return ok(c.store.defaultPermissionView(p))
}

// logDefaultPermission adds an entry about a rule to the usage logs.
func (c *call) logDefaultPermission(kind string, p *defaultPermission, extra view) {
	metadata := view{"prototypeid": p.uuid, "username": c.user.name, "activating_username": nil, "role": p.role}
	if p.creator != nil {
		metadata["activating_username"] = p.creator.name
	}
	if p.team != nil {
		metadata["delegate_team"] = p.team.name
	} else {
		metadata["delegate_user"] = p.user.name
	}
	maps.Copy(metadata, extra)
	c.log(kind, p.organization, metadata)
}

// defaultPermissionOfPath returns the rule of the path to an administrator of the
// organization.
func (c *call) defaultPermissionOfPath() (*defaultPermission, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return nil, err
	}
	for _, p := range c.store.defaultPermissionsOf(org) {
		if p.uuid == c.params["prototypeid"] {
			return p, nil
		}
	}
	return nil, notFound()
}

func updateOrganizationPrototypePermission(c *call) (response, error) {
	body, err := c.decode(roleSchema)
	if err != nil {
		return response{}, err
	}
	p, err := c.defaultPermissionOfPath()
	if err != nil {
		return response{}, err
	}
	original := p.role
	p.role = body.Text("role")
	c.store.touch(&p.row)
	c.logDefaultPermission("modify_prototype_permission", p, view{"original_role": original})
	return ok(c.store.defaultPermissionView(p))
}

func deleteOrganizationPrototypePermission(c *call) (response, error) {
	p, err := c.defaultPermissionOfPath()
	if err != nil {
		return response{}, err
	}
	c.store.deleteDefaultPermissions(func(other *defaultPermission) bool { return other == p })
	c.logDefaultPermission("delete_prototype_permission", p, nil)
	return deleted()
}
