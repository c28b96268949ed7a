package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const examples = "../../examples"

// exampleRegistry holds what the examples of all types take for granted.
func exampleRegistry(t *testing.T, users ...string) *acctest.Registry {
	t.Helper()
	registry := acctest.Start(t, quaytest.WithNameHold(0)) // fixed names need a registry of their own
	simulator := registry.Simulator(t)
	for _, name := range users {
		simulator.AddUser(name, name+"@example.com")
	}
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddOrganization("other", "other@example.com", "admin")
	simulator.AddRepository("acme", "app", "admin")
	simulator.AddRepository("acme", "team/app", "admin")
	registry.Team(t, "acme", "devs")
	registry.Robot(t, "acme", "ci")
	return registry
}

// Every example is applied, plans nothing more, and is destroyed.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(examples, "*", "quay_*", "*e.tf")) // resource.tf, data-source.tf
	if err != nil || len(files) == 0 {
		t.Fatal("there are no examples", err)
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var users []string
			if name != "quay_user" || strings.Contains(file, "data-sources") {
				users = []string{"alice"}
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				TerraformVersionChecks:   acctest.WriteOnly,
				Steps:                    []resource.TestStep{{Config: exampleRegistry(t, users...).Config("%s", text)}},
			})
		})
	}
}

// Every type has an example, and every resource one of each way to import it.
func TestExamplesComplete(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	for folder, want := range map[string]struct{ types, files []string }{
		"resources":    {p.Types(), []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"}},
		"data-sources": {p.DataSourceTypes(), []string{"data-source.tf"}},
	} {
		for _, typeName := range want.types {
			for _, file := range want.files {
				if _, err := os.Stat(filepath.Join(examples, folder, typeName, file)); err != nil {
					t.Errorf("%s: %v", typeName, err)
				}
			}
		}
	}
}
