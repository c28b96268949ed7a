package envelope

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TextOrNull returns a text, or null if it is empty. Quay returns an empty text for a missing
// value.
func TextOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// TextSet returns a set of texts, each once.
func TextSet(texts []string) types.Set {
	values := []attr.Value{}
	for _, text := range slices.Compact(slices.Sorted(slices.Values(texts))) {
		values = append(values, types.StringValue(text))
	}
	return types.SetValueMust(types.StringType, values)
}

// IsFullyKnown tells whether a value and all values in it are known.
func IsFullyKnown(ctx context.Context, value attr.Value) bool {
	known, err := value.ToTerraformValue(ctx)
	return err == nil && known.IsFullyKnown()
}

// SetTexts returns the texts of a set that are known, in alphabetical order. It never
// returns nil, so that JSON of it is a list.
func SetTexts(set types.Set) []string {
	texts := []string{}
	for _, value := range set.Elements() {
		if text, ok := value.(types.String); ok && !text.IsUnknown() {
			texts = append(texts, text.ValueString())
		}
	}
	slices.Sort(texts)
	return texts
}
