package acctest

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// TableRow is a row of the guide's table of calls and types.
type TableRow struct {
	Operation string // Quay's name for the call
	Call      string // method and path
	Kind      string // of the type: resource, data source, ephemeral resource
	Type      string
}

// row matches a row of the table.
var row = regexp.MustCompile("(?m)^\\| (\\w+) \\| `([A-Z]+ /\\S+)` \\| (resource|data source|ephemeral resource) `(quay_\\w+)`[^|]* \\|$")

// CallsTable returns the rows of the guide's tables.
func CallsTable(t testing.TB) (rows []TableRow) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root(t), "templates", "guides", "api-calls.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range row.FindAllStringSubmatch(string(page), -1) {
		rows = append(rows, TableRow{found[1], found[2], found[3], found[4]})
	}
	return rows
}

// parameter matches a parameter of a path. Quay names some parameters differently from its
// reference.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

// testCalls makes the calls that the guide names for the case's types.
func (c Case) testCalls(t *testing.T) {
	callsOf := map[kind]func(*testing.T) map[string]int{
		resourceKind: c.callsOfResource, dataSourceKind: c.callsOfDataSource, ephemeralKind: c.callsOfEphemeral,
	}
	made := map[kind]map[string]int{}
	for _, row := range CallsTable(t) {
		kind := kind(row.Kind)
		if row.Type != c.Type || !c.has(kind) {
			continue
		}
		if made[kind] == nil {
			made[kind] = callsOf[kind](t)
		}
		found := false
		for call := range made[kind] {
			found = found || parameter.ReplaceAllString(call, "{}") == parameter.ReplaceAllString(row.Call, "{}")
		}
		if !found {
			t.Errorf("the %s does not call %s (%s); it calls %v", kind, row.Call, row.Operation, made[kind])
		}
	}
}

// callsOfResource creates, reads, updates and deletes an object, and returns the calls.
func (c Case) callsOfResource(t *testing.T) map[string]int {
	t.Helper()
	registry := c.start(t)
	simulator := registry.Simulator(t)
	config := c.config(t, registry)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	state, diags := p.Read(c.Type, p.Create(c.Type, config))
	NoErrors(t, diags)
	if c.changeable() {
		state, diags = p.Apply(t.Context(), c.Type, p.Plan(c.Type, state, c.updated(config)))
		NoErrors(t, diags)
	}
	_, diags = p.Apply(t.Context(), c.Type, p.Plan(c.Type, state, nil))
	NoErrors(t, diags)
	return simulator.Calls()
}

// callsOfDataSource reads a data source and returns the calls.
func (c Case) callsOfDataSource(t *testing.T) map[string]int {
	t.Helper()
	registry := c.start(t, quaytest.WithVersion(quaytest.Quay3_18)) // older versions fail for a build like the case's
	simulator := registry.Simulator(t)
	config := c.DataSource.Config(t, registry)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	_, diags := p.ReadData(c.Type, config)
	NoErrors(t, diags)
	return simulator.Calls()
}

// callsOfEphemeral opens and closes an ephemeral resource and returns the calls.
func (c Case) callsOfEphemeral(t *testing.T) map[string]int {
	t.Helper()
	registry := c.start(t)
	simulator := registry.Simulator(t)
	c.prepareEphemeral(t, registry)
	p := registry.Serve(t, nil)
	simulator.ResetCalls()
	opened, diags := p.Open(t.Context(), c.Type, c.Ephemeral.Config)
	NoErrors(t, diags)
	NoErrors(t, p.Close(t.Context(), c.Type, opened))
	return simulator.Calls()
}

// testDataSource reads the data source. If a response is not Quay's, it expects an error
// without the token.
func (c Case) testDataSource(t *testing.T) {
	registry := c.start(t)
	config := c.DataSource.Config(t, registry)
	p := registry.Serve(t, nil)
	state, diags := p.ReadData(c.Type, config)
	NoErrors(t, diags)
	if state.Value.IsNull() {
		t.Error("nothing was read")
	}
	inputs, checks := c.DataSource.Inputs, p.configuration(dataSourceKind, c.Type)
	for _, invalid := range inputs.Invalid {
		checks.checkInvalid(t, config, invalid)
	}
	for name, response := range misleadingResponses() {
		registry.Simulator(t).Intercept(response.write)
		p.NextRun() // the first error of a run has the advice
		words := response.words
		if response.status == http.StatusInternalServerError {
			words = "500 Internal Server Error" // a type can have its own advice
		}
		if _, diags := p.ReadData(c.Type, config); len(errorsOf(diags)) != 1 || !detailContains(diags, words) {
			t.Errorf("%s: %v", name, shown(diags))
		}
	}
	registry.Simulator(t).Intercept(repeatToken)
	_, diags = p.ReadData(c.Type, config)
	registry.Simulator(t).Intercept(nil)
	if !detailContains(diags, "you sent Bearer (secret)") || detailContains(diags, registry.Token) {
		t.Errorf("diagnostics: %v", shown(diags))
	}
}

// testAction invokes the action, and invokes it again on a registry that fails.
func (c Case) testAction(t *testing.T) {
	registry := c.start(t)
	config := c.Action.Config(registry.Simulator(t))
	p := registry.Serve(t, nil)
	_, diags := p.Invoke(c.Type, config)
	NoErrors(t, diags)
	checks := p.configuration(actionKind, c.Type)
	for _, invalid := range c.Action.Inputs.Invalid {
		checks.checkInvalid(t, config, invalid)
	}
	for name, response := range misleadingResponses() {
		registry.Simulator(t).Intercept(response.write)
		p.NextRun()
		_, diags := p.Invoke(c.Type, config)
		if len(diags) != 1 || !strings.HasPrefix(diags[0].Summary, "Unable to ") || !detailContains(diags, response.words) {
			t.Errorf("%s: %v", name, shown(diags))
		}
	}
	registry.Simulator(t).Intercept(nil)
}
