package namespace

import (
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// PrefixModel is the configuration of a list that goes by names.
type PrefixModel struct {
	Prefix types.String `tfsdk:"prefix"`
}

// Prefix is the attribute prefix of such a list, of what is to be listed. What
// no name can begin with is refused, because it would find nothing.
func Prefix(whose string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "What the names of " + whose + " begin with. Without it, all are listed.",
		Validators: []validator.String{
			stringvalidator.RegexMatches(regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,254}$`),
				"must be lower-case letters and digits, with '.', '_' or '-' between them"),
		},
	}
}

// Match tells whether a name has the prefix, if there is one.
func (m PrefixModel) Match(name string) bool {
	return strings.HasPrefix(name, m.Prefix.ValueString())
}
