package acctest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// statesVariable names a release. If it is set, the check "states" writes states of this
// release, and does not open states of former releases.
const statesVariable = "QUAYTEST_STATES"

// storedState is an object in the state of a release, and its configuration.
type storedState struct {
	Config                any   `json:"config"`
	SchemaVersion         int64 `json:"schema_version"`
	Attributes            any   `json:"attributes"`
	IdentitySchemaVersion int64 `json:"identity_schema_version"`
	Identity              any   `json:"identity"`
}

// testStates opens the states that former releases wrote for the case's configuration. The
// current provider must upgrade such a state without loss, read the object, and plan no
// change.
//
// A file has the state of an object that does not exist. The test creates an object with the
// same configuration and new names. It puts these names, and the values that Quay has chosen,
// into the file's state.
func (c Case) testStates(t *testing.T) {
	if Version(t) != quaytest.Quay3_18 || UsersFromDirectory() {
		t.Skip("states are those of objects on the newest release, whose users come from its database")
	}
	registry := c.start(t)
	if registry.real {
		t.Skip("needs a Quay in memory")
	}
	folder := filepath.Join(root(t), "internal", "provider", "testdata", "states")
	if version := os.Getenv(statesVariable); version != "" {
		c.writeState(t, registry, filepath.Join(folder, version, c.Type+".json"))
		return
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", c.Type+".json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files { // a type that is newer than the last release has no file
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			c.testState(t, file)
		})
	}
}

// writeState creates an object and writes its state, without secrets.
func (c Case) writeState(t *testing.T, registry *Registry, file string) {
	t.Helper()
	p := registry.Serve(t, nil)
	config := c.Config(t, registry)
	state := p.Create(c.Type, config)
	schema := p.schemas[c.Type]
	stored := storedState{
		Config: plain(t, p.config(c.Type, config)), SchemaVersion: schema.Version, Attributes: plain(t, state.Value),
	}
	if len(c.Identity) > 0 {
		value, err := state.Identity.IdentityData.Unmarshal(p.identities[c.Type].ValueType())
		p.check(err)
		stored.Identity, stored.IdentitySchemaVersion = plain(t, value), p.identities[c.Type].Version
	}
	for _, attribute := range schema.Block.Attributes {
		values := stored.Attributes.(map[string]any)
		if _, isText := values[attribute.Name].(string); isText && attribute.Sensitive {
			values[attribute.Name] = "secret"
		}
	}
	text, err := json.MarshalIndent(stored, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// testState opens the state of a file.
func (c Case) testState(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	registry := c.start(t)
	p := registry.Serve(t, nil)
	text = renamed(t, text, plain(t, p.config(c.Type, c.Config(t, registry))))
	stored := parseState(t, text)
	config := Attributes{}
	for name, value := range attributesOf(t, p.upgraded(c.Type, p.schemas[c.Type].Version, stored.Config)) {
		config[name] = value
	}
	state := p.Create(c.Type, config)

	computed(stored.Attributes, plain(t, state.Value), stored.Config)
	state.Value = p.upgraded(c.Type, stored.SchemaVersion, stored.Attributes)
	if stored.SchemaVersion == p.schemas[c.Type].Version {
		for _, lost := range lost("", stored.Attributes, plain(t, state.Value)) {
			t.Errorf("lost: %s", lost)
		}
	}
	if identity, ok := stored.Identity.(map[string]any); ok && stored.IdentitySchemaVersion == p.identities[c.Type].Version {
		if names := slices.Sorted(maps.Keys(identity)); !slices.Equal(names, slices.Sorted(slices.Values(c.Identity))) {
			t.Errorf("the identity had the attributes %q", names)
		}
	}
	read, diags := p.Read(c.Type, state)
	NoErrors(t, diags)
	if read.Value.IsNull() {
		t.Fatal("the object is not found")
	}
	if plan := p.Plan(c.Type, read, config); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
		t.Errorf("planned from %s\nto %s %v", read.Value, plan.Value, shown(plan.Diagnostics))
	}
}

func parseState(t testing.TB, text []byte) (stored storedState) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&stored); err != nil {
		t.Fatal(err)
	}
	return stored
}

// upgraded returns the attributes of a state after the current provider's upgrade.
func (p *Provider) upgraded(typeName string, version int64, attributes any) tftypes.Value {
	p.t.Helper()
	text, err := json.Marshal(attributes)
	p.check(err)
	state, diags := p.UpgradeState(typeName, version, text)
	NoErrors(p.t, diags)
	return state.Value
}

// ownNames matches the texts that differ between two configurations of a case: names from
// [Name], and Quay's ids of keys and applications.
var ownNames = regexp.MustCompile(`\btf[a-z]*_?[a-z2-7]{10}\b|\b[0-9A-Za-z_-]{43}\b|\b[0-9A-Z]{20}\b`)

// renamed replaces the names of a stored configuration by the names of a new configuration of
// the same case, in the whole file.
func renamed(t testing.TB, text []byte, config any) []byte {
	t.Helper()
	stored := parseState(t, text)
	var pairs []string
	var walk func(before, after any)
	walk = func(before, after any) {
		switch before := before.(type) {
		case map[string]any:
			other, _ := after.(map[string]any)
			for name, value := range before {
				walk(value, other[name])
			}
		case []any:
			other, _ := after.([]any)
			for i := range min(len(before), len(other)) {
				walk(before[i], other[i])
			}
		case string:
			other, _ := after.(string)
			old, now := ownNames.FindAllString(before, -1), ownNames.FindAllString(other, -1)
			for i := range min(len(old), len(now)) {
				pairs = append(pairs, old[i], now[i])
			}
		}
	}
	walk(stored.Config, config)
	return []byte(strings.NewReplacer(pairs...).Replace(string(text)))
}

// computed replaces the values of a state that its configuration lacks by the values of a
// second state: ids, times and secrets.
func computed(state, other, config any) {
	values, _ := state.(map[string]any)
	others, _ := other.(map[string]any)
	given, _ := config.(map[string]any)
	for name, value := range values {
		if now, ok := others[name]; ok && value != nil && given[name] == nil && fmt.Sprintf("%T", now) == fmt.Sprintf("%T", value) {
			values[name] = now
		}
	}
}

// lost returns the paths of values in a state that its upgrade has lost.
func lost(path string, before, after any) (paths []string) {
	switch before := before.(type) {
	case nil:
	case map[string]any:
		other, _ := after.(map[string]any)
		for name, value := range before {
			paths = append(paths, lost(path+"."+name, value, other[name])...)
		}
	default:
		if fmt.Sprint(before) != fmt.Sprint(after) {
			paths = append(paths, fmt.Sprintf("%s: %v became %v", path, before, after))
		}
	}
	return paths
}

// plain turns a value into the types of encoding/json.
func plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() || !value.IsKnown() {
		return nil
	}
	as := func(target any) {
		t.Helper()
		if err := value.As(target); err != nil {
			t.Fatal(err)
		}
	}
	switch typ := value.Type(); {
	case typ.Is(tftypes.String):
		var text string
		as(&text)
		return text
	case typ.Is(tftypes.Bool):
		var boolean bool
		as(&boolean)
		return boolean
	case typ.Is(tftypes.Number):
		var number big.Float
		as(&number)
		return json.Number(number.Text('f', -1))
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		var values map[string]tftypes.Value
		as(&values)
		result := map[string]any{}
		for name, element := range values {
			result[name] = plain(t, element)
		}
		return result
	}
	var values []tftypes.Value
	as(&values)
	result := []any{}
	for _, element := range values {
		result = append(result, plain(t, element))
	}
	return result
}
