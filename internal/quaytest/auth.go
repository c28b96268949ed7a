package quaytest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The scopes that a token can have.
const (
	scopeReadRepo   = "repo:read"
	scopeWriteRepo  = "repo:write"
	scopeAdminRepo  = "repo:admin"
	scopeCreateRepo = "repo:create"
	scopeReadUser   = "user:read"
	scopeAdminUser  = "user:admin"
	scopeAdminOrg   = "org:admin"
	scopeSuperuser  = "super:user"
)

// scopes are all scopes with those that each of them includes.
var scopes = map[string][]string{
	scopeReadRepo:   {scopeReadRepo},
	scopeWriteRepo:  {scopeWriteRepo, scopeReadRepo},
	scopeAdminRepo:  {scopeAdminRepo, scopeWriteRepo, scopeReadRepo},
	scopeCreateRepo: {scopeCreateRepo},
	scopeReadUser:   {scopeReadUser},
	scopeAdminUser:  {scopeAdminUser},
	scopeAdminOrg:   {scopeAdminOrg},
	scopeSuperuser:  {scopeSuperuser},
}

// token lets somebody act as a user, as far as its scopes go.
type token struct {
	id          int
	uuid        string
	value       string
	name        string
	user        *account
	scopes      []string
	application *application // nil for those of AddToken
	created     time.Time
	expires     time.Time
}

// tokenLife is how long a token is valid that does not say so itself: ten years.
const tokenLife = 36525 * 24 * time.Hour / 10

func (st *store) addToken(u *account, scopes []string, life time.Duration) *token {
	t := &token{
		id:      st.id("token"),
		uuid:    newUUID(),
		value:   secret(40),
		user:    u,
		scopes:  scopes,
		created: st.now(),
		expires: st.now().Add(life),
	}
	st.tokens[t.value] = t
	return t
}

// AddToken returns a new token of a user. It has the scopes given, such as
// "repo:read" and "super:user", or all if none are.
func (s *Server) AddToken(username string, scopeNames ...string) string {
	for _, name := range scopeNames {
		if scopes[name] == nil {
			panic(fmt.Sprintf("quaytest: AddToken: no scope %q", name))
		}
	}
	if len(scopeNames) == 0 {
		scopeNames = slices.Sorted(maps.Keys(scopes))
	}
	var value string
	s.change(func(st *store) {
		u := must(st.named(username, user), "AddToken: no user %q", username)
		value = st.addToken(u, slices.Clone(scopeNames), tokenLife).value
	})
	return value
}

// RevokeToken makes a token invalid. A call with it goes on as anonymous.
func (s *Server) RevokeToken(token string) {
	s.change(func(st *store) {
		must(st.tokens[token], "RevokeToken: no such token")
		delete(st.tokens, token)
	})
}

// authenticate finds out who calls. A token that isn't valid is as good as none.
func (c *call) authenticate() {
	parts := strings.Fields(c.request.Header.Get("Authorization"))
	if len(parts) != 2 || !strings.EqualFold(parts[0], "bearer") {
		return
	}
	t := c.store.tokens[parts[1]]
	if t == nil || !t.user.enabled || !c.store.now().Before(t.expires) {
		return
	}
	c.token, c.user = t, t.user
}

// unauthorized refuses a call that its token doesn't allow.
func (c *call) unauthorized() error {
	if c.user == nil {
		return &problem{kind: problemInvalidToken, status: http.StatusUnauthorized, message: "Requires authentication"}
	}
	return &problem{kind: problemInsufficientScope, status: http.StatusForbidden, message: "Unauthorized"}
}

// The roles on a repository, in an organization and of a user, each including
// those before it. "" is none.
var (
	repositoryRoles = []string{"", "read", "write", "admin"}
	teamRoles       = []string{"", "member", "creator", "admin"}
	userRoles       = []string{"", "read", "admin"}
)

// How much of a role each scope lets through.
var (
	repositoryScopes = map[string]string{scopeReadRepo: "read", scopeWriteRepo: "write", scopeAdminRepo: "admin"}
	teamScopes       = map[string]string{scopeCreateRepo: "creator", scopeAdminOrg: "admin"}
	userScopes       = map[string]string{scopeReadUser: "read", scopeAdminUser: "admin"}
)

// within returns the rank of a role as far as the token's scopes let it through.
func (c *call) within(roles []string, most map[string]string, role string) int {
	limit := 0
	for _, scope := range c.token.scopes {
		limit = max(limit, slices.Index(roles, most[scope]))
	}
	return min(limit, slices.Index(roles, role))
}

// superuser reports whether the caller is one and may act as one.
func (c *call) superuser() bool {
	return c.user != nil && c.user.name == superuserName && slices.Contains(c.token.scopes, scopeSuperuser)
}

// fullAccess reports whether the caller may work in every namespace.
func (c *call) fullAccess() bool { return c.superuser() && c.srv.has(SuperusersFullAccess) }

// organizationRole returns the rank of the caller's role in a namespace.
func (c *call) organizationRole(namespace string) int {
	if c.user == nil {
		return 0
	}
	if c.user.name == namespace {
		return c.within(teamRoles, teamScopes, "admin")
	}
	rank := 0
	for _, t := range c.teamsOf(namespace) {
		rank = max(rank, c.within(teamRoles, teamScopes, t.role))
	}
	return rank
}

// teamsOf returns the teams of an organization in which the caller is.
func (c *call) teamsOf(organizationName string) []*team {
	org := c.store.named(organizationName, organization)
	if org == nil || c.user == nil {
		return nil
	}
	var list []*team
	for _, t := range org.teams {
		if slices.Contains(t.members, c.user) {
			list = append(list, t)
		}
	}
	return list
}

// hasRole reports whether the caller has a role in a namespace, or a higher one.
func (c *call) hasRole(namespace, role string) bool {
	return c.organizationRole(namespace) >= slices.Index(teamRoles, role)
}

func (c *call) administers(namespace string) bool {
	return c.fullAccess() || c.hasRole(namespace, "admin")
}

func (c *call) memberOf(namespace string) bool {
	return c.fullAccess() || c.hasRole(namespace, "member")
}

// settingsAccess reports whether the caller may see and change every
// organization's settings and members, and create repositories in it. Before 3.12
// full access doesn't go that far.
func (c *call) settingsAccess() bool { return c.fullAccess() && !c.before(Quay3_12) }

func (c *call) administersSettings(namespace string) bool {
	return c.settingsAccess() || c.hasRole(namespace, "admin")
}

func (c *call) createsIn(namespace string) bool {
	return c.settingsAccess() || c.hasRole(namespace, "creator")
}

// mayRepository reports whether the caller has a role on a repository, which
// need not exist.
func (c *call) mayRepository(namespace, name, role string) bool {
	if c.fullAccess() {
		return true
	}
	if c.user == nil {
		return false
	}
	rank := 0
	if c.user.name == namespace || slices.ContainsFunc(c.teamsOf(namespace), func(t *team) bool { return t.role == "admin" }) {
		rank = c.within(repositoryRoles, repositoryScopes, "admin")
	}
	if r := c.store.repository(namespace, name); r != nil {
		for _, p := range r.rolesOf(c.user) {
			rank = max(rank, c.within(repositoryRoles, repositoryScopes, p.role))
		}
	}
	return rank >= slices.Index(repositoryRoles, role)
}

// mayUser reports whether the token lets the caller act on the own account.
func (c *call) mayUser(role string) bool {
	return c.user != nil && c.within(userRoles, userScopes, "admin") >= slices.Index(userRoles, role)
}
