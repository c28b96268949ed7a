package transcript

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Script has the preparation and the rules for the transcripts of an area. An area without
// them has no script.
type Script struct {
	// Versions are the versions that must match the area's transcripts. Defaults to every
	// version with its own or a newer transcript.
	Versions []string `json:"versions"`

	// The configuration of the registry.
	WithoutFeatures []string `json:"without_features"` // names after "FEATURE_"
	// Further features, by the version of the transcript.
	WithoutFeaturesOn map[string][]string `json:"without_features_on"`
	DefaultQuota      int64               `json:"default_quota"`  // bytes
	Mailing           string              `json:"mailing"`        // "on" or "server down"; defaults to off
	UsersFrom         string              `json:"users_from"`     // "LDAP" or "OIDC"; defaults to the database
	People            []Person            `json:"people"`         // of the LDAP directory
	EmptyDatabase     bool                `json:"empty_database"` // without a user

	// Start are the steps before the first call.
	Start []Step `json:"start"`
	// Before are the steps before a call, by the number of the call.
	Before map[int][]Step `json:"before"`
	// Values are identifiers in the transcripts that no response shows. Each has the in-memory
	// Quay server's identifier.
	Values map[string]string `json:"values"`

	// Lenient are rules for a less strict comparison of responses.
	Lenient []Lenient `json:"lenient"`
	// PassOver are calls that tests do not replay, in addition to the calls that the in-memory
	// Quay server lacks.
	PassOver []PassOver `json:"pass_over"`
	// Shapes describe texts that the registry chooses, by the name of the member.
	Shapes map[string]Shape `json:"shapes"`
	// Keep is, by version, the reason to keep a transcript with the shape of a newer one.
	Keep map[string]string `json:"keep"`

	// Calls are the requests to record. Defaults to the requests of the newest transcript.
	Calls []ScriptCall `json:"calls"`
}

// Step is one action on the registry outside of the recorded calls. It sets one of the members
// after Versions.
type Step struct {
	// Versions limits the step to transcripts of these versions.
	Versions []string `json:"versions"`

	Request *StepRequest `json:"request"`
	// Play names an area whose transcript is played first, on the same version.
	Play string `json:"play"`
	// Advance moves the registry's clock by a duration such as "40s" or "-1h".
	Advance string `json:"advance"`

	// Actions that no call can do.
	LogEntries   int         `json:"log_entries"` // logins of the superuser
	ServiceKey   *ServiceKey `json:"service_key"` // a key that a service registers
	RegistrySize *int64      `json:"registry_size"`
	Mailing      string      `json:"mailing"` // as in [Script]
	Tag          *Tag        `json:"tag"`     // a tag that a client pushes
	SyncTeams    bool        `json:"sync_teams"`
}

// On reports whether the step belongs to the transcript of a version.
func (s Step) On(version string) bool {
	return s.Versions == nil || slices.Contains(s.Versions, version)
}

// StepRequest is a request with the status of its response.
type StepRequest struct {
	Request
	Status int `json:"status"`
}

// ServiceKey is a service key that waits for its approval.
type ServiceKey struct {
	Service string `json:"service"`
	Name    string `json:"name"`
}

// Tag is a tag of a repository.
type Tag struct {
	Namespace  string `json:"namespace"`
	Repository string `json:"repository"`
	Name       string `json:"name"`
	Digest     string `json:"digest"`
	Size       int    `json:"size"`  // bytes
	Start      int64  `json:"start"` // Unix seconds
	End        int64  `json:"end"`   // Unix seconds, or zero
}

// Person is a person in the LDAP directory.
type Person struct {
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

// Entry says to which calls a part of a script applies.
type Entry struct {
	Versions []string `json:"versions"` // of transcripts; nil for all
	Calls    []int    `json:"calls"`    // numbers of calls; nil for all
	Reason   string   `json:"reason"`
}

// AppliesTo reports whether the entry is about a call of a version's
// transcript.
func (e Entry) AppliesTo(version string, call int) bool {
	return (e.Versions == nil || slices.Contains(e.Versions, version)) &&
		(e.Calls == nil || slices.Contains(e.Calls, call))
}

// Lenient makes the comparison of responses less strict.
type Lenient struct {
	Entry
	Mode Mode `json:"mode"`
}

// PassOver excludes calls from the replay.
type PassOver struct{ Entry }

// ScriptCall is a request to record. Its path can have {name} for a value of an earlier
// response.
type ScriptCall struct {
	Title string `json:"title"`
	Request
	// Save names values of the response. The keys are the names. The values are paths of
	// members such as "key.kid" or "quotas.0.id".
	Save map[string]string `json:"save"`
}

// ModeOf returns the mode for the response to a call of a version's transcript.
func (s *Script) ModeOf(version string, call int) Mode {
	var mode Mode
	for _, l := range s.Lenient {
		if l.AppliesTo(version, call) {
			mode |= l.Mode
		}
	}
	return mode
}

// PassesOver reports whether the script excludes a call of a version's
// transcript from the replay.
func (s *Script) PassesOver(version string, call int) bool {
	return slices.ContainsFunc(s.PassOver, func(p PassOver) bool { return p.AppliesTo(version, call) })
}

// check reports a mistake in the script of an area.
func (s *Script) check(hasTranscript func(version string) bool, calls int) error {
	for member, shape := range s.Shapes {
		if _, err := regexp.Compile(shape.Expression); err != nil {
			return fmt.Errorf("the shape of %s: %w", member, err)
		}
	}
	entries := make([]Entry, 0, len(s.Lenient)+len(s.PassOver))
	for _, l := range s.Lenient {
		entries = append(entries, l.Entry)
	}
	for _, p := range s.PassOver {
		if p.Calls == nil {
			return errors.New("an entry of pass_over names no calls")
		}
		entries = append(entries, p.Entry)
	}
	for _, e := range entries {
		if e.Reason == "" {
			return fmt.Errorf("the entry for calls %v gives no reason", e.Calls)
		}
		if err := checkVersions(e.Versions, hasTranscript); err != nil {
			return fmt.Errorf("the entry for calls %v: %w", e.Calls, err)
		}
		for _, call := range e.Calls {
			if call < 0 || call >= calls {
				return fmt.Errorf("there is no call %d", call)
			}
		}
	}
	for call, steps := range s.Before {
		if call < 0 || call >= calls {
			return fmt.Errorf("there is no call %d", call)
		}
		for _, step := range steps {
			if err := checkVersions(step.Versions, hasTranscript); err != nil {
				return fmt.Errorf("a step before call %d: %w", call, err)
			}
		}
	}
	for _, step := range s.Start {
		if err := checkVersions(step.Versions, hasTranscript); err != nil {
			return fmt.Errorf("a step at the start: %w", err)
		}
	}
	return checkVersions(slices.Sorted(maps.Keys(s.Keep)), hasTranscript)
}

// checkVersions reports a version that has no transcript.
func checkVersions(versions []string, hasTranscript func(version string) bool) error {
	for _, version := range versions {
		if !hasTranscript(version) {
			return fmt.Errorf("there is no transcript of version %s", version)
		}
	}
	return nil
}
