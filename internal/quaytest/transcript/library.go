package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// ID names a transcript.
type ID struct{ Version, Area string }

// String returns the path of the transcript in its library, without the
// extension.
func (id ID) String() string { return id.Version + "/" + id.Area }

// Library holds transcripts and scripts. A version whose responses have the same
// shape as those of the next newer version has no transcript of its own.
type Library struct {
	versions    []string // the oldest first
	transcripts map[ID]*Transcript
	scripts     map[string]*Script // by area
}

// scriptSuffix ends the name of a script's file.
const scriptSuffix = ".script.json"

// Open reads a directory with transcripts, <version>/<area>.json, and scripts,
// <area>.script.json. The versions are ordered, the oldest first.
func Open(directory fs.FS, versions []string) (*Library, error) {
	l := &Library{versions: versions, transcripts: map[ID]*Transcript{}, scripts: map[string]*Script{}}
	err := fs.WalkDir(directory, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(directory, file)
		if err != nil {
			return err
		}
		if err := l.add(file, text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for area, script := range l.scripts {
		if _, ok := l.Newest(area); !ok && script.Calls == nil {
			return nil, fmt.Errorf("%s%s: the area has no transcript, and the script no calls", area, scriptSuffix)
		}
		for _, version := range script.Versions {
			if !slices.Contains(versions, version) {
				return nil, fmt.Errorf("%s%s: there is no version %s", area, scriptSuffix, version)
			}
		}
		hasTranscript := func(version string) bool { return l.transcripts[ID{version, area}] != nil }
		calls := len(script.Calls)
		for id, transcript := range l.transcripts { // an older version can have more calls
			if id.Area == area {
				calls = max(calls, len(transcript.Calls))
			}
		}
		if err := script.check(hasTranscript, calls); err != nil {
			return nil, fmt.Errorf("%s%s: %w", area, scriptSuffix, err)
		}
	}
	return l, nil
}

// add reads one file.
func (l *Library) add(file string, text []byte) error {
	version, name := path.Split(file)
	version = strings.TrimSuffix(version, "/")
	if area, ok := strings.CutSuffix(name, scriptSuffix); ok && version == "" {
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		l.scripts[area] = &Script{}
		return d.Decode(l.scripts[area])
	}
	if !slices.Contains(l.versions, version) {
		return fmt.Errorf("no directory of a version; must be one of %s", strings.Join(l.versions, ", "))
	}
	var t Transcript
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	area, ok := strings.CutSuffix(name, ".json")
	if !ok {
		return errors.New("no JSON file")
	}
	if len(t.Calls) == 0 {
		return errors.New("the transcript has no calls")
	}
	l.transcripts[ID{version, area}] = &t
	return nil
}

// IDs returns the names of all transcripts in order.
func (l *Library) IDs() []ID {
	return slices.SortedFunc(maps.Keys(l.transcripts), func(a, b ID) int { return strings.Compare(a.String(), b.String()) })
}

// Areas returns the names of all areas that have a transcript.
func (l *Library) Areas() []string {
	var areas []string
	for id := range l.transcripts {
		areas = append(areas, id.Area)
	}
	slices.Sort(areas)
	return slices.Compact(areas)
}

// Transcript returns a transcript, or nil if there is none.
func (l *Library) Transcript(id ID) *Transcript { return l.transcripts[id] }

// Script returns the script of an area, which is empty if the area has none.
func (l *Library) Script(area string) *Script {
	if s := l.scripts[area]; s != nil {
		return s
	}
	return &Script{}
}

// Find returns the transcript that shows how a version answers the calls of an
// area: the version's own or that of the next newer version that has one.
func (l *Library) Find(version, area string) (ID, bool) {
	for _, v := range l.versions[max(0, slices.Index(l.versions, version)):] {
		if id := (ID{v, area}); l.transcripts[id] != nil {
			return id, true
		}
	}
	return ID{}, false
}

// HeldTo returns the transcript of an area that a version must match, if there is one.
func (l *Library) HeldTo(version, area string) (ID, bool) {
	if versions := l.Script(area).Versions; versions != nil && !slices.Contains(versions, version) {
		return ID{}, false
	}
	return l.Find(version, area)
}

// Newer returns the transcript of the same area for the next newer version that
// has one.
func (l *Library) Newer(id ID) (ID, bool) {
	i := slices.Index(l.versions, id.Version) + 1
	if i == len(l.versions) {
		return ID{}, false
	}
	return l.Find(l.versions[i], id.Area)
}

// Newest returns the transcript of an area for the newest version that has one.
func (l *Library) Newest(area string) (ID, bool) {
	for _, version := range slices.Backward(l.versions) {
		if id := (ID{version, area}); l.transcripts[id] != nil {
			return id, true
		}
	}
	return ID{}, false
}
