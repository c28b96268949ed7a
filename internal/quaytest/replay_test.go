package quaytest

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/transcript"
)

// leastCalls is how many calls were replayed when transcripts were last added.
const leastCalls = 13877

// openTranscripts reads all transcripts and scripts.
func openTranscripts(t *testing.T) *transcript.Library {
	t.Helper()
	library, err := transcript.Open(os.DirFS("testdata/transcripts"), versionNames)
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// TestReplay plays every recorded call to a server of every version and compares
// the responses.
func TestReplay(t *testing.T) {
	t.Parallel()
	library := openTranscripts(t)
	var replayed, passedOver, finished atomic.Int64 // calls, calls and replays
	needed := &entrySet{}
	total := 0
	for _, v := range Versions() {
		for _, area := range library.Areas() {
			if _, ok := library.HeldTo(v.String(), area); ok {
				total++
			}
		}
	}
	t.Cleanup(func() {
		fmt.Printf("replayed %d calls, passed over %d\n", replayed.Load(), passedOver.Load()) // visible without -v
		if t.Failed() || finished.Load() < int64(total) {                                     // -run chose some transcripts
			return
		}
		if replayed.Load() < leastCalls {
			t.Errorf("replayed %d calls, want at least %d", replayed.Load(), leastCalls)
		}
		needed.check(t, library)
	})
	for _, v := range Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			for _, area := range library.Areas() {
				id, ok := library.HeldTo(v.String(), area)
				if !ok {
					continue
				}
				t.Run(area, func(t *testing.T) {
					t.Parallel()
					r := newReplayer(t, library, v, id)
					r.needed = needed
					r.replay()
					replayed.Add(int64(r.replayed))
					passedOver.Add(int64(r.passedOver))
					finished.Add(1)
					t.Logf("replayed %d calls of %v, passed over %d", r.replayed, id, r.passedOver)
				})
			}
		})
	}
}

// replay plays the calls of the replayer's transcript and reports how the
// responses differ.
func (r *replayer) replay() {
	r.t.Helper()
	for _, step := range r.script.Start {
		r.do(step)
	}
	for i, call := range r.library.Transcript(r.id).Calls {
		for _, step := range r.script.Before[i] {
			r.do(step)
		}
		var differences []string
		switch {
		case r.script.PassesOver(r.id.Version, i):
			r.tryPassedOver(i, call)
			continue
		case !serves(call.Request) && call.Response.HasOperation(call.Request.Method):
			// Both may refuse the request in the same way.
			if r.differs(call, 0) {
				r.passedOver++
				continue
			}
		default:
			differences = r.compare(i, call)
		}
		r.replayed++
		if differences != nil && r.passedOver > 0 {
			differences = append(differences, fmt.Sprintf("%d calls before it were passed over; if the response depends on them, "+
				"add %d to pass_over in %s.script.json", r.passedOver, i, r.id.Area))
		}
		if differences != nil {
			r.t.Errorf("%v[%d] %q: %s %s\n\t%s", r.id, i, call.Title, call.Request.Method, call.Request.Path,
				strings.Join(differences, "\n\t"))
		}
	}
}

// compare plays a call and returns how the response differs. It notes the
// lenient entries of the script without which the response would differ.
func (r *replayer) compare(i int, call transcript.Call) []string {
	response := r.play(call.Request)
	mode := r.script.ModeOf(r.id.Version, i)
	for n, entry := range r.script.Lenient {
		if !entry.AppliesTo(r.id.Version, i) {
			continue
		}
		if r.player.Clone().Compare(call, response, mode&^entry.Mode) != nil {
			r.needed.add(r.entry("lenient", n, entry.Entry, i))
		}
	}
	differences := r.player.Compare(call, response, mode)
	if differences != nil {
		differences = append(differences, fmt.Sprintf("the whole response: %d %s", response.Status, strings.TrimSpace(response.Body())))
	}
	return differences
}

// tryPassedOver notes the entries of the script that pass over a call. A call
// that only reads is played all the same: if the response does not differ, its
// entries are not needed.
func (r *replayer) tryPassedOver(i int, call transcript.Call) {
	r.passedOver++
	if call.Request.Method == http.MethodGet && !r.differs(call, r.script.ModeOf(r.id.Version, i)) {
		return
	}
	for n, entry := range r.script.PassOver {
		if entry.AppliesTo(r.id.Version, i) {
			r.needed.add(r.entry("pass_over", n, entry.Entry, i))
		}
	}
}

// differs plays a call and reports whether the response differs, or the server
// does not know the caller. The replayer learns nothing from the response.
func (r *replayer) differs(call transcript.Call, mode transcript.Mode) bool {
	response, err := r.player.Play(r.t.Context(), call.Request)
	return err != nil || r.player.Clone().Compare(call, response, mode) != nil
}

// serves reports whether the server of some version has an operation for a
// request.
func serves(request transcript.Request) bool {
	path, _, _ := strings.Cut(request.Path, "?")
	path = strings.TrimPrefix(path, apiRoot)
	return slices.ContainsFunc(Routes(), func(route Route) bool {
		pattern := regexp.QuoteMeta(route.Path)
		pattern = strings.ReplaceAll(pattern, `\{repository\}`, `[^/]+/.+[^/]`)
		pattern = regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(pattern, `[^/]+`)
		return route.Method == request.Method && regexp.MustCompile("^"+pattern+"$").MatchString(path)
	})
}

// entrySet is a set of entries of scripts.
type entrySet struct{ entries sync.Map }

func (s *entrySet) add(name string) { s.entries.Store(name, true) }

// entry names a part of the replayer's script, for one call if the part is about
// single calls.
func (r *replayer) entry(part string, n int, e transcript.Entry, call int) string {
	return entryName(r.id, part, n, e, call)
}

func entryName(id transcript.ID, part string, n int, e transcript.Entry, call int) string {
	name := fmt.Sprintf("%v: %s[%d]", id, part, n)
	if e.Calls != nil {
		name += fmt.Sprintf(" for call %d", call)
	}
	return name
}

// check reports the entries of scripts that no replay needed.
func (s *entrySet) check(t *testing.T, library *transcript.Library) {
	t.Helper()
	for _, id := range library.IDs() {
		script := library.Script(id.Area)
		check := func(part string, n int, e transcript.Entry) {
			for i := range library.Transcript(id).Calls {
				if !e.AppliesTo(id.Version, i) {
					continue
				}
				name := entryName(id, part, n, e, i)
				if _, ok := s.entries.Load(name); !ok {
					t.Errorf("%s is not needed", name)
					return
				}
			}
		}
		for n, e := range script.Lenient {
			check("lenient", n, e.Entry)
		}
		for n, e := range script.PassOver {
			check("pass_over", n, e.Entry)
		}
	}
}
