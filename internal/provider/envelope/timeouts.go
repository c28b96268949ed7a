package envelope

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// CreateTimeout is the standard attribute timeouts with a time for creating. It refuses times
// that are not above zero.
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

// CreateTimeoutOrDefault returns the time for creating from the configuration, or the default.
func CreateTimeoutOrDefault(ctx context.Context, limits timeouts.Value, defaultTimeout time.Duration) (time.Duration, error) {
	limit, diags := limits.Create(ctx, defaultTimeout)
	if diags.HasError() {
		return 0, WithDetail("timeouts", diags[0].Detail(), nil)
	}
	return limit, nil
}
