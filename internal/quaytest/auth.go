package quaytest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// superuserName is the name of the registry's only superuser.
const superuserName = "admin"

// SuperusersFullAccess is FEATURE_SUPERUSERS_FULL_ACCESS. Without it a superuser
// cannot work in the namespaces of other users.
const SuperusersFullAccess Feature = "SUPERUSERS_FULL_ACCESS"

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

// scopes are all scopes with the scopes that each of them includes.
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

// token is an OAuth access token. It gives the rights of a user, as far as its
// scopes allow.
type token struct {
	id         int
	uuid       string
	value      string
	name       string
	user       *account
	scopes     []string
	clientID   string // of the OAuth client to which the token belongs
	clientName string
	created    time.Time
	expires    time.Time
	session    bool      // of a session of the web interface, with all rights of the user
	accessed   time.Time // zero if nobody has used the token yet
}

// tokenLife is how long a token is valid by default: ten years.
const tokenLife = 36525 * 24 * time.Hour / 10

func (st *store) addToken(u *account, scopes []string, life time.Duration) *token {
	t := &token{
		id:         st.id("token"),
		uuid:       newUUID(),
		value:      secret(40),
		user:       u,
		scopes:     scopes,
		clientID:   superuserName,
		clientName: "automation",
		created:    st.now(),
		expires:    st.now().Add(life),
	}
	st.tokens[t.value] = t
	return t
}

// AddToken returns a new token of a user. The token has the given scopes, such as
// "repo:read" and "super:user", or all scopes if none are given.
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
		u := must(st.account(username, user), "AddToken: no user %q", username)
		value = st.addToken(u, slices.Clone(scopeNames), tokenLife).value
	})
	return value
}

// RevokeToken makes a token invalid. Quay treats a call with it as anonymous.
func (s *Server) RevokeToken(token string) {
	s.change(func(st *store) {
		must(st.tokens[token], "RevokeToken: no such token")
		delete(st.tokens, token)
	})
}

// authenticate sets the token and the user of a call, by the header Authorization or the
// cookie of a session. Quay treats a call with an
// invalid token as anonymous.
func (c *call) authenticate() {
	parts := strings.Fields(c.request.Header.Get("Authorization"))
	if len(parts) == 0 {
		if s := c.cookieSession(); s != nil && s.user != nil && s.user.enabled {
			c.token, c.user = sessionToken(s.user), s.user
		}
		return
	}
	if len(parts) != 2 || !strings.EqualFold(parts[0], "bearer") {
		return
	}
	t := c.store.tokens[parts[1]]
	if t == nil || !t.user.enabled || !c.store.now().Before(t.expires) {
		return
	}
	t.accessed = c.store.now()
	c.token, c.user = t, t.user
}

// unauthorized returns the error of a call that the token does not allow.
func (c *call) unauthorized() error {
	if c.user == nil {
		return &problem{kind: problemInvalidToken, status: http.StatusUnauthorized, message: "Requires authentication"}
	}
	return &problem{kind: problemInsufficientScope, status: http.StatusForbidden, message: "Unauthorized"}
}

// The roles on a repository, in a namespace and on the user's own account. Each
// role includes the roles before it, and "" is no role.
var (
	repositoryRoles = []string{"", "read", "write", "admin"}
	namespaceRoles  = []string{"", "member", "creator", "admin"}
	userRoles       = []string{"", "read", "admin"}
)

// The highest role that each scope allows.
var (
	repositoryScopes = map[string]string{scopeReadRepo: "read", scopeWriteRepo: "write", scopeAdminRepo: "admin"}
	namespaceScopes  = map[string]string{scopeCreateRepo: "creator", scopeAdminOrg: "admin"}
	userScopes       = map[string]string{scopeReadUser: "read", scopeAdminUser: "admin"}
)

// allowedRank returns the rank of a role, or of the highest role that the
// token's scopes allow if that is lower.
func (c *call) allowedRank(roles []string, highest map[string]string, role string) int {
	limit := 0
	for _, scope := range c.token.scopes {
		limit = max(limit, slices.Index(roles, highest[scope]))
	}
	return min(limit, slices.Index(roles, role))
}

// superuser reports whether the user is a superuser and the token allows the
// calls of superusers.
func (c *call) superuser() bool {
	return c.user != nil && c.user.name == superuserName && slices.Contains(c.token.scopes, scopeSuperuser)
}

// fullAccess reports whether the user may work in every namespace.
func (c *call) fullAccess() bool { return c.superuser() && c.srv.has(SuperusersFullAccess) }

// hasNamespaceRole reports whether the user has a role in a namespace, or a
// higher role.
func (c *call) hasNamespaceRole(namespace, role string) bool {
	rank := 0
	if c.user != nil {
		roles := c.store.rolesIn(c.user, namespace)
		if c.user.name == namespace {
			roles = append(roles, "admin")
		}
		for _, own := range roles {
			rank = max(rank, c.allowedRank(namespaceRoles, namespaceScopes, own))
		}
	}
	return rank >= slices.Index(namespaceRoles, role)
}

func (c *call) administers(namespace string) bool {
	return c.fullAccess() || c.hasNamespaceRole(namespace, "admin")
}

func (c *call) memberOf(namespace string) bool {
	return c.fullAccess() || c.hasNamespaceRole(namespace, "member")
}

// settingsAccess reports whether the user may change the settings and members of
// every namespace, and create repositories in it. Before 3.12 full access does
// not include that.
func (c *call) settingsAccess() bool { return c.fullAccess() && !c.before(Quay3_12) }

func (c *call) administersSettings(namespace string) bool {
	return c.settingsAccess() || c.hasNamespaceRole(namespace, "admin")
}

func (c *call) createsIn(namespace string) bool {
	return c.settingsAccess() || c.hasNamespaceRole(namespace, "creator")
}

// hasRepositoryRole reports whether the user has a role on a repository, or a
// higher role. The repository may not exist.
func (c *call) hasRepositoryRole(namespace, name, role string) bool {
	if c.fullAccess() {
		return true
	}
	if c.user == nil {
		return false
	}
	roles := c.store.rolesOn(c.user, namespace, name)
	if c.user.name == namespace || slices.Contains(c.store.rolesIn(c.user, namespace), "admin") {
		roles = append(roles, "admin")
	}
	rank := 0
	for _, own := range roles {
		rank = max(rank, c.allowedRank(repositoryRoles, repositoryScopes, own))
	}
	return rank >= slices.Index(repositoryRoles, role)
}

// hasUserRole reports whether the token allows a role on the user's own account.
func (c *call) hasUserRole(role string) bool {
	return c.user != nil && c.allowedRank(userRoles, userScopes, "admin") >= slices.Index(userRoles, role)
}
