package quaytest

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// The registry's settings for the web interface are a part of a real Quay's settings.
func TestFrontendConfig(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{Quay3_9, Quay3_12, Quay3_16, Quay3_18} {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata/config", v.String()+".json"))
			if err != nil {
				t.Fatal(err)
			}
			recorded := decodeObject(t, text)
			server := Start(t, WithVersion(v))
			resp, err := http.Get(server.URL + "/config")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, err = io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatal(resp.Status, err)
			}
			got := decodeObject(t, text)
			for name := range recorded {
				if _, ok := got[name]; !ok {
					t.Errorf("lacks %q", name)
				}
			}
			for _, name := range []string{"version_number", "registry_state"} {
				if got[name] != recorded[name] {
					t.Errorf("%s is %v, want %v", name, got[name], recorded[name])
				}
			}
			if got, want := got["config"].(view)["AUTHENTICATION_TYPE"], recorded["config"].(view)["AUTHENTICATION_TYPE"]; got != want {
				t.Errorf("AUTHENTICATION_TYPE is %v, want %v", got, want)
			}
			for name := range got["features"].(view) {
				if _, ok := recorded["features"].(view)[name]; !ok {
					t.Errorf("the feature %s is not one of this version", name)
				}
			}
		})
	}
}

func decodeObject(t *testing.T, text []byte) (object view) {
	t.Helper()
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	return object
}
