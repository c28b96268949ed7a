package robot_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Not tested here: that a token of an issuer lets anybody act as a robot. Quay's API does
// not tell.

// federations are those of robots of organizations, or of the token's user.
type federations struct {
	typeName string
	identity []string
	path     string // of a robot, with the parts of the identity
	robot    func(t testing.TB, registry *acctest.Registry) acctest.Attributes
}

var (
	organizationFederations = federations{
		"quay_organization_robot_federation",
		[]string{"organization", "robot"},
		"/organization/%s/robots/%s",
		func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			registry.Robot(t, organization, "ci")
			return acctest.Attributes{"organization": organization, "robot": "ci"}
		},
	}
	userFederations = federations{
		"quay_user_robot_federation",
		[]string{"robot"},
		"/user/robots/%s",
		func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			name := acctest.Name("tfrobot")
			userRobotNamed(t, registry, name)
			return acctest.Attributes{"robot": name}
		},
	}
)

const githubActions = "https://token.actions.githubusercontent.com"

// robotPath returns the path of the robot of a configuration.
func (f federations) robotPath(config acctest.Attributes) string {
	var parts []any
	for _, name := range f.identity {
		parts = append(parts, config[name])
	}
	return fmt.Sprintf(f.path, parts...)
}

// newRobot makes a robot and returns the configuration that names it. It skips the test if the
// registry has no federation of such robots.
func (f federations) newRobot(t testing.TB, registry *acctest.Registry) acctest.Attributes {
	t.Helper()
	config := f.robot(t, registry)
	if status, _ := registry.Call(t, http.MethodGet, f.robotPath(config)+"/federation", nil); status != http.StatusOK {
		t.Skip("needs a registry with the federation of robots")
	}
	return config
}

// current returns the federation of the robot of a configuration as Quay shows it.
func (f federations) current(t testing.TB, registry *acctest.Registry, config acctest.Attributes) []any {
	t.Helper()
	_, response := registry.Call(t, http.MethodGet, f.robotPath(config)+"/federation", nil)
	identities, _ := response.([]any)
	return identities
}

// set sets the federation of the robot of a configuration, to subjects of one issuer.
func (f federations) set(t testing.TB, registry *acctest.Registry, config acctest.Attributes, subjects ...string) {
	t.Helper()
	body := []map[string]string{}
	for _, subject := range subjects {
		body = append(body, map[string]string{"issuer": githubActions, "subject": subject})
	}
	registry.Must(t, http.MethodPost, f.robotPath(config)+"/federation", body)
}

// identities returns a set of identities. Each is an issuer and a subject.
func identities(pairs ...[2]any) tftypes.Value {
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"issuer": tftypes.String, "subject": tftypes.String}}
	var values []tftypes.Value
	for _, pair := range pairs {
		values = append(values, tftypes.NewValue(object, map[string]tftypes.Value{
			"issuer": tftypes.NewValue(tftypes.String, pair[0]), "subject": tftypes.NewValue(tftypes.String, pair[1]),
		}))
	}
	return tftypes.NewValue(tftypes.Set{ElementType: object}, values)
}

// of returns the configuration of the federation of a robot.
func of(robot acctest.Attributes, identities tftypes.Value) acctest.Attributes {
	config := maps.Clone(robot)
	config["identities"] = identities
	return config
}

func (f federations) contract() acctest.Case {
	first, second := [2]any{githubActions, "repo:acme/app"}, [2]any{"http://idp.example.com/", "42"}
	invalid := func(issuer, subject any, words string) acctest.Invalid {
		return acctest.Invalid{
			Config:    acctest.Attributes{"identities": identities(first, [2]any{issuer, subject})},
			Attribute: "identities", Error: words,
		}
	}
	const badIssuer = "identities.issuer must be a URL with http:// or https://"
	c := acctest.Case{
		Type:     f.typeName,
		Identity: f.identity,
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return of(f.newRobot(t, registry), identities(first, second))
		},
		Change:     acctest.Attributes{"identities": identities(second)},
		FaultCases: 150,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			return map[string]float64{"identities": float64(len(f.current(t, registry, config)))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			config := acctest.Attributes{}
			for name, value := range identity {
				config[name] = value
			}
			registry.Call(t, http.MethodPost, f.robotPath(config)+"/federation", []string{})
		},
		Parent: f.robotPath,
		InvalidIDs: map[string]string{
			"acme": "Write it as organization:robot", "acme:": "Write it as organization:robot", "Acme:ci": "organization must be 1 to 255",
			"acme:a+b": "robot must be 1 to 255",
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{acctest.NameRule("robot")},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"identities": identities()}, Attribute: "identities", Error: "must contain at least 1 elements"},
				invalid("idp.example.com", "s", badIssuer), invalid("ftp://idp.example.com", "s", badIssuer), invalid("https://", "s", badIssuer),
				invalid("https://idp.example.com ", "s", badIssuer), invalid("HTTPS://idp.example.com", "s", badIssuer), invalid("", "s", badIssuer),
				invalid(githubActions, "", "identities.subject must not be empty."),
			},
		},
		Example: f.needed,
		List:    &acctest.List{Example: f.example},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				config := f.newRobot(t, registry)
				f.set(t, registry, config, "repo:acme/app")
				return config
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("robot")}},
			Example: f.example,
		},
	}
	if len(f.identity) == 1 {
		c.InvalidIDs = map[string]string{"admin+ci": "robot must be 1 to 255", "Ci": "robot must be 1 to 255"}
		return c
	}
	rule := acctest.NameRule("organization")
	c.Inputs.Rules = append(c.Inputs.Rules, rule)
	c.List.Finds = map[string]string{"organization": "organization"}
	c.List.Inputs.Rules = []acctest.Rule{rule}
	c.DataSource.Inputs.Rules = append(c.DataSource.Inputs.Rules, rule)
	return c
}

// needed skips the test of an example on a registry without the federation.
func (f federations) needed(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	f.newRobot(t, registry)
	return nil
}

// example makes the robot of the examples with a federation.
func (f federations) example(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	f.needed(t, registry)
	config := acctest.Attributes{"organization": "acme", "robot": "ci"} // which exists
	if len(f.identity) == 1 {
		userRobotNamed(t, registry, "laptop")
		config["robot"] = "laptop"
	}
	f.set(t, registry, config, "repo:acme/app")
	return nil
}

func TestAccRobotFederation(t *testing.T) {
	t.Parallel()
	for _, f := range []federations{organizationFederations, userFederations} {
		t.Run(f.typeName, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			robot := f.newRobot(t, registry)
			step := func(action plancheck.ResourceActionType, subjects ...string) resource.TestStep {
				var body strings.Builder
				for _, name := range f.identity {
					fmt.Fprintf(&body, "  %s = %q\n", name, robot[name])
				}
				for i, subject := range subjects {
					subjects[i] = fmt.Sprintf("{ issuer = %q, subject = %q }", githubActions, subject)
				}
				return resource.TestStep{
					Config:           registry.Config("resource %q \"test\" {\n%s  identities = [%s]\n}\n", f.typeName, body.String(), strings.Join(subjects, ", ")),
					ConfigPlanChecks: acctest.Planned(f.typeName+".test", action),
				}
			}
			another := step(plancheck.ResourceActionUpdate, "a", "b")
			another.PreConfig = func() { f.set(t, registry, robot, "b", "a", "c") }
			ordered := step(plancheck.ResourceActionNoop, "a", "b")
			ordered.PreConfig = func() { f.set(t, registry, robot, "b", "a") }
			emptied := step(plancheck.ResourceActionCreate, "a", "b")
			emptied.PreConfig = func() { f.set(t, registry, robot) }
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{
					step(plancheck.ResourceActionCreate, "a"),
					step(plancheck.ResourceActionUpdate, "a", "b"),
					another,
					ordered,
					emptied,
					step(plancheck.ResourceActionUpdate, "c"),
				},
			})
			if left := f.current(t, registry, robot); len(left) > 0 {
				t.Errorf("identities are left: %v", left)
			}
		})
	}
}

// The identities of a robot that is replaced are set again in the same apply.
func TestAccRobotFederation_robotReplaced(t *testing.T) {
	t.Parallel()
	f := organizationFederations
	registry := acctest.Start(t)
	organization := f.newRobot(t, registry)["organization"]
	step := func(description string) resource.TestStep {
		return resource.TestStep{Config: registry.Config(`
resource "quay_organization_robot" "r" {
  organization = %q
  name         = "deploy"
  description  = %q
}

resource "quay_organization_robot_federation" "test" {
  organization = quay_organization_robot.r.organization
  robot        = quay_organization_robot.r.name
  identities   = [{ issuer = %q, subject = "s" }]
  lifecycle {
    replace_triggered_by = [quay_organization_robot.r.username]
  }
}
`, organization, description, githubActions)}
	}
	replaced := step("second")
	replaced.ConfigPlanChecks = acctest.Planned(f.typeName+".test", plancheck.ResourceActionDestroyBeforeCreate)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps:                    []resource.TestStep{step("first"), replaced}, // and the plan after it is empty
	})
}

// The provider does not overwrite an existing federation, and names a missing robot.
func TestAccRobotFederation_refused(t *testing.T) {
	t.Parallel()
	f := organizationFederations
	registry := acctest.Start(t)
	robot := f.newRobot(t, registry)
	missing := acctest.Attributes{"organization": robot["organization"], "robot": "nosuch"}
	f.set(t, registry, robot, "somebody")
	p := registry.Serve(t, nil)
	for words, config := range map[string]acctest.Attributes{
		fmt.Sprintf("import {\n  to = %s.example\n  id = \"%s:ci\"", f.typeName, robot["organization"]): robot,
		fmt.Sprintf("There is no robot \"%s+nosuch\" in the registry.", robot["organization"]):          missing,
	} {
		config = of(config, identities([2]any{githubActions, "s"}))
		state, diags := p.Apply(t.Context(), f.typeName, p.Plan(f.typeName, p.Absent(f.typeName), config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) || !state.Value.IsNull() {
			t.Errorf("created %s with %v, want %q", state.Value, diags, words)
		}
	}
	if left := f.current(t, registry, robot); len(left) != 1 {
		t.Errorf("the federation became %v", left)
	}
	if _, diags := p.ReadData(f.typeName, missing); len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no robot") {
		t.Errorf("the data source: %v", diags)
	}
	_, diags := p.List(f.typeName, acctest.Attributes{"organization": acctest.Name("tforg")}, 10, false)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no organization") {
		t.Errorf("the list: %v", diags)
	}
}

// The list names the robots with a federation, with a call for each robot.
func TestRobotFederation_listed(t *testing.T) {
	t.Parallel()
	f := organizationFederations
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	robot := f.newRobot(t, registry)
	organization := robot["organization"].(string)
	registry.Robot(t, organization, "another")
	f.set(t, registry, robot, "a", "b")
	simulator.ResetCalls()
	names := registry.Serve(t, nil).ListNames(f.typeName, acctest.Attributes{"organization": organization})
	if want := []string{organization + "+ci: 2 identities"}; !slices.Equal(names, want) {
		t.Errorf("listed are %q, not %q", names, want)
	}
	if calls := len(simulator.Requests()); calls != 3 {
		t.Errorf("%d calls: %v", calls, simulator.Calls())
	}
}

// The provider distinguishes a registry without federations from a robot without one. The
// error says which version has federations, and the state stays.
func TestRobotFederation_notAvailable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		federations
		versions []quaytest.Version
		words    string
	}{
		{organizationFederations, []quaytest.Version{quaytest.Quay3_9, quaytest.Quay3_12}, "It exists since Quay 3.13."},
		{userFederations, []quaytest.Version{quaytest.Quay3_9, quaytest.Quay3_12, quaytest.Quay3_16}, "It exists since Quay 3.18."},
	} {
		for _, version := range test.versions {
			full, without := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18)), acctest.Start(t, quaytest.WithVersion(version))
			for _, registry := range []*acctest.Registry{full, without} {
				simulator := registry.Simulator(t)
				simulator.AddOrganization("acme", "acme@example.com", "admin")
				simulator.AddRobot("acme", "ci")
				simulator.AddRobot("admin", "ci")
			}
			robot := acctest.Attributes{"robot": "ci"}
			if len(test.identity) > 1 {
				robot["organization"] = "acme"
			}
			config := of(robot, identities([2]any{githubActions, "s"}))
			state := full.Serve(t, nil).Create(test.typeName, config)
			p := without.Serve(t, nil)
			read, readDiags := p.Read(test.typeName, state)
			p.NextRun()
			_, createDiags := p.Apply(t.Context(), test.typeName, p.Plan(test.typeName, p.Absent(test.typeName), config))
			p.NextRun()
			_, dataDiags := p.ReadData(test.typeName, robot)
			if !read.Value.Equal(state.Value) {
				t.Errorf("%v: the state became %s", version, read.Value)
			}
			for what, diags := range map[string][]*tfprotov6.Diagnostic{"read": readDiags, "created": createDiags, "data source": dataDiags} {
				if len(diags) != 1 || !strings.Contains(diags[0].Detail, test.words) {
					t.Errorf("%v: %s with %v", version, what, diags)
				}
			}
		}
	}
}
