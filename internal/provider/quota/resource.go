package quota

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// organizationModel is a quay_org_quota.
type organizationModel struct {
	Organization types.String `tfsdk:"organization"`
	settings
}

func (m *organizationModel) quota() quota {
	return quota{"organization", client.OrganizationNamespace(m.Organization.ValueString()), &m.settings}
}

func (m *organizationModel) setOwner(name string) { m.Organization = types.StringValue(name) }

// userModel is a quay_user_quota.
type userModel struct {
	Username types.String `tfsdk:"username"`
	settings
}

func (m *userModel) quota() quota {
	return quota{"user", client.UserNamespace(m.Username.ValueString()), &m.settings}
}

func (m *userModel) setOwner(name string) { m.Username = types.StringValue(name) }

// settings are the attributes of a quota without its owner. The first two attributes are two
// forms of one limit.
type settings struct {
	LimitBytes types.Number `tfsdk:"limit_bytes"`
	Limit      types.String `tfsdk:"limit"`
	Limits     types.Object `tfsdk:"limits"`

	// id is the quota's id at the last read, or 0.
	id int64
}

// newOrganizationResource returns the resource quay_org_quota.
func newOrganizationResource() resource.Resource {
	return envelope.NewResource(organizationDeclaration())
}

// newUserResource returns the resource quay_user_quota.
func newUserResource() resource.Resource {
	return envelope.NewResource(userDeclaration())
}

func organizationDeclaration() envelope.ResourceDeclaration[organizationModel] {
	return declare[organizationModel]("org_quota", "organization", "organization")
}

func userDeclaration() envelope.ResourceDeclaration[userModel] {
	return declare[userModel]("user_quota", "user", "username")
}

// quota is the common part of both models.
type quota struct {
	noun      string // noun of the owner
	namespace client.Namespace
	*settings
}

// quotaModel is a pointer to either model.
type quotaModel[M any] interface {
	*M
	quota() quota
	setOwner(name string)
}

func declare[M any, P quotaModel[M]](name, noun, attribute string) envelope.ResourceDeclaration[M] {
	return envelope.ResourceDeclaration[M]{
		Name:                    name,
		Kind:                    "quota", // both types manage the same quotas of Quay
		Noun:                    noun + " quota",
		Identity:                []string{attribute},
		ImportID:                attribute,
		OmitFromGeneratedConfig: []string{"limit_bytes"},
		Namespace:               attribute,
		Private:                 envelope.PrivateState(func(m *M) *int64 { return &P(m).quota().id }),
		Schema: schema.Schema{
			MarkdownDescription: strings.ReplaceAll("Manages the storage quota of {owner}. The provider does not manage the server-wide default quota.", "{owner}", withArticle[noun]),
			Attributes: map[string]schema.Attribute{
				attribute: schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the " + noun + ". Changing this forces a new resource to be created" + unlessRenamed[noun] + ".",
					Validators:          account.Reference(),
				},
				"limit_bytes": schema.NumberAttribute{
					Optional:            true,
					Computed:            true,
					MarkdownDescription: "Limit in bytes, from 1 to 9223372036854775807. Exactly one of `limit_bytes` and `limit` must be set. The provider computes the other one.",
					Validators:          []validator.Number{wholeBytes{}},
				},
				"limit": schema.StringAttribute{
					Optional: true,
					Computed: true,
					MarkdownDescription: "Limit as text: a whole number and a unit, such as `10 GiB`. Units of 1024 bytes are `KiB`, `MiB`, `GiB`, `TiB`, `PiB`, `EiB` (or `Ki`, `Mi`, …). Units of 1000 bytes are `KB`, `MB`, `GB`, `TB`, `PB`, " +
						"`EB` (or `K`, `M`, …). Without a unit, or with `B`, the number counts bytes. Texts of the same size, such as `1024 MiB` and `1 GiB`, are the " +
						"same limit.",
					Validators: []validator.String{
						stringvalidator.ExactlyOneOf(path.MatchRoot("limit_bytes"), path.MatchRoot("limit")),
						sizeText{},
					},
				},
				"limits": limitsAttribute(),
			},
		},
		Plan: func(_ context.Context, change *envelope.Change[M]) {
			var prior *settings
			if change.Prior != nil {
				prior = P(change.Prior).quota().settings
			}
			P(&change.Plan).quota().plan(prior, P(&change.Config).quota().settings)
		},
		Create: func(ctx context.Context, c *client.Client, m *M, save func()) error {
			return P(m).quota().create(ctx, c, attribute, save)
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error { return P(m).quota().read(ctx, c) },
		Update: func(ctx context.Context, c *client.Client, prior M, m *M, save func(M)) error {
			q := P(m).quota()
			err := q.update(ctx, c, *P(&prior).quota().settings, func() { save(*m) })
			return envelope.NotFoundError(attribute, noun, q.namespace.String(), err)
		},
		Delete: func(ctx context.Context, c *client.Client, m M) error {
			q := P(&m).quota()
			return q.write(ctx, c, func(id int64) error { return c.DeleteQuota(ctx, q.namespace, id) })
		},
	}
}

// withArticle has the names of owners with their article.
var withArticle = map[string]string{"organization": "an organization", "user": "a user"}

// unlessRenamed is the exception from the replacement of a quota. Terraform cannot rename users.
var unlessRenamed = map[string]string{"organization": ", unless the same apply renames the organization"}

// plan calculates limit from limit_bytes, or limit_bytes from limit. A new text for the same
// size is no change. Unmanaged limits stay as they are.
func (q quota) plan(prior, config *settings) {
	if config.Limits.IsNull() && prior != nil {
		q.Limits = prior.Limits
	}
	bytes := types.NumberUnknown()
	switch {
	case config.Limit.IsUnknown() || config.LimitBytes.IsUnknown():
	case !config.Limit.IsNull():
		if size, err := parseLimit(config.Limit.ValueString()); err == nil { // the validator has reported an error
			bytes = number(size)
		}
	default:
		bytes = config.LimitBytes
	}
	if bytes.IsUnknown() {
		return
	}
	q.LimitBytes = bytes
	switch {
	case prior != nil && prior.LimitBytes.Equal(bytes) && !prior.Limit.IsNull():
		q.Limit = prior.Limit
	case config.Limit.IsNull():
		q.Limit = types.StringValue(formatSize(toBytes(bytes)))
	}
}

// create creates a quota, and then its limits. A new quota has no limits.
func (q quota) create(ctx context.Context, c *client.Client, attribute string, save func()) error {
	wanted := q.Limits
	q.Limits = limitsObject(nil)
	if err := q.createSize(ctx, c, attribute); err != nil || wanted.IsUnknown() || wanted.Equal(q.Limits) {
		return err
	}
	save()
	return q.setLimits(ctx, c, wanted, save)
}

// createSize creates a quota without limits.
func (q quota) createSize(ctx context.Context, c *client.Client, attribute string) error {
	limit := toBytes(q.LimitBytes)
	err := c.CreateQuota(ctx, q.namespace, limit)
	if errors.Is(err, client.Exists) {
		return envelope.WithDetail(attribute, fmt.Sprintf("The %s %q has a quota already.", q.noun, q.namespace), err)
	}
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		// A namespace has one quota, so a quota with this limit is the wanted one.
		current, readErr := c.GetQuota(checkCtx, q.namespace)
		if readErr == nil && int64(current.LimitBytes) == limit {
			return nil
		}
	}
	if errors.Is(err, client.InternalError) {
		// Quay fails (500) if the owner does not exist. A read of the quota tells whether the
		// owner exists.
		_, readErr := c.GetQuota(ctx, q.namespace)
		if errors.Is(readErr, client.NotFound) && !errors.Is(readErr, client.ErrNoQuota) {
			return envelope.WithDetail(attribute, fmt.Sprintf("There is no %s %q in the registry. Create it first. If Terraform creates it, refer to its resource, so that Terraform creates it before its quota.", q.noun, q.namespace), err)
		}
	}
	return err
}

// update changes size and limits. A larger size comes last. So Quay never accepts more than
// the old or the new settings allow.
func (q quota) update(ctx context.Context, c *client.Client, prior settings, save func()) error {
	wanted := *q.settings
	if wanted.Limits.Equal(prior.Limits) {
		return q.resize(ctx, c, toBytes(wanted.LimitBytes))
	}
	q.LimitBytes, q.Limit, q.Limits = prior.LimitBytes, prior.Limit, prior.Limits
	resize := func() error {
		if wanted.LimitBytes.Equal(prior.LimitBytes) {
			return nil
		}
		if err := q.resize(ctx, c, toBytes(wanted.LimitBytes)); err != nil {
			return err
		}
		q.LimitBytes, q.Limit = wanted.LimitBytes, wanted.Limit
		save()
		return nil
	}
	steps := []func() error{resize, func() error { return q.setLimits(ctx, c, wanted.Limits, save) }}
	if toBytes(wanted.LimitBytes) > toBytes(prior.LimitBytes) {
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	q.LimitBytes, q.Limit = wanted.LimitBytes, wanted.Limit
	return nil
}

// resize changes the size.
func (q quota) resize(ctx context.Context, c *client.Client, limit int64) error {
	return q.write(ctx, c, func(id int64) error { return c.ChangeQuota(ctx, q.namespace, id, limit) })
}

func (q quota) read(ctx context.Context, c *client.Client) error {
	current, err := c.GetQuota(ctx, q.namespace)
	if err != nil {
		return err
	}
	q.fromAPI(current)
	q.id = *current.ID
	return nil
}

// fromAPI copies a quota into the model. It keeps the text of the limit if the size is the
// same.
func (q quota) fromAPI(current *client.Quota) {
	bytes := number(int64(current.LimitBytes))
	if q.Limit.IsNull() || !q.LimitBytes.Equal(bytes) {
		q.Limit = types.StringValue(formatSize(int64(current.LimitBytes)))
	}
	q.LimitBytes, q.Limits = bytes, limitsObject(current.Limits)
}

// write makes a call with the quota's id. Only lists have the id. It uses the id of the last
// read, and reads the list again if Quay no longer has this quota. A call with an old id
// changes nothing. Quay fails (500) if the owner does not exist. A read of the quota tells
// whether the owner exists.
func (q quota) write(ctx context.Context, c *client.Client, call func(id int64) error) error {
	var err error
	if q.id != 0 {
		err = call(q.id)
		if !errors.Is(err, client.NotFound) && !errors.Is(err, client.InternalError) {
			return err
		}
	}
	current, readErr := c.GetQuota(ctx, q.namespace)
	switch {
	case errors.Is(readErr, client.NotFound):
		return readErr
	case readErr != nil:
		return errors.Join(err, readErr)
	case errors.Is(err, client.InternalError) && *current.ID == q.id:
		return err
	}
	q.id = *current.ID
	return call(q.id)
}

func number(bytes int64) types.Number {
	return types.NumberValue(new(big.Float).SetInt64(bytes))
}

// toBytes returns a validated number.
func toBytes(n types.Number) int64 {
	bytes, _ := n.ValueBigFloat().Int64()
	return bytes
}

// smallLimit is the size in bytes below which a limit probably has a wrong unit.
const smallLimit = 1 << 20

// warnSmall warns of a limit below smallLimit.
func warnSmall(at path.Path, size int64, diags *diag.Diagnostics) {
	if size < smallLimit {
		diags.AddAttributeWarning(at, "Quota below 1 MiB", "The limit is less than 1 MiB. limit_bytes, and a limit without a unit, count in bytes. "+
			"For a larger limit, write the unit: limit = \"10 GiB\".")
	}
}

// wholeBytes accepts the numbers of bytes that Quay can store.
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
	size, err := countBytes(value)
	if value.Sign() <= 0 {
		err = errNoLimit
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid quota limit", fmt.Sprintf("The limit %s.", err))
		return
	}
	warnSmall(req.Path, size, &resp.Diagnostics)
}

// sizeText accepts the texts that parseLimit can read.
type sizeText struct{}

func (sizeText) Description(context.Context) string {
	return "a whole number and a unit, such as 10 GiB"
}

func (v sizeText) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (sizeText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	size, err := parseLimit(req.ConfigValue.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid quota limit", fmt.Sprintf("The limit %s.", err))
		return
	}
	warnSmall(req.Path, size, &resp.Diagnostics)
}
