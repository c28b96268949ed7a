package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/transcript"
)

const transcripts = "../../testdata/transcripts"

// start starts a registry whose clock stands still.
func start(t *testing.T, now time.Time) *quaytest.Server {
	t.Helper()
	return quaytest.Start(t, quaytest.WithClock(func() time.Time { return now }), quaytest.WithVersion(quaytest.Development),
		quaytest.WithoutFeatures(quaytest.TeamSyncing))
}

// record runs the command and returns the transcript, as text too, and the
// warnings.
func record(t *testing.T, s *quaytest.Server, area string, args ...string) (recorded *transcript.Transcript, text, warnings string) {
	t.Helper()
	directory := t.TempDir()
	if err := os.Mkdir(filepath.Join(directory, "development"), 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(directory, "development", area+".json")
	var stdout, stderr bytes.Buffer
	args = append([]string{"-url", s.URL + "/", "-token", s.Token, "-area", area, "-transcripts", transcripts, "-out", out}, args...)
	if err := run(t.Context(), args, &stdout, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	library, err := transcript.Open(os.DirFS(directory), []string{"development"})
	if err != nil {
		t.Fatal(err)
	}
	recorded = library.Transcript(transcript.ID{Version: "development", Area: area})
	if want := fmt.Sprintf("recorded %d calls in %s\n", len(recorded.Calls), out); stdout.String() != want {
		t.Errorf("printed %q, want %q", stdout.String(), want)
	}
	return recorded, string(data), stderr.String()
}

// TestRecord records areas of an in-memory server and replays them to a second server.
func TestRecord(t *testing.T) {
	t.Parallel()
	for _, area := range []string{"auth", "discovery", "organizations", "quotas", "scopes", "service_keys", "users"} {
		t.Run(area, func(t *testing.T) {
			t.Parallel()
			s := start(t, time.Now())
			recorded, text, warnings := record(t, s, area)
			// The transcript of users begins with a user, and the one of discovery needs a configuration.
			if warnings != "" && area != "users" && area != "discovery" {
				t.Errorf("warnings: %s", warnings)
			}
			source, err := os.ReadFile(filepath.Join(transcripts, "development", area+".json"))
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range s.Secrets() {
				secret = strings.ReplaceAll(secret, "\n", `\n`)
				if strings.Contains(text, secret) && !bytes.Contains(source, []byte(secret)) {
					t.Errorf("the transcript shows %q", secret)
				}
			}
			if strings.Contains(text, "127.0.0.1:") {
				t.Error("the transcript shows the registry's address")
			}
			replay(t, recorded)
		})
	}
}

// replay plays a transcript to a new server.
func replay(t *testing.T, recorded *transcript.Transcript) {
	t.Helper()
	s := start(t, recorded.Recorded)
	p := transcript.Player{URL: s.URL, Comparer: transcript.NewComparer(&transcript.Script{})}
	p.Token = func(transcript.Caller) (string, error) { return s.Token, nil }
	p.Expect(recorded)
	for i, call := range recorded.Calls {
		response, err := p.Play(t.Context(), call.Request)
		if err != nil {
			t.Fatal(err)
		}
		if differences := p.Compare(call, response, 0); differences != nil {
			t.Errorf("call %d, %q: %s", i, call.Title, strings.Join(differences, "\n\t"))
		}
	}
}

// TestCallers records calls of a user, without and with the user's token.
func TestCallers(t *testing.T) {
	t.Parallel()
	s := start(t, time.Now())
	without, _, warnings := record(t, s, "rights")
	for _, want := range []string{
		"FEATURE_SUPERUSERS_FULL_ACCESS: false",
		`left out call 1, "setup: organization of another": user plain: the token of the caller is unknown; give it with -caller-token`,
	} {
		if !strings.Contains(warnings, want) {
			t.Errorf("the warnings do not say %q:\n%s", want, warnings)
		}
	}
	byPlain := func(c transcript.Call) bool { return c.Request.Auth == "user plain" }
	if slices.ContainsFunc(without.Calls, byPlain) {
		t.Error("a user's call was recorded without the user's token")
	}

	token := s.AddToken("plain")
	with, text, warnings := record(t, s, "rights", "-caller-token", "user plain="+token)
	if !slices.ContainsFunc(with.Calls, byPlain) || strings.Contains(warnings, "left out") {
		t.Errorf("no call of the user was recorded:\n%s", warnings)
	}
	if !strings.Contains(warnings, "POST /api/v1/superuser/users/: want status 200, got 400") {
		t.Errorf("the warnings do not tell of the user that exists:\n%s", warnings)
	}
	if strings.Contains(text, token) {
		t.Error("the transcript shows the user's token")
	}
}

// TestScript records the calls of a new script, which names values of responses.
func TestScript(t *testing.T) {
	t.Parallel()
	s := start(t, time.Now())
	directory := t.TempDir()
	script := `{"calls": [
		{"title": "create", "method": "POST", "path": "/api/v1/superuser/keys", "auth": "superuser",
		 "json": {"service": "ci", "expiration": null}, "save": {"key": "kid"}},
		{"title": "list", "method": "GET", "path": "/api/v1/superuser/keys", "auth": "superuser", "save": {"first": "keys.0.service"}},
		{"title": "get", "method": "GET", "path": "/api/v1/superuser/keys/{key}?service={first}", "auth": "superuser"}
	]}`
	if err := os.WriteFile(filepath.Join(directory, "new.script.json"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	recorded, text, warnings := record(t, s, "new", "-transcripts", directory)
	if warnings != "" {
		t.Errorf("warnings: %s", warnings)
	}
	for _, secret := range s.Secrets() {
		if strings.Contains(text, strings.ReplaceAll(secret, "\n", `\n`)) {
			t.Errorf("the transcript shows %q", secret)
		}
	}
	last := recorded.Calls[len(recorded.Calls)-1]
	if !strings.HasSuffix(last.Request.Path, "?service=ci") || last.Response.Status != 200 {
		t.Errorf("%s: %d", last.Request.Path, last.Response.Status)
	}
	replay(t, recorded)
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-url, -token and -area are needed":     {"-area", ""},
		"no Quay version":                       {"-version", "1.0"},
		"the area nothing has neither a script": {"-area", "nothing"},
		"no = in it":                            {"-caller-token", "plain"},
		`no caller "plain"`:                     {"-caller-token", "plain=token"},
		`call 0, "get before any calculation": dial tcp 127.0.0.1:1:`: {"-area", "registry_size"},
		"open nosuch": {"-out", "nosuch/file", "-url", start(t, time.Now()).URL},
	} {
		var stdout, stderr bytes.Buffer
		valid := []string{"-url", "http://127.0.0.1:1", "-token", "token", "-area", "registry_size", "-transcripts", transcripts}
		if err := run(t.Context(), append(valid, args...), &stdout, &stderr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q, got %v", args, want, err)
		}
	}
}
