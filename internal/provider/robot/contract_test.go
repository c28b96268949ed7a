package robot_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/robot"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	organizationRobot, userRobot := ofOrganizations(), ofUsers()
	names := []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("name")}
	acctest.Contract(t, robot.Area(), organizationRobot, userRobot, organizationFederations.contract(), userFederations.contract(),
		acctest.Case{
			Type: "quay_organization_robots",
			DataSource: &acctest.DataSource{
				Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
					organization := registry.Organization(t)
					registry.Robot(t, organization, "ci")
					return acctest.Attributes{"organization": organization}
				},
				Inputs: acctest.Inputs{Rules: names[:1]},
			},
		},
		acctest.Case{Type: "quay_user_robots", DataSource: &acctest.DataSource{Config: acctest.NoConfig}},
		acctest.Case{
			Type: "quay_organization_robot_token",
			Ephemeral: &acctest.EphemeralResource{
				Config: acctest.Attributes{"organization": "acme", "name": "ci"},
				Prepare: func(t testing.TB, registry *acctest.Registry) {
					registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
					registry.Robot(t, "acme", "ci")
				},
				ReadsOnly: true,
				Secrets:   []string{"token", "dockerconfigjson"},
				Inputs:    acctest.Inputs{Rules: names},
			},
		},
		acctest.Case{
			Type: "quay_user_robot_token",
			Ephemeral: &acctest.EphemeralResource{
				Config:    acctest.Attributes{"name": "laptop"},
				Prepare:   func(t testing.TB, registry *acctest.Registry) { userRobotNamed(t, registry, "laptop") },
				ReadsOnly: true,
				Secrets:   []string{"token", "dockerconfigjson"},
				Inputs:    acctest.Inputs{Rules: names[1:]},
				Example:   exampleUserRobot,
			},
		},
		acctest.Case{
			Type: "quay_regenerate_robot_token",
			Action: &acctest.Action{
				Config: func(simulator *quaytest.Server) acctest.Attributes {
					simulator.AddOrganization("acme", "acme@example.com", "admin")
					simulator.AddRobot("acme", "ci")
					return acctest.Attributes{"organization": "acme", "name": "ci"}
				},
				Inputs: acctest.Inputs{Rules: names},
			},
		},
	)
}

// userRobotNamed makes a robot of the token's user.
func userRobotNamed(t testing.TB, registry *acctest.Registry, name string) {
	t.Helper()
	path := "/user/robots/" + name
	registry.Must(t, http.MethodPut, path, map[string]any{"description": ""})
	t.Cleanup(func() { registry.Call(t, http.MethodDelete, path, nil) })
}

// exampleUserRobot makes the robot of the examples.
func exampleUserRobot(t testing.TB, registry *acctest.Registry) map[string]string {
	userRobotNamed(t, registry, "laptop")
	return nil
}

func ofOrganizations() acctest.Case {
	c := contract("/organization/%s/robots/%s", "organization", "name")
	c.Type = "quay_organization_robot"
	c.Config = func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
		return acctest.Attributes{
			"organization": registry.Organization(t), "name": "ci", "description": "builds images", "metadata": map[string]string{"owner": "a"},
		}
	}
	c.InMemory = func(simulator *quaytest.Server) acctest.Attributes {
		simulator.AddOrganization("acme", "acme@example.com", "admin")
		return acctest.Attributes{"organization": "acme", "name": "ci", "description": "builds images", "rotation": "1"}
	}
	c.InvalidIDs = map[string]string{
		"acme": "Write it as organization:name", "acme:": "Write it as organization:name", "Acme:ci": "organization must be 1 to 255", "acme:a+b": "name must be 2 to 255",
	}
	// To keep a robot that the mirror of its organization uses.
	c.OptionalCalls, c.OptionalSettings = []string{"getOrgMirrorConfig"}, []string{"FEATURE_ORG_MIRROR"}
	c.Inputs.Rules = append(c.Inputs.Rules, acctest.NameRule("organization"))
	c.Inputs.Invalid = []acctest.Invalid{{
		Config:    acctest.Attributes{"organization": strings.Repeat("a", 128), "name": strings.Repeat("b", 127)},
		Attribute: "name", Error: "must have at most 255 characters together",
	}}
	c.List.Finds = map[string]string{"organization": "organization"}
	c.List.Inputs.Rules = []acctest.Rule{acctest.NameRule("organization")}
	c.DataSource = &acctest.DataSource{
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			registry.Robot(t, organization, "ci")
			return acctest.Attributes{"organization": organization, "name": "ci"}
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization"), acctest.NameRule("name")}},
	}
	return c
}

func ofUsers() acctest.Case {
	c := contract("/user/robots/%s", "name")
	c.Type = "quay_user_robot"
	c.Config = func(testing.TB, *acctest.Registry) acctest.Attributes {
		return acctest.Attributes{"name": acctest.Name("tfrobot"), "description": "builds images", "metadata": map[string]string{"owner": "a"}}
	}
	c.InMemory = func(*quaytest.Server) acctest.Attributes {
		return acctest.Attributes{"name": "laptop", "description": "builds images", "rotation": "1"}
	}
	c.InvalidIDs = map[string]string{"admin+ci": "name must be 2 to 255", "Ci": "name must be 2 to 255"}
	c.List.Example = exampleUserRobot
	c.DataSource = &acctest.DataSource{
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			name := acctest.Name("tfrobot")
			userRobotNamed(t, registry, name)
			return acctest.Attributes{"name": name}
		},
		Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("name")}},
		Example: exampleUserRobot,
	}
	return c
}

// contract returns what the robots of organizations and of users have in common. The
// path of a robot has the parts of the identity.
func contract(path string, identity ...string) acctest.Case {
	return acctest.Case{
		Identity: identity,
		Change:   acctest.Attributes{"rotation": "2"},
		Variants: []acctest.Attributes{{}, {"metadata": nil, "rotation": "1"}},
		Secrets:  []string{"token", "dockerconfigjson"},
		Delete: func(t testing.TB, registry *acctest.Registry, values map[string]string) {
			var parts []any
			for _, name := range identity {
				parts = append(parts, values[name])
			}
			registry.Call(t, http.MethodDelete, fmt.Sprintf(path, parts...), nil)
		},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			{
				Attribute: "name", Error: "must be 2 to 255 characters: lower-case letters and digits, with single '.', '_' or '-' between them",
				Refused:  []string{"", "a", "Ci", "-ci", "a..b", "a__b", "acme+ci", "a:b", "ci ", strings.Repeat("a", 256)},
				Accepted: []string{"ab", "under_score", "dash-name", "dot.name", "12345", strings.Repeat("a", 200)},
			},
			{
				Attribute: "description", Error: "must have at most 255 characters",
				Refused: []string{strings.Repeat("x", 256)}, Accepted: []string{"", "  a\nb ✓ ", strings.Repeat("ü", 255)},
			},
		}},
		List: &acctest.List{},
	}
}
