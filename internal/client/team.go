package client

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// teamLists are the responses for organizations. Each of them has all teams.
const teamLists listKind = "teams"

// memberLists are the lists of the members of teams.
const memberLists listKind = "team members"

var (
	updateOrganizationTeam = organization("updateOrganizationTeam", "PUT", "/team/{teamname}").changes(teamLists).refuses(
		organizationGone,
		rule(`^Invalid team name `, Invalid, "name"),
		rule(`^Cannot remove admin from team `, Invalid, "role").withMessage(onlyAdminTeam),
	)
	deleteOrganizationTeam = organization("deleteOrganizationTeam", "DELETE", "/team/{teamname}").changes(teamLists, memberLists).refuses(
		rule(`^Team '.*' is not a team in org '`, NotFound, ""),
		rule(`^Deleting team '.*' would remove admin ability `, Invalid, "").withMessage(onlyAdminTeam),
	)
)

// onlyAdminTeam is the message where Quay protects the right of the token's user.
const onlyAdminTeam = "only this team makes the user of the access token an administrator of the organization. Quay does not take that right away. " +
	"Use the token of another administrator, or first add the user to another team with the role admin"

// Quay itself adds and removes the people of a synchronized team.
var syncedRule = rule(`^Cannot call this method on an auth-synced team$`, Invalid, "member").
	withMessage("the team is synchronized with a group of a directory, so only its robots can be changed. End the synchronization first, or remove the resource from the state")

var (
	getOrganizationTeamMembers   = organization("getOrganizationTeamMembers", "GET", "/team/{teamname}/members")
	updateOrganizationTeamMember = organization("updateOrganizationTeamMember", "PUT", "/team/{teamname}/members/{membername}").
					creates(). // if Quay invites a user, each call creates an invite
					changes(memberLists).refuses(
		rule(`^User .* is already a member of team `, Exists, "member"),
		rule(`^Unknown user$`, Invalid, "member").causedBy(ErrNoUser).withMessage("there is no such user or robot"),
		rule(`^Cannot add the specified robot to this team`, Invalid, "member"),
		syncedRule,
		mailRule,
	)
	deleteOrganizationTeamMember = organization("deleteOrganizationTeamMember", "DELETE", "/team/{teamname}/members/{membername}").changes(memberLists).refuses(
		rule(`^User .* does not belong to team `, NotFound, ""),
		rule(`^User cannot remove themselves from their only admin team`, Invalid, "member").withMessage(onlyAdminTeam),
		syncedRule,
	)
)

var teamArea = area{
	operations: []Operation{
		updateOrganizationTeam, deleteOrganizationTeam,
		getOrganizationTeamMembers, updateOrganizationTeamMember, deleteOrganizationTeamMember,
	},
	staleAfter: map[listKind][]Operation{
		teamLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization},
		memberLists: {
			changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteInstallUser, deleteOrgRobot, deleteUserRobot,
		},
	},
}

// Team is a team of an organization.
type Team struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Role is the role of the members in the organization: "member", "creator" (of
	// repositories) or "admin".
	Role string `json:"role"`
	// IsSynced tells whether Quay synchronizes the team with a group of a directory.
	IsSynced bool `json:"is_synced"`
}

// GetTeam reads a team from the response for its organization, by GET /organization/{orgname}
// (getOrganization). Quay has no call for one team. The error is [NotFound] if the team or the
// organization does not exist. It is [Denied] if Quay does not show the teams to the token's
// user.
func (c *Client) GetTeam(ctx context.Context, organization, name string) (*Team, error) {
	cached, found := findCached(ctx, c, cacheOf[Team](c, teamLists, organization), name,
		func(ctx context.Context, _ string) (map[string]Team, string, error) {
			teams, err := c.readTeams(ctx, organization)
			return teams, "", err
		})
	if found {
		return &cached, nil
	}
	teams, err := c.readTeams(ctx, organization)
	if err != nil {
		return nil, err
	}
	team, found := teams[name]
	if !found {
		return nil, teamsRequest(organization).failed(NotFound, "the organization has no such team", nil)
	}
	return &team, nil
}

// ListTeams reads all teams of an organization, by name, as GetTeam does.
func (c *Client) ListTeams(ctx context.Context, organization string) ([]Team, error) {
	teams, err := c.readTeams(ctx, organization)
	return slices.SortedFunc(maps.Values(teams), func(a, b Team) int { return cmp.Compare(a.Name, b.Name) }), err
}

// OrganizationAccess is the access of the token's user to an organization.
type OrganizationAccess struct {
	// IsAdmin tells that the user administers the organization, and so all of its
	// repositories, as far as the token's scopes allow.
	IsAdmin bool
	// Teams are the teams that the user can read: all teams for an administrator, and
	// otherwise the user's own teams.
	Teams []string
}

// GetOrganizationAccess reads the access of the token's user to an organization, by GET
// /organization/{orgname} (getOrganization). The error is [NotFound] if the organization does
// not exist.
func (c *Client) GetOrganizationAccess(ctx context.Context, organization string) (*OrganizationAccess, error) {
	view, err := fetch[struct {
		IsAdmin bool `json:"is_admin"`
		Teams   map[string]struct {
			CanView bool `json:"can_view"`
		} `json:"teams"`
	}](ctx, c, teamsRequest(organization))
	if err != nil {
		return nil, err
	}
	access := OrganizationAccess{IsAdmin: view.IsAdmin}
	for name, team := range view.Teams {
		if team.CanView {
			access.Teams = append(access.Teams, name)
		}
	}
	return &access, nil
}

func teamsRequest(organization string) request {
	return request{operation: getOrganization, args: []any{organization}}
}

func (c *Client) readTeams(ctx context.Context, organization string) (map[string]Team, error) {
	r := teamsRequest(organization)
	view, err := fetch[struct {
		Teams map[string]Team `json:"teams"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if view.Teams == nil {
		return nil, r.failed(Denied, "Quay does not show the teams of the organization", nil)
	}
	return view.Teams, nil
}

// SetTeam creates a team, or changes an existing team, by PUT
// /organization/{orgname}/team/{teamname} (updateOrganizationTeam). The error is [NotFound] if
// the organization does not exist. It is [Invalid] on the role if the token's user would no
// longer administer the organization.
func (c *Client) SetTeam(ctx context.Context, organization string, team Team) error {
	body := map[string]string{"role": team.Role, "description": team.Description}
	return c.do(ctx, request{operation: updateOrganizationTeam, args: []any{organization, team.Name}, body: body}, nil)
}

// DeleteTeam deletes a team with its memberships and permissions, by DELETE
// /organization/{orgname}/team/{teamname} (deleteOrganizationTeam). The error is [NotFound] if
// there is no such team. It is [Invalid] if the token's user would no longer administer the
// organization. It is [InternalError] for a team with the role admin if the token's user is in
// no team with this role.
func (c *Client) DeleteTeam(ctx context.Context, organization, name string) error {
	return c.do(ctx, request{operation: deleteOrganizationTeam, args: []any{organization, name}}, nil)
}

// TeamMember is a member of a team, or a person with an invite to it.
type TeamMember struct {
	// Name is the user's name, or the robot's name with its namespace. It is empty for an
	// invite by e-mail.
	Name    string `json:"name"`
	IsRobot bool   `json:"is_robot"`
	// Pending tells that this is an invite that the person has not accepted yet. One user can
	// have several invites.
	Pending bool `json:"invited"`
	// Email is the address of an invite by e-mail, and empty otherwise.
	Email string `json:"email"`
}

// ListTeamMembers reads the members of a team and its invites, sorted by name, by GET
// /organization/{orgname}/team/{teamname}/members (getOrganizationTeamMembers). Only
// administrators of the organization see invites. The error is [NotFound] if the team or the
// organization does not exist.
func (c *Client) ListTeamMembers(ctx context.Context, organization, team string) ([]TeamMember, error) {
	membership, err := c.getTeamMembership(ctx, organization, team)
	if err != nil {
		return nil, err
	}
	return membership.Members, nil
}

// GetTeamMember reads a member of a team from the list of ListTeamMembers. The error is
// [NotFound] if the user or the robot has neither a membership nor an invite.
func (c *Client) GetTeamMember(ctx context.Context, organization, team, name string) (*TeamMember, error) {
	var member *TeamMember
	_, err := c.findTeamMembership(ctx, organization, team, func(m *teamMembership) bool {
		i := slices.IndexFunc(m.Members, func(m TeamMember) bool { return m.Name == name })
		if i >= 0 {
			member = &m.Members[i]
		}
		return i >= 0
	})
	if err == nil && member == nil {
		err = teamMembersRequest(organization, team).failed(NotFound, "the team has no such member", nil)
	}
	return member, err
}

// teamMembership is Quay's response about the members of a team.
type teamMembership struct {
	Members []TeamMember `json:"members"`
	// CanSync describes the directory. It is nil if the token's user may not synchronize the
	// team.
	CanSync *struct {
		Service      string `json:"service"`
		BaseDN       string `json:"base_dn"`
		IssuerDomain string `json:"issuer_domain"`
	} `json:"can_sync"`
	Synced *struct {
		Service     string         `json:"service"`
		LastUpdated Time           `json:"last_updated"`
		Config      map[string]any `json:"config"` // in whatever form it was set
	} `json:"synced"`
}

func teamMembersRequest(organization, team string) request {
	return request{operation: getOrganizationTeamMembers, args: []any{organization, team}, query: url.Values{"includePending": {"true"}}}
}

// getTeamMembership reads the members of a team. A client with a list cache reads them once.
func (c *Client) getTeamMembership(ctx context.Context, organization, team string) (*teamMembership, error) {
	r := teamMembersRequest(organization, team)
	list := func(ctx context.Context) ([]teamMembership, error) {
		membership, err := fetch[teamMembership](ctx, c, r)
		if err == nil && membership.Members == nil {
			err = r.notAListError()
		}
		if err != nil {
			return nil, err
		}
		slices.SortFunc(membership.Members, func(a, b TeamMember) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Email, b.Email))
		})
		return []teamMembership{*membership}, nil
	}
	in := cacheOf[teamMembership](c, memberLists, organization+"/"+team)
	return getListed(ctx, c, in, team, func(teamMembership) string { return team }, list, r, "the team does not exist")
}

// findTeamMembership reads the members of a team. If has is false for the cached members, it
// reads them again without the cache.
func (c *Client) findTeamMembership(ctx context.Context, organization, team string, has func(m *teamMembership) bool) (*teamMembership, error) {
	membership, err := c.getTeamMembership(ctx, organization, team)
	if err != nil || has(membership) || !c.cached {
		return membership, err
	}
	alone := *c
	alone.cached = false
	if membership, err = alone.getTeamMembership(ctx, organization, team); err == nil {
		has(membership)
	}
	return membership, err
}

// AddTeamMember makes a user or a robot a member of a team, by PUT
// /organization/{orgname}/team/{teamname}/members/{membername} (updateOrganizationTeamMember).
// If the registry sends e-mails, Quay invites a user who is in no team of the organization.
// The error is [Exists] for a member, [Invalid] if there is no such user or robot, and
// [NotFound] if there is no such team.
func (c *Client) AddTeamMember(ctx context.Context, organization, team, name string) error {
	return c.do(ctx, request{operation: updateOrganizationTeamMember, args: []any{organization, team, name}}, nil)
}

// RemoveTeamMember removes a member from a team, or revokes one invite, by DELETE
// /organization/{orgname}/team/{teamname}/members/{membername} (deleteOrganizationTeamMember).
// The error is [NotFound] if there is no such member or invite, and [Invalid] if the token's
// user would no longer administer the organization.
func (c *Client) RemoveTeamMember(ctx context.Context, organization, team, name string) error {
	return c.do(ctx, request{operation: deleteOrganizationTeamMember, args: []any{organization, team, name}}, nil)
}
