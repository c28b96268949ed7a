package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// robotLists are the lists of the robots of each organization, and of the token's
// user.
const robotLists listKind = "robots"

// robot adds the common properties of the calls for organizations and for users.
func robot(op Operation) Operation {
	if op.Method != http.MethodGet {
		op = op.changes(robotLists)
	}
	return op.refuses(organizationGone, noSuchRobot)
}

var noSuchRobot = rule(`^Could not find robot with specified username$`, NotFound, "")

// organizationRobot declares a call on the robots of an organization.
func organizationRobot(name, method, path string) Operation {
	return robot(organization(name, method, "/robots"+path))
}

// userRobot declares a call on the robots of the token's user.
func userRobot(name, method, path string) Operation {
	return robot(Operation{Name: name, Method: method, Path: "/user/robots" + path, Scope: scopeUserAdmin, Repeat: Idempotent})
}

// federation completes a call on the federation of a robot. No list contains federations.
func federation(op Operation, since string) Operation {
	op = op.from(since)
	if op.Method != http.MethodGet {
		op = op.changes()
	}
	return op.refuses(noSuchRobot,
		rule(`^Missing one or more required fields \(issuer, subject\)$`, Invalid, "identities"),
		rule(`^Issuer must be a URL `, Invalid, "identities"),
		rule(`^Duplicate federation config entry$`, Invalid, "identities"),
	)
}

// organizationFederation declares a call on the federation of an organization's robot.
func organizationFederation(name, method string) Operation {
	return federation(organization(name, method, "/robots/{robot_shortname}/federation"), "3.13")
}

// userFederation declares a call on the federation of a robot of the token's user.
func userFederation(name, method string) Operation {
	op := Operation{Name: name, Method: method, Path: "/user/robots/{robot_shortname}/federation", Scope: scopeUserAdmin, Repeat: Idempotent}
	return federation(op, "3.18")
}

var (
	createRobotRules = []badRequestRule{
		rule(`^Existing robot with name: |^duplicate key value violates unique constraint "user_username"`, Exists, "name"),
		rule(`^The name for the robot `, Invalid, "name"),
		rule(`^value too long for type character varying\(255\)`, Invalid, "name").
			withMessage(`the name is too long: with the name of the namespace and "+" before it, it has more than 255 characters`),
	}
	robotUsed = rule(`^Robot is being used by a mirror$`, Invalid, "")
)

var (
	getOrgRobots            = organizationRobot("getOrgRobots", "GET", "")
	getOrgRobot             = organizationRobot("getOrgRobot", "GET", "/{robot_shortname}")
	createOrgRobot          = organizationRobot("createOrgRobot", "PUT", "/{robot_shortname}").creates().refuses(createRobotRules...)
	deleteOrgRobot          = organizationRobot("deleteOrgRobot", "DELETE", "/{robot_shortname}").refuses(robotUsed)
	regenerateOrgRobotToken = organizationRobot("regenerateOrgRobotToken", "POST", "/{robot_shortname}/regenerate")

	getUserRobots            = userRobot("getUserRobots", "GET", "")
	getUserRobot             = userRobot("getUserRobot", "GET", "/{robot_shortname}")
	createUserRobot          = userRobot("createUserRobot", "PUT", "/{robot_shortname}").creates().refuses(createRobotRules...)
	deleteUserRobot          = userRobot("deleteUserRobot", "DELETE", "/{robot_shortname}").refuses(robotUsed)
	regenerateUserRobotToken = userRobot("regenerateUserRobotToken", "POST", "/{robot_shortname}/regenerate")

	getOrgRobotFederation    = organizationFederation("getOrgRobotFederation", "GET")
	createOrgRobotFederation = organizationFederation("createOrgRobotFederation", "POST")

	getUserRobotFederation    = userFederation("getUserRobotFederation", "GET")
	createUserRobotFederation = userFederation("createUserRobotFederation", "POST")
)

var robotArea = area{operations: []Operation{
	getOrgRobots, getOrgRobot, createOrgRobot, deleteOrgRobot, regenerateOrgRobotToken,
	getUserRobots, getUserRobot, createUserRobot, deleteUserRobot, regenerateUserRobotToken,
	getOrgRobotFederation, createOrgRobotFederation,
	getUserRobotFederation, createUserRobotFederation,
}, staleAfter: map[listKind][]Operation{
	robotLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization},
}}

// RobotOwner is an organization, or the token's user, as the owner of robots.
type RobotOwner struct {
	organization                          string // empty for the token's user
	list, get, create, regenerate, delete Operation
	getFederation, setFederation          Operation
}

// OrganizationRobots returns an organization as the owner of robots.
func OrganizationRobots(organization string) RobotOwner {
	return RobotOwner{
		organization, getOrgRobots, getOrgRobot, createOrgRobot, regenerateOrgRobotToken, deleteOrgRobot,
		getOrgRobotFederation, createOrgRobotFederation,
	}
}

// UserRobots returns the token's user as the owner of robots.
func UserRobots() RobotOwner {
	return RobotOwner{
		"", getUserRobots, getUserRobot, createUserRobot, regenerateUserRobotToken, deleteUserRobot,
		getUserRobotFederation, createUserRobotFederation,
	}
}

// request returns a call on the owner's robots, or on the robot with a short name.
func (o RobotOwner) request(op Operation, name ...any) request {
	if o.organization == "" {
		return request{operation: op, args: name}
	}
	return request{operation: op, args: append([]any{o.organization}, name...)}
}

// Robot is a robot account.
type Robot struct {
	// Username is the full name with the owner: "acme+ci".
	Username    string `json:"name"`
	Description string `json:"description"`
	// Token is the robot's password. It is empty if Quay does not show it.
	Token string `json:"token"`
	// Metadata is nil if the response omits it, as lists do.
	Metadata map[string]any `json:"unstructured_metadata"`
	Created  Time           `json:"created"`
	// Date is the time of Quay's response, by Quay's clock in whole seconds. It is zero in
	// lists, and if the response has no date.
	Date time.Time `json:"-"`
}

// Name returns the robot's short name: "ci".
func (r Robot) Name() string {
	_, name, _ := strings.Cut(r.Username, "+")
	return name
}

// NewRobot describes a robot to create. Metadata can be nil.
type NewRobot struct {
	Description string            `json:"description"`
	Metadata    map[string]string `json:"unstructured_metadata,omitempty"`
}

// CreateRobot creates a robot with a short name, by
// PUT /organization/{orgname}/robots/{robot_shortname} (createOrgRobot) or
// PUT /user/robots/{robot_shortname} (createUserRobot). The error is [Exists] if the
// owner has a robot of that name, and [NotFound] if the organization does not exist.
func (c *Client) CreateRobot(ctx context.Context, owner RobotOwner, name string, robot NewRobot) (*Robot, error) {
	r := owner.request(owner.create, name)
	r.body = robot
	return fetch[Robot](ctx, c, r)
}

// RecordCreatedRobot notes that a robot with a full name, such as acme+ci, is new. See
// [Client.CreatedRobot].
func (c *Client) RecordCreatedRobot(username string) { c.newRobots.set(username, true) }

// CreatedRobots tells whether any robot was recorded as new.
func (c *Client) CreatedRobots() bool { return !c.newRobots.isEmpty() }

// CreatedRobot tells whether a robot with a full name was recorded as new. A new robot has no
// permissions and is in no team.
func (c *Client) CreatedRobot(username string) bool {
	isNew, _ := c.newRobots.get(username)
	return isNew
}

// GetRobot reads a robot with its token, by GET
// /organization/{orgname}/robots/{robot_shortname} (getOrgRobot) or GET
// /user/robots/{robot_shortname} (getUserRobot). A client with a list cache reads the list of
// the owner's robots, which omits the metadata. The error is [NotFound] if the robot or the
// organization does not exist.
func (c *Client) GetRobot(ctx context.Context, owner RobotOwner, name string) (*Robot, error) {
	robot, found := findCached(ctx, c, cacheOf[Robot](c, robotLists, owner.organization), name,
		func(ctx context.Context, _ string) (map[string]Robot, string, error) {
			robots, err := listRobots[Robot](ctx, c, owner, url.Values{})
			return byName(robots, Robot.Name), "", err
		})
	if found && robot.Token != "" {
		return &robot, nil
	}
	return c.GetRobotWithMetadata(ctx, owner, name)
}

// GetRobotWithMetadata reads a robot with its token and metadata. It never uses a list.
func (c *Client) GetRobotWithMetadata(ctx context.Context, owner RobotOwner, name string) (*Robot, error) {
	var date time.Time
	r := owner.request(owner.get, name)
	r.date = &date
	robot, err := fetch[Robot](ctx, c, r)
	if err != nil {
		return nil, err
	}
	robot.Date = date
	return robot, nil
}

// ListRobots reads all robots of an owner by name, with their tokens, without metadata, by GET
// /organization/{orgname}/robots (getOrgRobots) or GET /user/robots (getUserRobots). Quay
// shows tokens to administrators only. For an organization that does not exist, the result is
// empty.
func (c *Client) ListRobots(ctx context.Context, owner RobotOwner) ([]Robot, error) {
	return listRobots[Robot](ctx, c, owner, url.Values{})
}

// RobotAccess is a robot with its teams and repositories, without its token.
type RobotAccess struct {
	Robot
	Teams []struct {
		Name string `json:"name"`
	} `json:"teams"`
	// Repositories are the repositories in which the robot has a direct permission, by name
	// without the namespace.
	Repositories []string `json:"repositories"`
}

// ListRobotAccess reads all robots of an owner by name, with their teams and repositories, by
// the same calls as ListRobots. Quay shows teams and repositories to administrators
// only.
func (c *Client) ListRobotAccess(ctx context.Context, owner RobotOwner) ([]RobotAccess, error) {
	return listRobots[RobotAccess](ctx, c, owner, url.Values{"permissions": {"true"}, "token": {"false"}})
}

func listRobots[T interface{ Name() string }](ctx context.Context, c *Client, owner RobotOwner, query url.Values) ([]T, error) {
	r := owner.request(owner.list)
	r.query = query
	return listOf(ctx, c, r, "robots", T.Name)
}

// RegenerateRobotToken gives a robot another token and returns the robot without its
// metadata, by POST /organization/{orgname}/robots/{robot_shortname}/regenerate
// (regenerateOrgRobotToken) or POST /user/robots/{robot_shortname}/regenerate
// (regenerateUserRobotToken). The old token is invalid at once. The error is
// [NotFound] if there is no such robot.
func (c *Client) RegenerateRobotToken(ctx context.Context, owner RobotOwner, name string) (*Robot, error) {
	return fetch[Robot](ctx, c, owner.request(owner.regenerate, name))
}

// DeleteRobot deletes a robot with its permissions and memberships, by
// DELETE /organization/{orgname}/robots/{robot_shortname} (deleteOrgRobot) or
// DELETE /user/robots/{robot_shortname} (deleteUserRobot). The error is [NotFound] if
// there is no such robot, and [Invalid] if a mirror uses it.
func (c *Client) DeleteRobot(ctx context.Context, owner RobotOwner, name string) error {
	return c.do(ctx, owner.request(owner.delete, name), nil)
}

// FederatedIdentity is a subject of an OIDC issuer. It can act as a robot.
type FederatedIdentity struct {
	Issuer  string `json:"issuer"` // a URL
	Subject string `json:"subject"`
}

// GetRobotFederation reads the identities that can act as a robot, by
// GET /organization/{orgname}/robots/{robot_shortname}/federation
// (getOrgRobotFederation) or GET /user/robots/{robot_shortname}/federation
// (getUserRobotFederation). The error is [NotFound] if there is no such robot.
func (c *Client) GetRobotFederation(ctx context.Context, owner RobotOwner, name string) ([]FederatedIdentity, error) {
	var identities []FederatedIdentity
	if err := c.do(ctx, owner.request(owner.getFederation, name), &identities); err != nil {
		return nil, err
	}
	return identities, nil
}

// SetRobotFederation replaces the identities that can act as a robot. The list can be empty.
// It calls POST /organization/{orgname}/robots/{robot_shortname}/federation
// (createOrgRobotFederation) or POST /user/robots/{robot_shortname}/federation
// (createUserRobotFederation). The error is [NotFound] if there is no such robot, and
// [Invalid] for an issuer that is no URL and for two equal identities.
func (c *Client) SetRobotFederation(ctx context.Context, owner RobotOwner, name string, identities []FederatedIdentity) error {
	r := owner.request(owner.setFederation, name)
	r.body = append([]FederatedIdentity{}, identities...) // Quay refuses null
	return c.do(ctx, r, nil)
}

// DockerConfig returns the configuration with which container tools log in to the
// registry: the content of a Docker config.json.
func (c *Client) DockerConfig(username, token string) string {
	type login struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Auth     string `json:"auth"`
	}
	auth := base64.StdEncoding.EncodeToString([]byte(username + ":" + token))
	text, _ := json.Marshal(map[string]any{"auths": map[string]login{c.base.Host: {username, token, auth}}}) // strings always encode
	return string(text)
}
