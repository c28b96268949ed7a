package acctest

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// testRequirements compares the guide's row about versions and settings with the operations
// that the case's types call.
func (c Case) testRequirements(t *testing.T) {
	if os.Getenv(versionVariable) != "" {
		t.Skip("an older version has fewer types, whose calls are not the same")
	}
	page, err := os.ReadFile(filepath.Join(root(t), "templates", "guides", "versions-and-settings.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for kind, calls := range map[kind]func(*testing.T) map[string]int{
		resourceKind: c.callsOfResource, dataSourceKind: c.callsOfDataSource, ephemeralKind: c.callsOfEphemeral, actionKind: c.callsOfAction,
	} {
		if c.has(kind) {
			maps.Copy(made, calls(t))
		}
	}
	if row := c.requirements(made); !strings.Contains(string(page), row) {
		t.Errorf("the guide lacks this row of calls %v:\n%s", slices.Sorted(maps.Keys(made)), row)
	}
}

// requirements returns the row of the guide for types that make calls.
func (c Case) requirements(calls map[string]int) (row string) {
	version, settings := "3.9", map[string]bool{}
	for _, op := range client.Operations() {
		call := parameter.ReplaceAllString(op.Method+" "+op.Path, "{}")
		for made := range calls {
			if parameter.ReplaceAllString(made, "{}") != call {
				continue
			}
			if newer(op.Since, version) && !slices.Contains(c.OptionalCalls, op.Name) {
				version = op.Since
			}
			if op.Feature != "" && !slices.Contains(c.OptionalSettings, op.Feature) {
				settings["`"+op.Feature+": true`"] = true
			}
		}
	}
	return fmt.Sprintf("| `%s` | %s | %s |\n", c.Type, version, cmp.Or(strings.Join(slices.Sorted(maps.Keys(settings)), ", "), "none"))
}

// newer tells whether a version such as "3.17" is newer than a second version. The empty
// version is the oldest.
func newer(version, than string) bool {
	return len(version) > len(than) || len(version) == len(than) && version > than
}

// callsOfAction invokes the action and returns the calls.
func (c Case) callsOfAction(t *testing.T) map[string]int {
	t.Helper()
	registry := c.start(t)
	simulator := registry.Simulator(t)
	config := c.Action.Config(simulator)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	_, diags := p.Invoke(c.Type, config)
	NoErrors(t, diags)
	return simulator.Calls()
}
