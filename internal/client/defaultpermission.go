package client

import (
	"context"
	"slices"
)

// defaultPermissionLists are the lists of the default permissions of organizations.
const defaultPermissionLists listKind = "default permissions"

var (
	getOrganizationPrototypePermissions   = organization("getOrganizationPrototypePermissions", "GET", "/prototypes")
	createOrganizationPrototypePermission = organization("createOrganizationPrototypePermission", "POST", "/prototypes").creates().changes(defaultPermissionLists).refuses(
		rule(`^Missing delegate user or team$`, Invalid, "delegate_user").withMessage("there is no such user or robot"),
		rule(`^\('Team does not exist: `, Invalid, "delegate_team").withMessage("there is no such team in the organization"),
		rule(`^Unknown activating user$`, Invalid, "creator").withMessage("there is no such user or robot"),
	)
	updateOrganizationPrototypePermission = organization("updateOrganizationPrototypePermission", "PUT", "/prototypes/{prototypeid}").changes(defaultPermissionLists)
	deleteOrganizationPrototypePermission = organization("deleteOrganizationPrototypePermission", "DELETE", "/prototypes/{prototypeid}").changes(defaultPermissionLists)
)

var defaultPermissionArea = area{
	operations: []Operation{
		getOrganizationPrototypePermissions, createOrganizationPrototypePermission,
		updateOrganizationPrototypePermission, deleteOrganizationPrototypePermission,
	},
	// Quay deletes a team's rules with the team. A rule names a deleted user by a UUID.
	staleAfter: map[listKind][]Operation{
		defaultPermissionLists: {
			changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteOrganizationTeam, deleteInstallUser, deleteOrgRobot, deleteUserRobot,
		},
	},
}

// DefaultPermission is a rule of an organization: a role that a delegate gets in
// each new repository. Quay's API calls it a prototype.
type DefaultPermission struct {
	ID string `json:"id"`
	// Role is "read", "write" or "admin".
	Role     string   `json:"role"`
	Delegate Delegate `json:"delegate"`
	// Creator is the user or the robot to whose new repositories the rule applies. It
	// is nil for a rule that applies to all new repositories.
	Creator *Delegate `json:"activating_user"`
}

// Delegate is a user, a robot or a team in a rule.
type Delegate struct {
	Name string `json:"name"`
	// Kind is "user", also for a robot, or "team".
	Kind    string `json:"kind"`
	IsRobot bool   `json:"is_robot"`
}

// CreatorName returns the name of the creator, or an empty text.
func (p DefaultPermission) CreatorName() string {
	if p.Creator == nil {
		return ""
	}
	return p.Creator.Name
}

// ofDeleted tells whether the rule names a deleted user. Quay gives such a user a UUID as the
// name until its garbage collection.
func (p DefaultPermission) ofDeleted() bool {
	return p.Delegate.Kind == "user" && isUUID(p.Delegate.Name) || isUUID(p.CreatorName())
}

// GetDefaultPermission reads a rule from the list of its organization, by GET
// /organization/{orgname}/prototypes (getOrganizationPrototypePermissions). Quay has no call
// for one rule. The error is [NotFound] if the rule or the organization does not exist.
func (c *Client) GetDefaultPermission(ctx context.Context, organization, id string) (*DefaultPermission, error) {
	list := func(ctx context.Context) ([]DefaultPermission, error) {
		return c.readDefaultPermissions(ctx, organization)
	}
	in := cacheOf[DefaultPermission](c, defaultPermissionLists, organization)
	return getListed(ctx, c, in, id, func(p DefaultPermission) string { return p.ID }, list, defaultPermissionsRequest(organization),
		"the organization has no such default permission")
}

// ListDefaultPermissions reads the rules of an organization in Quay's order, by GET
// /organization/{orgname}/prototypes (getOrganizationPrototypePermissions). The result omits
// the rules of deleted users that Quay has not yet collected.
func (c *Client) ListDefaultPermissions(ctx context.Context, organization string) ([]DefaultPermission, error) {
	rules, err := c.readDefaultPermissions(ctx, organization)
	return slices.DeleteFunc(rules, DefaultPermission.ofDeleted), err
}

func defaultPermissionsRequest(organization string) request {
	return request{operation: getOrganizationPrototypePermissions, args: []any{organization}}
}

func (c *Client) readDefaultPermissions(ctx context.Context, organization string) ([]DefaultPermission, error) {
	return listOf(ctx, c, defaultPermissionsRequest(organization), "prototypes", func(p DefaultPermission) string { return p.ID })
}

// prototypeName names an object in the body of a call.
type prototypeName struct {
	Name string `json:"name"`
	Kind string `json:"kind,omitempty"`
}

// CreateDefaultPermission adds a rule to an organization and returns its id, by POST
// /organization/{orgname}/prototypes (createOrganizationPrototypePermission). Quay accepts a
// second equal rule. The error is [NotFound] if the organization does not exist, and [Invalid]
// if the delegate or the creator does not.
func (c *Client) CreateDefaultPermission(ctx context.Context, organization string, rule DefaultPermission) (id string, err error) {
	body := struct {
		Role     string         `json:"role"`
		Delegate prototypeName  `json:"delegate"`
		Creator  *prototypeName `json:"activating_user,omitempty"` // Quay refuses null
	}{Role: rule.Role, Delegate: prototypeName{rule.Delegate.Name, rule.Delegate.Kind}}
	if rule.Creator != nil {
		body.Creator = &prototypeName{Name: rule.Creator.Name}
	}
	r := request{operation: createOrganizationPrototypePermission, args: []any{organization}, body: body}
	created, err := fetch[DefaultPermission](ctx, c, r)
	if err != nil {
		return "", err
	}
	if created.ID == "" {
		return "", r.noIDError()
	}
	return created.ID, nil
}

// ChangeDefaultPermission changes the role of a rule, by PUT
// /organization/{orgname}/prototypes/{prototypeid} (updateOrganizationPrototypePermission).
// The role is the only part of a rule that Quay can change.
func (c *Client) ChangeDefaultPermission(ctx context.Context, organization, id, role string) error {
	return c.do(ctx, request{operation: updateOrganizationPrototypePermission, args: []any{organization, id}, body: map[string]string{"role": role}}, nil)
}

// DeleteDefaultPermission removes a rule, by
// DELETE /organization/{orgname}/prototypes/{prototypeid}
// (deleteOrganizationPrototypePermission).
func (c *Client) DeleteDefaultPermission(ctx context.Context, organization, id string) error {
	return c.do(ctx, request{operation: deleteOrganizationPrototypePermission, args: []any{organization, id}}, nil)
}
