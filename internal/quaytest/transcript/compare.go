package transcript

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mode says how [Comparer] compares a response. Modes can be combined.
type Mode int

const (
	// AnyOrder allows any order of the entries of lists.
	AnyOrder Mode = 1 << iota
	// MembersOnly compares the entries of lists by the names and types of their
	// members.
	MembersOnly
	// RepeatedValues allows one identifier in place of two recorded ones.
	RepeatedValues
)

// UnmarshalText reads the name of a mode in a script.
func (m *Mode) UnmarshalText(text []byte) error {
	switch string(text) {
	case "any order":
		*m = AnyOrder
	case "members only":
		*m = MembersOnly
	case "repeated values":
		*m = RepeatedValues
	default:
		return fmt.Errorf(`no mode %q; must be "any order", "members only" or "repeated values"`, text)
	}
	return nil
}

// Comparer compares responses with recorded responses. It learns which identifier the registry
// has chosen for each recorded identifier.
type Comparer struct {
	shapes      map[string]Shape  // of members in this area only
	chosen      map[string]string // the registry's identifiers by the recorded ones
	emails      map[string]string // random e-mail addresses by the hash of their avatar
	documents   *[2]time.Time     // when both transcripts were recorded, if no registry answers
	mode        Mode
	path        string // of the request
	differences []string
}

// NewComparer returns a comparer for the transcripts of an area with a script.
func NewComparer(s *Script) *Comparer {
	return &Comparer{shapes: s.Shapes, chosen: maps.Clone(orEmpty(s.Values)), emails: map[string]string{}}
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// Clone returns an independent copy of the comparer.
func (c *Comparer) Clone() *Comparer {
	clone := *c
	clone.chosen, clone.differences = maps.Clone(c.chosen), nil
	return &clone
}

var emailExpression = regexp.MustCompile(`"email":\s*"(` + uuid + `)"`)

// Expect prepares for the calls of a transcript.
func (c *Comparer) Expect(t *Transcript) {
	for _, call := range t.Calls {
		for _, m := range emailExpression.FindAllSubmatch(call.Response.JSON, -1) {
			c.emails[hashOf(string(m[1]))] = string(m[1])
		}
	}
}

// hashOf returns the hash of the avatar that belongs to an e-mail address.
func hashOf(email string) string {
	sum := sha256.Sum256([]byte(email))
	return hex.EncodeToString(sum[:])
}

// Compare returns the differences between a response and the response of a recorded call.
func (c *Comparer) Compare(call Call, got Response, mode Mode) []string {
	want := call.Response
	c.mode, c.path, c.differences = mode, call.Request.Path, nil
	if got.Status != want.Status {
		c.differ("status", want.Status, got.Status)
	}
	for _, name := range comparedHeaders() {
		c.compareHeader(name, want.Headers[name], got.Headers[name])
	}
	switch {
	case want.JSON != nil:
		c.compareJSON(want.JSON, got)
	case want.Body() == got.Body():
	case want.Status == http.StatusPermanentRedirect && // the page repeats the header Location, which can have an id
		strings.ReplaceAll(want.Body(), want.Headers["location"], got.Headers["location"]) == got.Body():
	case want.Status == http.StatusNotFound:
		// Of the web interface's page, only the title matters.
		if page := got.Body(); !strings.HasPrefix(page, "<!DOCTYPE html>") || !strings.Contains(page, ">Quay</title>") {
			c.differ("page", "the web interface", page)
		}
	case want.Text != nil:
		c.differ("page", *want.Text, got.Body())
	}
	return c.differences
}

// CompareTranscripts returns the differences in shape between two transcripts of an area. It
// ignores the values that each registry has chosen.
func CompareTranscripts(s *Script, want, got *Transcript, mode func(call int) Mode) []string {
	if len(want.Calls) != len(got.Calls) {
		return []string{fmt.Sprintf("want %d calls, got %d", len(want.Calls), len(got.Calls))}
	}
	c := NewComparer(s)
	c.chosen = map[string]string{} // the script's values belong to the in-memory server
	c.documents = &[2]time.Time{want.Recorded, got.Recorded}
	c.Expect(got)
	c.Expect(want)
	var differences []string
	for i := range want.Calls {
		c.differences = nil
		c.compareRequests(want.Calls[i].Request, got.Calls[i].Request)
		differences = append(differences, c.differences...)
		differences = append(differences, c.Compare(want.Calls[i], got.Calls[i].Response, mode(i))...)
	}
	return differences
}

// compareRequests compares the requests of two calls.
func (c *Comparer) compareRequests(want, got Request) {
	w := fmt.Sprintf("%s %s as %s", want.Method, c.translate(want.Path), want.Auth)
	if g := fmt.Sprintf("%s %s as %s", got.Method, got.Path, got.Auth); w != g {
		c.differ("request", w, g)
	}
	if w, g := want.Authorization+want.ContentType, got.Authorization+got.ContentType; w != g {
		c.differ("request headers", w, g)
	}
	if show(want.Raw) != show(got.Raw) || (want.JSON == nil) != (got.JSON == nil) {
		c.differ("request body", string(want.body()), string(got.body()))
	} else if want.JSON != nil && !bytes.Equal(want.JSON, got.JSON) {
		c.compareJSON(want.JSON, Response{JSON: got.JSON})
	}
}

// translate puts the registry's identifiers into the path of a recorded request.
func (c *Comparer) translate(path string) string {
	path, query, hasQuery := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		kind := ""
		if i > 0 && isNumber(part) {
			kind = parts[i-1] + " "
		}
		if to, ok := c.chosen[kind+part]; ok {
			parts[i] = strings.TrimPrefix(to, kind)
		}
	}
	path = strings.Join(parts, "/")
	if !hasQuery {
		return path
	}
	fields := strings.Split(query, "&")
	for i, field := range fields {
		name, escaped, _ := strings.Cut(field, "=")
		if value, err := url.QueryUnescape(escaped); err == nil && c.chosen[value] != "" {
			fields[i] = name + "=" + url.QueryEscape(c.chosen[value])
		}
	}
	return path + "?" + strings.Join(fields, "&")
}

// isNumber reports whether a part of a path is a number.
func isNumber(part string) bool {
	_, err := strconv.Atoi(part)
	return err == nil
}

// numberKind returns the part of a path before a number of a response, such as "quota". Only
// with this part does the number identify an object.
func (c *Comparer) numberKind(where string) string {
	for _, kind := range []string{"limit", "quota"} {
		if strings.Contains(where, "."+kind+"s") {
			return kind
		}
	}
	path, _, _ := strings.Cut(c.path, "?")
	for _, part := range slices.Backward(strings.Split(path, "/")) {
		if part != "" && !isNumber(part) {
			return part
		}
	}
	return ""
}

func (c *Comparer) compareHeader(name, want, got string) {
	switch name {
	case "location":
		want = c.translate(want)
		if id := uuidExpression.FindString(want); id != "" {
			want = strings.ReplaceAll(want, id, uuidExpression.FindString(got))
		}
	case "allow":
		// Each process of Quay has its own order of a path's methods.
		want, got = sortedMethods(want), sortedMethods(got)
	}
	if got != want {
		c.differ(name, want, got)
	}
}

func sortedMethods(allow string) string {
	methods := strings.Split(allow, ", ")
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

func (c *Comparer) differ(where string, want, got any) {
	c.differences = append(c.differences, fmt.Sprintf("%s: want %v, got %v", where, want, got))
}

func (c *Comparer) compareJSON(want json.RawMessage, response Response) {
	got, err := decodeJSON(response.JSON)
	if err != nil {
		c.differ("body", "JSON", response.Body())
		return
	}
	recorded, err := decodeJSON(want)
	if err != nil {
		c.differ("transcript", "JSON", err)
		return
	}
	if n := noteOf(recorded); n != nil {
		c.compareNote(*n, got)
		return
	}
	c.compare("", "", recorded, got)
}

func decodeJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// compare compares two values. The name is the name of their member.
func (c *Comparer) compare(where, name string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			c.compareObjects(where, name, w, g)
			return
		}
	case []any:
		if g, ok := got.([]any); ok && c.compareLists(where, name, w, g) {
			return
		}
	case string:
		if g, ok := got.(string); ok {
			c.compareTexts(where, name, w, g)
			return
		}
	case json.Number:
		if g, ok := got.(json.Number); ok {
			c.compareNumbers(where, name, w, g)
			return
		}
	default:
		if want == got {
			return
		}
	}
	c.differ(where, show(want), show(got))
}

// compareLists compares two lists and reports whether they have the same length.
func (c *Comparer) compareLists(where, name string, want, got []any) bool {
	if c.mode&MembersOnly != 0 {
		c.compareMembers(where, want, got)
		return true
	}
	if len(want) > 1 && len(got) > 0 {
		want, got = c.unfold(where, want, got)
	}
	if len(want) != len(got) {
		return false
	}
	if c.mode&AnyOrder != 0 {
		want = c.reorder(where, name, want, got)
	}
	for i := range want {
		c.compare(fmt.Sprintf("%s[%d]", where, i), name, want[i], got[i])
	}
	return true
}

var moreExpression = regexp.MustCompile(`^… (\d+) more of the same shape$`)

// unfold returns the entries to compare of a list that was recorded in part.
func (c *Comparer) unfold(where string, want, got []any) (w, g []any) {
	last := len(want) - 1
	text, _ := want[last].(string)
	m := moreExpression.FindStringSubmatch(text)
	if m == nil || want[last] == got[len(got)-1] { // also if got comes from another transcript
		return want, got
	}
	if more := strconv.Itoa(len(got) - last); more != m[1] {
		c.differ(where, text, more+" more")
		return want, got
	}
	return want[:last], got[:last]
}

// compareMembers compares lists of objects by the names and types of their
// members.
func (c *Comparer) compareMembers(where string, want, got []any) {
	members := func(v any) string {
		object, _ := v.(map[string]any)
		var list []string
		for name, value := range object {
			list = append(list, fmt.Sprintf("%s %T", name, value))
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	if len(want) == 0 || len(got) == 0 {
		c.differ(where, show(want), show(got))
		return
	}
	for i := range got {
		if w, g := members(want[0]), members(got[i]); w != g {
			c.differ(fmt.Sprintf("%s[%d]", where, i), w, g)
		}
	}
}

// reorder puts the entries of a recorded list into the order of the response's
// list.
func (c *Comparer) reorder(where, name string, want, got []any) []any {
	rest := slices.Clone(want)
	var ordered []any
	for _, g := range got {
		i := slices.IndexFunc(rest, func(w any) bool {
			trial := c.Clone()
			trial.compare(where, name, w, g)
			return trial.differences == nil
		})
		i = max(i, 0) // without an equal entry, the next entry shows the difference
		ordered = append(ordered, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return ordered
}

func show(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

func (c *Comparer) compareObjects(where, name string, want, got map[string]any) {
	if name == "avatar" && c.hasRandomAvatar(want) {
		c.compareRandomAvatars(where, want, got)
		return
	}
	for _, member := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[member]
		actual := member
		if !ok && wholeUUID.MatchString(member) {
			// A deleted user is listed under a name that the server chose.
			for other := range got {
				if _, recorded := want[other]; !recorded && wholeUUID.MatchString(other) {
					value, ok, actual = got[other], true, other
				}
			}
			c.chosen[member] = actual
		}
		if !ok {
			c.differ(where+"."+member, show(want[member]), "nothing")
			continue
		}
		inner := member
		if _, isArray := want[member].([]any); name == "limits" && !isArray {
			inner = name + "." + member
		}
		if _, isQuota := want["limits"].([]any); isQuota && member == "id" {
			inner = "quota.id" // calls on limits also show this id
		}
		c.compare(where+"."+member, inner, want[member], value)
	}
	for _, member := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[member]; !ok && !slices.Contains(slices.Collect(maps.Values(c.chosen)), member) {
			c.differ(where+"."+member, "nothing", show(got[member]))
		}
	}
}

// hasRandomAvatar reports whether an avatar depends on an e-mail address that the registry has
// chosen. Such accounts are robots, deleted users, and users without an address.
func (c *Comparer) hasRandomAvatar(want map[string]any) bool {
	name, _ := want["name"].(string)
	hash, _ := want["hash"].(string)
	return want["kind"] == "robot" || wholeUUID.MatchString(name) || c.emails[hash] != ""
}

func (c *Comparer) compareRandomAvatars(where string, want, got map[string]any) {
	hash, _ := got["hash"].(string)
	recorded, _ := want["hash"].(string)
	color, _ := got["color"].(string)
	if !hashExpression.MatchString(hash) || !colorExpression.MatchString(color) {
		c.differ(where, show(want), show(got))
	}
	if email, ok := c.chosen[c.emails[recorded]]; ok && hash != hashOf(email) {
		c.differ(where+".hash", hashOf(email), hash)
	}
	c.learn(where+".hash", recorded, hash)
	c.compare(where+".name", "name", want["name"], got["name"])
	c.compare(where+".kind", "kind", want["kind"], got["kind"])
}

// learn records which identifier the registry has chosen for the recorded one. The registry
// must return the same identifier from then on.
func (c *Comparer) learn(where, recorded, actual string) {
	if before, ok := c.chosen[recorded]; ok && before != actual {
		c.differ(where, before, actual)
	}
	// Two objects must not have the same identifier. Tokens of pages can repeat.
	if c.documents == nil && c.mode&RepeatedValues == 0 && !strings.HasSuffix(where, ".next_page") {
		for other, same := range c.chosen {
			if same == actual && other != recorded {
				c.differ(where, "another than for "+other, actual)
			}
		}
	}
	c.chosen[recorded] = actual
}

func (c *Comparer) compareTexts(where, name, want, got string) {
	if s, ok := c.shapeOf(name, want); ok {
		if !s.fits(got) || name == "token" && len(want) != len(got) {
			c.differ(where, want, got)
		} else if s.Identifies {
			c.learn(where, want, got)
		}
		return
	}
	if first, _, ok := strings.Cut(want, "\n\nFailed validating"); ok {
		// The rest of the text is the whole schema.
		want = first
		got, _, _ = strings.Cut(got, "\n\nFailed validating")
	}
	if want != got {
		c.differ(where, want, got)
	}
}

func (c *Comparer) compareNumbers(where, name string, want, got json.Number) {
	switch {
	case name == "id" || name == "limits.id":
		kind := c.numberKind(where) + " "
		c.learn(where, kind+want.String(), kind+got.String())
	case name == "quota.id":
		c.learn(where, "quota "+want.String(), "quota "+got.String())
	case c.documents != nil && slices.Contains([]string{"expiration", "expiration_date", "old_expiration_date"}, name):
		// Each transcript has its own times.
		if isAfter(want, c.documents[0]) != isAfter(got, c.documents[1]) {
			c.differ(where, want, got)
		}
	case name == "last_ran", name == "created_date":
		if _, err := got.Int64(); err != nil {
			c.differ(where, want, got)
		}
	case want != got:
		c.differ(where, want, got)
	}
}

// isAfter reports whether a time in seconds since 1970 is after another time.
func isAfter(seconds json.Number, t time.Time) bool {
	f, err := seconds.Float64()
	return err == nil && f > float64(t.Unix())
}
