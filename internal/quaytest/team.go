package quaytest

import (
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func teamArea() area {
	return area{
		routes: []*route{
			put("updateOrganizationTeam", "/organization/{orgname}/team/{teamname}", updateOrganizationTeam),
			del("deleteOrganizationTeam", "/organization/{orgname}/team/{teamname}", deleteOrganizationTeam),
			get("getOrganizationTeamMembers", "/organization/{orgname}/team/{teamname}/members", getOrganizationTeamMembers),
			get("getOrganizationTeamPermissions", "/organization/{orgname}/team/{teamname}/permissions", getOrganizationTeamPermissions),
			put("updateOrganizationTeamMember", "/organization/{orgname}/team/{teamname}/members/{membername}", updateOrganizationTeamMember),
			del("deleteOrganizationTeamMember", "/organization/{orgname}/team/{teamname}/members/{membername}", deleteOrganizationTeamMember),
		},
		newState: func() any { return &teamState{teams: map[*account][]*team{}} },
		counts:   map[string]func(*store) int{"teams": countTeams},
		onDelete: func(st *store, object any) {
			if a, ok := object.(*account); ok {
				deleteTeams(st, a)
				leaveTeams(st, a)
			}
		},
		onErase: leaveTeams,
		rolesIn: teamRoles,
	}
}

type teamState struct {
	teams map[*account][]*team // by organization
}

// team is a group of users and robots in an organization.
type team struct {
	id           int
	organization *account
	name         string
	role         string
	description  string
	members      []*account
	invites      []*account // invited users, one entry for each invite
}

func (st *store) addTeam(org *account, name, role, description string) *team {
	t := &team{id: st.id("team"), organization: org, name: name, role: role, description: description}
	teams := state[teamState](st).teams
	teams[org] = append(teams[org], t)
	return t
}

// teamsOf returns the teams of an organization.
func (st *store) teamsOf(org *account) []*team { return state[teamState](st).teams[org] }

func countTeams(st *store) int {
	n := 0
	for _, teams := range state[teamState](st).teams {
		n += len(teams)
	}
	return n
}

// team returns the team with a name, or nil.
func (st *store) team(organizationName, name string) *team {
	org := st.account(organizationName, organization)
	if org == nil {
		return nil
	}
	for _, t := range st.teamsOf(org) {
		if t.name == name {
			return t
		}
	}
	return nil
}

// deleteTeam deletes a team and its dependents.
func (st *store) deleteTeam(t *team) {
	teams := state[teamState](st).teams
	teams[t.organization] = slices.DeleteFunc(teams[t.organization], func(other *team) bool { return other == t })
	st.deleteDependents(t)
}

// deleteTeams deletes the teams of an organization.
func deleteTeams(st *store, org *account) {
	for _, t := range slices.Clone(st.teamsOf(org)) {
		st.deleteTeam(t)
	}
	delete(state[teamState](st).teams, org)
}

// leaveTeams removes an account from all teams.
func leaveTeams(st *store, a *account) {
	for _, teams := range state[teamState](st).teams {
		for _, t := range teams {
			t.members = slices.DeleteFunc(t.members, func(m *account) bool { return m == a })
			t.invites = slices.DeleteFunc(t.invites, func(m *account) bool { return m == a })
		}
	}
}

// teamRoles returns the roles of the teams of which an account is a member.
func teamRoles(st *store, a *account, namespace string) []string {
	var roles []string
	for _, t := range st.teamsOf(st.account(namespace, organization)) {
		if slices.Contains(t.members, a) {
			roles = append(roles, t.role)
		}
	}
	return roles
}

// adminTeams returns the names of the teams that make a user an administrator of
// an organization.
func (st *store) adminTeams(org, u *account) []string {
	var names []string
	for _, t := range st.teamsOf(org) {
		if t.role == "admin" && slices.Contains(t.members, u) {
			names = append(names, t.name)
		}
	}
	return names
}

// teamEntry returns the view of a team in the view of its organization. can_view does not
// depend on the token's scopes. Before 3.18, it also does not depend on full access.
func (c *call) teamEntry(t *team, admin bool) view {
	admin = admin && !c.before(Quay3_18)
	v := view{
		"name":         t.name,
		"description":  t.description,
		"role":         t.role,
		"avatar":       t.avatar(),
		"can_view":     admin || slices.Contains(t.members, c.user) || len(c.store.adminTeams(t.organization, c.user)) > 0,
		"member_count": len(t.members),
		"is_synced":    false,
	}
	c.extendView(t, v)
	return v
}

func (t *team) avatar() view { return avatar(t.name, t.name, "team") }

var teamSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("role"),
	pyjson.Properties(
		pyjson.Property("role", pyjson.Type("string"), pyjson.Enum("member", "creator", "admin")),
		pyjson.Property("description", pyjson.Type("string")),
	),
}

func updateOrganizationTeam(c *call) (response, error) {
	body, err := c.decode(teamSchema)
	if err != nil {
		return response{}, err
	}
	orgName, name, role := c.params["orgname"], c.params["teamname"], body.Text("role")
	if !c.administers(orgName) {
		return response{}, c.unauthorized()
	}
	t := c.store.team(orgName, name)
	isNew := t == nil
	if isNew {
		org := c.store.account(orgName, organization)
		if org == nil {
			return response{}, refused("Organization does not exist: %s", orgName)
		}
		if p := nameProblem(name, "Team"); p != "" {
			return response{}, refused("Invalid team name %s: %s", name, p)
		}
		t = c.store.addTeam(org, name, role, body.Text("description"))
		c.log("org_create_team", org, view{"team": name})
	} else {
		if d, ok := body.Get("description"); ok && d != t.description {
			t.description = d.(string)
			c.log("org_set_team_description", t.organization, view{"team": name, "description": d})
		}
		if role != t.role {
			if t.role == "admin" && slices.Equal(c.store.adminTeams(t.organization, c.user), []string{name}) {
				return response{}, refused("Cannot remove admin from team '%s' because calling user "+
					"would no longer have admin on org '%s'", name, orgName)
			}
			t.role = role
			c.log("org_set_team_role", t.organization, view{"team": name, "role": role})
		}
	}
	return ok(c.teamView(t, isNew))
}

func (c *call) teamView(t *team, isNew bool) view {
	canView := c.viewsTeam(t) && (!c.before(Quay3_18) || c.belongsTo(t))
	return view{"name": t.name, "description": t.description, "can_view": canView, "role": t.role, "avatar": t.avatar(), "new_team": isNew}
}

// viewsTeam reports whether the user may see the members of a team.
func (c *call) viewsTeam(t *team) bool {
	return c.administersSettings(t.organization.name) || c.belongsTo(t) && c.memberOf(t.organization.name)
}

// belongsTo reports whether the user administers the organization of a team, or is a
// member of the team.
func (c *call) belongsTo(t *team) bool {
	return c.hasNamespaceRole(t.organization.name, "admin") || slices.Contains(t.members, c.user)
}

func deleteOrganizationTeam(c *call) (response, error) {
	orgName, name := c.params["orgname"], c.params["teamname"]
	if !c.administers(orgName) {
		return response{}, c.unauthorized()
	}
	t := c.store.team(orgName, name)
	if t == nil {
		return response{}, refused("Team '%s' is not a team in org '%s'", name, orgName)
	}
	if t.role == "admin" {
		switch own := c.store.adminTeams(t.organization, c.user); {
		case len(own) == 0:
			return response{}, errInternal
		case len(own) == 1 && own[0] == name:
			return response{}, refused("Deleting team '%s' would remove admin ability for user '%s' in organization '%s'",
				name, c.user.name, orgName)
		}
	}
	c.store.deleteTeam(t)
	c.log("org_delete_team", t.organization, view{"team": name})
	return deleted()
}

// memberView returns the view of a member of a team, or of a user who was invited.
func memberView(a *account, invited bool) view {
	return view{
		"name":     a.name,
		"kind":     "user",
		"is_robot": a.kind == robot,
		"avatar":   a.avatar(),
		"invited":  invited,
	}
}

// teamMembers is an object. Its view has the members of a team.
type teamMembers struct{ *team }

func getOrganizationTeamMembers(c *call) (response, error) {
	t := c.store.team(c.params["orgname"], c.params["teamname"])
	if t == nil {
		if c.administersSettings(c.params["orgname"]) {
			return response{}, notFound()
		}
		return response{}, c.unauthorized()
	}
	if !c.viewsTeam(t) {
		return response{}, c.unauthorized()
	}
	members := []view{}
	for _, m := range t.members {
		members = append(members, memberView(m, false))
	}
	if c.flag("includePending", false) && c.administers(t.organization.name) {
		for _, m := range t.invites {
			members = append(members, memberView(m, true))
		}
	}
	v := view{"name": t.name, "members": members, "can_edit": c.administers(t.organization.name)}
	c.extendView(teamMembers{t}, v)
	return ok(v)
}

func getOrganizationTeamPermissions(c *call) (response, error) {
	t, err := c.teamOfPath()
	if err != nil {
		return response{}, err
	}
	return c.rolesOfGrantee(func(r *repository) *permission { return c.store.teamPermissionOf(r, t) })
}

// teamOfPath returns the team of the path to an administrator.
func (c *call) teamOfPath() (*team, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if t := c.store.team(c.params["orgname"], c.params["teamname"]); t != nil {
		return t, nil
	}
	return nil, notFound()
}

func updateOrganizationTeamMember(c *call) (response, error) {
	if err := c.checkNotSynced(c.params["membername"]); err != nil {
		return response{}, err
	}
	t, err := c.teamOfPath()
	if err != nil {
		return response{}, err
	}
	m := c.store.account(c.params["membername"], user, robot)
	if m == nil {
		return response{}, invalidRequest("Unknown user")
	}
	if slices.Contains(t.members, m) {
		return response{}, refused("User %s is already a member of team %s", m.name, t.name)
	}
	if c.invites() {
		if owner, _, isRobot := strings.Cut(m.name, "+"); isRobot && owner != t.organization.name {
			return response{}, refused("Cannot add the specified robot to this team, as it is not a member of the organization")
		}
		if m.kind == user && !c.store.inTeamOf(t.organization, m) {
			t.invites = append(t.invites, m)
			if err := c.store.sendMail(); err != nil {
				return response{}, err
			}
			return ok(memberView(m, true))
		}
	}
	t.members = append(t.members, m)
	c.log("org_add_team_member", t.organization, view{"member": m.name, "team": t.name})
	return ok(memberView(m, false))
}

// invites reports whether Quay invites users outside of an organization to its teams. Quay
// does so if it sends e-mails.
func (c *call) invites() bool { return state[userState](c.store).mailing != MailingOff }

// inTeamOf reports whether an account is a member of a team of an organization.
func (st *store) inTeamOf(org, a *account) bool {
	return slices.ContainsFunc(st.teamsOf(org), func(t *team) bool { return slices.Contains(t.members, a) })
}

func deleteOrganizationTeamMember(c *call) (response, error) {
	if err := c.checkNotSynced(c.params["membername"]); err != nil {
		return response{}, err
	}
	if !c.administersSettings(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	t, err := c.teamOfPath()
	if err != nil {
		return response{}, err
	}
	m := c.store.account(c.params["membername"], user, robot)
	if m == nil {
		return response{}, notFound()
	}
	i := slices.Index(t.members, m)
	if invite := slices.Index(t.invites, m); i < 0 && invite >= 0 {
		t.invites = slices.Delete(t.invites, invite, invite+1)
		return deleted()
	}
	if i < 0 {
		return response{}, refused("User %s does not belong to team %s", m.name, t.name)
	}
	if m == c.user && slices.Equal(c.store.adminTeams(t.organization, m), []string{t.name}) {
		return response{}, refused("User cannot remove themselves from their only admin team.")
	}
	t.members = slices.Delete(t.members, i, i+1)
	c.log("org_remove_team_member", t.organization, view{"member": m.name, "team": t.name})
	return deleted()
}
