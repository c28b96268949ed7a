package quaytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// view is a JSON object of an answer.
type view = map[string]any

// jsonObject is a JSON object of a request. It keeps the order of its members
// because Quay's messages print a request's objects as they came.
type jsonObject []jsonMember

type jsonMember struct {
	name  string
	value any
}

// get returns the value of a member and whether there is one.
func (o jsonObject) get(name string) (any, bool) {
	for _, m := range o {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// has reports whether the object has a member of that name.
func (o jsonObject) has(name string) bool {
	_, ok := o.get(name)
	return ok
}

// text returns a member that is a string; "" stands for one that is absent or
// of another type.
func (o jsonObject) text(name string) string {
	v, _ := o.get(name)
	s, _ := v.(string)
	return s
}

// with returns the object with a member set, in place if it was there.
func (o jsonObject) with(name string, value any) jsonObject {
	for i := range o {
		if o[i].name == name {
			o[i].value = value
			return o
		}
	}
	return append(o, jsonMember{name, value})
}

// MarshalJSON writes the members in their order.
func (o jsonObject) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
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

// parseJSON decodes one JSON document. Objects become a jsonObject, arrays
// []any and numbers json.Number.
func parseJSON(text []byte) (any, error) {
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
		object := jsonObject{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			object = object.with(name.(string), value)
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

// pyFloat is a number that Python holds as a float and that Quay therefore
// writes with a point or an exponent, whole or not.
type pyFloat float64

// String prints the number as Python does: the shortest text that reads back
// as the same number, with an exponent from 1e16 on.
func (f pyFloat) String() string {
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
func (f pyFloat) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// isFloat reports whether Python reads the number as a float.
func isFloat(n json.Number) bool { return strings.ContainsAny(string(n), ".eE") }

// wholeNumber returns a number that has no fraction.
func wholeNumber(n json.Number) (*big.Int, bool) {
	if !isFloat(n) {
		return new(big.Int).SetString(string(n), 10)
	}
	f, err := n.Float64()
	if err != nil {
		return nil, false
	}
	i, accuracy := new(big.Float).SetFloat64(f).Int(nil)
	return i, accuracy == big.Exact
}

// pyRepr prints a value as Python's repr does; Quay's messages hold such texts.
func pyRepr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return pyString(v)
	case int:
		return strconv.Itoa(v)
	case json.Number:
		if !isFloat(v) {
			return string(v)
		}
		f, _ := v.Float64()
		return pyFloat(f).String()
	case []string:
		return pyList(v)
	case []any:
		return pyList(v)
	case []schema:
		return pyList(v)
	case jsonObject:
		members := make([]string, len(v))
		for i, m := range v {
			members[i] = pyString(m.name) + ": " + pyRepr(m.value)
		}
		return "{" + strings.Join(members, ", ") + "}"
	case schema:
		members := make([]string, len(v))
		for i, k := range v {
			members[i] = pyString(k.name) + ": " + pyRepr(k.value)
		}
		return "{" + strings.Join(members, ", ") + "}"
	case []property:
		members := make([]string, len(v))
		for i, p := range v {
			members[i] = pyString(p.name) + ": " + pyRepr(p.schema)
		}
		return "{" + strings.Join(members, ", ") + "}"
	default:
		panic("quaytest: no Python text for this type")
	}
}

func pyList[T any](list []T) string {
	items := make([]string, len(list))
	for i, v := range list {
		items[i] = pyRepr(v)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func pyString(s string) string {
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
