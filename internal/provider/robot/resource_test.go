package robot_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	typeName = "quay_organization_robot"
	address  = typeName + ".test"
)

func config(registry *acctest.Registry, organization, body string) string {
	return registry.Config("resource %q \"test\" {\n  organization = %q\n  name = \"ci\"\n%s\n}\n", typeName, organization, body)
}

func TestAccRobot(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	path := "/organization/" + organization + "/robots/ci"
	const described = "description = \"  a\\nb ✓ \"\n"
	var token acctest.Value
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:           config(registry, organization, described+"metadata = { owner = \"a\" }"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "username", knownvalue.StringExact(organization+"+ci")),
					acctest.Attribute(address, "description", knownvalue.StringExact("  a\nb ✓ ")),
					acctest.Attribute(address, "metadata", knownvalue.MapExact(map[string]knownvalue.Check{"owner": knownvalue.StringExact("a")})),
				},
				Check: token.Keep(address, "token"),
			},
			{ // set first, the rotation keeps the token, and the robot keeps its metadata when it is left out
				Config:           config(registry, organization, described+"rotation = \"1\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            token.Same(address, "token"),
			},
			{
				Config:           config(registry, organization, described+"metadata = { owner = \"a\" }\nrotation = \"2\""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            resource.ComposeAggregateTestCheckFunc(token.Changed(address, "token"), token.Keep(address, "token")),
			},
			{ // removed, the rotation keeps the token
				Config:           config(registry, organization, described+"metadata = { owner = \"a\" }"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
				Check:            token.Same(address, "token"),
			},
			{ // regenerated outside
				PreConfig:        func() { registry.Must(t, http.MethodPost, path+"/regenerate", nil) },
				Config:           config(registry, organization, described+"metadata = { owner = \"a\" }"),
				ConfigPlanChecks: acctest.PlannedNothing(),
				Check:            token.Changed(address, "token"),
			},
			{
				Config:           config(registry, organization, "metadata = { owner = \"a\" }"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{
				Config:           config(registry, organization, "metadata = { owner = \"b\" }"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{ // created anew outside, with other metadata
				PreConfig: func() {
					registry.Must(t, http.MethodDelete, path, nil)
					registry.Must(t, http.MethodPut, path, map[string]any{"unstructured_metadata": map[string]any{"owner": 3}})
				},
				Config:           config(registry, organization, "metadata = { owner = \"b\" }"),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{ // deleted outside
				PreConfig:        func() { registry.Must(t, http.MethodDelete, path, nil) },
				Config:           config(registry, organization, ""),
				ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
			},
		},
	})
	if left := registry.Object(t, "/organization/"+organization+"/robots")["robots"].([]any); len(left) > 0 {
		t.Errorf("robots are left: %v", left)
	}
}

// The apply that replaces a robot also creates the objects that refer to its username again.
func TestAccRobot_referredTo(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	step := func(description string) resource.TestStep {
		return resource.TestStep{
			ConfigDirectory: acctest.Directory("all"),
			ConfigVariables: acctest.Variables(map[string]any{"organization": organization, "repository": repository, "description": description}),
		}
	}
	replaced := step("second")
	replaced.ConfigPlanChecks = acctest.Planned("quay_repo_user_permission.test", plancheck.ResourceActionDestroyBeforeCreate)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps:                    []resource.TestStep{step("first"), replaced}, // and the plan after it is empty
	})
}

// A robot keeps its token when Terraform renames its organization. Only a rotation changes the
// token.
func TestAccRobot_organizationRenamed(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	name, renamed := registry.NewOrganization(t), registry.NewOrganization(t)
	var token acctest.Value
	step := func(variables map[string]any, check resource.TestCheckFunc) resource.TestStep {
		return resource.TestStep{ConfigDirectory: acctest.Directory("all"), ConfigVariables: acctest.Variables(variables), Check: check}
	}
	moved := step(map[string]any{"name": renamed, "rotation": "1"}, token.Same(address, "token"))
	moved.ConfigPlanChecks = acctest.Planned(address, plancheck.ResourceActionUpdate)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: registry.Providers(),
		Steps: []resource.TestStep{
			step(map[string]any{"name": name, "rotation": "1"}, token.Keep(address, "token")),
			moved,
			step(map[string]any{"name": name, "rotation": "2"}, token.Changed(address, "token")),
		},
	})
}

// A plan that replaces a robot says what the robot loses. The plan of a new robot
// leaves its username open, because Terraform plans a replacement in the same way.
func TestRobot_replacementExplained(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	attributes := func(more acctest.Attributes) acctest.Attributes {
		all := acctest.Attributes{"organization": organization, "name": "ci"}
		maps.Copy(all, more)
		return all
	}
	state := p.Create(typeName, attributes(acctest.Attributes{"metadata": map[string]string{"a": "1"}, "rotation": "1"}))
	for name, c := range map[string]struct {
		change   acctest.Attributes
		warnings int
	}{
		"description":         {acctest.Attributes{"description": "other"}, 1},
		"unknown description": {acctest.Attributes{"description": acctest.Unknown}, 1},
		"metadata":            {acctest.Attributes{"metadata": map[string]string{"a": "2"}}, 1},
		"unknown metadata":    {acctest.Attributes{"metadata": acctest.Unknown}, 1},
		"no entries":          {acctest.Attributes{"metadata": map[string]string{}}, 1},
		"both":                {acctest.Attributes{"description": "other", "metadata": map[string]string{"b": "1"}}, 2},
		"metadata left out":   {nil, 0},
		"rotation":            {acctest.Attributes{"rotation": "2"}, 0},
	} {
		plan := p.Plan(typeName, state, attributes(c.change))
		if plan.Replace != (c.warnings > 0) || len(plan.Diagnostics) != c.warnings {
			t.Errorf("%s: replaces: %t, diagnostics: %v", name, plan.Replace, plan.Diagnostics)
		}
		for _, diag := range plan.Diagnostics {
			if !strings.Contains(diag.Detail, "deletes the robot "+organization+"+ci and creates it again. The token changes. The robot loses its permissions") {
				t.Errorf("%s: %s", name, diag.Detail)
			}
		}
	}
	plan := p.Plan(typeName, p.Absent(typeName), attributes(nil))
	for _, name := range []string{"username", "token", "dockerconfigjson"} {
		if !strings.Contains(plan.Value.String(), fmt.Sprintf("%q:tftypes.String<unknown>", name)) {
			t.Errorf("%s is known in %s", name, plan.Value)
		}
	}
}

// The error for Quay's refusal has the reason, on the invalid attribute.
func TestAccRobot_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	registry.Robot(t, organization, "ci")
	p := registry.Serve(t, nil)
	for name, c := range map[string]struct {
		typeName  string
		config    acctest.Attributes
		words, on string
	}{
		"exists": {
			typeName,
			acctest.Attributes{"organization": organization, "name": "ci"},
			"import {\n  to = quay_organization_robot.example\n  id = \"" + organization + ":ci\"", "name",
		},
		"no organization": {
			typeName,
			acctest.Attributes{"organization": acctest.Name("tforg"), "name": "ci"},
			"There is no organization", "organization",
		},
		"too long": { // before, nobody knows the name of the token's user
			"quay_user_robot",
			acctest.Attributes{"name": strings.Repeat("a", 255)},
			"the name is too long", "name",
		},
	} {
		_, diags := p.Apply(t.Context(), c.typeName, p.Plan(c.typeName, p.Absent(c.typeName), c.config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) || diags[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", c.on) {
			t.Errorf("%s: %v", name, diags)
		}
	}
	for name, c := range map[string]struct {
		config acctest.Attributes
		words  string
	}{
		"quay_organization_robot":  {acctest.Attributes{"organization": organization, "name": "nosuch"}, `no robot "` + organization + `+nosuch"`},
		"quay_organization_robots": {acctest.Attributes{"organization": "nosuch-" + organization}, `no organization "nosuch-`},
		"quay_user_robot":          {acctest.Attributes{"name": "nosuch"}, `no robot "nosuch"`},
	} {
		if _, diags := p.ReadData(name, c.config); len(diags) != 1 || !strings.Contains(diags[0].Detail, c.words) {
			t.Errorf("the data source %s: %v", name, diags)
		}
	}
	_, diags := p.List(typeName, acctest.Attributes{"organization": "nosuch-" + organization}, 10, false)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no organization") {
		t.Errorf("the list: %v", diags)
	}
}

// A robot in use by a mirror is not deleted. The error names the mirror. Without the mirror, the
// robot is deleted.
func TestRobot_usedByMirrors(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18))
	simulator := registry.Simulator(t)
	for _, organization := range []string{"acme", "copies"} {
		simulator.AddOrganization(organization, organization+"@example.com", "admin")
	}
	p := registry.Serve(t, nil)
	ofRepository := p.Create(typeName, acctest.Attributes{"organization": "acme", "name": "mirror"})
	for i := range 7 {
		simulator.AddRepository("acme", fmt.Sprintf("app%d", i), "admin")
		registry.Must(t, http.MethodPut, fmt.Sprintf("/repository/acme/app%d/permissions/user/acme+mirror", i), map[string]string{"role": "write"})
	}
	registry.Must(t, http.MethodPost, "/repository/acme/app6/mirror", map[string]any{
		"external_reference": "registry.example.com/lib/app", "robot_username": "acme+mirror", "sync_interval": 3600, "sync_start_date": "2030-01-01T00:00:00Z",
		"skopeo_timeout_interval": 300, "root_rule": map[string]any{"rule_kind": "tag_glob_csv", "rule_value": []string{"latest"}},
	})
	ofOrganization := p.Create(typeName, acctest.Attributes{"organization": "copies", "name": "mirror"})
	registry.Must(t, http.MethodPost, "/organization/copies/mirror", map[string]any{
		"external_registry_type": "harbor", "external_registry_url": "https://registry.example.com", "external_namespace": "lib",
		"robot_username": "copies+mirror", "visibility": "private", "sync_interval": 3600, "sync_start_date": "2030-01-01T00:00:00Z",
	})
	for words, state := range map[string]acctest.State{
		`The repository "acme/app6" mirrors another registry with this robot. Delete the mirror first`: ofRepository,
		`The organization "copies" mirrors another registry with this robot. Quay would delete`:        ofOrganization,
	} {
		left, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) || !left.Value.Equal(state.Value) {
			t.Errorf("destroyed to %s, %v", left.Value, diags)
		}
	}
	registry.Must(t, http.MethodDelete, "/organization/copies/mirror", nil)
	_, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, ofOrganization, nil))
	acctest.NoErrors(t, diags)
}

// Quay does not tell which mirror uses a robot. If the provider does not find the mirror, the
// error names the repositories that may have it.
func TestRobot_usedByMirror(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	state := p.Create(typeName, acctest.Attributes{"organization": organization, "name": "ci"})
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"detail": "Robot is being used by a mirror", "error_type": "invalid_request"}`))
		return true
	})
	refused := func(words string) {
		t.Helper()
		left, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, words+" Delete the mirror first, or give it another robot.") || !left.Value.Equal(state.Value) {
			t.Errorf("destroyed to %s, %v", left.Value, diags)
		}
	}
	refused("does not tell which mirror that is.")
	for i := range 6 {
		repository := registry.Repository(t, organization, fmt.Sprintf("app%d", i))
		registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+organization+"+ci", map[string]string{"role": "write"})
	}
	refused("permissions in these repositories: app0, app1, app2, app3, app4, ….")
	registry.Simulator(t).Intercept(nil)
}

// The mirror of a deleted repository uses the robot until Quay's garbage collection. The
// provider waits for that.
func TestRobot_usedByMirrorOfDeletedRepository(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	state := p.Create(typeName, acctest.Attributes{"organization": organization, "name": "ci"})
	deleted := registry.Repository(t, organization, "d506cf98-79f5-4547-af01-a56ce682f010") // as Quay names it then
	registry.Must(t, http.MethodPut, "/repository/"+deleted+"/permissions/user/"+organization+"+ci", map[string]string{"role": "write"})
	refusals := 0
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete || refusals == 2 {
			return false
		}
		refusals++
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"detail": "Robot is being used by a mirror", "error_type": "invalid_request"}`))
		return true
	})
	gone, diags := p.Apply(t.Context(), typeName, p.Plan(typeName, state, nil))
	if len(diags) > 0 || !gone.Value.IsNull() || refusals != 2 {
		t.Errorf("destroyed to %s after %d refusals, %v", gone.Value, refusals, diags)
	}
	if status, _ := registry.Call(t, http.MethodGet, "/organization/"+organization+"/robots/ci", nil); status != http.StatusBadRequest {
		t.Errorf("the robot is still there: %d", status)
	}
}

// Quay deletes a robot with its organization. The provider cannot regenerate its token then.
func TestAccRobot_organizationDeleted(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := acctest.Name("tforg")
	registry.Must(t, http.MethodPost, "/organization/", map[string]string{"name": organization})
	attributes := acctest.Attributes{"organization": organization, "name": "ci", "rotation": "1"}
	p := registry.Serve(t, nil)
	state := p.Create(typeName, attributes)
	attributes["rotation"] = "2"
	update, destroy := p.Plan(typeName, state, attributes), p.Plan(typeName, state, nil)
	registry.Must(t, http.MethodDelete, "/superuser/organizations/"+organization, nil)
	if _, diags := p.Apply(t.Context(), typeName, update); len(diags) != 1 || !strings.Contains(diags[0].Detail, "There is no robot") {
		t.Errorf("updated with %v", diags)
	}
	if gone, diags := p.Apply(t.Context(), typeName, destroy); !gone.Value.IsNull() || len(diags) > 0 {
		t.Errorf("destroyed to %s, %v", gone.Value, diags)
	}
	if read, diags := p.Read(typeName, state); !read.Value.IsNull() || len(diags) > 0 {
		t.Errorf("read as %s, %v", read.Value, diags)
	}
}

// If the response to a creation is lost, and no date tells the robot's age, the outcome is
// unknown.
func TestRobot_ageUnknown(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	simulator.AddRobot(organization, "ci")
	p := registry.Serve(t, acctest.Attributes{"max_retries": 0})
	plan := p.Plan(typeName, p.Absent(typeName), acctest.Attributes{"organization": organization, "name": "ci"})
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header()["Date"] = nil
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusBadGateway)
		}
		return r.Method == http.MethodPut
	})
	state, diags := p.Apply(t.Context(), typeName, plan)
	simulator.Intercept(nil)
	if !state.Value.IsNull() || len(diags) != 1 || !strings.Contains(diags[0].Detail, "It is not known whether Quay has created the robot") {
		t.Errorf("created %s, %v", state.Value, diags)
	}
}

// A plan reads all robots of an organization with one call, and those whose metadata is
// managed with one more each.
func TestRobot_sharedReads(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	var states []acctest.State
	for i := range 20 {
		attributes := acctest.Attributes{"organization": organization, "name": fmt.Sprintf("robot%d", i)}
		if i == 7 {
			attributes["metadata"] = map[string]string{"a": "1"}
		}
		states = append(states, p.Create(typeName, attributes))
	}
	p = p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := p.Read(typeName, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("read %s", read.Value)
		}
	}
	if calls := simulator.Calls(); len(simulator.Requests()) != 2 {
		t.Errorf("calls: %v", calls)
	}
}

// Quay lists robots to members of an organization without tokens. The state keeps the
// token, and the error says what the access token lacks.
func TestRobot_readByMember(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	organization := registry.Organization(t)
	state := registry.Serve(t, nil).Create(typeName, acctest.Attributes{"organization": organization, "name": "ci"})
	simulator.AddUser("alice", "alice@example.com")
	registry.Team(t, organization, "devs")
	registry.Must(t, http.MethodPut, "/organization/"+organization+"/team/devs/members/alice", nil)
	p := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("alice")})
	read, diags := p.Read(typeName, state)
	if !read.Value.Equal(state.Value) || len(diags) != 1 || !strings.Contains(diags[0].Detail, "must administer the organization") {
		t.Errorf("read as %s, %v", read.Value, diags)
	}
}

// The pull secret logs in to the host of the provider's url as the robot.
func TestAccRobot_dockerConfig(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	p := registry.Serve(t, nil)
	state := p.Create(typeName, acctest.Attributes{"organization": organization, "name": "ci"})
	token, _ := state.Text(t, "token")
	text, _ := state.Text(t, "dockerconfigjson")
	opened, diags := p.Open(t.Context(), "quay_organization_robot_token", acctest.Attributes{"organization": organization, "name": "ci"})
	acctest.NoErrors(t, diags)
	opened.CheckValues(t, map[string]any{"token": token, "dockerconfigjson": text, "username": organization + "+ci"})
	state.CheckValues(t, map[string]any{"description": ""})
	var config struct {
		Auths map[string]struct{ Username, Password, Auth string }
	}
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(registry.URL)
	if err != nil {
		t.Fatal(err)
	}
	login, username := config.Auths[at.Host], organization+"+ci"
	auth, err := base64.StdEncoding.DecodeString(login.Auth)
	if err != nil || len(config.Auths) != 1 || login.Username != username || login.Password != token || string(auth) != username+":"+token || token == "" {
		t.Errorf("the configuration is for %d hosts, and for %q (%v)", len(config.Auths), login.Username, err)
	}
}

// The data source for all robots shows their teams and repositories, and no tokens.
func TestAccRobots(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	username := registry.Robot(t, organization, "ci")
	registry.Robot(t, organization, "another")
	registry.Team(t, organization, "devs")
	registry.Must(t, http.MethodPut, "/organization/"+organization+"/team/devs/members/"+username, nil)
	for _, name := range []string{"web", "app"} {
		repository := registry.Repository(t, organization, name)
		registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+username, map[string]string{"role": "read"})
	}
	robot := func(name string, teams, repositories []knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"name": knownvalue.StringExact(name), "username": knownvalue.StringExact(organization + "+" + name), "description": knownvalue.StringExact(""),
			"teams": knownvalue.ListExact(teams), "repositories": knownvalue.ListExact(repositories),
		})
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config("data \"quay_organization_robots\" \"test\" {\n  organization = %q\n}\n", organization),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute("data.quay_organization_robots.test", "robots", knownvalue.ListExact([]knownvalue.Check{
				robot("another", []knownvalue.Check{}, []knownvalue.Check{}),
				robot("ci", []knownvalue.Check{knownvalue.StringExact("devs")}, []knownvalue.Check{knownvalue.StringExact("app"), knownvalue.StringExact("web")}),
			}))},
		}},
	})
}
