package transcript

import (
	"fmt"
	"strings"
)

// The callers without a user's name.
const (
	NoToken     = "none"
	WrongToken  = "wrong token"
	LatestToken = "latest token" // the token in the latest response with a token
	Superuser   = "superuser"
)

// Caller is who makes a request.
type Caller struct {
	// Name is one of the constants, or empty for a user.
	Name string
	// User is the name of a user other than the superuser.
	User string
	// Scopes are the scopes of the token. Defaults to all scopes.
	Scopes []string
}

// ParseCaller reads the name of a caller: "none", "wrong token", "latest token",
// "superuser" or "user NAME". The latter two can be followed by the scopes of
// their token, as in "superuser, repo:read repo:write".
func ParseCaller(text string) (Caller, error) {
	name, scopes, _ := strings.Cut(text, ", ")
	c := Caller{Name: name, Scopes: strings.Fields(scopes)}
	if user, ok := strings.CutPrefix(name, "user "); ok && user != "" {
		c.Name, c.User = "", user
		return c, nil
	}
	switch name {
	case Superuser:
		return c, nil
	case NoToken, WrongToken, LatestToken:
		if len(c.Scopes) == 0 {
			return c, nil
		}
	}
	return Caller{}, fmt.Errorf("no caller %q; must be %q, %q, %q, %q or \"user NAME\"",
		text, NoToken, WrongToken, LatestToken, Superuser)
}

// String returns the name that [ParseCaller] reads.
func (c Caller) String() string {
	name := c.Name
	if c.User != "" {
		name = "user " + c.User
	}
	if len(c.Scopes) > 0 {
		name += ", " + strings.Join(c.Scopes, " ")
	}
	return name
}
