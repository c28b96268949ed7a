package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// The client measures the age of an entry by the server's clock, even if this clock is wrong.
func TestLoggedSince(t *testing.T) {
	t.Parallel()
	const format = "Mon, 02 Jan 2006 15:04:05 -0000"
	server := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	isAlice := func(entry client.LogEntry) bool {
		return entry.Kind == "user_create" && entry.MetadataText("username") == "alice"
	}
	for name, c := range map[string]struct {
		kind, username string
		age            time.Duration
		since          time.Duration
		want           bool
	}{
		"just now":          {"user_create", "alice", 0, 0, true},
		"within":            {"user_create", "alice", 50 * time.Second, time.Minute, true},
		"before":            {"user_create", "alice", 2 * time.Minute, time.Minute, false},
		"long before":       {"user_create", "alice", time.Hour, 0, false},
		"another user":      {"user_create", "bob", 0, time.Minute, false},
		"another happening": {"user_delete", "alice", 0, time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := fmt.Sprintf(`{"start_time": %q, "end_time": %q, "logs": [{"kind": %q, "datetime": %q, "metadata": {"username": %q}}]}`,
				server.Add(-24*time.Hour).Format(format), server.Add(24*time.Hour).Format(format),
				c.kind, server.Add(-c.age).Format(format), c.username)
			got, err := newClient(t, start(t, jsonReply(200, answer)).URL).LoggedSince(t.Context(), time.Now().Add(-c.since), isAlice)
			if err != nil || got != c.want {
				t.Errorf("logged: %v, %v", got, err)
			}
		})
	}
}

// In a busy registry, the client searches the log back to the time of the call. If the log is
// too long, the outcome stays unknown.
func TestLoggedSinceOnABusyRegistry(t *testing.T) {
	t.Parallel()
	server := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	for name, test := range map[string]struct {
		newer   int  // entries
		present bool // the entry that is looked for
		old     bool // everything before is older than the call
		want    bool
		unknown bool
		calls   int
	}{
		"25 newer":                     {newer: 25, present: true, want: true, calls: 2},
		"250 newer":                    {newer: 250, present: true, want: true, calls: 13},
		"250 newer, and nothing of it": {newer: 250, old: true, calls: 13},
		"nothing at all":               {newer: 3, calls: 1},
		"1,500 newer":                  {newer: 1500, present: true, unknown: true, calls: 50},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var entries []string
			add := func(kind string, age time.Duration) {
				entries = append(entries, fmt.Sprintf(`{"kind": %q, "datetime": %q, "metadata": {"username": "alice"}}`,
					kind, server.Add(-age).Format("Mon, 02 Jan 2006 15:04:05 -0000")))
			}
			for range test.newer {
				add("push_repo", 0)
			}
			if test.present {
				add("user_create", time.Second)
			}
			if test.old {
				for range 30 {
					add("push_repo", time.Hour)
				}
			}
			requests := &recorder{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				from, _ := strconv.Atoi(req.URL.Query().Get("next_page"))
				to, next := min(from+20, len(entries)), ""
				if to < len(entries) {
					next = fmt.Sprintf(`, "next_page": "%d"`, to)
				}
				jsonReply(200, fmt.Sprintf(`{"start_time": %q, "logs": [%s]%s}`, server.Add(-24*time.Hour).Format("Mon, 02 Jan 2006 15:04:05 -0000"),
					strings.Join(entries[from:to], ","), next)).ServeHTTP(w, req)
			})}
			got, err := newClient(t, start(t, requests).URL).LoggedSince(t.Context(), time.Now(), func(entry client.LogEntry) bool {
				return entry.Kind == "user_create"
			})
			if got != test.want || (err != nil) != test.unknown {
				t.Errorf("logged: %v, %v", got, err)
			}
			if calls := len(requests.all()); calls != test.calls {
				t.Errorf("%d calls, want %d", calls, test.calls)
			}
		})
	}
}

// A registry that cannot search its logs is an error, and not an empty log.
func TestLogsWithoutSearch(t *testing.T) {
	t.Parallel()
	const answer = `{"start_time": "Sun, 22 Nov 2026 01:09:13 -0000", "end_time": "", "logs": [], "search_unavailable": true, "message": "no search_token"}`
	c := newClient(t, start(t, jsonReply(200, answer)).URL)
	_, since := c.LoggedSince(t.Context(), time.Now(), func(client.LogEntry) bool { return true })
	var list error
	for _, err := range c.ListLogs(t.Context(), time.Now(), time.Now()) {
		list = errors.Join(list, err)
	}
	for _, err := range []error{since, list} {
		failure, ok := errors.AsType[*client.Error](err)
		if !ok || failure.Kind != client.NotAvailable || failure.Message != "no search_token" || !strings.Contains(failure.Remedy(), "LOGS_MODEL") {
			t.Errorf("error %v", err)
		}
	}
}
