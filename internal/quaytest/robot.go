package quaytest

import (
	"net/http"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func robotArea() area {
	return area{
		routes: []*route{
			get("getOrgRobots", "/organization/{orgname}/robots", getOrgRobots),
			get("getOrgRobot", "/organization/{orgname}/robots/{robot_shortname}", getOrgRobot),
			put("createOrgRobot", "/organization/{orgname}/robots/{robot_shortname}", createOrgRobot),
			del("deleteOrgRobot", "/organization/{orgname}/robots/{robot_shortname}", deleteOrgRobot),
		},
		newState: func() any { return &robotState{details: map[*account]*robotDetails{}} },
		counts:   map[string]func(*store) int{"robots": countAccounts(robot)},
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

var robotSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(
		pyjson.Property("description", pyjson.Type("string"), pyjson.MaxLength(255)),
		pyjson.Property("unstructured_metadata", pyjson.Type("object")),
	),
}

// robotOrganization returns the organization of the path to an administrator.
func (c *call) robotOrganization() (*account, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if org := c.store.account(c.params["orgname"], organization); org != nil {
		return org, nil
	}
	return nil, refused("Organization does not exist: %s", c.params["orgname"])
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
	orgName := c.params["orgname"]
	if !c.memberOf(orgName) {
		return response{}, c.unauthorized()
	}
	admin := c.administers(orgName)
	permissions := admin && c.flag("permissions", false)
	list := []view{}
	if org := c.store.namespace(orgName); org != nil {
		for _, r := range c.store.robotsOf(org) {
			v := c.store.robotView(r)
			delete(v, "unstructured_metadata")
			if !admin || !c.flag("token", true) {
				delete(v, "token")
			}
			if permissions {
				v["teams"], v["repositories"] = c.store.robotAccess(org, r)
			}
			list = append(list, v)
		}
	}
	return ok(view{"robots": list})
}

// robotAccess returns the teams of which a robot is a member, and the names of the
// repositories on which it has a permission.
func (st *store) robotAccess(org, r *account) (teams []view, repositories []string) {
	teams, repositories = []view{}, []string{}
	for _, t := range st.teamsOf(org) {
		for _, m := range t.members {
			if m == r {
				teams = append(teams, view{"name": t.name, "avatar": t.avatar()})
			}
		}
	}
	for _, repo := range state[repositoryState](st).repositories {
		if st.permissionOf(repo, r) != nil {
			repositories = append(repositories, repo.name)
		}
	}
	return teams, repositories
}

func getOrgRobot(c *call) (response, error) {
	org, err := c.robotOrganization()
	if err != nil {
		return response{}, err
	}
	r := c.store.account(org.name+"+"+c.params["robot_shortname"], robot)
	if r == nil {
		return response{}, refused("Could not find robot with specified username")
	}
	return ok(c.store.robotView(r))
}

func createOrgRobot(c *call) (response, error) {
	body, err := c.decodeOptional(robotSchema)
	if err != nil {
		return response{}, err
	}
	org, err := c.robotOrganization()
	if err != nil {
		return response{}, err
	}
	short := c.params["robot_shortname"]
	if p := nameProblem(short, "Namespace"); p != "" {
		return response{}, invalidRequest("The name for the robot '%s' is invalid: %s", short, p)
	}
	name := org.name + "+" + short
	if c.store.accounts[name] != nil {
		return response{}, invalidRequest("Existing robot with name: %s", name)
	}
	metadata, _ := body.Get("unstructured_metadata")
	details := &robotDetails{description: body.Text("description"), metadata: metadata, token: secret(64)}
	if metadata == nil {
		details.metadata = pyjson.Object{}
	}
	r := c.store.addAccount(robot, name, newUUID())
	state[robotState](c.store).details[r] = details
	c.log("create_robot", org, view{"robot": short, "description": details.description, "unstructured_metadata": metadata})
	v := c.store.robotView(r)
	v["unstructured_metadata"] = metadata
	return jsonResponse(http.StatusCreated, v), nil
}

func deleteOrgRobot(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	short := c.params["robot_shortname"]
	r := c.store.account(c.params["orgname"]+"+"+short, robot)
	if r == nil {
		return response{}, refused("Could not find robot with specified username")
	}
	c.store.eraseAccount(r)
	c.log("delete_robot", c.store.namespace(c.params["orgname"]), view{"robot": short})
	return deleted()
}
