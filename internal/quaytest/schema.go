package quaytest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// schema is a JSON schema as far as Quay's requests use it. Its keywords have
// an order: Quay names the first of several equally important violations.
type schema []keyword

// keyword is one rule of a schema. The value is what is printed of it.
type keyword struct {
	name  string
	value any
	check func(instance any) []violation
}

// property is the schema of one member of an object.
type property struct {
	name   string
	schema schema
}

// violation says where and how a value breaks a schema.
type violation struct {
	keyword    string
	message    string
	path       []string // members from the document to the value
	schemaPath []string // keywords from the schema to the broken rule
	schema     schema   // the schema that holds the rule
	instance   any
	within     []violation // what the alternatives of anyOf and oneOf say
}

// violations checks a value against a schema.
func (s schema) violations(instance any) []violation {
	var found []violation
	for _, k := range s {
		if k.check == nil {
			continue
		}
		for _, v := range k.check(instance) {
			if v.keyword == "" {
				v.keyword, v.schema, v.instance = k.name, s, instance
			} else {
				v.schemaPath = slices.Insert(v.schemaPath, 0, k.name)
			}
			found = append(found, v)
		}
	}
	return found
}

// validate returns the violation that Quay tells of, with its text.
func (s schema) validate(instance any) error {
	found := s.violations(instance)
	if len(found) == 0 {
		return nil
	}
	// The most general violation is the one to tell of; among the alternatives
	// of a choice it's the one that lies deepest.
	best := found[0]
	for _, v := range found[1:] {
		if v.compare(best) > 0 {
			best = v
		}
	}
	for len(best.within) > 0 {
		best = slices.MinFunc(best.within, violation.compare)
	}
	return invalidRequest("%s", best.text())
}

// compare orders violations by how general they are.
func (v violation) compare(w violation) int {
	if d := len(w.path) - len(v.path); d != 0 {
		return d
	}
	choice := func(v violation) bool { return v.keyword == "anyOf" || v.keyword == "oneOf" }
	switch {
	case choice(v) == choice(w):
		return 0
	case choice(v):
		return -1
	default:
		return 1
	}
}

func (v violation) text() string {
	return fmt.Sprintf("%s\n\nFailed validating %s in schema%s:\n    %s\n\nOn instance%s:\n    %s",
		v.message, pyString(v.keyword), index(v.schemaPath), pyRepr(v.schema), index(v.path), pyRepr(v.instance))
}

func index(path []string) string {
	var b strings.Builder
	for _, p := range path {
		b.WriteString("[" + pyString(p) + "]")
	}
	return b.String()
}

func broken(format string, args ...any) []violation {
	return []violation{{message: fmt.Sprintf(format, args...)}}
}

// description documents a schema; it matters where a message prints it.
func description(text string) keyword { return keyword{name: "description", value: text} }

// typeIs wants a value of one of the types.
func typeIs(types ...string) keyword {
	k := keyword{name: "type", value: types}
	if len(types) == 1 {
		k.value = types[0]
	}
	k.check = func(instance any) []violation {
		if slices.ContainsFunc(types, func(t string) bool { return hasType(instance, t) }) {
			return nil
		}
		list := make([]string, len(types))
		for i, t := range types {
			list[i] = pyString(t)
		}
		return broken("%s is not of type %s", pyRepr(instance), strings.Join(list, ", "))
	}
	return k
}

func hasType(instance any, name string) bool {
	switch v := instance.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case []any:
		return name == "array"
	case jsonObject:
		return name == "object"
	case json.Number:
		if name == "integer" {
			_, whole := wholeNumber(v)
			return whole
		}
		return name == "number"
	}
	return false
}

// required wants an object to have members.
func required(names ...string) keyword {
	return keyword{name: "required", value: names, check: func(instance any) []violation {
		object, ok := instance.(jsonObject)
		if !ok {
			return nil
		}
		var found []violation
		for _, name := range names {
			if !object.has(name) {
				found = append(found, broken("%s is a required property", pyString(name))...)
			}
		}
		return found
	}}
}

// properties checks those members of an object that are there.
func properties(list ...property) keyword {
	return keyword{name: "properties", value: list, check: func(instance any) []violation {
		object, _ := instance.(jsonObject)
		var found []violation
		for _, p := range list {
			value, ok := object.get(p.name)
			if !ok {
				continue
			}
			for _, v := range p.schema.violations(value) {
				v.path = slices.Insert(v.path, 0, p.name)
				v.schemaPath = slices.Insert(v.schemaPath, 0, p.name)
				found = append(found, v)
			}
		}
		return found
	}}
}

// onlyProperties refuses other members than those.
func onlyProperties(names ...string) keyword {
	return keyword{name: "additionalProperties", value: false, check: func(instance any) []violation {
		object, _ := instance.(jsonObject)
		var extra []string
		for _, m := range object {
			if !slices.Contains(names, m.name) {
				extra = append(extra, pyString(m.name))
			}
		}
		switch len(extra) {
		case 0:
			return nil
		case 1:
			return broken("Additional properties are not allowed (%s was unexpected)", extra[0])
		default:
			return broken("Additional properties are not allowed (%s were unexpected)", strings.Join(extra, ", "))
		}
	}}
}

// enum wants one of the values.
func enum(values ...any) keyword {
	return keyword{name: "enum", value: values, check: func(instance any) []violation {
		switch instance.(type) {
		case nil, bool, string:
			if slices.Contains(values, instance) {
				return nil
			}
		}
		return broken("%s is not one of %s", pyRepr(instance), pyRepr(values))
	}}
}

// pattern wants a string in which the expression is found.
func pattern(expression string) keyword {
	compiled := regexp.MustCompile(expression)
	return keyword{name: "pattern", value: expression, check: func(instance any) []violation {
		if s, ok := instance.(string); ok && !compiled.MatchString(s) {
			return broken("%s does not match %s", pyRepr(instance), pyString(expression))
		}
		return nil
	}}
}

// minimum wants a number that is not below a bound.
func minimum(bound int) keyword {
	return keyword{name: "minimum", value: bound, check: func(instance any) []violation {
		n, ok := instance.(json.Number)
		if !ok {
			return nil
		}
		if f, err := n.Float64(); err == nil && f < float64(bound) {
			return broken("%s is less than the minimum of %d", pyRepr(instance), bound)
		}
		return nil
	}}
}

// minLength wants a string of that many characters or more.
func minLength(bound int) keyword {
	return keyword{name: "minLength", value: bound, check: func(instance any) []violation {
		if s, ok := instance.(string); ok && utf8.RuneCountInString(s) < bound {
			return broken("%s is too short", pyRepr(instance))
		}
		return nil
	}}
}

// maxLength wants a string of that many characters or less.
func maxLength(bound int) keyword {
	return keyword{name: "maxLength", value: bound, check: func(instance any) []violation {
		if s, ok := instance.(string); ok && utf8.RuneCountInString(s) > bound {
			return broken("%s is too long", pyRepr(instance))
		}
		return nil
	}}
}

// never refuses every value.
func never() keyword {
	return keyword{name: "not", value: schema{}, check: func(instance any) []violation {
		return broken("%s is not allowed for %s", pyRepr(schema{}), pyRepr(instance))
	}}
}

// anyOf wants a value that one of the schemas allows.
func anyOf(alternatives ...schema) keyword {
	return keyword{name: "anyOf", value: alternatives, check: func(instance any) []violation {
		_, found := choose(alternatives, instance)
		return found
	}}
}

// oneOf wants a value that exactly one of the schemas allows.
func oneOf(alternatives ...schema) keyword {
	return keyword{name: "oneOf", value: alternatives, check: func(instance any) []violation {
		first, found := choose(alternatives, instance)
		if found != nil {
			return found
		}
		var valid []string
		for _, s := range alternatives[first+1:] {
			if len(s.violations(instance)) == 0 {
				valid = append(valid, pyRepr(s))
			}
		}
		if valid == nil {
			return nil
		}
		// The first that allows the value is named last.
		valid = append(valid, pyRepr(alternatives[first]))
		return broken("%s is valid under each of %s", pyRepr(instance), strings.Join(valid, ", "))
	}}
}

// choose returns the first schema that allows a value, or what all of them
// have against it.
func choose(alternatives []schema, instance any) (int, []violation) {
	var within []violation
	for i, s := range alternatives {
		found := s.violations(instance)
		if len(found) == 0 {
			return i, nil
		}
		within = append(within, found...)
	}
	none := broken("%s is not valid under any of the given schemas", pyRepr(instance))
	none[0].within = within
	return 0, none
}

// text is the schema of a string.
func text(more ...keyword) schema { return append(schema{typeIs("string")}, more...) }
