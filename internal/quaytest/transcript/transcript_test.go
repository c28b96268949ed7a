package transcript

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestParseCaller(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Caller{
		"none":                   {Name: NoToken},
		"wrong token":            {Name: WrongToken},
		"latest token":           {Name: LatestToken},
		"superuser":              {Name: Superuser},
		"superuser, super:user":  {Name: Superuser, Scopes: []string{"super:user"}},
		"user plain":             {User: "plain"},
		"user plain, a:b c:d":    {User: "plain", Scopes: []string{"a:b", "c:d"}},
		"":                       {},
		"user ":                  {},
		"other":                  {},
		"none, repo:read":        {},
		"wrong token, repo:read": {},
	} {
		got, err := ParseCaller(text)
		if valid := want.Name+want.User != ""; valid != (err == nil) {
			t.Errorf("%q: %v", text, err)
		} else if valid && (got.Name != want.Name || got.User != want.User || !slices.Equal(got.Scopes, want.Scopes) || got.String() != text) {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

func TestHasOperation(t *testing.T) {
	t.Parallel()
	text, body := "<!DOCTYPE html>", json.RawMessage(`{}`)
	allow := func(methods string) map[string]string { return map[string]string{"allow": methods} }
	for _, test := range []struct {
		method   string
		response Response
		want     bool
	}{
		{"GET", Response{Status: 200, JSON: body}, true},
		{"GET", Response{Status: 308, Text: &text}, false},
		{"POST", Response{Status: 308, Text: &text}, true},
		{"GET", Response{Status: 404, Text: &text}, false},
		{"GET", Response{Status: 404, JSON: body}, true},
		{"PUT", Response{Status: 405, Headers: allow("HEAD, OPTIONS, GET"), Text: &text}, false},
		{"PUT", Response{Status: 405, Headers: allow("OPTIONS, GET, HEAD, POST"), JSON: body}, true},
	} {
		if got := test.response.HasOperation(test.method); got != test.want {
			t.Errorf("%s, %d %s: got %t", test.method, test.response.Status, test.response.Body(), got)
		}
	}
}

// TestWrite checks that a transcript stays the same when it is read and written.
func TestWrite(t *testing.T) {
	t.Parallel()
	const file = "../testdata/transcripts/development/scopes.json"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text []byte) []byte {
		var recorded Transcript
		if err := json.Unmarshal(text, &recorded); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := recorded.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	once := write(text)
	if !bytes.Equal(once, write(once)) {
		t.Error("the transcript changes")
	}
	var first, second struct {
		Calls []struct{ Request, Response map[string]any }
	}
	if err := json.Unmarshal(text, &first); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(once, &second); err != nil {
		t.Fatal(err)
	}
	for i, call := range first.Calls {
		delete(call.Response, "bytes") // which old transcripts tell
		if w, g := show(call), show(second.Calls[i]); w != g {
			t.Errorf("call %d: want %s, got %s", i, w, g)
		}
	}
}

func TestOpenMistakes(t *testing.T) {
	t.Parallel()
	const calls = `{"calls": [{"request": {"method": "GET", "path": "/", "auth": "none"}, "response": {"status": 200}}]}`
	for want, files := range map[string]map[string]string{
		"3.0/a.json: no directory of a version; must be one of 1.0, 2.0": {"3.0/a.json": calls},
		"a.json: no directory of a version":                              {"a.json": calls},
		"1.0/a.txt: no JSON file":                                        {"1.0/a.txt": calls},
		"1.0/a.json: the transcript has no calls":                        {"1.0/a.json": `{"calls": []}`},
		"1.0/a.json: unexpected end":                                     {"1.0/a.json": `{`},
		"b.script.json: the area has no transcript":                      {"b.script.json": `{}`},
		`a.script.json: json: unknown field "version"`:                   {"a.script.json": `{"version": "1.0"}`},
		"a.script.json: there is no version 3.0":                         {"a.script.json": `{"versions": ["3.0"]}`},
		"a.script.json: the shape of code: ":                             {"a.script.json": `{"shapes": {"code": {"expression": "("}}}`},
		"a.script.json: there is no call 1":                              {"a.script.json": `{"before": {"1": []}}`},
		"the entry for calls [0] gives no reason":                        {"a.script.json": `{"lenient": [{"calls": [0], "mode": "any order"}]}`},
		`no mode "none"`:                                                 {"a.script.json": `{"lenient": [{"calls": [0], "mode": "none"}]}`},
		"an entry of pass_over names no calls":                           {"a.script.json": `{"pass_over": [{"reason": "r"}]}`},
		"a.script.json: there is no call -1":                             {"a.script.json": `{"pass_over": [{"calls": [-1], "reason": "r"}]}`},
		"the entry for calls [0]: there is no transcript of version 2.0": {"a.script.json": `{"pass_over": [{"calls": [0], "versions": ["2.0"], "reason": "r"}]}`},
		"a step at the start: there is no transcript of version 2.0":     {"a.script.json": `{"start": [{"versions": ["2.0"]}]}`},
		"a step before call 0: there is no transcript of version 2.0":    {"a.script.json": `{"before": {"0": [{"versions": ["2.0"]}]}}`},
		"a.script.json: there is no transcript of version 2.0":           {"a.script.json": `{"keep": {"2.0": "r"}}`},
	} {
		directory := fstest.MapFS{"1.0/a.json": {Data: []byte(calls)}}
		for name, text := range files {
			directory[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if _, err := Open(directory, []string{"1.0", "2.0"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q, got %v", slices.Collect(maps.Keys(files)), want, err)
		}
	}
}

// TestHeldTo checks which transcript a version is held to.
func TestHeldTo(t *testing.T) {
	t.Parallel()
	const calls = `{"calls": [{"request": {"method": "GET", "path": "/", "auth": "none"}, "response": {"status": 200}}]}`
	library, err := Open(fstest.MapFS{
		"2.0/a.json": {Data: []byte(calls)}, "4.0/a.json": {Data: []byte(calls)},
		"3.0/b.json": {Data: []byte(calls)}, "b.script.json": {Data: []byte(`{"versions": ["1.0", "3.0"]}`)},
	}, []string{"1.0", "2.0", "3.0", "4.0"})
	if err != nil {
		t.Fatal(err)
	}
	for area, want := range map[string][]string{"a": {"2.0", "2.0", "4.0", "4.0"}, "b": {"3.0", "", "3.0", ""}} {
		for i, version := range []string{"1.0", "2.0", "3.0", "4.0"} {
			if id, _ := library.HeldTo(version, area); id.Version != want[i] {
				t.Errorf("%s of %s: want %q, got %q", area, version, want[i], id.Version)
			}
		}
	}
}

// TestCompare checks which responses differ from a recorded one.
func TestCompare(t *testing.T) {
	t.Parallel()
	const a, b = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
	for _, test := range []struct {
		name, want, got string
		mode            Mode
		differs         bool
	}{
		{"the same", `{"a": [1, "x", null]}`, `{"a": [1, "x", null]}`, 0, false},
		{"a value", `{"a": 1}`, `{"a": 2}`, 0, true},
		{"a member less", `{"a": 1, "b": 2}`, `{"a": 1}`, 0, true},
		{"a member more", `{"a": 1}`, `{"a": 1, "b": 2}`, 0, true},
		{"no JSON", `{"a": 1}`, `page`, 0, true},
		{"another order", `[{"a": 1}, {"a": 2}]`, `[{"a": 2}, {"a": 1}]`, 0, true},
		{"another order, allowed", `[{"a": 1}, {"a": 2}]`, `[{"a": 2}, {"a": 1}]`, AnyOrder, false},
		{"other entries in any order", `[{"a": 1}, {"a": 2}]`, `[{"a": 2}, {"a": 3}]`, AnyOrder, true},
		{"other entries of the same members", `[{"a": 1}]`, `[{"a": 2}, {"a": 3}]`, MembersOnly, false},
		{"other members", `[{"a": 1}]`, `[{"a": "2"}]`, MembersOnly, true},
		{"another identifier", `{"a": "` + a + `"}`, `{"a": "` + b + `"}`, 0, false},
		{"no identifier", `{"a": "` + a + `"}`, `{"a": "b"}`, 0, true},
		{"two identifiers for one", `["` + a + `", "` + a + `"]`, `["` + a + `", "` + b + `"]`, 0, true},
		{"one identifier for two", `["` + a + `", "` + b + `"]`, `["` + a + `", "` + a + `"]`, 0, true},
		{"one identifier for two, allowed", `["` + a + `", "` + b + `"]`, `["` + a + `", "` + a + `"]`, RepeatedValues, false},
		{"more entries", `[1, "… 2 more of the same shape"]`, `[1, 2, 3]`, 0, false},
		{"too few entries", `[1, "… 2 more of the same shape"]`, `[1, 2]`, 0, true},
		{"a note", `{"note": "a list of 2"}`, `[1, 2]`, 0, false},
		{"another number", `{"note": "a list of 2"}`, `[1]`, 0, true},
		{"a shape of the script", `{"code": "a1"}`, `{"code": "b2"}`, 0, false},
		{"not the shape of the script", `{"code": "a1"}`, `{"code": "b22"}`, 0, true},
	} {
		c := NewComparer(&Script{Shapes: map[string]Shape{"code": {Expression: "[a-z][0-9]"}}})
		call := Call{Response: newResponse(Host, 200, http.Header{}, []byte(test.want))}
		if got := c.Compare(call, newResponse(Host, 200, http.Header{}, []byte(test.got)), test.mode); (got != nil) != test.differs {
			t.Errorf("%s: got %v", test.name, got)
		}
	}

	c := NewComparer(&Script{})
	header := http.Header{"Allow": {"GET, PUT"}, "Content-Type": {"text/html"}}
	call := Call{Response: newResponse(Host, 405, header, []byte("page"))}
	header.Set("Allow", "PUT, GET")
	if got := c.Compare(call, newResponse(Host, 405, header, []byte("page")), 0); got != nil {
		t.Errorf("another order of the header Allow: %v", got)
	}
	header.Set("Allow", "GET")
	if got := c.Compare(call, newResponse(Host, 404, header, []byte("other")), 0); len(got) != 3 {
		t.Errorf("another status, header and page: %v", got)
	}
}

// TestTranslate checks that a path gets the identifiers of the registry.
func TestTranslate(t *testing.T) {
	t.Parallel()
	c := NewComparer(&Script{Values: map[string]string{"old": "new", "quota 1": "quota 7", "limit 1": "limit 8", "page=": "next/"}})
	for path, want := range map[string]string{
		"/a/old/b":                 "/a/new/b",
		"/o/1/quota/1/limit/1":     "/o/1/quota/7/limit/8",
		"/a?b=x%20y&next=page%3D":  "/a?b=x%20y&next=next%2F",
		"/a/%2B/older?next_page=y": "/a/%2B/older?next_page=y",
	} {
		if got := c.translate(path); got != want {
			t.Errorf("%s: want %s, got %s", path, want, got)
		}
	}
}

// TestHide checks that no secret stays in a transcript.
func TestHide(t *testing.T) {
	t.Parallel()
	const key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n"
	body := `{"password": "secret1", "encrypted_password": "xyz", "client_secret": "<&>", "private_key": ` + show(key) +
		`, "list": [{"app_token": "secret12"}], "repeated_password": "known", "token_name": "name", "oauth_token_id": 3, "token": ""}`
	response := newResponse("https://quay.example.com", 200, http.Header{"Location": {"https://quay.example.com/secret1"}}, []byte(body))
	value, err := decodeJSON(response.JSON)
	if err != nil {
		t.Fatal(err)
	}
	s := secrets{}
	s.collect("", value, `{"password": "known"}`)
	text := "secret12 of quay.example.com"
	recorded := &Transcript{Calls: []Call{
		{Response: response},
		{Request: Request{Path: "/secret12/secret1"}, Response: newResponse("https://quay.example.com", 200, nil, []byte(text))},
	}}
	if err := s.hide(recorded); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(recorded.Calls[0].Response.JSON, &got); err != nil {
		t.Fatal(err)
	}
	want := `{"client_secret":"TTT","encrypted_password":"ENCRYPTED","list":[{"app_token":"TTTTTTTT"}],"oauth_token_id":3,` +
		`"password":"PPPPPPP","private_key":"-----BEGIN RSA PRIVATE KEY-----\nREDACTED\n-----END RSA PRIVATE KEY-----\n",` +
		`"repeated_password":"known","token":"","token_name":"name"}`
	if show(got) != want {
		t.Errorf("want %s\ngot %s", want, show(got))
	}
	last := recorded.Calls[1]
	if last.Request.Path != "/TTTTTTTT/PPPPPPP" || last.Response.Body() != "TTTTTTTT of quay.test" ||
		recorded.Calls[0].Response.Headers["location"] != Host+"/PPPPPPP" {
		t.Errorf("got %+v", recorded)
	}
}
