package envelope

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// CreateTimeout is the usual attribute timeouts with a time for creating,
// described like all others, and without times that have passed already.
func CreateTimeout(description string) schema.Attribute {
	attribute := timeouts.Attributes(context.Background(), timeouts.Opts{Create: true}).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "Timeouts."
	attribute.Attributes = map[string]schema.Attribute{
		"create": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: description,
			Validators:          []validator.String{Duration()},
		},
	}
	return attribute
}

// CreateTimeoutOrDefault returns the time for creating that a user gave, or the usual one.
func CreateTimeoutOrDefault(ctx context.Context, limits timeouts.Value, defaultTimeout time.Duration) (time.Duration, error) {
	limit, diags := limits.Create(ctx, defaultTimeout)
	if diags.HasError() {
		return 0, WithDetail("timeouts", diags[0].Detail(), nil)
	}
	return limit, nil
}
