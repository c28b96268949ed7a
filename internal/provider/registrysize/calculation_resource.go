package registrysize

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

const (
	// defaultTimeout is how long the provider waits for a calculation.
	defaultTimeout = 10 * time.Minute

	// The first read of the size is after firstWait. Each wait is twice the previous one, up
	// to longestWait.
	firstWait   = time.Second
	longestWait = 15 * time.Second
)

// calculationModel is a quay_registry_size_calculation.
type calculationModel struct {
	Triggers  types.Map         `tfsdk:"triggers"`
	Wait      types.Bool        `tfsdk:"wait"`
	SizeBytes types.Int64       `tfsdk:"size_bytes"`
	LastRan   timetypes.RFC3339 `tfsdk:"last_ran"`
	Timeouts  timeouts.Value    `tfsdk:"timeouts"`
}

// newSizeCalculationResource returns the resource
// quay_registry_size_calculation.
func newSizeCalculationResource() resource.Resource {
	return envelope.NewResource(envelope.ResourceDeclaration[calculationModel]{
		Name: "registry_size_calculation",
		Noun: "registry size calculation",
		Schema: schema.Schema{
			MarkdownDescription: "Lets Quay calculate the size of the registry when Terraform creates the resource, and again when `triggers` change. Quay calculates the size " +
				"in the background. If a calculation is queued or running already, Quay does not queue another one.\n\nQuay does not keep the request. So the resource cannot be imported, and destroying it only removes it from the state. To read the present " +
				"size, use the data source `quay_registry_size`.",
			Attributes: map[string]schema.Attribute{
				"triggers": schema.MapAttribute{
					ElementType:         types.StringType,
					Optional:            true,
					MarkdownDescription: "Map of any texts. Changing this forces a new resource to be created, so that Quay calculates the size again.",
					PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
					Validators:          []validator.Map{mapvalidator.NoNullValues()},
				},
				"wait": schema.BoolAttribute{
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(false),
					MarkdownDescription: "Whether creating the resource waits for the end of the calculation. Changing only this starts no calculation. Defaults to `false`.",
				},
				"size_bytes": schema.Int64Attribute{
					Computed: true,
					MarkdownDescription: "Size in bytes that Quay knew when Terraform created the resource. With `wait`, this is the result of the calculation. Otherwise it is the " +
						"result of the calculation before. It is 0 if there was none.",
					PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				},
				"last_ran": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "End of the calculation of this size (RFC 3339). Null if there was none.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"timeouts": envelope.CreateTimeout("Time to wait for the calculation with `wait`, such as `90s` or `1h30m`. Defaults to `10m`."),
			},
		},
		Create: createCalculation,
		// Quay has no object to read, to change or to delete.
		Read: func(context.Context, *client.Client, *calculationModel) error { return nil },
		Update: func(context.Context, *client.Client, calculationModel, *calculationModel, func(calculationModel)) error {
			return nil
		},
		Delete: func(context.Context, *client.Client, calculationModel) error { return nil },
	})
}

func createCalculation(ctx context.Context, c *client.Client, m *calculationModel, save func()) error {
	limit, err := envelope.CreateTimeoutOrDefault(ctx, m.Timeouts, defaultTimeout)
	if err != nil {
		return err
	}
	after, err := calculation{
		wait: m.Wait.ValueBool(), limit: limit, attribute: "timeouts", setting: "create in timeouts",
		asked: func(before *client.RegistrySize) { m.fromAPI(before); save() },
	}.run(ctx, c)
	if after != nil {
		m.fromAPI(after)
	}
	return err
}

// calculation is a request for a calculation.
type calculation struct {
	wait  bool
	limit time.Duration // of the wait
	// attribute is the attribute with the limit, and setting is the name of the limit in
	// messages.
	attribute, setting string
	// asked is called after the request, with the size before it.
	asked func(before *client.RegistrySize)
	// looked, if not nil, is called with each size that is read during the wait.
	looked func(size *client.RegistrySize)
}

// run requests a calculation and returns the size after it. Without a wait, it returns nil.
func (k calculation) run(ctx context.Context, c *client.Client) (*client.RegistrySize, error) {
	before, err := c.GetRegistrySize(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.CalculateRegistrySize(ctx); err != nil {
		return nil, err
	}
	k.asked(before)
	if !k.wait {
		return nil, nil //nolint:nilnil // the new size is not known yet
	}

	waiting, cancel := context.WithTimeout(ctx, k.limit)
	defer cancel()
	look := func(ctx context.Context) (*client.RegistrySize, error) {
		size, err := c.GetRegistrySize(ctx)
		if err == nil && k.looked != nil {
			k.looked(size)
		}
		return size, err
	}
	after, err := await(waiting, look, before)
	switch {
	case err == nil:
		return after, nil
	case ctx.Err() != nil:
		return nil, envelope.WithDetail("", "Cancelled while waiting for the calculation. Quay continues the calculation.", nil)
	case waiting.Err() != nil:
		return nil, envelope.WithDetail(k.attribute, fmt.Sprintf("Quay has started the calculation, but it did not end within %s. Quay's quotaregistrysizeworker continues it in the background. To wait "+
			"longer, increase %s. Without wait, Terraform does not wait.", k.limit, k.setting), nil)
	}
	return nil, err
}

// await reads the size until a calculation after the read of before has ended.
func await(ctx context.Context, read func(context.Context) (*client.RegistrySize, error), before *client.RegistrySize) (*client.RegistrySize, error) {
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		size, err := read(ctx)
		if err != nil || hasRun(before, size) {
			return size, err
		}
	}
}

// hasRun tells whether the calculation that was requested after the read of before has ended.
// It compares only Quay's own times, because Quay's clock may be wrong or set back. No
// calculation may be queued or running, because somebody else's calculation may have ended
// before this one began.
func hasRun(before, now *client.RegistrySize) bool {
	return !now.Queued && !now.Running && now.LastRan != nil && (before.LastRan == nil || *now.LastRan != *before.LastRan)
}

// fromAPI sets the size and the time of its calculation.
func (m *calculationModel) fromAPI(size *client.RegistrySize) {
	m.SizeBytes = types.Int64Value(int64(size.SizeBytes))
	m.LastRan = lastRan(size)
}
