package quaytest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func directoryArea() area {
	return area{
		routes: []*route{
			get("getMatchingEntities", "/entities/{prefix}", getMatchingEntities),
			post("linkExternalUser", "/entities/link/{username}", linkExternalUser).hide(),
		},
		newState: func() any {
			return &directoryState{source: DatabaseUsers, people: map[string]*person{}, logins: map[string]*account{}}
		},
		setUp: func(st *store) {
			if state[directoryState](st).source == LDAPUsers {
				st.addPerson(superuserName, DevsGroup, OpsGroup)
				state[directoryState](st).logins[superuserName] = st.account(superuserName, user)
			}
		},
		onDelete: func(st *store, object any) {
			logins := state[directoryState](st).logins
			maps.DeleteFunc(logins, func(_ string, a *account) bool { return a == object })
		},
	}
}

// UserSource is the source of a registry's users: AUTHENTICATION_TYPE.
type UserSource string

// The sources that a registry can have.
const (
	DatabaseUsers UserSource = "Database" // Quay's own database
	LDAPUsers     UserSource = "LDAP"     // the people of [Server.AddPerson]
	OIDCUsers     UserSource = "OIDC"     // people who sign in; Quay cannot look up people
)

// LDAPBase is the base DN of the directory. The superuser is in the two groups, whose DNs
// are relative to it.
const (
	LDAPBase  = "dc=example,dc=com"
	DevsGroup = "cn=devs,ou=groups"
	OpsGroup  = "cn=ops,ou=groups"
)

// WithUsersFrom sets where the registry's users come from. Defaults to
// [DatabaseUsers].
func WithUsersFrom(source UserSource) Option {
	return func(s *Server) { state[directoryState](s.store).source = source }
}

// UsersFrom returns where the registry's users come from.
func (s *Server) UsersFrom() UserSource { return state[directoryState](s.store).source }

type directoryState struct {
	source UserSource
	people map[string]*person  // of LDAP, by name
	logins map[string]*account // users of people in the directory, by the person's name
}

// person is a person in the directory, with or without a user in Quay.
type person struct {
	id     int
	name   string
	email  string
	groups []string // their DNs, relative to LDAPBase
}

func (st *store) addPerson(name string, groups ...string) {
	state[directoryState](st).people[name] = &person{id: st.id("person"), name: name, email: name + "@example.com", groups: groups}
}

// external reports whether the users come from a directory.
func (st *store) external() bool { return state[directoryState](st).source != DatabaseUsers }

// AddPerson adds a person to the LDAP directory and to groups, whose DNs are relative to
// [LDAPBase]. The e-mail address is username@example.com.
func (s *Server) AddPerson(username string, groups ...string) {
	s.change(func(st *store) { st.addPerson(username, groups...) })
}

// ChangePerson changes the e-mail address of a person, and signs the person in.
func (s *Server) ChangePerson(username, email string) {
	s.change(func(st *store) {
		p := must(state[directoryState](st).people[username], "ChangePerson: no person %q", username)
		p.email = email
		st.link(p)
	})
}

// SignIn signs a person in for the first time. Quay then creates the user.
func (s *Server) SignIn(username string) {
	s.change(func(st *store) {
		p := state[directoryState](st).people[username]
		if p == nil { // OIDC knows everybody
			p = &person{name: username, email: username + "@example.com"}
		}
		st.link(p)
	})
}

// link returns the user of a person, and creates it if there is none. Quay chooses a different
// name if the person's name is invalid or taken.
func (st *store) link(p *person) *account {
	d := state[directoryState](st)
	if a := d.logins[p.name]; a != nil {
		st.setEmail(a, p.email)
		return a
	}
	name := p.name
	for i := 0; st.accounts[name] != nil || nameProblem(name, "Namespace") != ""; i++ {
		name = fmt.Sprintf("%s%d", p.name, i)
	}
	a := st.addAccount(user, name, cmp.Or(p.email, newUUID()))
	d.logins[p.name] = a
	return a
}

func linkExternalUser(c *call) (response, error) {
	if !c.store.external() {
		return response{}, &plainError{http.StatusNotFound, "The requested URL was not found on the server. " +
			"If you entered the URL manually please check your spelling and try again."}
	}
	d, name := state[directoryState](c.store), c.params["username"]
	p, message := d.people[name], "Invalid username or password."
	if d.source == OIDCUsers {
		p, message = nil, "Currently user lookup is not supported with OIDC"
	}
	if p == nil {
		return response{}, &problem{kind: problemInvalidRequest, status: http.StatusBadRequest, message: message, extra: view{"username": name}}
	}
	a := c.store.link(p)
	return ok(view{"entity": view{"name": a.name, "kind": "user", "is_robot": false, "avatar": a.avatar()}})
}

// maxMatches is how many users, and how many people, a search for entities finds.
const maxMatches = 10

// getMatchingEntities finds teams, users, robots, organizations and people by the
// beginning of their names.
func getMatchingEntities(c *call) (response, error) {
	prefix, namespace := strings.ToLower(strings.ReplaceAll(c.params["prefix"], " ", "")), ""
	found, organizations := []view{}, []view{}
	value, _ := c.query("namespace")
	org := c.store.account(value, organization)
	if org != nil && c.memberOf(org.name) {
		namespace = org.name
		for _, t := range c.store.teamsOf(org) {
			if c.flag("includeTeams", false) && strings.HasPrefix(t.name, prefix) {
				found = append(found, view{"name": t.name, "kind": "team", "is_org_member": true, "avatar": t.avatar()})
			}
		}
		if c.flag("includeOrgs", false) && c.administersSettings(org.name) && strings.HasPrefix(org.name, prefix) {
			organizations = append(organizations, view{"name": org.name, "kind": "org", "is_org_member": true, "avatar": org.organizationAvatar()})
		}
	}
	if org == nil && c.user != nil && c.user.name == value && c.hasUserRole("admin") {
		namespace = value
	}
	for _, a := range c.store.matchingUsers(prefix, namespace) {
		v := view{"name": a.name, "kind": "user", "is_robot": a.kind == robot, "avatar": a.avatar()}
		if org != nil {
			v["is_org_member"] = true // Quay also says so of outsiders
		}
		found = append(found, v)
	}
	found = append(found, organizations...)
	return ok(view{"results": append(found, c.store.matchingPeople(prefix)...)})
}

// matchingUsers returns users whose names begin with a text, and the robots of a namespace.
// The first result is the user of exactly that name.
func (st *store) matchingUsers(prefix, namespace string) []*account {
	var list []*account
	for _, a := range slices.Concat(st.accountsOf(robot), st.accountsOf(user)) {
		if a.kind == robot && namespace != "" && strings.HasPrefix(a.name, namespace+"+"+prefix) || a.kind == user && strings.HasPrefix(a.name, prefix) {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b *account) int {
		switch {
		case a.name == prefix:
			return -1
		case b.name == prefix:
			return 1
		}
		return 0
	})
	return list[:min(len(list), maxMatches)]
}

// matchingPeople returns the views of people without a user whose names begin with a
// text.
func (st *store) matchingPeople(prefix string) []view {
	d := state[directoryState](st)
	list := []view{}
	if d.source != LDAPUsers {
		return list
	}
	var matches []*person
	for name, p := range d.people {
		if strings.HasPrefix(name, prefix) {
			matches = append(matches, p)
		}
	}
	slices.SortFunc(matches, func(a, b *person) int { return cmp.Compare(a.id, b.id) })
	for _, p := range matches[:min(len(matches), maxMatches)] {
		if d.logins[p.name] == nil {
			list = append(list, view{"name": p.name, "kind": "external", "title": p.email, "avatar": avatar(p.name, p.email, "user")})
		}
	}
	return list
}
