package envelope

import (
	"slices"
	"strings"
)

// An import id is the parts of an identity, joined by ":". The last part is written
// as it is; in the others ":" is written as %3A, and "%" as %25.
var (
	escapePart   = strings.NewReplacer("%", "%25", ":", "%3A")
	unescapePart = strings.NewReplacer("%25", "%", "%3A", ":", "%3a", ":")
)

// joinImportID returns the import id of an identity.
func joinImportID(parts []string) string {
	escaped := slices.Clone(parts)
	for i := range max(0, len(parts)-1) {
		escaped[i] = escapePart.Replace(parts[i])
	}
	return strings.Join(escaped, ":")
}

// splitImportID returns the parts of an import id, and false if there are fewer
// than n, or if one is empty.
func splitImportID(id string, n int) (parts []string, ok bool) {
	parts = strings.SplitN(id, ":", n)
	if len(parts) < n || slices.Contains(parts, "") {
		return nil, false
	}
	for i := range n - 1 {
		parts[i] = unescapePart.Replace(parts[i])
	}
	return parts, true
}
