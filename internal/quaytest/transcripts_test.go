package quaytest

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/transcript"
)

// TestTranscripts checks that every transcript is needed. A version must match it, and its
// responses must differ from the responses of the next newer version.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	library := openTranscripts(t)
	used := map[transcript.ID]bool{}
	for _, v := range Versions() {
		for _, area := range library.Areas() {
			if id, ok := library.HeldTo(v.String(), area); ok {
				used[id] = true
			}
		}
	}
	for _, id := range library.IDs() {
		if !used[id] {
			t.Errorf("no version is held to the transcript %v", id)
		}
		newer, ok := library.Newer(id)
		if !ok {
			continue
		}
		script := library.Script(id.Area)
		mode := func(i int) transcript.Mode { return script.ModeOf(id.Version, i) | script.ModeOf(newer.Version, i) }
		differences := transcript.CompareTranscripts(script, library.Transcript(newer), library.Transcript(id), mode)
		t.Logf("%v differs from %v in %d values", id, newer, len(differences))
		switch kept := script.Keep[id.Version] != ""; {
		case differences == nil && !kept:
			t.Errorf("the transcript %v has the shape of %v: delete it", id, newer)
		case differences != nil && kept:
			t.Errorf("the script's reason to keep %v is not needed", id)
		}
	}
}

// TestTranscriptsSize limits the size of the repository.
func TestTranscriptsSize(t *testing.T) {
	t.Parallel()
	size := int64(0)
	err := filepath.WalkDir("testdata", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		size += info.Size()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if size > 7<<20 {
		t.Errorf("testdata has %d bytes", size)
	}
}
