// Package pyjson imitates how Quay's Python and PostgreSQL read and print
// values: JSON objects with ordered members, floats, Python's repr, the messages
// of Python's jsonschema, and PostgreSQL's error messages.
package pyjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// Object is a JSON object of a request. It keeps the order of its members
// because Quay's messages print a request's objects in that order.
type Object []Member

// Member is one member of an [Object].
type Member struct {
	Name  string
	Value any
}

// Get returns the value of a member and whether the object has that member.
func (o Object) Get(name string) (any, bool) {
	for _, m := range o {
		if m.Name == name {
			return m.Value, true
		}
	}
	return nil, false
}

// Has reports whether the object has a member of that name.
func (o Object) Has(name string) bool {
	_, ok := o.Get(name)
	return ok
}

// Text returns the value of a member that is a string. It returns "" if the
// member is absent or has another type.
func (o Object) Text(name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

// With returns the object with a member set. An existing member keeps its place.
func (o Object) With(name string, value any) Object {
	for i := range o {
		if o[i].Name == name {
			o[i].Value = value
			return o
		}
	}
	return append(o, Member{name, value})
}

// MarshalJSON writes the members in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.Value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Parse decodes one JSON document. Objects become an [Object], arrays []any and
// numbers [json.Number]. It returns an error if text is not exactly one document.
func Parse(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON document")
	}
	return v, nil
}

func parseValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		object := Object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			object = object.With(name.(string), value)
		}
		_, err := d.Token()
		return object, err
	case json.Delim('['):
		array := []any{}
		for d.More() {
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			array = append(array, value)
		}
		_, err := d.Token()
		return array, err
	default:
		return t, nil
	}
}

// Float is a number that Python holds as a float. Quay prints it with a decimal
// point or an exponent, even if it is a whole number.
type Float float64

// String prints the number as Python does: the shortest text that reads back
// as the same number, with an exponent from 1e16 on.
func (f Float) String() string {
	v := float64(f)
	exponent := strconv.FormatFloat(v, 'e', -1, 64)
	n, _ := strconv.Atoi(exponent[strings.IndexByte(exponent, 'e')+1:])
	if n < -4 || n >= 16 {
		return exponent
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// MarshalJSON writes the number as Python does.
func (f Float) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// IsFloat reports whether Python reads the number as a float.
func IsFloat(n json.Number) bool { return strings.ContainsAny(string(n), ".eE") }

// WholeNumber returns the integer part of a number and whether the number has no
// fraction.
func WholeNumber(n json.Number) (*big.Int, bool) {
	if !IsFloat(n) {
		return new(big.Int).SetString(string(n), 10)
	}
	f, err := n.Float64()
	if err != nil {
		return nil, false
	}
	i, accuracy := new(big.Float).SetFloat64(f).Int(nil)
	return i, accuracy == big.Exact
}

// Repr prints a value as Python's repr does. The value must come from [Parse] or be part of a
// [Schema]. Repr panics for other types.
func Repr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return quote(v)
	case int:
		return strconv.Itoa(v)
	case json.Number:
		if !IsFloat(v) {
			return string(v)
		}
		f, _ := v.Float64()
		return Float(f).String()
	case []string:
		return reprList(v)
	case []any:
		return reprList(v)
	case []Schema:
		return reprList(v)
	case Object:
		members := make([]string, len(v))
		for i, m := range v {
			members[i] = quote(m.Name) + ": " + Repr(m.Value)
		}
		return "{" + strings.Join(members, ", ") + "}"
	case Schema:
		members := make([]string, len(v))
		for i, k := range v {
			members[i] = quote(k.name) + ": " + Repr(k.value)
		}
		return "{" + strings.Join(members, ", ") + "}"
	case []NamedSchema:
		members := make([]string, len(v))
		for i, p := range v {
			members[i] = quote(p.name) + ": " + Repr(p.schema)
		}
		return "{" + strings.Join(members, ", ") + "}"
	default:
		panic(fmt.Sprintf("pyjson: Repr: no Python text for a %T", v))
	}
}

func reprList[T any](list []T) string {
	items := make([]string, len(list))
	for i, v := range list {
		items[i] = Repr(v)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func quote(s string) string {
	quote := '\''
	if strings.ContainsRune(s, '\'') && !strings.ContainsRune(s, '"') {
		quote = '"'
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			b.WriteString(`\x` + hexRune(r, 2))
		case r < 0x10000:
			b.WriteString(`\u` + hexRune(r, 4))
		default:
			b.WriteString(`\U` + hexRune(r, 8))
		}
	}
	b.WriteRune(quote)
	return b.String()
}

func hexRune(r rune, width int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", width-len(s)) + s
}
