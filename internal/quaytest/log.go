package quaytest

import (
	"maps"
	"slices"
	"time"
)

// logEntry is an entry of the usage log.
type logEntry struct {
	id        int
	kind      string
	metadata  view
	ip        string
	time      time.Time
	performer *account
	namespace *account // nil if it's gone for good
}

// log enters what the caller did in the log.
func (c *call) log(kind string, namespace *account, metadata view) {
	metadata = maps.Clone(metadata)
	metadata["oauth_token_id"] = c.token.id
	metadata["oauth_token_application_id"] = superuserName
	metadata["oauth_token_application"] = "automation"
	if app := c.token.application; app != nil {
		metadata["oauth_token_application_id"] = app.clientID
		metadata["oauth_token_application"] = app.name
	}
	c.store.logs = append(c.store.logs, &logEntry{
		id: c.store.id("log"), kind: kind, metadata: metadata, ip: c.ip(), time: c.store.now(),
		performer: c.user, namespace: namespace,
	})
}

func (l *logEntry) view() view {
	v := view{"kind": l.kind, "metadata": l.metadata, "ip": l.ip, "datetime": formatDate(l.time)}
	if a := l.performer; a != nil {
		v["performer"] = view{"kind": "user", "name": a.name, "is_robot": a.kind == robot, "avatar": a.avatar()}
	}
	if a := l.namespace; a != nil {
		if a.kind == organization {
			v["namespace"] = view{"kind": "org", "name": a.name, "avatar": a.organizationAvatar()}
		} else {
			v["namespace"] = view{"kind": "user", "name": a.name, "avatar": a.avatar()}
		}
	}
	return v
}

// logSpan reads the span of time of a call for logs. A date in another format
// than month/day/year is as good as none.
func (c *call) logSpan() (start, end time.Time) {
	date := func(name string, absent time.Time) time.Time {
		v, _ := c.query(name)
		if t, err := time.Parse("1/2/2006", v); err == nil {
			return t
		}
		return absent
	}
	now := c.store.now().UTC()
	return date("starttime", now.AddDate(0, 0, -1)), date("endtime", now).AddDate(0, 0, 1)
}

func (l *logEntry) between(start, end time.Time) bool {
	return !l.time.Before(start) && l.time.Before(end)
}

// logsPerPage is how many entries a call for logs answers with.
const logsPerPage = 20

func listAllLogs(c *call) (answer, error) {
	if !c.superuser() {
		return answer{}, c.unauthorized()
	}
	start, end := c.logSpan()
	body := view{"start_time": formatDate(start), "end_time": formatDate(end)}
	next := c.pageStart() // the newest entry of the page
	views := []view{}
	for _, l := range slices.Backward(c.store.logs) {
		if next != 0 && l.id > next || !l.between(start, end) {
			continue
		}
		if len(views) == logsPerPage {
			body["next_page"] = pageToken(l.id)
			break
		}
		views = append(views, l.view())
	}
	body["logs"] = views
	return ok(body)
}

func listAllAggregateLogs(c *call) (answer, error) {
	if !c.superuser() {
		return answer{}, c.unauthorized()
	}
	start, end := c.logSpan()
	type day struct{ kind, date string }
	counts := map[day]int{}
	for _, l := range c.store.logs {
		if l.between(start, end) {
			counts[day{l.kind, formatDate(l.time.UTC().Truncate(24 * time.Hour))}]++
		}
	}
	views := []view{}
	for d, n := range counts {
		views = append(views, view{"kind": d.kind, "count": n, "datetime": d.date})
	}
	return ok(view{"aggregated": views})
}
