package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// exampleBuild and exampleKey are what examples name and the registry chooses.
const (
	exampleBuild = "83262bb9-f06c-4e30-a362-1457f647b222"
	exampleKey   = "Rh7_-1bg0Ps0SWLZPj3toduSO9ye2ASorbUEkHlVBBY"
)

// Every example is applied, plans nothing more, and is destroyed.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	var files []string
	for _, name := range []string{"resource.tf", "data-source.tf", "ephemeral-resource.tf", "function.tf"} {
		found, err := filepath.Glob(filepath.Join(examples, "*", "*", name))
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no example %s: %v", name, err)
		}
		files = append(files, found...)
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
			registry := exampleRegistry(t, users...)
			build := registry.Must(t, http.MethodPost, "/repository/acme/app/build/", map[string]any{
				"archive_url": "http://127.0.0.1:1/context.tar.gz", "docker_tags": []string{"latest"},
			}).(map[string]any)["id"].(string)
			key := registry.Simulator(t).AddServiceKey("clair", "registered by clair")
			config := strings.NewReplacer(exampleBuild, build, exampleKey, key).Replace(string(text))
			var failure *regexp.Regexp
			if status, _ := registry.Call(t, http.MethodGet, "/superuser/"+build+"/build", nil); status != http.StatusOK && strings.HasPrefix(name, "quay_build") {
				failure = acctest.ErrorContains("Quay up to version 3.16 fails with 500")
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				TerraformVersionChecks:   acctest.WriteOnly, // the newest of what examples need
				Steps:                    []resource.TestStep{{Config: registry.Config("%s", config), ExpectError: failure}},
			})
		})
	}
}

// Every type and every function has an example, and every resource that can be
// imported one of each way to do it.
func TestExamplesComplete(t *testing.T) {
	t.Parallel()
	p := acctest.Start(t).Serve(t, nil)
	for _, want := range []struct {
		folder       string
		names, files []string
	}{
		{"resources", p.Types(), []string{"resource.tf"}},
		{"resources", p.IdentifiedTypes(), []string{"import.sh", "import-by-string-id.tf", "import-by-identity.tf"}},
		{"data-sources", p.DataSourceTypes(), []string{"data-source.tf"}},
		{"list-resources", p.ListTypes(), []string{"list-resource.tfquery.hcl"}},
		{"actions", p.ActionTypes(), []string{"action.tf"}},
		{"ephemeral-resources", p.EphemeralTypes(), []string{"ephemeral-resource.tf"}},
		{"functions", p.Functions(), []string{"function.tf"}},
	} {
		if len(want.names) == 0 {
			t.Errorf("the provider has none of %s", want.folder)
		}
		folders, err := filepath.Glob(filepath.Join(examples, want.folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range folders {
			// Some resource types cannot be imported.
			if name := filepath.Base(folder); !slices.Contains(want.names, name) && len(want.files) == 1 {
				t.Errorf("%s is no type or function of the provider", folder)
			}
		}
		for _, name := range want.names {
			for _, file := range want.files {
				if _, err := os.Stat(filepath.Join(examples, want.folder, name, file)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}
