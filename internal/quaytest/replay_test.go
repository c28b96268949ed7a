package quaytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// recording is a document of calls to a real registry.
type recording struct {
	Calls []recordedCall `json:"calls"`
}

type recordedCall struct {
	Title   string `json:"title"`
	Request struct {
		Method string          `json:"method"`
		Path   string          `json:"path"`
		Auth   string          `json:"auth"`
		JSON   json.RawMessage `json:"json"`
		Raw    *string         `json:"raw"`
	} `json:"request"`
	Response recordedResponse `json:"response"`
}

type recordedResponse struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	JSON    json.RawMessage   `json:"json"`
	Text    *string           `json:"text"`
}

// recordedAt is, for each version, a time at which every recorded expiration is
// as far in the future or in the past as it was.
var recordedAt = map[Version]time.Time{
	Quay3_9:     time.Date(2026, 11, 25, 21, 45, 15, 0, time.UTC),
	Quay3_12:    time.Date(2026, 11, 25, 21, 48, 54, 0, time.UTC),
	Quay3_16:    time.Date(2026, 11, 25, 21, 33, 23, 0, time.UTC),
	Quay3_18:    time.Date(2026, 11, 25, 21, 33, 23, 0, time.UTC),
	Development: time.Date(2026, 11, 23, 1, 8, 50, 0, time.UTC),
}

// document is a recording of one area. A version whose answers have the same
// shape as those of the next newer one has no document of its own.
type document struct {
	version Version // on which the calls were recorded
	area    string
}

func (d document) String() string { return d.version.String() + "/" + d.area }

func (d document) path() string { return "testdata/transcripts/" + d.String() + ".json" }

// areas are the recordings, each with the versions that are held to it.
var areas = map[string][]Version{
	"auth":          Versions(),
	"builds":        Versions(),
	"discovery":     Versions(),
	"edges":         Versions(),
	"logs":          Versions(),
	"organizations": Versions(),
	"permissions":   Versions(),
	"quota_units":   Versions(),
	"quotas":        Versions(),
	"registry_size": Versions(),
	"service_keys":  Versions(),
	"users":         Versions(),

	// Calls that don't exist before 3.17, and here never.
	"immutability": {Quay3_9, Quay3_12, Quay3_16},

	// Children of a namespace that is gone, and an owner's own calls.
	"gone": {Quay3_9, Quay3_12, Quay3_16, Quay3_18},

	// Recorded on the development state alone.
	"access":           {Development},
	"default_features": {Development},
	"lists":            {Development},
	"mailing":          {Development},
	"owner":            {Development},
	"rights":           {Development},
	"scopes":           {Development},
	"states":           {Development},
}

// documentOf returns the document of an area to which a version is held: its own
// or that of the next newer version that has one.
func documentOf(area string, v Version) (document, bool) {
	for _, version := range areas[area] {
		d := document{version, area}
		if version < v {
			continue
		}
		if _, err := os.Stat(d.path()); err == nil {
			return d, true
		}
	}
	return document{}, false
}

// scenario is the state in which a recording starts.
type scenario struct {
	options []Option
	prepare func(t *testing.T, p *replayer)
	before  map[int]func(t *testing.T, p *replayer) // what was done between the calls
}

// scenarios has an entry for every area whose recordings don't start with a
// registry that is new.
var scenarios = map[string]scenario{
	"users": {prepare: func(_ *testing.T, p *replayer) {
		if p.document.version == Development {
			p.server.AddUser("nope", "nope@example.com")
		}
	}},
	"immutability": {prepare: func(_ *testing.T, p *replayer) {
		if p.document.version == Quay3_16 { // an earlier attempt had left them
			p.server.AddOrganization("imorg", "imorg@example.com", superuserName)
			p.server.AddRepository("imorg", "app", superuserName)
			p.server.AddRepository("imorg", "nested/app", superuserName)
		}
	}},
	"access":  {prepare: func(_ *testing.T, p *replayer) { p.server.AddLogEntries(2) }},
	"mailing": {options: []Option{WithMailing(MailServerDown)}},
	"owner": {prepare: func(t *testing.T, p *replayer) {
		p.server.AddUser("plain", "plain@example.com")
		p.server.AddOrganization("scorg", "scorg@example.com", "plain")
		p.server.AddRepository("scorg", "app", "plain")
		c := superuser(t, p.server)
		c.want(200, "PUT", "/organization/scorg/team/devs", `{"role": "member"}`)
		c.want(201, "PUT", "/organization/scorg/robots/ci", `{}`)
		c.want(201, "POST", "/superuser/organization/scorg/quota", `{"limit_bytes": 1000000}`)
		p.chosen["quota 10"] = "quota 1"
	}, before: map[int]func(t *testing.T, p *replayer){112: func(t *testing.T, p *replayer) {
		// A default permission had come into force.
		p.server.AddRepository("scorg", "new", "plain")
		superuser(t, p.server).want(200, "PUT", "/repository/scorg/new/permissions/team/devs", `{"role": "read"}`)
	}}},
	"rights": {
		options: []Option{WithoutFeatures(QuotaManagement, SuperusersFullAccess)},
		prepare: func(_ *testing.T, p *replayer) {
			p.server.AddUser("plain", "plain@example.com")
			p.server.AddUser("plain2", "plain2@example.com")
		},
	},
	"default_features": {
		options: []Option{WithoutFeatures(QuotaManagement, SuperusersFullAccess)},
		prepare: func(t *testing.T, p *replayer) {
			addOtherOrganization(p.server)
			superuser(t, p.server).want(201, "POST", "/superuser/registrysize/", "")
		},
	},
	"states": {
		options: []Option{WithDefaultQuota(1 << 30)},
		prepare: func(_ *testing.T, p *replayer) {
			addOtherOrganization(p.server)
			p.server.AddServiceKey("clair", "registered by clair")
			p.server.FinishRegistrySize(0)
		},
	},
	// The log tells of the recordings made before it.
	"logs": {
		prepare: func(t *testing.T, p *replayer) {
			if p.document.version != Development {
				for _, area := range []string{
					"auth", "users", "organizations", "quotas", "quota_units", "service_keys", "permissions", "edges",
				} {
					p.playAll(t, area)
				}
				return
			}
			p.server.AddUser("nope", "nope@example.com")
			p.clock.move(-40 * time.Second)
			p.playAll(t, "users")
			p.playAll(t, "organizations")
			p.clock.move(40 * time.Second)
			p.playAll(t, "quotas")
			p.playAll(t, "service_keys")
			p.clock.move(25 * time.Second)
		},
		before: map[int]func(t *testing.T, p *replayer){1: func(t *testing.T, p *replayer) {
			for i := range 25 {
				body := fmt.Sprintf(`{"name": "log%d", "email": "log%[1]d@example.com"}`, i)
				superuser(t, p.server).want(201, "POST", "/organization/", body)
			}
		}},
	},
}

func addOtherOrganization(s *Server) {
	s.AddUser("nope", "nope@example.com")
	s.AddOrganization("otherorg", "other@example.com", "nope")
	s.AddRepository("otherorg", "app", "nope")
}

// onPurpose lists what is compared less strictly, with how and why: all calls of
// a version, of a document such as "3.9.25/users", or one call of it, such as
// "3.9.25/users[7]".
var onPurpose = map[string]struct {
	mode   mode
	reason string
}{
	"3.12.21": {allowAnyOrder, anotherAllow},
	"3.16.5":  {allowAnyOrder, anotherAllow},
	"3.18.0":  {allowAnyOrder, anotherAllow},

	"3.9.25/discovery":      {somePaths, fewerCalls},
	"3.12.21/discovery":     {somePaths, fewerCalls},
	"3.16.5/discovery":      {somePaths, fewerCalls},
	"3.18.0/discovery":      {somePaths, fewerCalls},
	"development/discovery": {somePaths, fewerCalls},
	"development/access":    {somePaths, fewerCalls},
	"development/rights":    {somePaths | allowAnyOrder, fewerCalls + "; " + anotherAllow},

	"3.12.21/users[85]": {anyOrder, anotherRow},
	"3.16.5/users[85]":  {anyOrder, anotherRow},
	"3.18.0/users[85]":  {anyOrder, anotherRow},

	"3.16.5/logs[8]": {anyOrder, "Quay doesn't sort the counts"},
	"3.18.0/logs[8]": {anyOrder, "Quay doesn't sort the counts"},

	"3.12.21/service_keys[47]":     {anyOrder, anotherRow},
	"3.18.0/service_keys[47]":      {anyOrder, anotherRow},
	"development/service_keys[47]": {anyOrder, anotherRow},
	"development/logs[8]":          {shapeOnly, "the counts are of all recordings, and of some calls that aren't recorded"},
}

const (
	anotherAllow = "each process of Quay has an order of its own, in which it lists the methods of a path"
	anotherRow   = "the database put a new row where an older version of another had been"
	fewerCalls   = "the server has only some of Quay's calls"
)

// mode is how an answer is compared; several can be combined.
type mode int

const (
	anyOrder      mode = 1 << iota // lists with the same entries, see reorder
	shapeOnly                      // lists with entries that have the same members
	allowAnyOrder                  // the header Allow with the same methods
	somePaths                      // a list of paths of which only some are served
)

// modeOf returns how the answer to a call of a document is compared.
func modeOf(d document, call int) mode {
	return onPurpose[d.version.String()].mode | onPurpose[d.String()].mode |
		onPurpose[fmt.Sprintf("%s[%d]", d, call)].mode
}

// TestOnPurpose checks that every entry of onPurpose is about something.
func TestOnPurpose(t *testing.T) {
	t.Parallel()
	for name, entry := range onPurpose {
		version, area, one := strings.Cut(name, "/")
		v, err := ParseVersion(version)
		if err != nil || entry.reason == "" {
			t.Errorf("%s: %v, reason %q", name, err, entry.reason)
		}
		if !one {
			continue
		}
		area, _, _ = strings.Cut(area, "[")
		d := document{v, area}
		if _, err := os.Stat(d.path()); err != nil || !slices.Contains(areas[area], v) {
			t.Errorf("%s is about no document", name)
		}
	}
}

// leastCalls is how many calls were replayed when recordings were last added.
const leastCalls = 3577

// TestReplay plays every recorded call to a server of every version and compares
// the answers.
func TestReplay(t *testing.T) {
	t.Parallel()
	var compared, played atomic.Int64 // calls and recordings
	var needed sync.Map               // entries of onPurpose without which an answer would differ
	t.Cleanup(func() {
		fmt.Printf("replayed %d calls\n", compared.Load()) // to be seen without -v
		all := 0
		for _, versions := range areas {
			all += len(versions)
		}
		if t.Failed() || played.Load() < int64(all) { // -run chose some recordings
			return
		}
		if compared.Load() < leastCalls {
			t.Errorf("replayed %d calls, want at least %d", compared.Load(), leastCalls)
		}
		for name := range onPurpose {
			if _, ok := needed.Load(name); !ok {
				t.Errorf("onPurpose has an entry %s, but no answer differs without it", name)
			}
		}
	})
	for _, v := range Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			var ofVersion atomic.Int64
			t.Cleanup(func() { t.Logf("replayed %d calls", ofVersion.Load()) })
			for area, versions := range areas {
				if !slices.Contains(versions, v) {
					continue
				}
				t.Run(area, func(t *testing.T) {
					t.Parallel()
					d, ok := documentOf(area, v)
					if !ok {
						t.Fatal("no document")
					}
					p := newReplayer(t, v, d)
					p.needed = &needed
					calls := p.read(t, d)
					if len(calls) == 0 {
						t.Fatalf("%v has no calls", d)
					}
					n := int64(p.replay(t, calls))
					compared.Add(n)
					ofVersion.Add(n)
					played.Add(1)
					t.Logf("replayed %d calls of %v", n, d)
				})
			}
		})
	}
}

// replay plays the calls of the replayer's document, reports how the answers
// differ and returns how many it played.
func (p *replayer) replay(t *testing.T, calls []recordedCall) int {
	t.Helper()
	sc := scenarios[p.document.area]
	if sc.prepare != nil {
		sc.prepare(t, p)
	}
	for i := range sc.before {
		if i >= len(calls) {
			t.Errorf("%v has no call %d before which something is done", p.document, i)
		}
	}
	for i, call := range calls {
		if f := sc.before[i]; f != nil {
			f(t, p)
		}
		p.mode, p.call = modeOf(p.document, i), i
		if differences := p.play(t, call); differences != nil {
			t.Errorf("%v[%d] %q: %s %s\n\t%s", p.document, i, call.Title, call.Request.Method, call.Request.Path,
				strings.Join(differences, "\n\t"))
		}
	}
	return len(calls)
}

// kept lists the documents that have the shape of a newer one and are needed all
// the same, with why.
var kept = map[string]string{
	"3.18.0/service_keys": "the recording of the logs tells of the times in it",
}

// TestDocuments checks that every document is needed: its answers differ from
// those of the next newer version.
func TestDocuments(t *testing.T) {
	t.Parallel()
	size := int64(0)
	err := filepath.WalkDir("testdata", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		size += info.Size()
		directory, name := filepath.Split(path)
		v, err := ParseVersion(filepath.Base(directory))
		if err != nil {
			return err
		}
		d := document{v, strings.TrimSuffix(name, ".json")}
		if !slices.Contains(areas[d.area], v) {
			t.Errorf("document %v is not played", d)
		}
		newer, ok := documentOf(d.area, v+1)
		if !ok {
			return nil
		}
		if differ := differences(t, d, newer); differ == nil && kept[d.String()] == "" {
			t.Errorf("document %v is the same as %v: delete it", d, newer)
		} else {
			t.Logf("document %v differs from %v in %d values", d, newer, len(differ))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if size > 6<<20 {
		t.Errorf("testdata has %d bytes", size)
	}
}

// differences returns how the calls of a document differ in their shape from
// those of a newer one. What each registry chose by itself doesn't count.
func differences(t *testing.T, older, newer document) []string {
	t.Helper()
	p := &replayer{document: newer, older: older, chosen: map[string]string{}, emails: map[string]string{}}
	got, want := p.read(t, older), p.read(t, newer)
	if len(got) != len(want) {
		return []string{fmt.Sprintf("want %d calls, got %d", len(want), len(got))}
	}
	for i := range want {
		p.mode = modeOf(older, i) | modeOf(newer, i)
		p.compareRequests(t, want[i], got[i])
		response := got[i].Response
		answer := reply{response.Status, http.Header{}, string(response.JSON)}
		if response.Text != nil {
			answer.body = *response.Text
		}
		for name, value := range response.Headers {
			answer.header.Set(name, value)
		}
		p.compareAnswer(want[i].Response, answer)
	}
	return p.differs
}

// atOnceExpression is what a title says of calls that were made at the same time
// and recorded in any order.
var atOnceExpression = regexp.MustCompile(` \(\d of \d at once\)$`)

// compareRequests compares the requests of two calls.
func (p *replayer) compareRequests(t *testing.T, want, got recordedCall) {
	t.Helper()
	unchanged := replayer{} // prints a path as translate does
	describe := func(c recordedCall, path string) string {
		title, who := atOnceExpression.ReplaceAllString(c.Title, ""), c.Request.Auth
		if who == "other" && p.token == "" {
			who = "wrong token"
		}
		return fmt.Sprintf("%q: %s %s as %s", title, c.Request.Method, path, who)
	}
	w := describe(want, p.translate(t, want.Request.Path))
	if g := describe(got, unchanged.translate(t, got.Request.Path)); w != g {
		p.differ("request", w, g)
	}
	if (want.Request.JSON == nil) != (got.Request.JSON == nil) || show(want.Request.Raw) != show(got.Request.Raw) {
		p.differ("request body", want.Request, got.Request)
	}
	if want.Request.JSON != nil && got.Request.JSON != nil && !bytes.Equal(want.Request.JSON, got.Request.JSON) {
		p.compareJSON(want.Request.JSON, got.Request.JSON)
	}
}

// replayer plays a recording and remembers what the server chose by itself
// where the real one chose something else.
type replayer struct {
	document document
	older    document // with which the document is compared, if there is no server
	server   *Server
	clock    *fakeClock
	chosen   map[string]string // by what was recorded
	emails   map[string]string // random e-mail addresses by the hash of their avatar
	tokens   map[string]string // made for the callers of a recording
	token    string            // the token made last
	mode     mode
	call     int       // the number of the call in the document
	needed   *sync.Map // see TestReplay; nil where a recording is played for its effects
	differs  []string
}

var (
	uuidExpression  = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	hashExpression  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	colorExpression = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// newReplayer starts a server of a version in the state in which a document
// starts.
func newReplayer(t *testing.T, v Version, d document) *replayer {
	clock := &fakeClock{now: recordedAt[d.version]}
	s := Start(t, append(scenarios[d.area].options, WithClock(clock.Now), WithVersion(v))...)
	return &replayer{
		document: d, server: s, clock: clock,
		chosen: map[string]string{}, emails: map[string]string{}, tokens: map[string]string{},
	}
}

// read returns the calls of a document.
func (p *replayer) read(t *testing.T, d document) []recordedCall {
	t.Helper()
	text, err := os.ReadFile(d.path())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"email": "([0-9a-f-]{36})"`).FindAllSubmatch(text, -1) {
		p.emails[hashOf(string(m[1]))] = string(m[1])
	}
	if p.server != nil {
		text = bytes.ReplaceAll(text, []byte("http://quay.test"), []byte(p.server.URL))
	}
	var rec recording
	if err := json.Unmarshal(text, &rec); err != nil {
		t.Fatal(err)
	}
	return rec.Calls
}

// playAll plays the recording of another area, made with the same version as the
// replayer's own, for its effects.
func (p *replayer) playAll(t *testing.T, area string) {
	t.Helper()
	d, ok := documentOf(area, p.document.version)
	if !ok {
		t.Fatalf("no document of %s", area)
	}
	for i, call := range p.read(t, d) {
		p.mode = modeOf(d, i)
		p.play(t, call)
	}
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// play makes a call and returns how the answer differs.
func (p *replayer) play(t *testing.T, call recordedCall) []string {
	t.Helper()
	p.differs = nil
	answer := p.send(t, call)
	p.noteNeeded(call.Response, answer)
	p.compareAnswer(call.Response, answer)
	if p.differs != nil {
		p.differs = append(p.differs, "the whole answer: "+answer.body)
	}
	return p.differs
}

// noteNeeded notes each entry of onPurpose for the call without which the answer
// would differ.
func (p *replayer) noteNeeded(want recordedResponse, got reply) {
	if p.needed == nil || p.mode == 0 {
		return
	}
	d := p.document
	names := []string{d.version.String(), d.String(), fmt.Sprintf("%s[%d]", d, p.call)}
	for i, name := range names {
		strict := *p
		strict.chosen, strict.differs, strict.mode = maps.Clone(p.chosen), nil, 0
		for j, other := range names {
			if i != j {
				strict.mode |= onPurpose[other].mode
			}
		}
		if strict.mode == p.mode {
			continue
		}
		if strict.compareAnswer(want, got); strict.differs != nil {
			p.needed.Store(name, true)
		}
	}
}

func (p *replayer) compareAnswer(want recordedResponse, got reply) {
	if got.status != want.Status {
		p.differ("status", want.Status, got.status)
	}
	for _, name := range []string{"content-type", "location", "allow"} {
		p.compareHeader(name, want.Headers[name], got.header.Get(name))
	}
	switch {
	case want.JSON != nil:
		p.compareJSON(want.JSON, []byte(got.body))
	case want.Text != nil && *want.Text == got.body:
	case want.Status == http.StatusNotFound:
		// The page is that of the web interface, of which only the title matters.
		if !strings.HasPrefix(got.body, "<!DOCTYPE html>") || !strings.Contains(got.body, ">Quay</title>") {
			p.differ("page", "the web interface", got.body)
		}
	case want.Text != nil:
		p.differ("page", *want.Text, got.body)
	}
}

func (p *replayer) compareHeader(name, want, got string) {
	for from, to := range p.chosen {
		want = strings.ReplaceAll(want, from, to)
	}
	if name == "location" && uuidIn(want) != "" {
		want = strings.ReplaceAll(want, uuidIn(want), uuidIn(got))
	}
	if name == "allow" && p.mode&allowAnyOrder != 0 {
		want, got = sortedMethods(want), sortedMethods(got)
	}
	if got != want {
		p.differ(name, want, got)
	}
}

func sortedMethods(allow string) string {
	methods := strings.Split(allow, ", ")
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

func uuidIn(s string) string {
	return regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).FindString(s)
}

func (p *replayer) differ(where string, want, got any) {
	p.differs = append(p.differs, fmt.Sprintf("%s: want %v, got %v", where, want, got))
}

// noRedirects shows redirects instead of following them.
var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (p *replayer) send(t *testing.T, call recordedCall) reply {
	t.Helper()
	var content io.Reader
	contentType := "application/json"
	switch {
	case call.Request.Raw != nil:
		content = strings.NewReader(*call.Request.Raw)
		if call.Title == "wrong content type" {
			contentType = "text/plain"
		}
	case call.Request.JSON != nil:
		content = bytes.NewReader(call.Request.JSON)
	default:
		contentType = ""
	}
	r, err := http.NewRequest(call.Request.Method, p.server.URL+p.translate(t, call.Request.Path), content)
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if header := p.authorization(call); header != "" {
		r.Header.Set("Authorization", header)
	}
	answer, err := noRedirects.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(body)}
}

// authorization returns the header with which the caller of a recorded call
// shows who it is.
func (p *replayer) authorization(call recordedCall) string {
	who, scopes, _ := strings.Cut(call.Request.Auth, ", ")
	switch {
	case scopes != "":
		if p.tokens[call.Request.Auth] == "" {
			name := superuserName
			if who == "the organization's owner" {
				name = "plain"
			}
			p.tokens[call.Request.Auth] = p.server.AddToken(name, strings.Fields(scopes)...)
		}
		return "Bearer " + p.tokens[call.Request.Auth]
	case who == "user plain":
		return "Bearer " + p.server.AddToken("plain")
	case who == "superuser":
		return "Bearer " + p.server.Token
	case who == "other" && p.token != "":
		return "Bearer " + p.token
	case who == "other" || who == "wrong token":
		return "Bearer " + secret(40)
	case strings.HasPrefix(call.Title, "odd"):
		return "Token " + p.server.Token
	case strings.HasPrefix(call.Title, "basic"):
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(superuserName+":password"))
	default:
		return ""
	}
}

// translate puts what the server chose into the path of a request.
func (p *replayer) translate(t *testing.T, path string) string {
	t.Helper()
	path, query, asked := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		kind := ""
		if i > 0 && (parts[i-1] == "quota" || parts[i-1] == "limit") {
			kind = parts[i-1] + " "
		}
		if to, ok := p.chosen[kind+part]; ok {
			parts[i] = strings.TrimPrefix(to, kind)
		}
	}
	path = strings.Join(parts, "/")
	if !asked {
		return path
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	if to, ok := p.chosen[values.Get("next_page")]; ok {
		values.Set("next_page", to)
	}
	return path + "?" + values.Encode()
}

func (p *replayer) compareJSON(want json.RawMessage, body []byte) {
	got, err := decodeJSON(body)
	if err != nil {
		p.differ("body", "JSON", string(body))
		return
	}
	recorded, err := decodeJSON(want)
	if err != nil {
		p.differ("recording", "JSON", err)
		return
	}
	if o, ok := recorded.(map[string]any); ok && o["note"] != nil {
		p.compareNote(o, got)
		return
	}
	if o, ok := got.(map[string]any); ok && o["token"] != nil && o["scope"] != nil {
		p.token, _ = o["token"].(string)
	}
	p.compare("", "", recorded, got)
}

// compareNote compares an answer of which the recording only tells what it was.
func (p *replayer) compareNote(want map[string]any, got any) {
	note := want["note"].(string)
	switch g := got.(type) {
	case map[string]any:
		if list, ok := want["paths"].([]any); ok {
			p.comparePaths(list, g)
			return
		}
		member, _, _ := strings.Cut(note, " ")
		switch member {
		case "keys:":
			if note == "keys: "+keysOf(g) {
				return
			}
		case "swagger":
			if paths, _ := g["paths"].(map[string]any); len(paths) > 0 {
				return
			}
		case "a": // "a page of logs"
			if logs, ok := g["logs"].([]any); ok && note == "a page of logs" && len(logs) > 0 {
				return
			}
		}
	case []any:
		if note == fmt.Sprintf("a list of %d", len(g)) {
			return
		}
	}
	p.differ("body", note, show(got))
}

// keysOf lists the members of an object as a recording does, with the number of
// what is in them.
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

// comparePaths compares the paths of a description of the API with those that
// were recorded. The server may lack some.
func (p *replayer) comparePaths(want []any, got map[string]any) {
	if recorded, ok := got["paths"].([]any); ok { // of another document
		p.compare(".paths", "", want, recorded)
		return
	}
	paths, _ := got["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if !slices.Contains(want, any(path)) {
			p.differ(".paths", "nothing", path)
		}
	}
	for _, path := range want {
		if paths[path.(string)] == nil && p.mode&somePaths == 0 {
			p.differ(".paths", path, "nothing")
		}
	}
}

func decodeJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// compare compares two values. The name is that of the member which holds them.
func (p *replayer) compare(where, name string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			p.compareObjects(where, name, w, g)
			return
		}
	case []any:
		g, ok := got.([]any)
		if ok && p.mode&shapeOnly != 0 {
			p.compareShapes(where, w, g)
			return
		}
		if ok && len(w) > 1 {
			w, g = p.unfold(where, w, g)
		}
		if ok && len(w) == len(g) {
			if p.mode&anyOrder != 0 && slices.Contains([]string{".keys", ".users", ".aggregated"}, where) {
				p.reorder(w, g)
			}
			for i := range w {
				p.compare(fmt.Sprintf("%s[%d]", where, i), name, w[i], g[i])
			}
			return
		}
	case string:
		if g, ok := got.(string); ok {
			p.compareTexts(where, name, w, g)
			return
		}
	case json.Number:
		if g, ok := got.(json.Number); ok {
			p.compareNumbers(where, name, w, g)
			return
		}
	default:
		if want == got {
			return
		}
	}
	p.differ(where, show(want), show(got))
}

var moreExpression = regexp.MustCompile(`^… (\d+) more of the same shape$`)

// unfold returns the entries to compare of a list that was recorded in part.
func (p *replayer) unfold(where string, want, got []any) (w, g []any) {
	last := len(want) - 1
	text, _ := want[last].(string)
	m := moreExpression.FindStringSubmatch(text)
	if m == nil || want[last] == got[len(got)-1] { // the latter of another document
		return want, got
	}
	if more := strconv.Itoa(len(got) - last); more != m[1] {
		p.differ(where, text, more+" more")
		return want, got
	}
	return want[:last], got[:last]
}

// compareShapes compares lists of objects by their members alone.
func (p *replayer) compareShapes(where string, want, got []any) {
	members := func(v any) string {
		object, _ := v.(map[string]any)
		var list []string
		for name, value := range object {
			list = append(list, fmt.Sprintf("%s %T", name, value))
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	if len(got) == 0 {
		p.differ(where, show(want), show(got))
	}
	for i := range got {
		if w, g := members(want[0]), members(got[i]); w != g {
			p.differ(fmt.Sprintf("%s[%d]", where, i), w, g)
		}
	}
}

// reorder puts recorded service keys, users or counts of log entries into the
// order of an answer.
func (p *replayer) reorder(want, got []any) {
	rank := func(entry any) int {
		object := entry.(map[string]any)
		return slices.IndexFunc(got, func(g any) bool {
			other := g.(map[string]any)
			if kid, ok := object["kid"].(string); ok {
				return other["kid"] == p.chosen[kid]
			}
			return other["name"] == object["name"] && other["kind"] == object["kind"]
		})
	}
	slices.SortStableFunc(want, func(a, b any) int { return rank(a) - rank(b) })
}

func show(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

func (p *replayer) compareObjects(where, name string, want, got map[string]any) {
	if name == "avatar" && p.randomAvatar(want) {
		p.compareRandomAvatars(where, want, got)
		return
	}
	for _, member := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[member]
		actual := member
		if !ok && uuidExpression.MatchString(member) {
			// A deleted user is listed under a name that the server chose.
			for other := range got {
				if _, recorded := want[other]; !recorded && uuidExpression.MatchString(other) {
					value, ok, actual = got[other], true, other
				}
			}
			p.chosen[member] = actual
		}
		if !ok {
			p.differ(where+"."+member, show(want[member]), "nothing")
			continue
		}
		inner := member
		if _, isArray := want[member].([]any); name == "limits" && !isArray {
			inner = name + "." + member
		}
		p.compare(where+"."+member, inner, want[member], value)
	}
	for _, member := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[member]; !ok && !slices.Contains(slices.Collect(maps.Values(p.chosen)), member) {
			p.differ(where+"."+member, "nothing", show(got[member]))
		}
	}
}

// randomAvatar reports whether a picture depends on an e-mail address that the
// real server chose: that of a robot, of a deleted user, or of somebody who was
// created without one.
func (p *replayer) randomAvatar(want map[string]any) bool {
	name, _ := want["name"].(string)
	hash, _ := want["hash"].(string)
	return want["kind"] == "robot" || uuidExpression.MatchString(name) || p.emails[hash] != ""
}

func (p *replayer) compareRandomAvatars(where string, want, got map[string]any) {
	hash, _ := got["hash"].(string)
	recorded := want["hash"].(string)
	color, _ := got["color"].(string)
	if !hashExpression.MatchString(hash) || !colorExpression.MatchString(color) {
		p.differ(where, show(want), show(got))
	}
	if email, ok := p.chosen[p.emails[recorded]]; ok && hash != hashOf(email) {
		p.differ(where+".hash", hashOf(email), hash)
	}
	p.remember(where+".hash", recorded, hash)
	p.compare(where+".name", "name", want["name"], got["name"])
	p.compare(where+".kind", "kind", want["kind"], got["kind"])
}

// remember notes what the server chose instead of what was recorded. It has to
// be the same ever after.
func (p *replayer) remember(where, recorded, actual string) {
	if before, ok := p.chosen[recorded]; ok && before != actual {
		p.differ(where, before, actual)
	}
	// What stands for one object must not stand for another. Tokens of pages can
	// repeat, and the log tells of recordings whose order differs between versions.
	if p.server != nil && p.document.area != "logs" && !strings.HasSuffix(where, ".next_page") {
		for other, same := range p.chosen {
			if same == actual && other != recorded {
				p.differ(where, "another than for "+other, actual)
			}
		}
	}
	p.chosen[recorded] = actual
}

// A shape is what can be said of a text that the server chooses.
type shape struct {
	expression *regexp.Regexp
	lasting    bool // the text stands for something and comes again
}

var (
	keyShape      = shape{regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`), true}
	uuidShape     = shape{uuidExpression, true}
	httpDateShape = shape{regexp.MustCompile(`^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$`), false}
	dateShape     = shape{regexp.MustCompile(`^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d -0000$`), false}
	isoShape      = shape{regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`), false}
)

// maskedToken is what some recordings have instead of a repository's token, which
// is a UUID.
var maskedToken = strings.Repeat("T", 36)

// shapes are the texts that the server always chooses, by the member's name.
var shapes = map[string]shape{
	"password":           {regexp.MustCompile(`^[A-Z0-9]{32}$`), false},
	"encrypted_password": {regexp.MustCompile(`^.+$`), false},
	"kid":                keyShape,
	"n":                  {regexp.MustCompile(`^[A-Za-z0-9_-]{342}$`), true},
	"public_key":         {regexp.MustCompile(`^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]{392,400}\n-----END PUBLIC KEY-----\n$`), true},
	"private_key":        {regexp.MustCompile(`^-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END RSA PRIVATE KEY-----\n$`), false},
	"client_id":          {regexp.MustCompile(`^[A-Z0-9]{20}$`), true},
	"client_secret":      {regexp.MustCompile(`^[A-Z0-9]{40}$`), false},
	"token":              {regexp.MustCompile(`^([A-Z0-9]{40}|[A-Z0-9]{64})$`), false},
	"next_page":          {regexp.MustCompile(`^[A-Za-z0-9_=-]{40,}$`), true},
	"created_date":       httpDateShape,
	"approved_date":      httpDateShape,
	"created":            isoShape,
	"expires_at":         isoShape,
	"started":            dateShape,
	"datetime":           dateShape,
	"start_time":         dateShape,
	"end_time":           dateShape,
}

// shapeOf returns the shape of a recorded text that the server chose.
func (p *replayer) shapeOf(name, want string) (shape, bool) {
	if strings.HasSuffix(want, " 00:00:00 -0000") {
		return shape{}, false // a day that the request named
	}
	if p.server == nil && name == "expiration_date" {
		return httpDateShape, true
	}
	if name == "created" && dateShape.expression.MatchString(want) {
		return dateShape, true
	}
	if s, ok := shapes[name]; ok {
		return s, true
	}
	if name == "status_token" && want == maskedToken {
		return shape{uuidShape.expression, false}, true
	}
	return uuidShape, uuidExpression.MatchString(want)
}

func (p *replayer) compareTexts(where, name, want, got string) {
	if s, ok := p.shapeOf(name, want); ok {
		if !s.expression.MatchString(got) || name == "token" && len(want) != len(got) {
			p.differ(where, want, got)
		} else if s.lasting {
			p.remember(where, want, got)
		}
		return
	}
	if first, _, ok := strings.Cut(want, "\n\nFailed validating"); ok {
		// What follows prints the whole schema.
		want = first
		got, _, _ = strings.Cut(got, "\n\nFailed validating")
	}
	if want != got {
		p.differ(where, want, got)
	}
}

// inFuture reports whether a recorded time was still to come.
func inFuture(seconds json.Number, d document) bool {
	f, _ := seconds.Float64()
	return f > float64(recordedAt[d.version].Unix())
}

func (p *replayer) compareNumbers(where, name string, want, got json.Number) {
	switch {
	case name == "id" || name == "limits.id":
		kind := "quota "
		if strings.Contains(where, "limits") {
			kind = "limit "
		}
		p.remember(where, kind+want.String(), kind+got.String())
	case p.server == nil && slices.Contains([]string{"expiration", "expiration_date", "old_expiration_date"}, name):
		// Each recording has times of its own.
		if inFuture(want, p.document) != inFuture(got, p.older) {
			p.differ(where, want, got)
		}
	case name == "last_ran", name == "created_date":
		if _, err := got.Int64(); err != nil {
			p.differ(where, want, got)
		}
	case want != got:
		p.differ(where, want, got)
	}
}
