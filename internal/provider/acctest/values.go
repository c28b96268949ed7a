package acctest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// CheckValues fails the test if an object does not have the wanted values. A wanted value is a
// string, bool, int, nil, map[string]any or []any. An object can have attributes that want
// omits, but a list cannot have other elements.
func (s State) CheckValues(t testing.TB, want map[string]any) {
	t.Helper()
	for _, problem := range mismatches("", plain(t, s.Value), want) {
		t.Error(problem)
	}
}

// mismatches returns a line for each difference between a value and the wanted value.
func mismatches(path string, value, want any) (lines []string) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := value.(map[string]any)
		if !ok {
			break
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			lines = append(lines, mismatches(path+"."+name, object[name], want[name])...)
		}
		return lines
	case []any:
		list, ok := value.([]any)
		if !ok || len(list) != len(want) {
			break
		}
		for i := range want {
			lines = append(lines, mismatches(fmt.Sprintf("%s[%d]", path, i), list[i], want[i])...)
		}
		return lines
	default:
		if (value == nil) == (want == nil) && fmt.Sprint(value) == fmt.Sprint(want) { // a number is a json.Number
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, want %v", path, value, want)}
}
