package quaytest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sessionCall is a recorded call of a browser, whose cookies and CSRF token it has.
type sessionCall struct {
	Title   string `json:"title"`
	Wait    string `json:"wait"` // before the call
	Request struct {
		Browser string            `json:"browser"` // none without cookies
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		JSON    json.RawMessage   `json:"json"`
		Form    map[string]string `json:"form"`
		CSRF    string            `json:"csrf"`  // "own" or "wrong"
		Token   string            `json:"token"` // the name of a value that was saved
		Save    any               `json:"save"`  // a token's name, or a name and the path of a value
	} `json:"request"`
	Response sessionResponse `json:"response"`
}

type sessionResponse struct {
	Status      int    `json:"status"`
	ContentType string `json:"content_type"`
	JSON        any    `json:"json"`
	Text        string `json:"text"`
	Location    string `json:"location"`
	SetsCookie  bool   `json:"sets_cookie"`
	NextCSRF    bool   `json:"next_csrf"`
}

// sessionPlayer plays recorded calls to a server.
type sessionPlayer struct {
	url      string
	browsers map[string]*http.Client
	csrf     map[string]string
	saved    map[string]string
}

var savedPattern = regexp.MustCompile(`\{(\w+)\}`)

// fill replaces names by saved values.
func (p *sessionPlayer) fill(text string) string {
	return savedPattern.ReplaceAllStringFunc(strings.ReplaceAll(text, "http://quay.test", p.url), func(name string) string {
		return p.saved[strings.Trim(name, "{}")]
	})
}

func (p *sessionPlayer) play(t *testing.T, c sessionCall) sessionResponse {
	t.Helper()
	browser := p.browsers[c.Request.Browser]
	if browser == nil {
		browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		if c.Request.Browser != "" {
			browser.Jar, _ = cookiejar.New(nil) // it has no errors
		}
		p.browsers[c.Request.Browser] = browser
	}
	csrf := map[string]string{"own": p.csrf[c.Request.Browser], "wrong": "wrong"}[c.Request.CSRF]
	body, contentType := string(c.Request.JSON), "application/json"
	if c.Request.Form != nil {
		form := url.Values{}
		for name, value := range c.Request.Form {
			form.Set(name, p.fill(value))
		}
		if c.Request.CSRF != "" {
			form.Set("_csrf_token", csrf)
		}
		body, contentType = form.Encode(), "application/x-www-form-urlencoded"
	}
	req, err := http.NewRequestWithContext(t.Context(), c.Request.Method, p.url+p.fill(c.Request.Path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.Request.CSRF != "" && c.Request.Form == nil {
		req.Header.Set("X-CSRF-Token", csrf)
	}
	if c.Request.Token != "" {
		req.Header.Set("Authorization", "Bearer "+p.saved[c.Request.Token])
	}
	resp, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := sessionResponse{
		Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type"), Location: resp.Header.Get("Location"),
		SetsCookie: len(resp.Cookies()) > 0, NextCSRF: resp.Header.Get("X-Next-CSRF-Token") != "",
	}
	if json.Unmarshal(data, &got.JSON) != nil {
		got.Text = string(data)
	}
	p.learn(c, got, resp.Header.Get("X-Next-CSRF-Token"))
	return got
}

// learn keeps the values that later calls need.
func (p *sessionPlayer) learn(c sessionCall, got sessionResponse, nextCSRF string) {
	if object, ok := got.JSON.(map[string]any); ok && object["csrf_token"] != nil {
		p.csrf[c.Request.Browser] = fmt.Sprint(object["csrf_token"])
	}
	if nextCSRF != "" {
		p.csrf[c.Request.Browser] = nextCSRF
	}
	switch save := c.Request.Save.(type) {
	case string:
		_, fragment, _ := strings.Cut(got.Location, "#")
		values, _ := url.ParseQuery(fragment) // what can be read of it
		p.saved[save] = values.Get("access_token")
	case []any:
		value := got.JSON
		for name := range strings.SplitSeq(save[1].(string), ".") {
			switch v := value.(type) {
			case map[string]any:
				value = v[name]
			case []any:
				value = v[0]
			}
		}
		p.saved[save[0].(string)] = fmt.Sprint(value)
	}
}

// shape returns the parts of a response that must be equal. For JSON, these are the names and
// kinds of its members, and the texts of errors.
func (r sessionResponse) shape() string {
	location, _, _ := strings.Cut(r.Location, "#")
	if i := strings.Index(location, "/oauth/"); i >= 0 {
		location = location[i:]
	}
	text := r.Text
	if strings.HasPrefix(text, "<!doctype") {
		text = regexp.MustCompile(`<title>.*</title>`).FindString(text)
	}
	return fmt.Sprintf("%d %s %q %s %v %s", r.Status, r.ContentType, text, location, r.NextCSRF, shapeOf("", r.JSON))
}

func shapeOf(name string, value any) string {
	switch v := value.(type) {
	case map[string]any:
		var members []string
		for member, value := range v {
			members = append(members, shapeOf(member, value))
		}
		slices.Sort(members)
		return name + "{" + strings.Join(members, " ") + "}"
	case []any:
		if name == "prompts" || name == "scopes" { // the order is the database's
			return fmt.Sprintf("%s[%d]", name, min(len(v), 1)*2)
		}
		var items []string
		for _, item := range v {
			items = append(items, shapeOf("", item))
		}
		return name + "[" + strings.Join(items, " ") + "]"
	case string:
		if slices.Contains([]string{"message", "error", "error_type", "title", "username", "scope", "email"}, name) {
			return name + ":" + v
		}
		return name + ":text"
	default:
		return fmt.Sprintf("%s:%v", name, v)
	}
}

// TestSessions plays the recorded sign-ins of a registry with an empty database to a server
// of every version. Quay 3.9.25, 3.12.21, 3.16.5 and 3.18.0 answer alike.
func TestSessions(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/sessions/3.18.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var recording struct {
		Calls []sessionCall `json:"calls"`
	}
	if err := json.Unmarshal(data, &recording); err != nil {
		t.Fatal(err)
	}
	if len(recording.Calls) < 50 {
		t.Fatalf("only %d calls", len(recording.Calls))
	}
	for _, v := range Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			s := Start(t, WithVersion(v), WithClock(clock.Now), WithEmptyDatabase())
			p := &sessionPlayer{url: s.URL, browsers: map[string]*http.Client{}, csrf: map[string]string{}, saved: map[string]string{}}
			for i, c := range recording.Calls {
				if c.Wait != "" {
					clock.move(time.Minute)
				}
				got := p.play(t, c)
				want := c.Response
				if v != Quay3_18 { // the views of users and organizations differ
					if want.Status == http.StatusOK && c.Request.Method == http.MethodGet {
						want.JSON, got.JSON = nil, nil
					}
				}
				if strings.HasPrefix(c.Title, "who am I") || c.Title == "sign in: no password" {
					want.JSON, got.JSON = nil, nil // the schema's words, and the prompts of a user
				}
				if got.shape() != want.shape() {
					t.Errorf("call %d, %q:\n\tgot  %s\n\twant %s", i, c.Title, got.shape(), want.shape())
				}
			}
		})
	}
}

// Quay 3.9.25 and 3.18.0 hide the call for the first user in the same way.
func TestInitializeOff(t *testing.T) {
	t.Parallel()
	for _, v := range Versions() {
		s := Start(t, WithVersion(v), WithEmptyDatabase(), WithoutFeatures(UserInitialize))
		p := &sessionPlayer{url: s.URL, browsers: map[string]*http.Client{}, csrf: map[string]string{}, saved: map[string]string{}}
		var c sessionCall
		c.Request.Method, c.Request.Path, c.Request.JSON = "POST", "/api/v1/user/initialize", json.RawMessage(`{"username":"admin","password":"password-of-admin"}`)
		if got, want := p.play(t, c).shape(), `404 text/html; charset=utf-8 ""  false {error:Not Found}`; got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

// Another SECRET_KEY, a disabled user and a cookie from before a sign-in make a session
// anonymous. An old sign-in is refused only by calls that need a fresh login.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, WithClock(clock.Now))
	p := &sessionPlayer{url: s.URL, browsers: map[string]*http.Client{}, csrf: map[string]string{}, saved: map[string]string{}}
	call := func(status int, method, path, body string) {
		t.Helper()
		var c sessionCall
		c.Request.Browser, c.Request.Method, c.Request.Path, c.Request.CSRF = "b", method, path, "own"
		if body != "" {
			c.Request.JSON = json.RawMessage(body)
		}
		if got := p.play(t, c); got.Status != status {
			t.Errorf("%s %s: %d %v, want %d", method, path, got.Status, got.JSON, status)
		}
	}
	signIn := func() {
		t.Helper()
		call(200, "GET", "/csrf_token", "")
		call(200, "POST", "/api/v1/signin", fmt.Sprintf(`{"username":"admin","password":%q}`, SuperuserPassword))
	}
	signIn()
	call(200, "GET", "/api/v1/superuser/users/", "")
	clock.move(11 * time.Minute)
	call(401, "GET", "/api/v1/superuser/users/", "")
	call(401, "POST", "/api/v1/superuser/users/", `{"username":"plain"}`)
	call(200, "GET", "/api/v1/user/", "")
	call(201, "POST", "/api/v1/organization/", `{"name":"tools"}`)
	signIn()
	call(200, "POST", "/api/v1/superuser/users/", `{"username":"plain"}`)
	s.EndSessions()
	call(401, "GET", "/api/v1/user/", "")
	call(403, "POST", "/api/v1/organization/", `{"name":"more"}`)
}
