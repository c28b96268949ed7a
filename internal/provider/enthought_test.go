package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// enthought is what the provider enthought/quay 0.6.1 manages in a registry.
type enthought struct {
	*testing.T
	registry           *acctest.Registry
	organization, user string
}

// newEnthought makes the objects that the state in testdata/enthought is about, under
// other names.
func newEnthought(t *testing.T) *enthought {
	t.Helper()
	registry := acctest.Start(t)
	e := &enthought{t, registry, registry.Organization(t), registry.User(t)}
	at := "/organization/" + e.organization
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPut, at, map[string]string{"email": "peerorg@" + e.organization + ".example.com"}},
		{http.MethodPut, at + "/robots/ci", map[string]string{"description": "builds images"}},
		{http.MethodPut, at + "/robots/plain", map[string]string{"description": ""}},
		{http.MethodPut, at + "/team/devs", map[string]string{"role": "member", "description": "developers"}},
		{http.MethodPut, at + "/team/devs/members/" + e.user, nil},
		{http.MethodPut, at + "/team/devs/members/" + e.organization + "+ci", nil},
		{http.MethodPut, at + "/team/empty", map[string]string{"role": "creator", "description": ""}},
		{http.MethodPost, "/repository", map[string]string{
			"namespace": e.organization, "repository": "app", "visibility": "public", "description": "the app",
		}},
		{http.MethodPost, "/repository", map[string]string{
			"namespace": e.organization, "repository": "plain", "visibility": "private", "description": "",
		}},
		{http.MethodPut, "/repository/" + e.organization + "/app/permissions/team/devs", map[string]string{"role": "write"}},
	} {
		registry.Must(t, call.method, call.path, call.body)
	}
	return e
}

// file returns a file of testdata/enthought, about the objects of the test.
func (e *enthought) file(name string) string {
	e.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "enthought", name))
	if err != nil {
		e.Fatal(err)
	}
	return strings.NewReplacer(
		"peerorg@example.com", "peerorg@"+e.organization+".example.com", "peerorg", e.organization, "adopt_bob", e.user,
	).Replace(string(data))
}

// enthoughtObject is an object in a state of Terraform.
type enthoughtObject struct {
	Type, Name string
	Attributes json.RawMessage
}

// texts returns the attributes that are texts.
func (o enthoughtObject) texts(t *testing.T) map[string]string {
	t.Helper()
	var values map[string]any
	if err := json.Unmarshal(o.Attributes, &values); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for name, value := range values {
		if text, ok := value.(string); ok {
			texts[name] = text
		}
	}
	return texts
}

// objects returns what is in the state.
func (e *enthought) objects() (objects []enthoughtObject) {
	e.Helper()
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct{ Attributes json.RawMessage }
		}
	}
	if err := json.Unmarshal([]byte(e.file("state.json")), &state); err != nil {
		e.Fatal(err)
	}
	for _, found := range state.Resources {
		objects = append(objects, enthoughtObject{found.Type, found.Name, found.Instances[0].Attributes})
	}
	if len(objects) != 8 {
		e.Fatalf("the state has %d objects", len(objects))
	}
	return objects
}

// renamed returns where the provider has the type and an attribute of enthought/quay,
// by the guide: the new type and, by old name, the new names of its attributes.
func renamed(t *testing.T, oldType string) (newType string, attributes map[string]string) {
	t.Helper()
	attributes = map[string]string{}
	for _, row := range enthoughtRow.FindAllStringSubmatch(enthoughtGuide(t), -1) {
		if row[1] == oldType {
			newType, attributes[row[2]] = row[3], row[4]
		}
	}
	return newType, attributes
}

// enthoughtRow is a row of the guide's table: type and attribute before and after.
var enthoughtRow = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| `(\\w+)` \\| `(\\w+)` \\| `(\\w+)`")

func enthoughtGuide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(guides, "from-enthought.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// enthoughtBlock returns the block of the guide in a language that has a text in it.
func enthoughtBlock(t *testing.T, language, with string) string {
	t.Helper()
	for _, match := range regexp.MustCompile("(?ms)^ *```"+language+"\n(.*?)^ *```$").FindAllStringSubmatch(enthoughtGuide(t), -1) {
		if strings.Contains(match[1], with) {
			return match[1]
		}
	}
	t.Fatalf("the guide has no %s with %q", language, with)
	return ""
}

// The guide has a row for every attribute of enthought/quay, with an attribute of the
// provider.
func TestGuideEnthoughtAttributes(t *testing.T) {
	t.Parallel()
	schemas, err := provider.NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, object := range (&enthought{T: t, organization: "acme", user: "alice"}).objects() {
		newType, attributes := renamed(t, object.Type)
		var old map[string]any
		if err := json.Unmarshal(object.Attributes, &old); err != nil {
			t.Fatal(err)
		}
		if got, want := slices.Sorted(maps.Keys(attributes)), slices.Sorted(maps.Keys(old)); !slices.Equal(got, want) {
			t.Errorf("the guide has the attributes %q of %s, want %q", got, object.Type, want)
		}
		schema, ok := schemas.ResourceSchemas[newType]
		if !ok {
			t.Fatalf("there is no type %q", newType)
		}
		for old, name := range attributes {
			checked++
			if !slices.ContainsFunc(schema.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name }) {
				t.Errorf("%s has no attribute %q for %s", newType, name, old)
			}
		}
	}
	if checked < 25 {
		t.Errorf("the guide has %d attributes", checked)
	}
}

// configs are the configurations of the objects in the state, by address.
func (e *enthought) configs() map[string]acctest.Attributes {
	return map[string]acctest.Attributes{
		"quay_organization.main":        {"name": e.organization, "email": "peerorg@" + e.organization + ".example.com"},
		"quay_organization_robot.ci":    {"organization": e.organization, "name": "ci", "description": "builds images"},
		"quay_organization_robot.plain": {"organization": e.organization, "name": "plain"},
		"quay_organization_team.devs": {
			"organization": e.organization, "name": "devs", "role": "member", "description": "developers", "members": []string{e.user, e.organization + "+ci"},
		},
		"quay_organization_team.empty": {"organization": e.organization, "name": "empty", "role": "creator"},
		"quay_organization_team_permission.devs_app": {
			"repository": e.organization + "/app", "team": "devs", "role": "write",
		},
		"quay_repository.app":   {"namespace": e.organization, "name": "app", "visibility": "public", "description": "the app"},
		"quay_repository.plain": {"namespace": e.organization, "name": "plain"},
	}
}

// A state of enthought/quay is upgraded, or moved, and loses nothing. The next read
// sets the identity, and the plan has no changes.
func TestEnthoughtStates(t *testing.T) {
	t.Parallel()
	e := newEnthought(t)
	p := e.registry.Serve(t, nil)
	configs := e.configs()
	for _, object := range e.objects() {
		newType, attributes := renamed(t, object.Type)
		ways := map[string]func() (acctest.State, []*tfprotov6.Diagnostic){
			"upgrade": func() (acctest.State, []*tfprotov6.Diagnostic) { return p.UpgradeState(newType, 0, object.Attributes) },
		}
		for _, from := range []string{"registry.terraform.io/enthought/quay", "registry.opentofu.org/enthought/quay", "quay"} {
			ways["move from "+from] = func() (acctest.State, []*tfprotov6.Diagnostic) {
				return p.MoveState(newType, from, object.Type, object.Attributes)
			}
		}
		if newType != object.Type {
			delete(ways, "upgrade")
			ways["move after replace-provider"] = func() (acctest.State, []*tfprotov6.Diagnostic) {
				return p.MoveState(newType, "registry.terraform.io/terraform-provider-quay/quay", object.Type, object.Attributes)
			}
		}
		for way, take := range ways {
			name := fmt.Sprintf("%s.%s, %s", object.Type, object.Name, way)
			state, diags := take()
			acctest.NoErrors(t, diags)
			for old, text := range object.texts(t) {
				if attributes[old] == "repository" {
					continue // which has two of the old attributes
				}
				if got, _ := state.Text(t, attributes[old]); got != text {
					t.Errorf("%s: %s is %q, want %q of %s", name, attributes[old], got, text, old)
				}
			}
			read, diags := p.Read(newType, state)
			acctest.NoErrors(t, diags)
			for attribute, value := range p.IdentityOf(newType, read) {
				if want := configs[object.Type+"."+object.Name][attribute]; value != want {
					t.Errorf("%s: %s of the identity is %q, want %q", name, attribute, value, want)
				}
			}
			plan := p.Plan(newType, read, configs[object.Type+"."+object.Name])
			acctest.NoErrors(t, plan.Diagnostics)
			if !plan.IsEmpty() || plan.Replace {
				t.Errorf("%s: planned %s after %s", name, plan.Value, read.Value)
			}
		}
	}
}

// A state that lacks what names the object is an error.
func TestEnthoughtStateWithoutNames(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	for typeName, problem := range map[string]string{
		"quay_organization":       "The old state of the organization does not tell its name.",
		"quay_organization_robot": "The old state of the organization robot does not tell its organization.",
		"quay_organization_team":  "The old state of the team does not tell its organization.",
		"quay_repository":         "The old state of the repository does not tell its namespace.",
	} {
		if _, diags := p.UpgradeState(typeName, 0, []byte(`{"description": ""}`)); len(diags) == 0 || diags[0].Detail != problem {
			t.Errorf("%s: %v", typeName, diags)
		}
	}
	_, diags := p.MoveState("quay_repo_team_permission", "example.com/some/quay", "quay_organization_team_permission", []byte(`{"orgname": "acme", "teamname": "devs"}`))
	if len(diags) != 1 || diags[0].Detail != "The old state of the repository team permission does not tell its repository." {
		t.Errorf("permission: %v", diags)
	}
}

// The members of a team whose state is upgraded are still refreshed.
func TestEnthoughtTeamDrift(t *testing.T) {
	t.Parallel()
	e := newEnthought(t)
	p := e.registry.Serve(t, nil)
	e.registry.Must(t, http.MethodDelete, "/organization/"+e.organization+"/team/devs/members/"+e.user, nil)
	for _, object := range e.objects() {
		if object.Name != "devs" {
			continue
		}
		state, diags := p.UpgradeState(object.Type, 0, object.Attributes)
		acctest.NoErrors(t, diags)
		state, diags = p.Read(object.Type, state)
		acctest.NoErrors(t, diags)
		if plan := p.Plan(object.Type, state, e.configs()["quay_organization_team.devs"]); plan.IsEmpty() {
			t.Error("the plan does not add the member that was removed")
		}
	}
}

// Quay keeps the values that a state of enthought/quay lacks, even if an update comes before
// the first refresh.
func TestEnthoughtUpdateWithoutRefresh(t *testing.T) {
	t.Parallel()
	e := newEnthought(t)
	p := e.registry.Serve(t, nil)
	e.registry.Must(t, http.MethodPut, "/organization/"+e.organization, map[string]any{"tag_expiration_s": 604800})
	token := e.registry.Object(t, "/organization/"+e.organization+"/robots/ci")["token"]
	updates := map[string]acctest.Attributes{
		"quay_organization.main":                     {"email": "new@" + e.organization + ".example.com"},
		"quay_organization_robot.ci":                 {"rotation": "1"},
		"quay_organization_team.devs":                {"members": []string{e.organization + "+ci"}},
		"quay_organization_team_permission.devs_app": {"role": "read"},
		"quay_repository.app":                        {"description": "new"},
	}
	for _, object := range e.objects() {
		address := object.Type + "." + object.Name
		update, updated := updates[address]
		if !updated {
			continue
		}
		newType, _ := renamed(t, object.Type)
		stored := strings.ReplaceAll(string(object.Attributes), strings.Repeat("T", 64), fmt.Sprint(token))
		state, diags := p.MoveState(newType, "registry.terraform.io/enthought/quay", object.Type, []byte(stored))
		acctest.NoErrors(t, diags)
		config := e.configs()[address]
		maps.Copy(config, update)
		plan := p.Plan(newType, state, config)
		if plan.IsEmpty() || plan.Replace {
			t.Errorf("%s: planned %s", address, plan.Value)
		}
		state, diags = p.Apply(t.Context(), newType, plan)
		acctest.NoErrors(t, diags)
		read, diags := p.Read(newType, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Errorf("%s: the state is %s, and is refreshed to %s", address, state.Value, read.Value)
		}
		if plan := p.Plan(newType, read, config); !plan.IsEmpty() {
			t.Errorf("%s: planned %s after %s", address, plan.Value, read.Value)
		}
	}
	if period := e.registry.Object(t, "/organization/"+e.organization)["tag_expiration_s"]; fmt.Sprint(period) != "604800" {
		t.Errorf("the tag expiration is %v", period)
	}
}

// commandLine returns Terraform's or OpenTofu's command line in a folder with the state
// of enthought/quay, and with its configuration after the guide's changes.
func (e *enthought) commandLine(program string) *commandLine {
	e.Helper()
	c := newCommandLine(e.T, e.registry, "")
	if program == "tofu" || filepath.Base(c.cli.Path) == "tofu" {
		path, err := exec.LookPath(program)
		if err != nil {
			e.Skip(err)
		}
		c.cli.Path = path
	}
	host := map[string]string{"terraform": "registry.terraform.io", "tofu": "registry.opentofu.org"}[program]
	c.add("terraform.tfstate", strings.ReplaceAll(e.file("state.json"), "registry.terraform.io", host))
	sed, err := exec.LookPath("sed")
	if err != nil {
		e.Skip(err)
	}
	c.add("from-enthought.sed", enthoughtBlock(e.T, "sed", "orgname"))
	c.add("main.tf", e.file("main.tf"))
	edit := exec.CommandContext(e.Context(), sed, "-E", "-i.bak", "-f", "from-enthought.sed", "main.tf")
	edit.Dir = c.cli.Dir
	if output, err := edit.CombinedOutput(); err != nil {
		e.Fatalf("sed: %v\n%s", err, output)
	}
	return c
}

// replaceProvider does what the guide says for the state.
func (c *commandLine) replaceProvider() {
	c.Helper()
	c.run(true, "state", "replace-provider", "-auto-approve", "enthought/quay", "terraform-provider-quay/quay")
	c.expect("Successfully replaced provider for 8 resources.")
}

// unchanged fails the test unless the registry is as it was before, by its answers.
func (e *enthought) unchanged(during func()) {
	e.Helper()
	answers := func() string {
		var all strings.Builder
		at := "/organization/" + e.organization
		for _, path := range []string{
			at + "/robots?token=true&permissions=true", at + "/team/devs/members", at + "/team/empty/members",
			"/repository/" + e.organization + "/app", "/repository/" + e.organization + "/plain", "/repository/" + e.organization + "/app/permissions/team/",
		} {
			fmt.Fprintln(&all, e.registry.Must(e.T, http.MethodGet, path, nil))
		}
		return all.String()
	}
	before := answers()
	during()
	if after := answers(); after != before {
		e.Errorf("the registry has %s, and had %s", after, before)
	}
}

// checkState fails the test if the state still names enthought/quay.
func (c *commandLine) checkState() {
	c.Helper()
	data, err := os.ReadFile(filepath.Join(c.cli.Dir, "terraform.tfstate"))
	if err != nil || strings.Contains(string(data), "enthought") {
		c.Errorf("the state is %s, %v", data, err)
	}
}

// moves is for tests of moved blocks from one type to another.
var moves = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)}

// The guide's way, with a moved block for the permission.
func TestAccEnthoughtReplaceProvider(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"terraform", "tofu"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			e := newEnthought(t)
			c := e.commandLine(program)
			changed := "" // OpenTofu may show robots, whose pull secret becomes sensitive
			if program == "terraform" {
				c.require(moves)
				changed = "0 changed, "
			} else {
				c.requireVersion([]tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)})
			}
			c.replaceProvider()
			c.add("moved.tf", enthoughtBlock(t, "hcl", "moved {"))
			e.unchanged(func() {
				c.run(true, "apply", "-auto-approve")
				c.expect("Resources: 0 added, "+changed, "0 destroyed.")
				c.run(true, "plan", "-detailed-exitcode")
				c.expect("No changes.")
			})
			c.checkState()
		})
	}
}

// The guide's way without moved blocks, for old versions of Terraform and OpenTofu: the
// permission is imported.
func TestAccEnthoughtImport(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"terraform", "tofu"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			e := newEnthought(t)
			c := e.commandLine(program)
			c.replaceProvider()
			c.run(true, "state", "rm", "quay_organization_team_permission.devs_app")
			c.add("import.tf", fmt.Sprintf("import {\n  to = quay_repo_team_permission.devs_app\n  id = \"%s/app:devs\"\n}\n", e.organization))
			e.unchanged(func() {
				c.run(true, "apply", "-auto-approve")
				c.expect("Resources: 1 imported, 0 added,", "0 destroyed.")
				c.run(true, "plan", "-detailed-exitcode")
				c.expect("No changes.")
			})
		})
	}
}

// Without a refresh, the plan changes nothing that Quay stores, and the robots keep
// their tokens.
func TestAccEnthoughtTokenStays(t *testing.T) {
	t.Parallel()
	e := newEnthought(t)
	c := e.commandLine("terraform")
	c.require(moves)
	c.replaceProvider()
	c.add("moved.tf", enthoughtBlock(t, "hcl", "moved {"))
	c.add("output.tf", "output \"token\" {\n  value     = quay_organization_robot.ci.token\n  sensitive = true\n}\n")
	e.unchanged(func() {
		c.run(true, "apply", "-auto-approve", "-refresh=false")
		c.printed.Reset()
		c.run(true, "output", "-raw", "token")
		if got := c.printed.String(); got != strings.Repeat("T", 64) {
			t.Errorf("the token is %s", got)
		}
		c.run(true, "apply", "-auto-approve")
		c.run(true, "plan", "-detailed-exitcode")
	})
}

// Moved blocks take objects from enthought/quay to other addresses, without
// replace-provider, also where the type stays.
func TestAccEnthoughtMoved(t *testing.T) {
	t.Parallel()
	e := newEnthought(t)
	c := e.commandLine("terraform")
	c.require(moves)
	// Terraform asks the old provider for its schema too. The provider stands in for it.
	config, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	const own = `"registry.terraform.io/terraform-provider-quay/quay" = `
	var with strings.Builder
	for line := range strings.Lines(string(data)) {
		with.WriteString(line)
		if _, path, found := strings.Cut(line, own); found {
			with.WriteString(`"registry.terraform.io/enthought/quay" = ` + path)
		}
	}
	c.add("terraform.rc", with.String())
	c.cli.Env = append(c.cli.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(c.cli.Dir, "terraform.rc"))

	text, err := os.ReadFile(filepath.Join(c.cli.Dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var moved strings.Builder
	other := string(text)
	for _, object := range e.objects() {
		newType, _ := renamed(t, object.Type)
		fmt.Fprintf(&moved, "moved {\n  from = %s.%s\n  to   = %s.other_%[2]s\n}\n", object.Type, object.Name, newType)
		other = strings.ReplaceAll(other, fmt.Sprintf("%q %q", newType, object.Name), fmt.Sprintf("%q %q", newType, "other_"+object.Name))
		other = strings.ReplaceAll(other, newType+"."+object.Name+".", newType+".other_"+object.Name+".")
	}
	c.add("main.tf", other)
	c.add("moved.tf", moved.String())
	e.unchanged(func() {
		c.run(true, "apply", "-auto-approve")
		c.expect("quay_organization_team.devs has moved to quay_organization_team.other_devs", "Resources: 0 added, 0 changed, 0 destroyed.")
		c.run(true, "plan", "-detailed-exitcode")
		c.expect("No changes.")
	})
	c.checkState()
}
