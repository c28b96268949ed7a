package acctest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// ExampleRegistry returns an in-memory registry for the examples of all types. It has the
// organizations acme and other, the repositories acme/app and acme/team/app, the team devs and
// the robot account ci.
func ExampleRegistry(t testing.TB, options ...quaytest.Option) *Registry {
	t.Helper()
	registry := Start(t, append(options, quaytest.WithNameHold(0))...) // fixed names need a separate registry
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddOrganization("other", "other@example.com", "admin")
	simulator.AddRepository("acme", "app", "admin")
	simulator.AddRepository("acme", "team/app", "admin")
	registry.Team(t, "acme", "devs")
	registry.Robot(t, "acme", "ci")
	return registry
}

// ExampleUser creates a user for an example.
func ExampleUser(name string) Example {
	return func(t testing.TB, registry *Registry) map[string]string {
		t.Helper()
		registry.Simulator(t).AddUser(name, name+"@example.com")
		return nil
	}
}

// example returns the file of a type's example in the folder examples, and its preparation.
func (c Case) example(kind kind) (file string, prepare Example) {
	switch kind {
	case listKind:
		return "list-resources/" + c.Type + "/list-resource.tfquery.hcl", c.List.Example
	case dataSourceKind:
		return "data-sources/" + c.Type + "/data-source.tf", c.DataSource.Example
	case ephemeralKind:
		return "ephemeral-resources/" + c.Type + "/ephemeral-resource.tf", c.Ephemeral.Example
	case actionKind:
		return "actions/" + c.Type + "/action.tf", c.Action.Example
	case resourceKind:
	}
	return "resources/" + c.Type + "/resource.tf", c.Example
}

// testExamplesComplete expects an example of each type, and of each way to import.
func (c Case) testExamplesComplete(t *testing.T) {
	var files []string
	for _, kind := range kinds() {
		if c.has(kind) {
			file, _ := c.example(kind)
			files = append(files, file)
		}
	}
	if len(c.Identity) > 0 {
		for _, name := range []string{"import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
			files = append(files, "resources/"+c.Type+"/"+name)
		}
	}
	for _, file := range files {
		if _, err := os.Stat(filepath.Join(root(t), "examples", file)); err != nil {
			t.Error(err)
		}
	}
}

// testExamples applies and destroys the examples of the case's types. The plan after the apply
// must be empty. A query must find an object.
func (c Case) testExamples(t *testing.T) {
	for _, kind := range kinds() {
		if !c.has(kind) {
			continue
		}
		t.Run(strings.ReplaceAll(string(kind), " ", "_"), func(t *testing.T) {
			t.Parallel()
			file, prepare := c.example(kind)
			c.testExample(t, file, prepare)
		})
	}
}

// testExample applies an example.
func (c Case) testExample(t *testing.T, file string, prepare Example) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "examples", file))
	if err != nil {
		t.Fatal(err)
	}
	registry, example := ExampleRegistry(t, quaytest.WithUsersFrom(c.users())), string(text)
	c.signIn(t, registry)
	if prepare != nil {
		for old, text := range prepare(t, registry) {
			example = strings.ReplaceAll(example, old, text)
		}
	}
	test := resource.TestCase{
		ProtoV6ProviderFactories: Providers(),
		TerraformVersionChecks:   WriteOnly, // the newest version that most examples need
		Steps:                    []resource.TestStep{{Config: registry.Config("%s", example), ExpectNonEmptyPlan: ListsOpened(example)}},
	}
	switch filepath.Base(file) {
	case "action.tf":
		test.TerraformVersionChecks = QueriesAndActions
	case "list-resource.tfquery.hcl":
		test.TerraformVersionChecks = QueriesAndActions
		test.Steps = []resource.TestStep{
			{Config: registry.Config("")},
			{Query: true, Config: example, QueryResultChecks: []querycheck.QueryResultCheck{findsAnything{}}},
		}
	}
	resource.Test(t, test)
}

// findsAnything expects each list of a query to find an object.
type findsAnything struct{}

func (findsAnything) CheckQuery(_ context.Context, req querycheck.CheckQueryRequest, resp *querycheck.CheckQueryResponse) {
	if len(req.QuerySummaries) == 0 {
		resp.Error = errors.New("there is no list")
	}
	for _, summary := range req.QuerySummaries {
		if summary.Total == 0 {
			resp.Error = errors.Join(resp.Error, errors.New(summary.Address+" finds nothing"))
		}
	}
}
