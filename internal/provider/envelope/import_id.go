package envelope

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// defaultSeparator joins the parts of an import id, unless a declaration sets IDSeparator.
const defaultSeparator = ":"

// importIDFormat joins the parts of an identity to an import id, and splits it. Every part but
// the last has % and a hexadecimal code for the separator and for "%": %3A for ":". The last
// part has no such codes.
type importIDFormat struct {
	separator        string
	escape, unescape *strings.Replacer
}

// newImportIDFormat returns the format with a separator of one character, or with
// the default one.
func newImportIDFormat(separator string) importIDFormat {
	separator = cmp.Or(separator, defaultSeparator)
	code := fmt.Sprintf("%%%02X", separator[0])
	return importIDFormat{
		separator: separator,
		escape:    strings.NewReplacer("%", "%25", separator, code),
		unescape:  strings.NewReplacer("%25", "%", code, separator, strings.ToLower(code), separator),
	}
}

// join returns the import id of an identity.
func (f importIDFormat) join(parts []string) string {
	escaped := slices.Clone(parts)
	for i := range max(0, len(parts)-1) {
		escaped[i] = f.escape.Replace(parts[i])
	}
	return strings.Join(escaped, f.separator)
}

// split returns the parts of an import id, and false if there are fewer than n, or
// if one is empty.
func (f importIDFormat) split(id string, n int) (parts []string, ok bool) {
	parts = strings.SplitN(id, f.separator, n)
	if len(parts) < n || slices.Contains(parts, "") {
		return nil, false
	}
	for i := range n - 1 {
		parts[i] = f.unescape.Replace(parts[i])
	}
	return parts, true
}
