package quaytest

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPyRepr(t *testing.T) {
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
		v, err := parseJSON([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := pyRepr(v); got != want {
			t.Errorf("%s: want %s, got %s", text, want, got)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{`, `{}x`, `{} {}`, `[1,]`, `{"a":}`, `nope`} {
		if v, err := parseJSON([]byte(text)); err == nil {
			t.Errorf("%q: %v", text, v)
		}
	}
}

func TestPyFloat(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		5: "5.0", 1.5: "1.5", 9007199254740992: "9007199254740992.0", 1e16: "1e+16",
		5764607523034234880: "5.764607523034235e+18", 0.0001: "0.0001", 0.00001: "1e-05",
	} {
		got, err := json.Marshal(pyFloat(f))
		if err != nil || string(got) != want {
			t.Errorf("want %s, got %s, %v", want, got, err)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		schema     schema
		text, want string
	}{
		{createUserSchema, `{"email": 5}`, "'username' is a required property"},
		{createUserSchema, `{"username": 5, "email": null}`, "5 is not of type 'string'"},
		{createUserSchema, `[]`, ""},
		{teamSchema, `[]`, "[] is not of type 'object'"},
		{teamSchema, `{"role": "boss"}`, "'boss' is not one of ['member', 'creator', 'admin']"},
		{createQuotaSchema, `{"limit_bytes": 5.0}`, ""},
		{createQuotaSchema, `{"limit": 5}`, "5 is not of type 'string'"},
		{changeQuotaSchema, `{"surprise": 1}`, "'limit_bytes' is a required property"},
		{changeOrganizationSchema, `{"tag_expiration_s": -1}`, "-1 is less than the minimum of 0"},
		{changeOrganizationSchema, `{"invoice_email_address": 1}`, "1 is not of type 'string', 'null'"},
		{createKeySchema, `{"service": "ci", "expiration": "x"}`, "'x' is not of type 'number'"},
		{tokenSchema, `{"name": "", "scope": ""}`, "'' is too short"},
		{robotSchema, `{"description": "` + strings.Repeat("x", 256) + `"}`, "'" + strings.Repeat("x", 256) + "' is too long"},
	} {
		v, err := parseJSON([]byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := test.schema.validate(v); err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != test.want {
			t.Errorf("%.60s: want %s, got %s", test.text, test.want, got)
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"5": 5, "1K": 1e3, "1 KiB": 1024, "2Gi": 2 << 30, "3 TB": 3e12, "1ZB": 1e21} {
		if got, ok := parseSize(text); !ok || got != want {
			t.Errorf("%s: want %v, got %v, %v", text, want, got, ok)
		}
	}
	for _, text := range []string{"", "B", "5B", "5 B", "1ZiB", "1.5G", "5k", "5  G", "5iB"} {
		if got, ok := parseSize(text); ok {
			t.Errorf("%s: %v", text, got)
		}
	}
	for bytes, want := range map[int64]string{0: "0.0 Byte", 1 << 50: "1.0 PiB", 1<<50 - 1: "1024.0 TiB", 1536: "1.5 KiB"} {
		if got := formatSize(bytes); got != want {
			t.Errorf("%d: want %s, got %s", bytes, want, got)
		}
	}
}
