package quaytest

import (
	"fmt"
	"slices"
	"strings"
)

// Version is a version of Quay. An older version is less than a newer version.
type Version int

// The versions that a [Server] can imitate.
const (
	Quay3_9  Version = iota // 3.9.25
	Quay3_12                // 3.12.21
	Quay3_16                // 3.16.5
	Quay3_18                // 3.18.0, the newest release and the default

	// Development is Quay's development state of August 2026. It is ahead of
	// every release.
	Development
)

var versionNames = []string{"3.9.25", "3.12.21", "3.16.5", "3.18.0", "development"}

// Versions returns every version, the oldest first.
func Versions() []Version {
	return []Version{Quay3_9, Quay3_12, Quay3_16, Quay3_18, Development}
}

// String returns the version's number, or "development".
func (v Version) String() string {
	if v < 0 || int(v) >= len(versionNames) {
		return fmt.Sprintf("Version(%d)", int(v))
	}
	return versionNames[v]
}

// ParseVersion returns the version with a name that [Version.String] returns.
func ParseVersion(name string) (Version, error) {
	i := slices.Index(versionNames, name)
	if i < 0 {
		return 0, fmt.Errorf("no Quay version %q; must be one of %s", name, strings.Join(versionNames, ", "))
	}
	return Version(i), nil
}

// WithVersion sets the version of Quay that the registry imitates. Defaults to the
// newest release, [Quay3_18].
func WithVersion(v Version) Option {
	if !slices.Contains(Versions(), v) {
		panic(fmt.Sprintf("quaytest: WithVersion: no %v", v))
	}
	return func(s *Server) { s.version = v }
}

// before reports whether the registry is older than a version.
func (s *Server) before(v Version) bool { return s.version < v }

// before reports whether the registry is older than a version.
func (c *call) before(v Version) bool { return c.srv.before(v) }
