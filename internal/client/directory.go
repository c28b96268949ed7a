package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"sync"
	"time"
)

// UserSource tells where the users of a registry come from, in Quay's words
// (AUTHENTICATION_TYPE). It is empty if the registry does not tell.
type UserSource string

// The usual sources. Quay knows others, too.
const (
	DatabaseUsers UserSource = "Database"
	LDAPUsers     UserSource = "LDAP"
	OIDCUsers     UserSource = "OIDC"
)

// IsDirectory tells that the users come from somewhere else than from Quay's own database.
func (s UserSource) IsDirectory() bool { return s != "" && s != DatabaseUsers }

// CanLookUp tells that Quay can look up people in the directory who have never signed in.
func (s UserSource) CanLookUp() bool { return s.IsDirectory() && s != OIDCUsers }

// ErrDirectory is the cause of an error that tells that the users of the registry come from
// a directory, so that Quay cannot create them.
var ErrDirectory = errors.New("the users come from a directory")

// ErrNoUser is the cause of an error that tells that there is no user or robot of a name
// that a request holds.
var ErrNoUser = errors.New("no such user")

var (
	// Both calls are open to every token.
	getMatchingEntities = Operation{Name: "getMatchingEntities", Method: "GET", Path: "/entities/{prefix}", Repeat: Idempotent}
	linkExternalUser    = Operation{Name: "linkExternalUser", Method: "POST", Path: "/entities/link/{username}", Repeat: Idempotent}.
				changes(userList).refuses(
		rule(`^Invalid username or password\.$`, Invalid, "username").withMessage("the directory has no such person"),
		rule(`^Currently user lookup is not supported with OIDC$`, Invalid, "username").
			withMessage("the users of this registry come from OIDC, where Quay can look up nobody"),
	)

	// frontendConfig is no call of the API: the web interface makes it.
	frontendConfig = Operation{Name: "config", Method: "GET", Path: "/config", Repeat: Idempotent, web: true}
)

var directoryArea = area{operations: []Operation{getMatchingEntities, linkExternalUser}}

// frontend is what Quay tells its web interface, and everybody else.
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

// userSourceTimeout is how long the client waits for the registry to tell where users come
// from.
const userSourceTimeout = 15 * time.Second

// GetUserSource tells where the users of the registry come from, by GET /config, which Quay
// has for its web interface. The first question asks the registry, without the token, and
// later ones are answered from memory. A registry that cannot be reached is asked once only, and
// one that does not answer for 15 seconds, because a plan can do without the answer.
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
		return "" // the next question may have the time
	}
	c.userSource.asked, c.userSource.source = true, answer.Config.AuthenticationType
	return c.userSource.source
}

// Entity is what a search by name finds.
type Entity struct {
	Name string `json:"name"`
	// Kind is "user" for users and robots, "org" for an organization, and "external" for
	// somebody in the directory who has no user in Quay.
	Kind string `json:"kind"`
	// Email is the address of somebody in the directory, and empty otherwise.
	Email string `json:"title"`
}

// FindEntities finds users, robots and people of the directory, by the beginning of their
// names, and the organization of exactly the name, by GET /entities/{prefix}
// (getMatchingEntities). Quay returns ten users and ten people at the most. The user of
// exactly the name is always among them. The organization is, if the token's user
// administers it.
func (c *Client) FindEntities(ctx context.Context, name string) ([]Entity, error) {
	query := url.Values{"namespace": {name}, "includeOrgs": {"true"}}
	return listOf[Entity](ctx, c, request{operation: getMatchingEntities, args: []any{name}, query: query}, "results")
}

// LinkUser makes the user in Quay of somebody in the directory, by
// POST /entities/link/{username} (linkExternalUser), and returns the user's name, which is
// another one if the name is taken. It does nothing if there is such a user. The error is
// [Invalid] if the directory has no such person.
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
