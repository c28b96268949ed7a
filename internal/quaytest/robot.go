package quaytest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func robotArea() area {
	return area{
		routes: []*route{
			get("getOrgRobots", "/organization/{orgname}/robots", getOrgRobots),
			get("getOrgRobot", "/organization/{orgname}/robots/{robot_shortname}", getRobot),
			put("createOrgRobot", "/organization/{orgname}/robots/{robot_shortname}", createRobot),
			del("deleteOrgRobot", "/organization/{orgname}/robots/{robot_shortname}", deleteRobot),
			post("regenerateOrgRobotToken", "/organization/{orgname}/robots/{robot_shortname}/regenerate", regenerateRobotToken),
			get("getOrgRobotPermissions", "/organization/{orgname}/robots/{robot_shortname}/permissions", getOrgRobotPermissions),

			get("getOrgRobotFederation", "/organization/{orgname}/robots/{robot_shortname}/federation", getRobotFederation).since(Quay3_16),
			post("createOrgRobotFederation", "/organization/{orgname}/robots/{robot_shortname}/federation", setRobotFederation).since(Quay3_16),
			del("deleteOrgRobotFederation", "/organization/{orgname}/robots/{robot_shortname}/federation", deleteRobotFederation).since(Quay3_16),

			get("getUserRobots", "/user/robots", getUserRobots),
			get("getUserRobot", "/user/robots/{robot_shortname}", getRobot),
			put("createUserRobot", "/user/robots/{robot_shortname}", createRobot),
			del("deleteUserRobot", "/user/robots/{robot_shortname}", deleteRobot),
			post("regenerateUserRobotToken", "/user/robots/{robot_shortname}/regenerate", regenerateRobotToken),
			get("getUserRobotPermissions", "/user/robots/{robot_shortname}/permissions", getUserRobotPermissions),
			get("getUserRobotFederation", "/user/robots/{robot_shortname}/federation", getRobotFederation).since(Quay3_18),
			post("createUserRobotFederation", "/user/robots/{robot_shortname}/federation", setRobotFederation).since(Quay3_18),
			del("deleteUserRobotFederation", "/user/robots/{robot_shortname}/federation", deleteRobotFederation).since(Quay3_18),
		},
		newState: func() any { return &robotState{details: map[*account]*robotDetails{}} },
		counts: map[string]func(*store) int{
			"robots": countAccounts(robot),
			"federated identities": func(st *store) int {
				n := 0
				for _, details := range state[robotState](st).details {
					n += len(details.federation)
				}
				return n
			},
		},
		onDelete: func(st *store, object any) {
			if a, ok := object.(*account); ok {
				for _, r := range st.robotsOf(a) {
					st.eraseAccount(r)
				}
			}
		},
		onErase: func(st *store, a *account) { delete(state[robotState](st).details, a) },
		onRename: func(st *store, a *account, newName string) {
			for _, r := range st.robotsOf(a) {
				_, short, _ := strings.Cut(r.name, "+")
				st.setName(r, newName+"+"+short)
			}
		},
	}
}

type robotState struct {
	details map[*account]*robotDetails
}

// robotDetails are the properties that only robot accounts have.
type robotDetails struct {
	description string
	metadata    any
	token       string
	federation  []federatedIdentity
}

// federatedIdentity is a user of another system who can act as a robot.
type federatedIdentity struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// robotsOf returns the robots of a namespace by their id.
func (st *store) robotsOf(namespace *account) []*account {
	var list []*account
	for _, r := range st.accountsOf(robot) {
		if strings.HasPrefix(r.name, namespace.name+"+") {
			list = append(list, r)
		}
	}
	return list
}

// AddRobot adds a robot of an organization or a user.
func (s *Server) AddRobot(owner, name string) {
	s.change(func(st *store) {
		namespace := must(st.namespace(owner), "AddRobot: no user or organization %q", owner)
		st.addRobot(namespace.name+"+"+name, "", pyjson.Object{})
	})
}

func (st *store) addRobot(name, description string, metadata any) *account {
	r := st.addAccount(robot, name, newUUID())
	state[robotState](st).details[r] = &robotDetails{description, metadata, st.recordSecret(secret(64)), []federatedIdentity{}}
	return r
}

var robotSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(
		pyjson.Property("description", pyjson.Type("string"), pyjson.MaxLength(255)),
		pyjson.Property("unstructured_metadata", pyjson.Type("object")),
	),
}

// robotNamespace returns the organization of the path to an administrator, or the
// user itself if the path has no organization. The organization may not exist.
func (c *call) robotNamespace() (name string, namespace *account, err error) {
	name, ofOrganization := c.params["orgname"]
	switch {
	case !ofOrganization && c.hasUserRole("admin"):
		return c.user.name, c.user, nil
	case ofOrganization && c.administers(name):
		return name, c.store.account(name, organization), nil
	}
	return "", nil, c.unauthorized()
}

// robotOfPath returns the robot of the path to an administrator of its namespace.
func (c *call) robotOfPath() (namespace, r *account, err error) {
	name, namespace, err := c.robotNamespace()
	if err != nil {
		return nil, nil, err
	}
	if r := c.store.account(name+"+"+c.params["robot_shortname"], robot); r != nil {
		return namespace, r, nil
	}
	return nil, nil, refused("Could not find robot with specified username")
}

func (st *store) robotView(r *account) view {
	details := state[robotState](st).details[r]
	return view{
		"name":                  r.name,
		"created":               formatDate(r.created),
		"last_accessed":         nil,
		"description":           details.description,
		"token":                 details.token,
		"unstructured_metadata": details.metadata,
	}
}

func getOrgRobots(c *call) (response, error) {
	name := c.params["orgname"]
	if !c.memberOf(name) {
		return response{}, c.unauthorized()
	}
	return c.listRobots(c.store.account(name, organization), c.administers(name))
}

func getUserRobots(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	return c.listRobots(c.user, true)
}

const robotLimitHelp = "If specified, the number of robots to return."

// listRobots returns the response with the robots of a namespace, which may be nil.
// Only an administrator sees their tokens and permissions.
func (c *call) listRobots(namespace *account, admin bool) (response, error) {
	limit := 0
	if v, ok := c.query("limit"); ok {
		var err error
		if limit, err = strconv.Atoi(v); err != nil {
			return response{}, &plainError{http.StatusBadRequest, view{"limit": robotLimitHelp}}
		}
	}
	list := []view{}
	if namespace == nil {
		return ok(view{"robots": list})
	}
	robots := c.store.robotsOf(namespace)
	if 0 < limit && limit < len(robots) {
		robots = robots[len(robots)-limit:] // the newest robots
	}
	for _, r := range robots {
		v := c.store.robotView(r)
		delete(v, "unstructured_metadata")
		if !admin || !c.flag("token", true) {
			delete(v, "token")
		}
		if admin && c.flag("permissions", false) {
			v["teams"], v["repositories"] = c.store.accessIn(namespace, r)
		}
		list = append(list, v)
	}
	return ok(view{"robots": list})
}

// accessIn returns the teams of a user or a robot in a namespace. It also returns the names of
// the repositories on which the user or the robot has a direct permission.
func (st *store) accessIn(namespace, a *account) (teams []view, repositories []string) {
	teams, repositories = []view{}, []string{}
	for _, t := range st.teamsOf(namespace) {
		if slices.Contains(t.members, a) {
			teams = append(teams, view{"name": t.name, "avatar": t.avatar()})
		}
	}
	for _, repo := range state[repositoryState](st).repositories {
		if repo.owner == namespace && st.permissionOf(repo, a) != nil {
			repositories = append(repositories, repo.name)
		}
	}
	return teams, repositories
}

func getRobot(c *call) (response, error) {
	name, namespace, err := c.robotNamespace()
	if err != nil {
		return response{}, err
	}
	if namespace == nil {
		return response{}, refused("Organization does not exist: %s", name)
	}
	_, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(c.store.robotView(r))
}

func createRobot(c *call) (response, error) {
	body, err := c.decodeOptional(robotSchema)
	if err != nil {
		return response{}, err
	}
	namespaceName, namespace, err := c.robotNamespace()
	if err != nil {
		return response{}, err
	}
	if namespace == nil {
		return response{}, refused("Organization does not exist: %s", namespaceName)
	}
	short := c.params["robot_shortname"]
	name := namespaceName + "+" + short
	if err := c.checkRobotName(short, name); err != nil {
		return response{}, err
	}
	metadata, _ := body.Get("unstructured_metadata")
	stored, description := metadata, body.Text("description")
	if metadata == nil {
		stored = pyjson.Object{}
	}
	r := c.store.addRobot(name, description, stored)
	c.log("create_robot", namespace, view{"robot": short, "description": description, "unstructured_metadata": metadata})
	v := c.store.robotView(r)
	v["unstructured_metadata"] = metadata
	return jsonResponse(http.StatusCreated, v), nil
}

// checkRobotName returns an error if no new robot can have a name. The database
// has the limit of 255 characters for the name with the namespace.
func (c *call) checkRobotName(short, name string) error {
	invalid := invalidRequest
	if c.before(Quay3_12) {
		invalid = refused
	}
	if p := nameProblem(short, "Namespace"); p != "" {
		return invalid("The name for the robot '%s' is invalid: %s", short, p)
	}
	if c.store.accounts[name] != nil {
		return invalid("Existing robot with name: %s", name)
	}
	if utf8.RuneCountInString(name) > 255 {
		return refused("value too long for type character varying(255)\n")
	}
	return nil
}

// regenerateRobotToken gives a robot a new token. Quay also changes the robot's e-mail
// address, from which it derives the avatar.
func regenerateRobotToken(c *call) (response, error) {
	namespace, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	state[robotState](c.store).details[r].token = c.store.recordSecret(secret(64))
	c.store.setEmail(r, newUUID())
	c.log("regenerate_robot_token", namespace, view{"robot": c.params["robot_shortname"]})
	v := c.store.robotView(r)
	delete(v, "unstructured_metadata")
	return ok(v)
}

const notPermitted = "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server."

// getOrgRobotPermissions needs the scopes of a user and of an organization.
func getOrgRobotPermissions(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	if !c.administers(c.params["orgname"]) {
		return response{}, &plainError{http.StatusForbidden, notPermitted}
	}
	return c.robotPermissions()
}

func getUserRobotPermissions(c *call) (response, error) { return c.robotPermissions() }

func (c *call) robotPermissions() (response, error) {
	_, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	return c.rolesOfGrantee(func(repo *repository) *permission { return c.store.permissionOf(repo, r) })
}

func deleteRobot(c *call) (response, error) {
	namespace, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	if c.store.usedByMirror(r) {
		return response{}, invalidRequest("Robot is being used by a mirror")
	}
	c.store.eraseAccount(r)
	c.log("delete_robot", namespace, view{"robot": c.params["robot_shortname"]})
	return deleted()
}

func getRobotFederation(c *call) (response, error) {
	_, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(state[robotState](c.store).details[r].federation)
}

var federationSchema = pyjson.Schema{pyjson.Type("array"), pyjson.Items(
	pyjson.Type("object"),
	pyjson.Properties(pyjson.Property("issuer", pyjson.Type("string")), pyjson.Property("subject", pyjson.Type("string"))),
	pyjson.Required("issuer", "subject"),
)}

// setRobotFederation replaces all federated identities of a robot.
func setRobotFederation(c *call) (response, error) {
	body, err := c.decodeValue(federationSchema)
	if err != nil {
		return response{}, err
	}
	if _, _, err := c.robotNamespace(); err != nil {
		return response{}, err
	}
	identities := []federatedIdentity{}
	for _, element := range body.([]any) {
		object := element.(pyjson.Object)
		identity := federatedIdentity{object.Text("issuer"), object.Text("subject")}
		switch {
		case identity.Issuer == "" || identity.Subject == "":
			return response{}, invalidRequest("Missing one or more required fields (issuer, subject)")
		case !strings.HasPrefix(identity.Issuer, "http://") && !strings.HasPrefix(identity.Issuer, "https://"):
			return response{}, invalidRequest("Issuer must be a URL (http:// or https://)")
		case slices.Contains(identities, identity):
			return response{}, invalidRequest("Duplicate federation config entry")
		}
		identities = append(identities, identity)
	}
	namespace, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	state[robotState](c.store).details[r].federation = identities
	c.log("create_robot_federation", namespace, view{"config": identities, "robot": c.params["robot_shortname"]})
	return ok(identities)
}

func deleteRobotFederation(c *call) (response, error) {
	namespace, r, err := c.robotOfPath()
	if err != nil {
		return response{}, err
	}
	state[robotState](c.store).details[r].federation = []federatedIdentity{}
	c.log("delete_robot_federation", namespace, view{"robot": c.params["robot_shortname"]})
	return deleted()
}
