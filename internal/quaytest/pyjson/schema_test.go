package pyjson

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRepr(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`null`:                       `None`,
		`[true, false, 1, 1.0, 1e3]`: `[True, False, 1, 1.0, 1000.0]`,
		`{"b": {"a": []}, "a": "x"}`: `{'b': {'a': []}, 'a': 'x'}`,
		`"it's"`:                     `"it's"`,
		`"it's \"so\""`:              `'it\'s "so"'`,
		`"a\\b\n\t\u0001é\u2028"`:    `'a\\b\n\t\x01é\u2028'`,
		`12345678901234567890123`:    `12345678901234567890123`,
	} {
		v, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := Repr(v); got != want {
			t.Errorf("%s: want %s, got %s", text, want, got)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{`, `{}x`, `{} {}`, `[1,]`, `{"a":}`, `nope`} {
		if v, err := Parse([]byte(text)); err == nil {
			t.Errorf("%q: %v", text, v)
		}
	}
}

func TestFloat(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		5: "5.0", 1.5: "1.5", 9007199254740992: "9007199254740992.0", 1e16: "1e+16",
		5764607523034234880: "5.764607523034235e+18", 0.0001: "0.0001", 0.00001: "1e-05",
	} {
		got, err := json.Marshal(Float(f))
		if err != nil || string(got) != want {
			t.Errorf("want %s, got %s, %v", want, got, err)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	text := Type("string")
	username := Schema{Required("username"), Properties(Property("username", text), Property("email", text))}
	role := Schema{Type("object"), Required("role"), Properties(Property("role", text, Enum("member", "creator", "admin")))}
	bytes, size := Property("limit_bytes", Type("integer")), Property("limit", text)
	oneSize := Schema{Type("object"), OneOf(
		Schema{Required("limit_bytes"), Properties(bytes)}, Schema{Required("limit"), Properties(size)},
	)}
	onlyOneSize := Schema{Type("object"), OneOf(
		Schema{Properties(bytes), Required("limit_bytes"), OnlyProperties("limit_bytes")},
		Schema{Properties(size), Required("limit"), OnlyProperties("limit")},
	)}
	settings := Schema{Type("object"), Properties(
		Property("seconds", Type("integer"), Minimum(0)), Property("address", Type("string", "null")),
	)}
	expiration := Schema{Properties(Property("expiration", AnyOf(Schema{Type("number")}, Schema{Type("null")})))}
	name := Schema{Properties(Property("name", text, MinLength(1), MaxLength(255)))}
	for _, test := range []struct {
		schema     Schema
		text, want string
	}{
		{username, `{"email": 5}`, "'username' is a required property"},
		{username, `{"username": 5, "email": null}`, "5 is not of type 'string'"},
		{username, `[]`, ""},
		{role, `[]`, "[] is not of type 'object'"},
		{role, `{"role": "boss"}`, "'boss' is not one of ['member', 'creator', 'admin']"},
		{oneSize, `{"limit_bytes": 5.0}`, ""},
		{oneSize, `{"limit": 5}`, "5 is not of type 'string'"},
		{onlyOneSize, `{"surprise": 1}`, "'limit_bytes' is a required property"},
		{settings, `{"seconds": -1}`, "-1 is less than the minimum of 0"},
		{settings, `{"address": 1}`, "1 is not of type 'string', 'null'"},
		{expiration, `{"expiration": "x"}`, "'x' is not of type 'number'"},
		{name, `{"name": ""}`, "'' is too short"},
		{name, `{"name": "` + strings.Repeat("x", 256) + `"}`, "'" + strings.Repeat("x", 256) + "' is too long"},
	} {
		v, err := Parse([]byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := test.schema.Validate(v); err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != test.want {
			t.Errorf("%.60s: want %s, got %s", test.text, test.want, got)
		}
	}
}
