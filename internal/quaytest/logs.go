package quaytest

import (
	"maps"
	"slices"
	"time"
)

func logsArea() area {
	return area{
		routes: []*route{
			get("listAllLogs", "/superuser/logs", listAllLogs),
			get("listAllAggregateLogs", "/superuser/aggregatelogs", listAllAggregateLogs).hide(),
			get("listUserLogs", "/user/logs", listUserLogs),
			get("listOrgLogs", "/organization/{orgname}/logs", listOrgLogs),
		},
		newState: func() any { return &logsState{} },
		onErase: func(st *store, a *account) {
			for _, l := range state[logsState](st).entries {
				if l.namespace == a {
					l.namespace = nil
				}
				if l.performer == a {
					l.performer = nil
				}
			}
		},
	}
}

type logsState struct {
	entries []*logEntry // the oldest first
}

// logEntry is an entry of the usage logs.
type logEntry struct {
	id        int
	kind      string
	metadata  view
	ip        string
	time      time.Time
	performer *account
	namespace *account // nil if Quay erased it
}

// logSince adds an entry to the usage logs if the registry's version is v or newer.
func (c *call) logSince(v Version, kind string, namespace *account, metadata view) {
	if !c.before(v) {
		c.log(kind, namespace, metadata)
	}
}

// log adds an entry about a call to the usage logs.
func (c *call) log(kind string, namespace *account, metadata view) {
	metadata = maps.Clone(metadata)
	if !c.token.session {
		metadata["oauth_token_id"] = c.token.id
		metadata["oauth_token_application_id"] = c.token.clientID
		metadata["oauth_token_application"] = c.token.clientName
	}
	c.store.addLogEntry(&logEntry{
		id: c.store.id("log"), kind: kind, metadata: metadata, ip: c.ip(), time: c.store.now(),
		performer: c.user, namespace: namespace,
	})
}

func (st *store) addLogEntry(l *logEntry) {
	s := state[logsState](st)
	s.entries = append(s.entries, l)
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

// AddLogEntries adds n logins of the superuser to the usage logs. They are newer
// than all other entries.
func (s *Server) AddLogEntries(n int) {
	s.change(func(st *store) {
		for range n {
			st.addLogEntry(&logEntry{
				id: st.id("log"), kind: "login_success", metadata: view{"type": "quayauth", "useragent": ""},
				ip: "127.0.0.1", time: st.now(), namespace: st.accounts[superuserName],
			})
		}
	})
}

// logSpan returns the time span of a call for logs. Quay ignores a date whose
// format is not month/day/year.
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

// logsPerPage is the number of entries in a page of logs.
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

// listUserLogs lists the logs of the user's own namespace.
func listUserLogs(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	return c.listLogs(c.user)
}

// listLogs lists the logs of one namespace, or of all namespaces if it is nil.
// Every page that is not empty has the token of a next page, because Quay also
// searches the tables of its older versions.
func (c *call) listLogs(namespace *account) (response, error) {
	start, end := c.logSpan()
	body := view{"start_time": formatDate(start), "end_time": formatDate(end)}
	next := c.pageStart() // the oldest entry of the previous page
	views := []view{}
	for _, l := range slices.Backward(state[logsState](c.store).entries) {
		if next != 0 && l.id >= next || !l.between(start, end) || namespace != nil && l.namespace != namespace {
			continue
		}
		v := l.view()
		if namespace != nil {
			delete(v, "namespace")
		}
		views = append(views, v)
		body["next_page"] = c.store.pageToken(l.id)
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
	for _, l := range state[logsState](c.store).entries {
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
