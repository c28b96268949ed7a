package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// LogEntry is one entry of the registry's usage logs.
type LogEntry struct {
	Kind     string `json:"kind"`
	DateTime Time   `json:"datetime"`
	IP       string `json:"ip"`
	// Metadata is what Quay keeps with an entry of the kind, as JSON.
	Metadata  json.RawMessage `json:"metadata"`
	Performer *LogAccount     `json:"performer"`
	Namespace *LogAccount     `json:"namespace"`
}

// LogAccount is a user, a robot or an organization in the logs.
type LogAccount struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	IsRobot bool   `json:"is_robot"`
}

// logDate is the only form of a date that Quay reads; any other it ignores.
const logDate = "01/02/2006"

// ListLogs yields the entries of the days, in UTC, from start to end, both
// included, newest first, by GET /superuser/logs (listAllLogs), 20 a call. It
// ends after the first error, which is [Unsupported] for a registry whose logs
// go where they cannot be searched.
func (c *Client) ListLogs(ctx context.Context, start, end time.Time) iter.Seq2[LogEntry, error] {
	return pages[LogEntry](ctx, c, request{operation: listAllLogs, query: url.Values{
		"starttime": {start.UTC().Format(logDate)},
		"endtime":   {end.UTC().Format(logDate)},
	}}, "logs")
}

// clockSlack is how far the times of one server may be apart: they are in
// whole seconds, and an entry is written a moment after the request came.
const clockSlack = 3 * time.Second

// LoggedSince tells whether Quay has logged an entry that matches since a
// moment of the local clock, by GET /superuser/logs (listAllLogs). The clocks
// need not agree: the age of an entry is measured by the server's.
func (c *Client) LoggedSince(ctx context.Context, since time.Time, match func(LogEntry) bool) (bool, error) {
	page, err := fetch[struct {
		StartTime Time       `json:"start_time"`
		Logs      []LogEntry `json:"logs"`
	}](ctx, c, request{operation: listAllLogs})
	if err != nil {
		return false, err
	}
	now := page.StartTime.Add(24 * time.Hour) // asked without dates, Quay begins a day before its own time
	oldest := now.Add(-time.Since(since) - clockSlack)
	for _, entry := range page.Logs {
		if !entry.DateTime.Before(oldest) && match(entry) {
			return true, nil
		}
	}
	return false, nil
}

// MetadataText returns a text in an entry's metadata, or nothing.
func (e LogEntry) MetadataText(name string) string {
	var metadata map[string]any
	if json.Unmarshal(e.Metadata, &metadata) != nil {
		return ""
	}
	text, _ := metadata[name].(string)
	return text
}
