package quaytest

import (
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// formatDate prints a time as most of the API does.
func formatDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0000") }

var robotSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(
		pyjson.Property("description", pyjson.Type("string"), pyjson.MaxLength(255)),
		pyjson.Property("unstructured_metadata", pyjson.Type("object")),
	),
}

// robotOrganization returns the organization whose robots a call is about.
func (c *call) robotOrganization() (*account, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if org := c.store.named(c.params["orgname"], organization); org != nil {
		return org, nil
	}
	return nil, refused("Organization does not exist: %s", c.params["orgname"])
}

func robotView(r *account) view {
	return view{
		"name":                  r.name,
		"created":               formatDate(r.created),
		"last_accessed":         nil,
		"description":           r.description,
		"token":                 r.token,
		"unstructured_metadata": r.metadata,
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
			v := robotView(r)
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

// robotAccess returns the teams in which a robot is and the names of the
// repositories on which it has a permission.
func (st *store) robotAccess(org, r *account) (teams []view, repositories []string) {
	teams, repositories = []view{}, []string{}
	for _, t := range org.teams {
		for _, m := range t.members {
			if m == r {
				teams = append(teams, view{"name": t.name, "avatar": t.avatar()})
			}
		}
	}
	for _, repo := range st.repositories {
		if repo.permissionOf(r) != nil {
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
	r := c.store.named(org.name+"+"+c.params["robot_shortname"], robot)
	if r == nil {
		return response{}, refused("Could not find robot with specified username")
	}
	return ok(robotView(r))
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
	r := c.store.add(robot, name, newUUID())
	r.description = body.Text("description")
	r.token = secret(64)
	metadata, _ := body.Get("unstructured_metadata")
	r.metadata = metadata
	if metadata == nil {
		r.metadata = pyjson.Object{}
	}
	c.log("create_robot", org, view{"robot": short, "description": r.description, "unstructured_metadata": metadata})
	v := robotView(r)
	v["unstructured_metadata"] = metadata
	return jsonResponse(201, v), nil
}

func deleteOrgRobot(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	short := c.params["robot_shortname"]
	r := c.store.named(c.params["orgname"]+"+"+short, robot)
	if r == nil {
		return response{}, refused("Could not find robot with specified username")
	}
	c.store.erase(r)
	c.log("delete_robot", c.store.namespace(c.params["orgname"]), view{"robot": short})
	return deleted()
}
