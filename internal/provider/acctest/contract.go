package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// kind is a kind of type, as documentation calls it.
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

// Contract tests what every type and every function promises, for all that an area
// offers. Each type needs a case.
//
// A subtest is named by a type and a check, which [Case] lists, and can be run by
// that name:
//
//	go test ./internal/provider/user -run 'TestContract/quay_user$/^import$'
//
// All checks run in process, over Terraform's plugin protocol, but "example", which
// needs TF_ACC. The check "faults" is the fault matrix.
func Contract(t *testing.T, area envelope.Area, cases ...Case) {
	t.Helper()
	offered := offeredBy(t, area)
	for _, problem := range uncovered(offered, cases) {
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
	for _, newFunction := range area.Functions {
		var resp function.MetadataResponse
		newFunction().Metadata(t.Context(), function.MetadataRequest{}, &resp)
		t.Run(resp.Name, func(t *testing.T) {
			t.Parallel()
			testFunction(t, resp.Name)
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
	check("examples", c.testExamplesComplete)
	check("example", c.testExamples)
	if c.has(resourceKind) {
		check("unknown", c.testUnknown)
		check("faults", c.testFaults)
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

// offered are the names of an area's types by kind.
type offered map[kind][]string

func offeredBy(t *testing.T, area envelope.Area) offered {
	t.Helper()
	ctx, names := t.Context(), offered{}
	const provider = "quay"
	for _, newResource := range area.Resources {
		var resp resource.MetadataResponse
		newResource().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: provider}, &resp)
		names[resourceKind] = append(names[resourceKind], resp.TypeName)
	}
	for _, newList := range area.ListResources {
		var resp resource.MetadataResponse
		newList().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: provider}, &resp)
		names[listKind] = append(names[listKind], resp.TypeName)
	}
	for _, newDataSource := range area.DataSources {
		var resp datasource.MetadataResponse
		newDataSource().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: provider}, &resp)
		names[dataSourceKind] = append(names[dataSourceKind], resp.TypeName)
	}
	for _, newEphemeral := range area.EphemeralResources {
		var resp ephemeral.MetadataResponse
		newEphemeral().Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: provider}, &resp)
		names[ephemeralKind] = append(names[ephemeralKind], resp.TypeName)
	}
	for _, newAction := range area.Actions {
		var resp action.MetadataResponse
		newAction().Metadata(ctx, action.MetadataRequest{ProviderTypeName: provider}, &resp)
		names[actionKind] = append(names[actionKind], resp.TypeName)
	}
	return names
}

// uncovered returns what an area offers without a case, and the cases that are of
// nothing or lack something.
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

// offline returns a provider for what needs no registry.
func offline(t testing.TB) *Provider {
	t.Helper()
	return At("http://quay.test", "t").Serve(t, nil)
}

// root returns the folder of the module.
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
