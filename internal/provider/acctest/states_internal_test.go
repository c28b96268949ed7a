package acctest

import (
	"maps"
	"reflect"
	"testing"
)

// A stored state gets the names of a new configuration, and the computed values of a new
// state. The test finds values that an upgrade loses.
func TestStoredState(t *testing.T) {
	t.Parallel()
	text := []byte(`{
		"config": {"repository": "tforgabcdefghij/app", "kid": "0123456789012345678901234567890123456789_-a", "role": "read", "id": null},
		"attributes": {"repository": "tforgabcdefghij/app", "kid": "0123456789012345678901234567890123456789_-a", "role": "read", "id": "7", "size": 5000000000}
	}`)
	stored := parseState(t, renamed(t, text, map[string]any{
		"repository": "tforg2222222222/app", "kid": "9876543210987654321098765432109876543210_-b", "role": "write",
	}))
	computed(stored.Attributes, map[string]any{"id": "8", "role": "write", "size": nil}, stored.Config)
	attributes := stored.Attributes.(map[string]any)
	for name, want := range map[string]string{
		"repository": "tforg2222222222/app", "kid": "9876543210987654321098765432109876543210_-b", "role": "read", "id": "8",
	} {
		if attributes[name] != want {
			t.Errorf("%s is %v, want %s", name, attributes[name], want)
		}
	}
	for name, test := range map[string]struct {
		change func(attributes map[string]any)
		want   []string
	}{
		"nothing":             {func(map[string]any) {}, nil},
		"an attribute":        {func(a map[string]any) { delete(a, "role") }, []string{".role: read became <nil>"}},
		"digits":              {func(a map[string]any) { a["size"] = "5e9" }, []string{".size: 5000000000 became 5e9"}},
		"an attribute is new": {func(a map[string]any) { a["new"] = true }, nil},
	} {
		after := map[string]any{}
		maps.Copy(after, attributes)
		test.change(after)
		if got := lost("", attributes, after); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: lost %q, want %q", name, got, test.want)
		}
	}
}
