package registrysize

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// calculateModel is the configuration of quay_calculate_registry_size.
type calculateModel struct {
	Wait    types.Bool   `tfsdk:"wait"`
	Timeout types.String `tfsdk:"timeout"`
}

// newCalculateSizeAction returns the action quay_calculate_registry_size.
func newCalculateSizeAction() action.Action {
	return envelope.NewAction(envelope.ActionDeclaration[calculateModel]{
		Name: "calculate_registry_size",
		Does: "calculate the size of the Quay registry",
		Schema: schema.Schema{
			MarkdownDescription: "Lets Quay calculate the size of the registry again. Quay calculates the size in the background. If a calculation is queued or running " +
				"already, Quay does not queue another one.\n\n" +
				"The data source `quay_registry_size` reads the size. With Terraform before 1.14, use the resource `quay_registry_size_calculation` instead.",
			Attributes: map[string]schema.Attribute{
				"wait": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Whether the action waits for the end of the calculation. Defaults to `false`.",
				},
				"timeout": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Time to wait with `wait`, such as `90s` or `1h30m`. Defaults to `10m`.",
					Validators:          []validator.String{envelope.Duration()},
				},
			},
		},
		Invoke: invokeCalculate,
	})
}

func invokeCalculate(ctx context.Context, c *client.Client, m calculateModel, progress func(string)) error {
	limit := defaultTimeout
	if !m.Timeout.IsNull() {
		limit, _ = time.ParseDuration(m.Timeout.ValueString()) // the validator has accepted it
	}
	after, err := calculation{
		wait: m.Wait.ValueBool(), limit: limit, attribute: "timeout", setting: "timeout",
		asked: func(before *client.RegistrySize) {
			progress("Quay has been asked to calculate. " + describe("Before, the registry held", before))
		},
		looked: func(size *client.RegistrySize) {
			switch {
			case size.Queued:
				progress("The calculation is queued.")
			case size.Running:
				progress("The calculation is running.")
			}
		},
	}.run(ctx, c)
	if after != nil {
		progress(describe("The registry holds", after))
	}
	return err
}

// describe returns a size in words.
func describe(holds string, size *client.RegistrySize) string {
	if size.LastRan == nil {
		return "It never has before."
	}
	return fmt.Sprintf("%s %d bytes, calculated at %s.", holds, size.SizeBytes, lastRan(size).ValueString())
}
