package client

import (
	"errors"
	"regexp"
	"strings"
)

// maxName is how long a name of Quay's may be, in bytes. A robot's is that of
// its namespace, "+", and its own.
const maxName = 255

// namePattern is wider than Quay's rule for new names, because registries hold
// names that older rules, or a sign-on through LDAP or OIDC, have let through:
// of one character, or with "_" at an end or twice. No rule of Quay's ever let
// anything else through.
var namePattern = regexp.MustCompile(`^[a-z0-9._-]+$`)

// isName tells whether there may be a user, an organization, a team or a robot
// of a name.
func isName(text string) bool {
	return len(text) <= maxName && namePattern.MatchString(text) && text != "." && text != ".."
}

// CheckName returns an error unless a text can be the name of a user, an
// organization or a team that exists. The error tells the rule, as what follows
// the name of an attribute, and not the text.
func CheckName(text string) error {
	if !isName(text) {
		return errors.New("must be 1 to 255 lower-case letters, digits, '.', '_' and '-'")
	}
	return nil
}

// CheckGrantee is [CheckName] for a user, or a robot with its namespace:
// "acme+ci".
func CheckGrantee(text string) error {
	namespace, name, isRobot := strings.Cut(text, "+")
	if len(text) > maxName || !isName(namespace) || isRobot && !isName(name) {
		return errors.New("must be the name of a user, or of a robot as namespace+name: at most 255 lower-case letters, digits, '.', '_' and '-'")
	}
	return nil
}
