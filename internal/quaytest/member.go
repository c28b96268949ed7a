package quaytest

import (
	"slices"
	"strings"
)

// memberArea is the area of the members and collaborators of organizations. Members are the
// members of teams. Collaborators are other users with permissions on repositories.
func memberArea() area {
	return area{
		routes: []*route{
			get("getOrganizationMembers", "/organization/{orgname}/members", getOrganizationMembers),
			get("getOrganizationMember", "/organization/{orgname}/members/{membername}", getOrganizationMember),
			del("removeOrganizationMember", "/organization/{orgname}/members/{membername}", removeOrganizationMember),
			get("getOrganizationCollaborators", "/organization/{orgname}/collaborators", getOrganizationCollaborators),
		},
	}
}

// organizationMembers returns the users in teams of an organization.
func (st *store) organizationMembers(org *account) []*account {
	var members []*account
	for _, t := range st.teamsOf(org) {
		for _, m := range t.members {
			if m.kind == user && !slices.Contains(members, m) {
				members = append(members, m)
			}
		}
	}
	return members
}

// memberOfOrganizationView returns the view of a user or a robot as a member of an
// organization.
func (st *store) memberOfOrganizationView(org, m *account) view {
	teams, repositories := st.accessIn(org, m)
	return view{"name": m.name, "kind": m.kindName(), "avatar": m.avatar(), "teams": teams, "repositories": repositories}
}

// kindName returns Quay's word for a user or a robot in views of members.
func (a *account) kindName() string {
	if a.kind == robot {
		return "robot"
	}
	return "user"
}

func getOrganizationMembers(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org := c.store.account(c.params["orgname"], organization)
	if org == nil {
		return response{}, notFound()
	}
	members := []view{}
	for _, m := range c.store.organizationMembers(org) {
		members = append(members, c.store.memberOfOrganizationView(org, m))
	}
	return ok(view{"members": members})
}

// administeredOrganization returns the organization of the path to an administrator
// of its settings.
func (c *call) administeredOrganization() (*account, error) {
	if !c.administersSettings(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if org := c.store.account(c.params["orgname"], organization); org != nil {
		return org, nil
	}
	return nil, notFound()
}

func getOrganizationMember(c *call) (response, error) {
	org, err := c.administeredOrganization()
	if err != nil {
		return response{}, err
	}
	m := c.store.account(c.params["membername"], user, robot)
	if m == nil || !c.store.inTeamOf(org, m) && !strings.HasPrefix(m.name, org.name+"+") {
		return response{}, notFound()
	}
	return ok(c.store.memberOfOrganizationView(org, m))
}

func removeOrganizationMember(c *call) (response, error) {
	org, err := c.administeredOrganization()
	if err != nil {
		return response{}, err
	}
	m := c.store.account(c.params["membername"], user)
	if m == nil {
		return response{}, notFound()
	}
	if slices.Equal(c.store.administratorsOf(org), []*account{m}) {
		return response{}, refused("Cannot remove user as they are the only organization admin")
	}
	for _, t := range c.store.teamsOf(org) {
		t.members = slices.DeleteFunc(t.members, func(other *account) bool { return other == m })
	}
	for _, r := range state[repositoryState](c.store).repositories {
		if p := c.store.permissionOf(r, m); p != nil && r.owner == org {
			c.store.deletePermission(r, p)
		}
	}
	return deleted()
}

// administratorsOf returns the users in teams with the role admin.
func (st *store) administratorsOf(org *account) []*account {
	return slices.DeleteFunc(st.organizationMembers(org), func(m *account) bool { return len(st.adminTeams(org, m)) == 0 })
}

// getOrganizationCollaborators lists the users in no team of an organization who have
// permissions on its repositories. The list has deleted users until Quay erases them.
func getOrganizationCollaborators(c *call) (response, error) {
	org, err := c.administeredOrganization()
	if err != nil {
		return response{}, err
	}
	var users []*account
	for _, r := range state[repositoryState](c.store).repositories {
		for _, p := range c.store.permissionsOn(r) {
			if r.owner == org && p.user != nil && p.user.kind == user && !c.store.inTeamOf(org, p.user) && !slices.Contains(users, p.user) {
				users = append(users, p.user)
			}
		}
	}
	collaborators := []view{}
	for _, u := range users {
		_, repositories := c.store.accessIn(org, u)
		collaborators = append(collaborators, view{"kind": "user", "name": u.name, "avatar": u.avatar(), "repositories": repositories})
	}
	return ok(view{"collaborators": collaborators})
}
