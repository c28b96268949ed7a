package servicekey

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// serviceRules are Quay's for the name of a service.
func serviceRules() []validator.String {
	return []validator.String{
		stringvalidator.LengthBetween(1, 255),
		stringvalidator.RegexMatches(regexp.MustCompile(`^[a-z0-9_]+$`), "must be lower-case letters, digits and '_'"),
	}
}

// nameRules are Quay's for the name of a key.
func nameRules() []validator.String {
	return []validator.String{
		stringvalidator.LengthBetween(1, 255),
		stringvalidator.RegexMatches(regexp.MustCompile(`^[\sa-zA-Z0-9\-_:/]*$`), "must be letters, digits, spaces and '-', '_', ':', '/'"),
	}
}

// notesRules refuse notes of nothing, which Quay shows as none.
func notesRules() []validator.String { return []validator.String{stringvalidator.LengthAtLeast(1)} }

// requestEntry is the metadata that tells which request made a key.
const requestEntry = "terraform_request"

// serverEntries are the metadata that Quay writes itself, and the one that
// every key of this provider's has.
var serverEntries = []string{"created_by", "creator", "ip", requestEntry}

// metadataRules leave those entries to whom they belong.
func metadataRules() []validator.Map {
	return []validator.Map{
		mapvalidator.KeysAre(stringvalidator.NoneOf(serverEntries...)),
		mapvalidator.NoNullValues(),
	}
}
