package organization

import (
	"encoding/json"
	"slices"
	"testing"
)

// Release 0.1.0 stored one former name, and an empty text without one.
func TestFormerNames(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string][]string{`""`: nil, `"acme"`: {"acme"}, `["acme","platform"]`: {"acme", "platform"}, `null`: nil} {
		names := formerNames{"before"}
		if err := json.Unmarshal([]byte(stored), &names); err != nil || !slices.Equal(names, want) {
			t.Errorf("%s is read as %q, %v, want %q", stored, names, err, want)
		}
	}
}
