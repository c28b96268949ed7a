package provider_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const examples = "../../examples"

// Every folder of an example is of a type or a function of the provider. That a
// type has its examples, and that they work, is part of the contract of the type.
func TestExamplesAreOfTypes(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	for folder, names := range map[string][]string{
		"resources": p.Types(), "data-sources": p.DataSourceTypes(), "list-resources": p.ListTypes(), "actions": p.ActionTypes(),
		"ephemeral-resources": p.EphemeralTypes(), "functions": p.Functions(),
	} {
		if len(names) == 0 {
			t.Errorf("the provider has none of %s", folder)
		}
		found, err := filepath.Glob(filepath.Join(examples, folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, example := range found {
			if !slices.Contains(names, filepath.Base(example)) {
				t.Errorf("%s is no type or function of the provider", example)
			}
		}
	}
}

// exampleRegistry is that of the examples with some users.
func exampleRegistry(t *testing.T, users ...string) *acctest.Registry {
	t.Helper()
	registry := acctest.ExampleRegistry(t)
	for _, name := range users {
		registry.Simulator(t).AddUser(name, name+"@example.com")
	}
	return registry
}
