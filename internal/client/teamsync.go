package client

import (
	"context"
	"time"
)

const (
	teamSyncPath     = "/team/{teamname}/syncing"
	groupUnsupported = "this registry cannot synchronize teams: its users come from its own database (AUTHENTICATION_TYPE), or from OIDC and its version of Quay is older than 3.12"
)

var (
	enableOrganizationTeamSync = superuserOnly(organization("enableOrganizationTeamSync", "POST", teamSyncPath)).
					creates(). // Quay fails if the team is synchronized already
					changes(memberLists, teamLists).refuses(
		rule(`^Could not sync to group: Group does not exist or is empty$`, Invalid, "group_dn").
			withMessage("LDAP has no such group, or the group is empty"),
		rule(`^Could not sync to group: Missing group_dn$`, Invalid, "group_name").
			withMessage("the users of this registry come from LDAP, whose groups have a DN"),
		rule(`^Could not sync to group: Not supported$`, Invalid, "").withMessage(groupUnsupported),
	)
	disableOrganizationTeamSync = superuserOnly(organization("disableOrganizationTeamSync", "DELETE", teamSyncPath)).changes(memberLists, teamLists)
)

// superuserOnly returns a call of an organization as one that only superusers can make.
func superuserOnly(op Operation) Operation {
	op.Scope = scopeSuperUser
	return op.needs("FEATURE_TEAM_SYNCING")
}

var teamSyncArea = area{operations: []Operation{enableOrganizationTeamSync, disableOrganizationTeamSync}}

// TeamGroup is the group of a directory with which Quay synchronizes a team. One field is set.
type TeamGroup struct {
	// DN is the DN of an LDAP group, relative to the base DN.
	DN string `json:"group_dn,omitempty"`
	// Name is the name of an OIDC group.
	Name string `json:"group_name,omitempty"`
}

// TeamSync is the synchronization of a team.
type TeamSync struct {
	// Service is the kind of the directory, such as "ldap" or "oidc".
	Service string
	// BaseDN is the base DN of LDAP. It is empty for another directory, and if the token's
	// user may not synchronize the team.
	BaseDN string
	// Issuer is the domain of the OIDC issuer. It is empty for another directory, and if the
	// token's user may not synchronize the team.
	Issuer string
	// Group is the group, or nil if the team is not synchronized.
	Group *TeamGroup
	// Updated is the time of the last synchronization, or zero before the first.
	Updated time.Time
	// Members are the members of the team.
	Members []TeamMember
}

// GetTeamSync reads how a team is synchronized, by GET
// /organization/{orgname}/team/{teamname}/members (getOrganizationTeamMembers). The error is
// [NotFound] if the team or the organization does not exist. It is [Denied] if Quay does not
// show the group to the token's user. Only Members is set if the users come from Quay's own
// database, or without FEATURE_TEAM_SYNCING.
func (c *Client) GetTeamSync(ctx context.Context, organization, team string) (*TeamSync, error) {
	membership, err := c.findTeamMembership(ctx, organization, team, func(m *teamMembership) bool { return m.Synced != nil })
	if err != nil {
		return nil, err
	}
	sync := &TeamSync{Members: membership.Members}
	if can := membership.CanSync; can != nil {
		sync.Service, sync.BaseDN, sync.Issuer = can.Service, can.BaseDN, can.IssuerDomain
	}
	synced := membership.Synced
	if synced == nil {
		return sync, nil
	}
	if synced.Config == nil {
		return nil, teamMembersRequest(organization, team).failed(Denied, "Quay shows only to superusers with which group the team is synchronized", nil)
	}
	sync.Service = synced.Service
	sync.Group = &TeamGroup{}
	sync.Group.DN, _ = synced.Config["group_dn"].(string)
	sync.Group.Name, _ = synced.Config["group_name"].(string)
	sync.Updated = synced.LastUpdated.Time
	return sync, nil
}

// EnableTeamSync synchronizes a team with a group, by POST
// /organization/{orgname}/team/{teamname}/syncing (enableOrganizationTeamSync). The error is
// [NotFound] if the team does not exist, and [Invalid] if LDAP has no such group. It is
// [InternalError] if the team is synchronized already. With OIDC, Quay does not check the
// group and removes every person from the team.
func (c *Client) EnableTeamSync(ctx context.Context, organization, team string, group TeamGroup) error {
	return c.do(ctx, request{operation: enableOrganizationTeamSync, args: []any{organization, team}, body: group}, nil)
}

// DisableTeamSync ends the synchronization of a team, by
// DELETE /organization/{orgname}/team/{teamname}/syncing (disableOrganizationTeamSync). The
// members stay. It does nothing if the team is not synchronized. The error is [NotFound] if
// the team does not exist.
func (c *Client) DisableTeamSync(ctx context.Context, organization, team string) error {
	return c.do(ctx, request{operation: disableOrganizationTeamSync, args: []any{organization, team}}, nil)
}
