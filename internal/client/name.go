package client

import (
	"errors"
	"regexp"
	"strings"
)

// maxName is the maximum length of a name in bytes. A robot's name includes its namespace and
// "+".
const maxName = 255

// namePattern is wider than Quay's rule for new names. Older rules, LDAP and OIDC allow names
// of one character, and names with "_" at an end or twice. No rule of Quay allows any other
// name.
var namePattern = regexp.MustCompile(`^[a-z0-9._-]+$`)

// isName tells whether a text can be the name of a user, an organization, a team or a robot.
func isName(text string) bool {
	return len(text) <= maxName && namePattern.MatchString(text) && text != "." && text != ".."
}

// CheckName returns an error unless a text can be the name of a user, an organization or a
// team that exists. The error tells the rule and not the text. It reads as the continuation of
// an attribute's name.
func CheckName(text string) error {
	if !isName(text) {
		return errors.New("must be 1 to 255 lower-case letters, digits, '.', '_' and '-'")
	}
	return nil
}

// CheckGrantee does what [CheckName] does, for a user or a robot with its namespace
// ("acme+ci").
func CheckGrantee(text string) error {
	namespace, name, isRobot := strings.Cut(text, "+")
	if len(text) > maxName || !isName(namespace) || isRobot && !isName(name) {
		return errors.New("must be the name of a user, or of a robot as namespace+name: at most 255 lower-case letters, digits, '.', '_' and '-'")
	}
	return nil
}
