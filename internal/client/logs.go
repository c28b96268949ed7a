package client

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"time"
)

var (
	listAllLogs = Operation{
		Name: "listAllLogs", Method: "GET", Path: "/superuser/logs", Scope: scopeSuperUser, Feature: featureSuperUsers, Repeat: Idempotent,
		check: searchable,
	}
	listOrgLogs = Operation{
		Name: "listOrgLogs", Method: "GET", Path: "/organization/{orgname}/logs", Scope: scopeOrgAdmin, Repeat: Idempotent,
		check: searchable,
	}.refuses(rule(`^Invalid namespace requested: `, NotFound, ""))
)

var logsArea = area{operations: []Operation{listAllLogs, listOrgLogs}}

// searchable returns [NotAvailable] if Quay cannot search its logs. Such a response also has
// no entries.
func searchable(body []byte) (Kind, string) {
	var page struct {
		Unavailable bool   `json:"search_unavailable"`
		Message     string `json:"message"`
	}
	if json.Unmarshal(body, &page) != nil || !page.Unavailable {
		return 0, ""
	}
	return NotAvailable, cmp.Or(oneLine(page.Message), "the usage logs cannot be searched")
}

// LogEntry is one entry of the registry's usage logs.
type LogEntry struct {
	Kind     string `json:"kind"`
	DateTime Time   `json:"datetime"`
	IP       string `json:"ip"`
	// Metadata is the entry's data as JSON. Its members depend on the kind.
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

// logDate is the only form of a date that Quay reads. Quay ignores any other form.
const logDate = "01/02/2006"

// ListLogs yields the entries of the days from start to end, both included, in UTC. It yields
// the newest first, by GET /superuser/logs (listAllLogs), 20 a call. It ends after the first
// error. The error is [NotAvailable] if Quay cannot search its logs.
func (c *Client) ListLogs(ctx context.Context, start, end time.Time) iter.Seq2[LogEntry, error] {
	return pages[LogEntry](ctx, c, request{operation: listAllLogs, query: logDays(start, end)}, "logs")
}

// ListOrganizationLogs yields the entries of one organization, in the same order, by GET
// /organization/{orgname}/logs (listOrgLogs), 20 a call. The name can also be a user's. It
// ends after the first error, which is [NotFound] for a namespace that does not exist.
func (c *Client) ListOrganizationLogs(ctx context.Context, name string, start, end time.Time) iter.Seq2[LogEntry, error] {
	return pages[LogEntry](ctx, c, request{operation: listOrgLogs, args: []any{name}, query: logDays(start, end)}, "logs")
}

func logDays(start, end time.Time) url.Values {
	return url.Values{"starttime": {start.UTC().Format(logDate)}, "endtime": {end.UTC().Format(logDate)}}
}

const (
	// clockSlack is the tolerance between two times of one server. They are in whole seconds,
	// and Quay writes an entry a moment after the request.
	clockSlack = 3 * time.Second

	// maxLogPages limits the search for one entry to 1,000 entries of the log.
	maxLogPages = 50
)

// LoggedSince tells whether Quay has logged a matching entry since a time of the local clock.
// It reads GET /superuser/logs (listAllLogs), 20 entries a call. It measures the age of an
// entry by the server's clock, so the clocks can differ. The error is [Unexpected] if none of
// the newest 1,000 entries matches and all are newer than since.
func (c *Client) LoggedSince(ctx context.Context, since time.Time, match func(LogEntry) bool) (bool, error) {
	r := request{operation: listAllLogs}
	var oldest time.Time
	for range maxLogPages {
		page, err := fetch[struct {
			StartTime Time       `json:"start_time"`
			Logs      []LogEntry `json:"logs"`
			NextPage  string     `json:"next_page"`
		}](ctx, c, r)
		if err != nil {
			return false, err
		}
		if oldest.IsZero() {
			now := page.StartTime.Add(24 * time.Hour) // without dates in the request, Quay begins a day before its own time
			oldest = now.Add(-time.Since(since) - clockSlack)
		}
		for _, entry := range page.Logs {
			if entry.DateTime.Before(oldest) {
				return false, nil
			}
			if match(entry) {
				return true, nil
			}
		}
		if page.NextPage == "" {
			return false, nil
		}
		r.query = url.Values{"next_page": {page.NextPage}}
	}
	return false, r.failed(Unexpected, fmt.Sprintf("the log has more than %d pages of newer entries", maxLogPages), nil)
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
