// Package quota holds what Terraform knows of storage quotas.
package quota

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_org_quota.
type model struct {
	Organization types.String `tfsdk:"organization"`
	LimitBytes   types.Number `tfsdk:"limit_bytes"`
	Limit        types.String `tfsdk:"limit"`
}

func (m *model) namespace() client.Namespace {
	return client.Organization(m.Organization.ValueString())
}

// NewOrganizationResource returns the resource quay_org_quota.
var NewOrganizationResource = envelope.NewResource(envelope.ResourceDeclaration[model]{
	Name:     "org_quota",
	Noun:     "organization quota",
	Identity: []string{"organization"},
	ImportID: "organization",
	Schema: schema.Schema{
		MarkdownDescription: "The storage quota of an organization, of which there is at most one. The default that the registry's configuration " +
			"may give to organizations without a quota of their own is not taken for one.\n\n" +
			"Needs `FEATURE_QUOTA_MANAGEMENT: true` in the registry's `config.yaml`.",
		Attributes: map[string]schema.Attribute{
			"organization": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the organization. Another one makes another quota.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"limit_bytes": schema.NumberAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Limit in bytes, from 1 to 9223372036854775807. Exactly one of `limit_bytes` and `limit` is given; " +
					"the other is worked out from it.",
				Validators: []validator.Number{wholeBytes{}},
			},
			"limit": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Limit as text: a whole number and a unit, such as `10 GiB`. Units of 1024 are `KiB`, `MiB`, `GiB`, `TiB`, `PiB`, `EiB` " +
					"(or `Ki`, `Mi`, …), units of 1000 are `KB`, `MB`, `GB`, `TB`, `PB`, `EB` (or `K`, `M`, …), and `B` or none is bytes. " +
					"Texts of the same size, such as `1024 MiB` and `1 GiB`, are the same limit.",
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRoot("limit_bytes"), path.MatchRoot("limit")),
					sizeText{},
				},
			},
		},
	},
	Plan:   plan,
	Create: create,
	Read:   read,
	Update: update,
	Delete: remove,
})

// plan works out the one of limit and limit_bytes that is not given from the
// other. A text of the same size as the one in the state is no change.
func plan(_ context.Context, change *envelope.Change[model]) {
	bytes := types.NumberUnknown()
	switch config := change.Config; {
	case config.Limit.IsUnknown() || config.LimitBytes.IsUnknown():
	case !config.Limit.IsNull():
		if size, err := parseSize(config.Limit.ValueString()); err == nil { // an error has been reported
			bytes = number(size)
		}
	default:
		bytes = config.LimitBytes
	}
	if bytes.IsUnknown() {
		return
	}
	change.Plan.LimitBytes = bytes
	switch {
	case change.Prior != nil && change.Prior.LimitBytes.Equal(bytes) && !change.Prior.Limit.IsNull():
		change.Plan.Limit = change.Prior.Limit
	case change.Config.Limit.IsNull():
		change.Plan.Limit = types.StringValue(formatSize(toBytes(bytes)))
	}
}

func create(ctx context.Context, c *client.Client, m *model, _ func()) error {
	err := c.CreateQuota(ctx, m.namespace(), toBytes(m.LimitBytes))
	if errors.Is(err, client.ServerFault) {
		// For an organization that does not exist Quay only says that it
		// failed; asked for its quota, it tells.
		_, readErr := c.GetQuota(ctx, m.namespace())
		if errors.Is(readErr, client.Gone) && !errors.Is(readErr, client.ErrNoQuota) {
			return envelope.Explain("organization", fmt.Sprintf("There is no organization %q in the registry. "+
				"Create it first; if Terraform does, refer to it so that it comes before its quota.", m.namespace()), err)
		}
	}
	return err
}

func read(ctx context.Context, c *client.Client, m *model) error {
	quota, err := c.GetQuota(ctx, m.namespace())
	if err != nil {
		return err
	}
	bytes := number(int64(quota.LimitBytes))
	if m.Limit.IsNull() || !m.LimitBytes.Equal(bytes) {
		m.Limit = types.StringValue(formatSize(int64(quota.LimitBytes)))
	}
	m.LimitBytes = bytes
	return nil
}

func update(ctx context.Context, c *client.Client, _ model, m *model) error {
	quota, err := c.GetQuota(ctx, m.namespace()) // Quay tells its id only here
	if err != nil {
		return err
	}
	return c.ChangeQuota(ctx, m.namespace(), *quota.ID, toBytes(m.LimitBytes))
}

func remove(ctx context.Context, c *client.Client, m model) error {
	quota, err := c.GetQuota(ctx, m.namespace())
	if err != nil {
		return err
	}
	return c.DeleteQuota(ctx, m.namespace(), *quota.ID)
}

func number(bytes int64) types.Number {
	return types.NumberValue(new(big.Float).SetInt64(bytes))
}

// toBytes returns a number that has been validated.
func toBytes(n types.Number) int64 {
	bytes, _ := n.ValueBigFloat().Int64()
	return bytes
}

// wholeBytes accepts the numbers of bytes that Quay can store. The attribute
// is a Number and not an Int64 so that these words are the ones that users see.
type wholeBytes struct{}

func (wholeBytes) Description(context.Context) string {
	return "a whole number from 1 to 9223372036854775807"
}

func (v wholeBytes) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (wholeBytes) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueBigFloat()
	var problem string
	switch _, accuracy := value.Int64(); {
	case !value.IsInt():
		problem = "must be a whole number of bytes"
	case value.Sign() <= 0:
		problem = "must be more than 0: to have no quota, leave the resource out"
	case accuracy != big.Exact:
		problem = errTooMuch.Error()
	default:
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid quota limit", fmt.Sprintf("The limit %s; got %s.", problem, value.Text('f', -1)))
}

// sizeText accepts the texts that parseSize can read.
type sizeText struct{}

func (sizeText) Description(context.Context) string {
	return "a whole number and a unit, such as 10 GiB"
}

func (v sizeText) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (sizeText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := parseSize(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid quota limit", fmt.Sprintf("The limit %s; got %q.", err, req.ConfigValue.ValueString()))
	}
}
