package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// kind is a kind of type, by its name in the documentation.
type kind string

const (
	resourceKind   kind = "resource"
	listKind       kind = "list resource"
	dataSourceKind kind = "data source"
	ephemeralKind  kind = "ephemeral resource"
	actionKind     kind = "action"
)

func kinds() []kind {
	return []kind{resourceKind, listKind, dataSourceKind, ephemeralKind, actionKind}
}

// Contract tests the promises of every type and every function of an area. Each type needs a
// case.
//
// The name of a subtest has a type and a check. [Case] lists the checks. To run one subtest:
//
//	go test ./internal/provider/user -run 'TestContract/quay_user$/^import$'
//
// All checks but "example" run in process, over Terraform's plugin protocol. The check
// "example" needs TF_ACC. The check "faults" is the fault matrix.
func Contract(t *testing.T, area envelope.Area, cases ...Case) {
	t.Helper()
	types, functions := offeredBy(area)
	for _, problem := range uncovered(types, cases) {
		t.Error(problem)
	}
	if t.Failed() {
		return
	}
	for _, c := range cases {
		t.Run(c.Type, func(t *testing.T) {
			t.Parallel()
			c.test(t)
		})
	}
	for _, name := range functions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testFunction(t, name)
		})
	}
}

// test runs all checks of a case.
func (c Case) test(t *testing.T) {
	t.Helper()
	check := func(name string, test func(t *testing.T)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
	check("inputs", c.testInputs)
	check("descriptions", c.testDescriptions)
	check("calls", c.testCalls)
	check("requirements", c.testRequirements)
	check("examples", c.testExamplesComplete)
	check("example", c.testExamples)
	check("unknown_settings", c.testUnknownSettings)
	if c.has(resourceKind) {
		check("unknown", c.testUnknown)
		check("faults", c.testFaults)
		check("states", c.testStates)
	}
	if len(c.Identity) > 0 {
		check("import", c.testImport)
		check("import_id", c.testImportID)
		check("read", c.testRead)
		check("not_found", c.testNotFound)
		check("token_hidden", c.testTokenHidden)
		check("deleted", c.testDeleted)
		check("provider_killed", c.testProviderKilled)
		check("not_adopted", c.testNotAdopted)
		check("two_addresses", c.testTwoAddresses)
		check("update_delete", c.testUpdateAndDelete)
		check("moved", c.testMoved)
		check("renamed", c.testOrganizationRenamed)
	}
	if c.Parent != nil {
		check("parent_deleted", c.testParentDeleted)
	}
	if c.has(listKind) {
		check("list", c.testList)
		check("list_error", c.testListError)
	}
	if c.has(dataSourceKind) {
		check("data_source", c.testDataSource)
	}
	if c.has(ephemeralKind) {
		check("ephemeral", c.testEphemeral)
	}
	if c.has(actionKind) {
		check("action", c.testAction)
	}
}

// offered has the names of an area's types by kind.
type offered map[kind][]string

// offeredBy returns the types and the functions of an area.
func offeredBy(area envelope.Area) (types offered, functions []string) {
	types = offered{}
	kinds := map[string]kind{ // kinds by the folder of their pages
		"resources": resourceKind, "list-resources": listKind, "data-sources": dataSourceKind, "ephemeral-resources": ephemeralKind, "actions": actionKind,
	}
	for _, page := range area.Pages() {
		folder, name, _ := strings.Cut(page, "/")
		if kind, ok := kinds[folder]; ok {
			types[kind] = append(types[kind], "quay_"+name)
		} else {
			functions = append(functions, name)
		}
	}
	return types, functions
}

// uncovered returns the types without a case, and the cases that are superfluous or
// incomplete.
func uncovered(offered offered, cases []Case) (problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, kind := range kinds() {
		for _, name := range offered[kind] {
			if n := count(cases, func(c Case) bool { return c.Type == name && c.has(kind) }); n != 1 {
				problem("the %s %s has %d cases, want one", kind, name, n)
			}
		}
		for _, c := range cases {
			if c.has(kind) && !slices.Contains(offered[kind], c.Type) {
				problem("there is a case of the %s %s, which the area does not offer", kind, c.Type)
			}
		}
	}
	for _, c := range cases {
		if !slices.ContainsFunc(kinds(), c.has) {
			problem("the case of %s describes no type", c.Type)
		}
		if len(c.Identity) == 0 {
			continue
		}
		if (c.List == nil) == (c.NotListed == "") {
			problem("the case of %s needs either List or NotListed", c.Type)
		}
		if c.Delete == nil || len(c.InvalidIDs) == 0 {
			problem("the case of %s needs Delete and InvalidIDs", c.Type)
		}
	}
	return problems
}

func count[T any](list []T, matches func(T) bool) (n int) {
	for _, element := range list {
		if matches(element) {
			n++
		}
	}
	return n
}

// offline returns a provider for checks that need no registry.
func offline(t testing.TB) *Provider {
	t.Helper()
	return At("http://quay.test", "t").Serve(t, nil)
}

// root returns the root folder of the module.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("there is no go.mod above the test's folder")
		}
		folder = filepath.Dir(folder)
	}
}
