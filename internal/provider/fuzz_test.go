package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// No import id makes the provider crash. Either an error tells what is wrong with the id, or
// the id consists of the parts of the identity.
func FuzzImportID(f *testing.F) {
	for _, id := range []string{
		"alice", "acme/app:alice", "acme/team/app:acme+ci", "acme/app:", ":alice", "", ":", "a:b:c", "..", "acme/../app:x", "ü/ö:ä", "a b/c?d=e#f:%2f",
	} {
		f.Add(id)
	}
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"error_type": "not_found"}`))
	}))
	f.Cleanup(empty.Close)
	registry := acctest.At(empty.URL, "t")
	types := registry.Serve(f, nil).IdentifiedTypes()
	f.Fuzz(func(t *testing.T, id string) {
		if !utf8.ValidString(id) {
			t.Skip("Terraform's texts are valid")
		}
		p := registry.Serve(t, nil)
		for _, typeName := range types {
			state, diags := p.ImportByID(typeName, id)
			if len(diags) > 0 {
				if diags[0].Detail == "" {
					t.Errorf("%s: an error without a word", typeName)
				}
				continue
			}
			identity := p.IdentityOf(typeName, state)
			rest := len(id) - len(identity) + 1 // without the colons between the parts
			for _, part := range identity {
				rest -= len(part)
				if !strings.Contains(id, part) {
					rest = -1
				}
			}
			if rest != 0 {
				t.Errorf("%s: the import id %q became %q", typeName, id, identity)
			}
		}
	})
}
