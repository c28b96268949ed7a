package envelope

import "github.com/hashicorp/terraform-plugin-framework/types"

// TextOrNull returns a text of Quay's, or null for the empty one that it gives
// where there is none.
func TextOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
