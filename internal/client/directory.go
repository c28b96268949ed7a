package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"sync"
	"time"
)

// UserSource is the source of a registry's users, as in Quay's setting AUTHENTICATION_TYPE. It
// is empty if the registry does not tell.
type UserSource string

// The usual sources. Quay also knows other sources.
const (
	DatabaseUsers UserSource = "Database"
	LDAPUsers     UserSource = "LDAP"
	OIDCUsers     UserSource = "OIDC"
)

// IsDirectory tells whether the users come from a directory and not from Quay's own database.
func (s UserSource) IsDirectory() bool { return s != "" && s != DatabaseUsers }

// CanLookUp tells whether Quay can look up people in the directory who have never signed in.
func (s UserSource) CanLookUp() bool { return s.IsDirectory() && s != OIDCUsers }

// ErrDirectory is the cause of an error if the users of the registry come from a directory.
// Quay cannot create users then.
var ErrDirectory = errors.New("the users come from a directory")

// ErrNoUser is the cause of an error if a user or a robot named in a request does not exist.
var ErrNoUser = errors.New("no such user")

var (
	// Quay accepts these two calls with every token.
	getMatchingEntities = Operation{Name: "getMatchingEntities", Method: "GET", Path: "/entities/{prefix}", Repeat: Idempotent}
	linkExternalUser    = Operation{Name: "linkExternalUser", Method: "POST", Path: "/entities/link/{username}", Repeat: Idempotent}.
				changes(userList).refuses(
		rule(`^Invalid username or password\.$`, Invalid, "username").withMessage("the directory has no such person"),
		rule(`^Currently user lookup is not supported with OIDC$`, Invalid, "username").
			withMessage("the users of this registry come from OIDC, where Quay can look up nobody"),
	)

	// frontendConfig is a call of the web interface and not of the API.
	frontendConfig = Operation{Name: "config", Method: "GET", Path: "/config", Repeat: Idempotent, web: true}
)

var directoryArea = area{operations: []Operation{getMatchingEntities, linkExternalUser}}

// frontend is the part of Quay's configuration that Quay shows to everybody.
type frontend struct {
	Config struct {
		AuthenticationType UserSource `json:"AUTHENTICATION_TYPE"`
		Scheme             string     `json:"PREFERRED_URL_SCHEME"`
		Host               string     `json:"SERVER_HOSTNAME"`
	} `json:"config"`
	Features      map[string]json.RawMessage `json:"features"`
	RegistryState string                     `json:"registry_state"`
	Version       string                     `json:"version_number"` // such as "Quay v3.18.0"
}

// userSource remembers where the users come from.
type userSource struct {
	mu     sync.Mutex
	asked  bool
	source UserSource
}

// userSourceTimeout is how long the client waits for the registry to tell the source of its
// users.
const userSourceTimeout = 15 * time.Second

// GetUserSource tells where the users of the registry come from, by GET /config, a call of
// Quay's web interface. The first call asks the registry, without the token. Later calls
// return the same result. The client asks an unreachable registry only once and waits at most
// 15 seconds, because a plan works without the result.
func (c *Client) GetUserSource(ctx context.Context) UserSource {
	c.userSource.mu.Lock()
	defer c.userSource.mu.Unlock()
	if c.userSource.asked || !c.Configured() {
		return c.userSource.source
	}
	limited, cancel := context.WithTimeout(ctx, userSourceTimeout)
	defer cancel()
	var answer frontend
	_, err := c.exchange(limited, request{operation: frontendConfig, anonymous: true, optional: true}, frontendConfig.Path, nil, &answer)
	if err != nil && ctx.Err() != nil {
		return "" // the next call may have more time
	}
	c.userSource.asked, c.userSource.source = true, answer.Config.AuthenticationType
	return c.userSource.source
}

// Entity is a result of a search by name.
type Entity struct {
	Name string `json:"name"`
	// Kind is "user" for users and robots, "org" for an organization, and "external" for
	// somebody in the directory who has no user in Quay.
	Kind string `json:"kind"`
	// Email is the address of somebody in the directory, and empty otherwise.
	Email string `json:"title"`
}

// FindEntities finds users, robots and people of the directory by the beginning of their
// names, by GET /entities/{prefix} (getMatchingEntities). Quay returns at most ten users and
// ten people of the directory. The user with exactly this name is always in the result. An
// organization with exactly this name is in the result if the token's user administers it.
func (c *Client) FindEntities(ctx context.Context, name string) ([]Entity, error) {
	query := url.Values{"namespace": {name}, "includeOrgs": {"true"}}
	return listOf(ctx, c, request{operation: getMatchingEntities, args: []any{name}, query: query}, "results", func(e Entity) string { return e.Name })
}

// LinkUser creates the Quay user of a person in the directory, by POST
// /entities/link/{username} (linkExternalUser), and returns the user's name. Quay chooses a
// different name if the person's name is taken. If the person has a user, LinkUser changes
// nothing. The error is [Invalid] if the directory has no such person.
func (c *Client) LinkUser(ctx context.Context, username string) (name string, err error) {
	r := request{operation: linkExternalUser, args: []any{username}, body: struct{}{}}
	answer, err := fetch[struct {
		Entity Entity `json:"entity"`
	}](ctx, c, r)
	if err != nil {
		return "", err
	}
	if answer.Entity.Name == "" {
		return "", r.failed(Unexpected, "the answer does not tell the name of the user", nil)
	}
	return answer.Entity.Name, nil
}
