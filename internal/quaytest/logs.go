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

// loggedSince tells since which version Quay enters a kind of entry in the log,
// where that isn't on every version. No recording has the entries for quotas
// themselves; Quay got them together with those for their limits.
var loggedSince = map[string]Version{
	"org_create_quota":       Quay3_18,
	"org_change_quota":       Quay3_18,
	"org_delete_quota":       Quay3_18,
	"org_create_quota_limit": Quay3_18,
	"org_change_quota_limit": Quay3_18,
	"org_delete_quota_limit": Quay3_18,
	"org_delete":             Development,
}

// log enters what the caller did in the log.
func (c *call) log(kind string, namespace *account, metadata view) {
	if c.before(loggedSince[kind]) {
		return
	}
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

// AddLogEntries adds logins of the superuser to the usage log. They are newer
// than all entries so far.
func (s *Server) AddLogEntries(n int) {
	s.change(func(st *store) {
		for range n {
			st.logs = append(st.logs, &logEntry{
				id: st.id("log"), kind: "login_success", metadata: view{"type": "quayauth", "useragent": ""},
				ip: "127.0.0.1", time: st.now(), namespace: st.accounts[superuserName],
			})
		}
	})
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

func listAllLogs(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	return c.listLogs(nil)
}

func listOrgLogs(c *call) (response, error) {
	name := c.params["orgname"]
	if !c.administersSettings(name) {
		return response{}, c.unauthorized()
	}
	namespace := c.store.namespace(name)
	if namespace == nil {
		return response{}, refused("Invalid namespace requested: %s", name)
	}
	return c.listLogs(namespace)
}

// listUserLogs answers with the log of the caller's own namespace.
func listUserLogs(c *call) (response, error) {
	if !c.mayUser("admin") {
		return response{}, c.unauthorized()
	}
	return c.listLogs(c.user)
}

// listLogs answers with a page of the log of one namespace, or of all if it is
// nil. Every page that isn't empty names a next one, because Quay also looks for
// entries in the tables of its older versions.
func (c *call) listLogs(namespace *account) (response, error) {
	start, end := c.logSpan()
	body := view{"start_time": formatDate(start), "end_time": formatDate(end)}
	next := c.pageStart() // the oldest entry of the page before
	views := []view{}
	for _, l := range slices.Backward(c.store.logs) {
		if next != 0 && l.id >= next || !l.between(start, end) || namespace != nil && l.namespace != namespace {
			continue
		}
		v := l.view()
		if namespace != nil {
			delete(v, "namespace")
		}
		views = append(views, v)
		body["next_page"] = pageToken(l.id)
		if len(views) == logsPerPage {
			break
		}
	}
	body["logs"] = views
	return ok(body)
}

func listAllAggregateLogs(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
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
