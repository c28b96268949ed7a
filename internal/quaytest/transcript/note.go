package transcript

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// note replaces a response that is too long to record, and describes the response.
type note struct {
	text  string
	paths []any // of a description of the API
}

// noteOf returns the note that replaces a recorded response, or nil.
func noteOf(recorded any) *note {
	o, ok := recorded.(map[string]any)
	if !ok {
		return nil
	}
	text, ok := o["note"].(string)
	if !ok {
		return nil
	}
	paths, _ := o["paths"].([]any)
	return &note{text, paths}
}

// compareNote compares a response with a note.
func (c *Comparer) compareNote(want note, got any) {
	if n := noteOf(got); n != nil { // of another transcript
		if want.paths == nil || n.paths == nil {
			c.compare(".note", "note", want.text, n.text)
		}
		c.compare(".paths", "paths", want.paths, n.paths)
		return
	}
	if want.paths != nil {
		c.comparePaths(want.paths, got)
		return
	}
	if actual := describe(want.text, got); actual != want.text {
		c.differ("body", want.text, actual)
	}
}

// describe returns the note for a response, in the words of another note if they
// fit.
func describe(like string, got any) string {
	switch g := got.(type) {
	case map[string]any:
		if paths, _ := g["paths"].(map[string]any); len(paths) > 0 {
			return like
		}
		if logs, ok := g["logs"].([]any); ok && len(logs) > 0 {
			return "a page of logs"
		}
		return "keys: " + keysOf(g)
	case []any:
		return fmt.Sprintf("a list of %d", len(g))
	default:
		return show(got)
	}
}

// keysOf lists the members of an object. For objects and lists, it adds the number of entries.
func keysOf(object map[string]any) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch v := object[name].(type) {
		case map[string]any:
			name = fmt.Sprintf("%s (%d)", name, len(v))
		case []any:
			name = fmt.Sprintf("%s (%d)", name, len(v))
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// comparePaths compares the paths of a description of the API with the recorded
// paths. The in-memory Quay server has only some of them.
func (c *Comparer) comparePaths(want []any, got any) {
	g, _ := got.(map[string]any)
	paths, _ := g["paths"].(map[string]any)
	if len(paths) == 0 {
		c.differ(".paths", show(want), show(got))
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if !slices.Contains(want, any(path)) {
			c.differ(".paths", "nothing", path)
		}
	}
}
