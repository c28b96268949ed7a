package pyjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Schema is a JSON schema, as far as Quay's requests use one. Its keywords have
// an order: Quay reports the first of several equally important violations.
type Schema []Keyword

// Keyword is one rule of a [Schema].
type Keyword struct {
	name  string
	value any // printed in messages
	check func(instance any) []violation
}

// NamedSchema is the schema of one member of an object.
type NamedSchema struct {
	name   string
	schema Schema
}

// Property returns the schema of the member with a name, made of keywords.
func Property(name string, keywords ...Keyword) NamedSchema {
	return NamedSchema{name, keywords}
}

// violation describes where and how a value violates a schema.
type violation struct {
	keyword    string
	message    string
	path       []string // members and elements from the document to the value, as Python prints them
	schemaPath []string // keywords from the schema to the violated keyword, as Python prints them
	schema     Schema   // the schema that has the keyword
	instance   any
	within     []violation // violations of the alternatives of anyOf and oneOf
}

// violations checks a value against a schema.
func (s Schema) violations(instance any) []violation {
	var found []violation
	for _, k := range s {
		if k.check == nil {
			continue
		}
		for _, v := range k.check(instance) {
			if v.keyword == "" {
				v.keyword, v.schema, v.instance = k.name, s, instance
			} else {
				v.schemaPath = slices.Insert(v.schemaPath, 0, quote(k.name))
			}
			found = append(found, v)
		}
	}
	return found
}

// Validate checks a value from [Parse] against the schema. The error has the text of the
// violation that Quay reports. It is nil if the value is valid.
func (s Schema) Validate(instance any) error {
	found := s.violations(instance)
	if len(found) == 0 {
		return nil
	}
	// Python reports the most general violation. Among the alternatives of a
	// choice it reports the deepest one.
	best := found[0]
	for _, v := range found[1:] {
		if v.compare(best) > 0 {
			best = v
		}
	}
	for len(best.within) > 0 {
		best = slices.MinFunc(best.within, violation.compare)
	}
	return errors.New(best.text())
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
		v.message, quote(v.keyword), index(v.schemaPath), Repr(v.schema), index(v.path), Repr(v.instance))
}

func index(path []string) string {
	var b strings.Builder
	for _, p := range path {
		b.WriteString("[" + p + "]")
	}
	return b.String()
}

func broken(format string, args ...any) []violation {
	return []violation{{message: fmt.Sprintf(format, args...)}}
}

// Description documents a schema. It only appears in messages.
func Description(text string) Keyword { return Keyword{name: "description", value: text} }

// Type requires a value of one of the types: null, boolean, integer, number,
// string, array or object.
func Type(types ...string) Keyword {
	k := Keyword{name: "type", value: types}
	if len(types) == 1 {
		k.value = types[0]
	}
	k.check = func(instance any) []violation {
		if slices.ContainsFunc(types, func(t string) bool { return hasType(instance, t) }) {
			return nil
		}
		list := make([]string, len(types))
		for i, t := range types {
			list[i] = quote(t)
		}
		return broken("%s is not of type %s", Repr(instance), strings.Join(list, ", "))
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
	case Object:
		return name == "object"
	case json.Number:
		if name == "integer" {
			_, whole := WholeNumber(v)
			return whole
		}
		return name == "number"
	}
	return false
}

// Required requires that an object has the members.
func Required(names ...string) Keyword {
	return Keyword{name: "required", value: names, check: func(instance any) []violation {
		object, ok := instance.(Object)
		if !ok {
			return nil
		}
		var found []violation
		for _, name := range names {
			if !object.Has(name) {
				found = append(found, broken("%s is a required property", quote(name))...)
			}
		}
		return found
	}}
}

// Properties checks the members of an object that are present.
func Properties(list ...NamedSchema) Keyword {
	return Keyword{name: "properties", value: list, check: func(instance any) []violation {
		object, _ := instance.(Object)
		var found []violation
		for _, p := range list {
			value, ok := object.Get(p.name)
			if !ok {
				continue
			}
			for _, v := range p.schema.violations(value) {
				v.path = slices.Insert(v.path, 0, quote(p.name))
				v.schemaPath = slices.Insert(v.schemaPath, 0, quote(p.name))
				found = append(found, v)
			}
		}
		return found
	}}
}

// Items checks the elements of an array.
func Items(keywords ...Keyword) Keyword {
	elements := Schema(keywords)
	return Keyword{name: "items", value: elements, check: func(instance any) []violation {
		array, _ := instance.([]any)
		var found []violation
		for i, element := range array {
			for _, v := range elements.violations(element) {
				v.path = slices.Insert(v.path, 0, strconv.Itoa(i))
				found = append(found, v)
			}
		}
		return found
	}}
}

// OnlyProperties rejects members with other names (additionalProperties: false).
func OnlyProperties(names ...string) Keyword {
	return Keyword{name: "additionalProperties", value: false, check: func(instance any) []violation {
		object, _ := instance.(Object)
		var extra []string
		for _, m := range object {
			if !slices.Contains(names, m.Name) {
				extra = append(extra, quote(m.Name))
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

// Enum requires one of the values, each a string, a bool or nil.
func Enum(values ...any) Keyword {
	return Keyword{name: "enum", value: values, check: func(instance any) []violation {
		switch instance.(type) {
		case nil, bool, string:
			if slices.Contains(values, instance) {
				return nil
			}
		}
		return broken("%s is not one of %s", Repr(instance), Repr(values))
	}}
}

// Pattern requires that a string matches a regular expression.
func Pattern(expression string) Keyword {
	compiled := regexp.MustCompile(expression)
	return Keyword{name: "pattern", value: expression, check: func(instance any) []violation {
		if s, ok := instance.(string); ok && !compiled.MatchString(s) {
			return broken("%s does not match %s", Repr(instance), quote(expression))
		}
		return nil
	}}
}

// Minimum requires that a number is bound or more.
func Minimum(bound int) Keyword {
	return Keyword{name: "minimum", value: bound, check: func(instance any) []violation {
		n, ok := instance.(json.Number)
		if !ok {
			return nil
		}
		if f, err := n.Float64(); err == nil && f < float64(bound) {
			return broken("%s is less than the minimum of %d", Repr(instance), bound)
		}
		return nil
	}}
}

// Maximum requires that a number is bound or less.
func Maximum(bound int) Keyword {
	return Keyword{name: "maximum", value: bound, check: func(instance any) []violation {
		n, ok := instance.(json.Number)
		if !ok {
			return nil
		}
		if f, err := n.Float64(); err == nil && f > float64(bound) {
			return broken("%s is greater than the maximum of %d", Repr(instance), bound)
		}
		return nil
	}}
}

// MinLength requires that a string has bound or more characters.
func MinLength(bound int) Keyword {
	return Keyword{name: "minLength", value: bound, check: func(instance any) []violation {
		if s, ok := instance.(string); ok && utf8.RuneCountInString(s) < bound {
			return broken("%s is too short", Repr(instance))
		}
		return nil
	}}
}

// MaxLength requires that a string has bound or fewer characters.
func MaxLength(bound int) Keyword {
	return Keyword{name: "maxLength", value: bound, check: func(instance any) []violation {
		if s, ok := instance.(string); ok && utf8.RuneCountInString(s) > bound {
			return broken("%s is too long", Repr(instance))
		}
		return nil
	}}
}

// Never rejects every value (not: {}).
func Never() Keyword {
	return Keyword{name: "not", value: Schema{}, check: func(instance any) []violation {
		return broken("%s is not allowed for %s", Repr(Schema{}), Repr(instance))
	}}
}

// AnyOf requires that a value is valid under at least one of the schemas.
func AnyOf(alternatives ...Schema) Keyword {
	return Keyword{name: "anyOf", value: alternatives, check: func(instance any) []violation {
		_, found := choose(alternatives, instance)
		return found
	}}
}

// OneOf requires that a value is valid under exactly one of the schemas.
func OneOf(alternatives ...Schema) Keyword {
	return Keyword{name: "oneOf", value: alternatives, check: func(instance any) []violation {
		first, found := choose(alternatives, instance)
		if found != nil {
			return found
		}
		var valid []string
		for _, s := range alternatives[first+1:] {
			if len(s.violations(instance)) == 0 {
				valid = append(valid, Repr(s))
			}
		}
		if valid == nil {
			return nil
		}
		// Python prints the first valid schema last.
		valid = append(valid, Repr(alternatives[first]))
		return broken("%s is valid under each of %s", Repr(instance), strings.Join(valid, ", "))
	}}
}

// choose returns the index of the first schema under which a value is valid, or
// the violations of all schemas.
func choose(alternatives []Schema, instance any) (int, []violation) {
	var within []violation
	for i, s := range alternatives {
		found := s.violations(instance)
		if len(found) == 0 {
			return i, nil
		}
		within = append(within, found...)
	}
	none := broken("%s is not valid under any of the given schemas", Repr(instance))
	none[0].within = within
	return 0, none
}
