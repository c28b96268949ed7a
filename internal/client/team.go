package client

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// teamLists are the organizations' views, each of which tells of all teams.
const teamLists listKind = "teams"

var (
	updateOrganizationTeam = organization("updateOrganizationTeam", "PUT", "/team/{teamname}").changes(teamLists).refuses(
		organizationGone,
		rule(`^Invalid team name `, Invalid, "name"),
		rule(`^Cannot remove admin from team `, Invalid, "role"),
	)
	deleteOrganizationTeam = organization("deleteOrganizationTeam", "DELETE", "/team/{teamname}").changes(teamLists, permissionLists).refuses(
		rule(`^Team '.*' is not a team in org '`, NotFound, ""),
		rule(`^Deleting team '.*' would remove admin ability `, Invalid, ""),
	)
)

var teamArea = area{
	operations: []Operation{updateOrganizationTeam, deleteOrganizationTeam},
	staleAfter: map[listKind][]Operation{teamLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization}},
}

// Team is a team of an organization.
type Team struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Role is what its members may do in the organization: "member", "creator" (of
	// repositories) or "admin".
	Role string `json:"role"`
}

// GetTeam reads a team from the view of its organization, by
// GET /organization/{orgname} (getOrganization): Quay has no call for one team. The
// error is [NotFound] if the team or the organization does not exist, and [Denied]
// if Quay does not show the teams to the token's user.
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

// SetTeam creates a team, or changes one that exists, by
// PUT /organization/{orgname}/team/{teamname} (updateOrganizationTeam). Quay does
// the same for both. The error is [NotFound] if the organization does not exist, and
// [Invalid] on the role if the token's user would no longer administer the
// organization.
func (c *Client) SetTeam(ctx context.Context, organization string, team Team) error {
	body := map[string]string{"role": team.Role, "description": team.Description}
	return c.do(ctx, request{operation: updateOrganizationTeam, args: []any{organization, team.Name}, body: body}, nil)
}

// DeleteTeam deletes a team with its memberships and permissions, by
// DELETE /organization/{orgname}/team/{teamname} (deleteOrganizationTeam). The error
// is [NotFound] if there is none, [Invalid] if the token's user would no longer
// administer the organization, and [InternalError] for a team with the role admin if
// the token's user is in no such team.
func (c *Client) DeleteTeam(ctx context.Context, organization, name string) error {
	return c.do(ctx, request{operation: deleteOrganizationTeam, args: []any{organization, name}}, nil)
}
