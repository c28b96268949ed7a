package account

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// PrefixModel is the configuration of a list with a prefix of names.
type PrefixModel struct {
	Prefix types.String `tfsdk:"prefix"`
}

// Prefix is the attribute prefix of such a list. It refuses a prefix with which no name can
// begin.
func Prefix(whose string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Beginning of the names of " + whose + ". Defaults to all names.",
		Validators: []validator.String{
			envelope.Matches(`^[a-z0-9._-]{1,255}$`, "must be 1 to 255 lower-case letters, digits, '.', '_' and '-'"),
		},
	}
}

// Match tells whether a name has the prefix, if there is one.
func (m PrefixModel) Match(name string) bool {
	return strings.HasPrefix(name, m.Prefix.ValueString())
}
