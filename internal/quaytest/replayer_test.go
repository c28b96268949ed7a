package quaytest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/transcript"
)

// replayer plays a transcript to a server of its own.
type replayer struct {
	t       *testing.T
	library *transcript.Library
	id      transcript.ID
	script  *transcript.Script
	server  *Server
	clock   *fakeClock
	player  *transcript.Player
	tokens  map[string]string // by caller
	needed  *entrySet

	replayed, passedOver int // calls
}

// newReplayer starts a server of a version with the configuration that an area's
// script demands.
func newReplayer(t *testing.T, library *transcript.Library, v Version, id transcript.ID) *replayer {
	t.Helper()
	r := &replayer{
		t: t, library: library, id: id, script: library.Script(id.Area), clock: newClock(), tokens: map[string]string{},
	}
	recording := library.Transcript(id)
	if !recording.Recorded.IsZero() {
		r.clock.now = recording.Recorded
	}
	options := []Option{WithClock(r.clock.Now), WithVersion(v), WithDefaultQuota(r.script.DefaultQuota)}
	for _, name := range slices.Concat(r.script.WithoutFeatures, r.script.WithoutFeaturesOn[id.Version]) {
		options = append(options, WithoutFeatures(Feature(name)))
	}
	if r.script.EmptyDatabase {
		options = append(options, WithEmptyDatabase())
	}
	if r.script.UsersFrom != "" {
		options = append(options, WithUsersFrom(UserSource(r.script.UsersFrom)))
	}
	r.server = Start(t, append(options, r.mailing(r.script.Mailing))...)
	for _, p := range r.script.People {
		r.server.AddPerson(p.Username, p.Groups...)
	}
	r.player = &transcript.Player{URL: r.server.URL, Token: r.token, Comparer: transcript.NewComparer(r.script)}
	r.player.Expect(recording)
	return r
}

// mailing returns the option that a script names.
func (r *replayer) mailing(name string) Option {
	r.t.Helper()
	switch name {
	case "":
		return WithMailing(MailingOff)
	case "on":
		return WithMailing(MailingOn)
	case "server down":
		return WithMailing(MailServerDown)
	}
	r.t.Fatalf("script of %s: no mailing %q", r.id.Area, name)
	return nil
}

// token returns the token of a caller.
func (r *replayer) token(caller transcript.Caller) (string, error) {
	name := caller.User
	if caller.Name == transcript.Superuser {
		name = superuserName
		if len(caller.Scopes) == 0 {
			return r.server.Token, nil
		}
	}
	if r.tokens[caller.String()] == "" {
		known := false
		r.server.change(func(st *store) { known = st.account(name, user) != nil })
		if !known {
			return "", fmt.Errorf("no user %q: add the user to the start of %s.script.json", name, r.id.Area)
		}
		r.tokens[caller.String()] = r.server.AddToken(name, caller.Scopes...)
	}
	return r.tokens[caller.String()], nil
}

func (r *replayer) play(request transcript.Request) transcript.Response {
	r.t.Helper()
	response, err := r.player.Play(r.t.Context(), request)
	if err != nil {
		r.t.Fatalf("%v: %s %s: %v", r.id, request.Method, request.Path, err)
	}
	return response
}

// do takes a step of the script.
func (r *replayer) do(step transcript.Step) {
	r.t.Helper()
	if !step.On(r.id.Version) {
		return
	}
	switch {
	case step.Request != nil:
		if response := r.play(step.Request.Request); response.Status != step.Request.Status {
			r.t.Fatalf("%s %s: want %d, got %d: %s", step.Request.Method, step.Request.Path,
				step.Request.Status, response.Status, response.Body())
		}
	case step.Play != "":
		r.playAll(step.Play)
	case step.Advance != "":
		d, err := time.ParseDuration(step.Advance)
		if err != nil {
			r.t.Fatal(err)
		}
		r.clock.move(d)
	case step.LogEntries != 0:
		r.server.AddLogEntries(step.LogEntries)
	case step.ServiceKey != nil:
		r.server.AddServiceKey(step.ServiceKey.Service, step.ServiceKey.Name)
	case step.RegistrySize != nil:
		r.server.FinishRegistrySize(*step.RegistrySize)
	case step.Mailing != "":
		r.mailing(step.Mailing)(r.server)
	case step.SyncTeams:
		r.server.SyncTeams()
	case step.Tag != nil:
		t := Tag{Name: step.Tag.Name, Digest: step.Tag.Digest, Size: step.Tag.Size, Start: time.Unix(step.Tag.Start, 0)}
		if step.Tag.End != 0 {
			t.Expiration = time.Unix(step.Tag.End, 0)
		}
		r.server.AddTag(step.Tag.Namespace, step.Tag.Repository, t)
	default:
		r.t.Fatal("the script has an empty step")
	}
}

// playAll plays the transcript of another area for its effects.
func (r *replayer) playAll(area string) {
	r.t.Helper()
	id, ok := r.library.Find(r.id.Version, area)
	if !ok {
		r.t.Fatalf("no transcript of %s", area)
	}
	other := r.library.Transcript(id)
	r.player.Expect(other)
	for i, call := range other.Calls {
		mode := r.library.Script(area).ModeOf(id.Version, i) | transcript.RepeatedValues
		r.player.Compare(call, r.play(call.Request), mode)
	}
}
