package servicekey

import (
	"errors"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// serviceRules returns Quay's rules for the name of a service.
func serviceRules() []validator.String {
	return []validator.String{envelope.Matches(`^[a-z0-9_]{1,255}$`, "must be 1 to 255 lower-case letters, digits and '_'")}
}

// nameRules returns Quay's rules for the name of a key.
func nameRules() []validator.String {
	return []validator.String{envelope.Matches(`^[\sa-zA-Z0-9\-_:/]{1,255}$`, "must be 1 to 255 letters, digits, spaces and '-', '_', ':', '/'")}
}

// kidRules returns the rules for the id of a key. A service chooses its own id. The id is one
// element of a path.
func kidRules() []validator.String { return []validator.String{envelope.Text(checkKID)} }

func checkKID(text string) error {
	barred := func(r rune) bool { return r == '/' || unicode.IsSpace(r) || unicode.IsControl(r) }
	if text == "" || text == "." || text == ".." || len(text) > 255 || strings.ContainsFunc(text, barred) {
		return errors.New("must be the id of a key: 1 to 255 characters without '/' and white space")
	}
	return nil
}

// notesRules refuses empty notes, which Quay shows as missing notes.
func notesRules() []validator.String { return []validator.String{envelope.NotEmpty()} }

// requestEntry is the metadata entry that identifies the request which created a key.
const requestEntry = "terraform_request"

// serverEntries are the metadata entries that Quay and the provider write.
var serverEntries = []string{"created_by", "creator", "ip", requestEntry}

// metadataRules refuses the entries that Quay and the provider write.
func metadataRules() []validator.Map {
	return []validator.Map{
		mapvalidator.KeysAre(envelope.NoneOf(serverEntries...)),
		mapvalidator.NoNullValues(),
	}
}
