package quota

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// attributeOfType names the attribute of limits that holds the percentages of each
// type of limits.
var attributeOfType = map[string]string{
	client.QuotaWarning: "warning_percentages",
	client.QuotaReject:  "reject_percentages",
}

const (
	warningDescription = "Percentages of the quota from which on Quay warns."
	rejectDescription  = "Percentages of the quota from which on Quay rejects pushes. The lowest one decides."
)

// limitsAttribute is the attribute limits of the resources.
func limitsAttribute() schema.Attribute {
	percentages := func(description string) schema.Attribute {
		return schema.SetAttribute{
			ElementType:         types.Int64Type,
			Optional:            true,
			Computed:            true,
			Default:             setdefault.StaticValue(percentSet(nil)),
			MarkdownDescription: description + " Must be between 1 and 100. Defaults to none.",
			Validators: []validator.Set{
				setvalidator.NoNullValues(),
				setvalidator.ValueInt64sAre(envelope.Between(1, 100)),
			},
		}
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Percentages of the quota at which Quay warns or rejects pushes. Terraform adds, changes and removes percentages until the quota has these. " +
			"Without this attribute, Terraform does not manage the percentages, and only shows those that the quota has. " +
			"Quay lets only superusers write percentages. From Quay 3.16 on, the registry also needs `FEATURE_SUPERUSERS_FULL_ACCESS: true` in its `config.yaml`.",
		Attributes: map[string]schema.Attribute{
			attributeOfType[client.QuotaWarning]: percentages(warningDescription),
			attributeOfType[client.QuotaReject]:  percentages(rejectDescription),
		},
	}
}

// limitsDataAttribute is the attribute limits of the data sources.
func limitsDataAttribute() datasource.Attribute {
	percentages := func(description string) datasource.Attribute {
		return datasource.SetAttribute{ElementType: types.Int64Type, Computed: true, MarkdownDescription: description}
	}
	return datasource.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Percentages of the quota at which Quay warns or rejects pushes.",
		Attributes: map[string]datasource.Attribute{
			attributeOfType[client.QuotaWarning]: percentages(warningDescription),
			attributeOfType[client.QuotaReject]:  percentages(rejectDescription),
		},
	}
}

func percentSet(percentages []attr.Value) types.Set {
	return types.SetValueMust(types.Int64Type, percentages)
}

// limitsObject returns limits as the value of the attribute limits.
func limitsObject(limits []client.QuotaLimit) types.Object {
	attributeTypes, values := map[string]attr.Type{}, map[string]attr.Value{}
	for kind, name := range attributeOfType {
		percentages := []attr.Value{}
		for _, limit := range limits {
			percent := types.Int64Value(limit.Percent)
			// Quay can have one limit several times.
			if limit.Type == kind && !slices.Contains(percentages, attr.Value(percent)) {
				percentages = append(percentages, percent)
			}
		}
		attributeTypes[name], values[name] = types.SetType{ElemType: types.Int64Type}, percentSet(percentages)
	}
	return types.ObjectValueMust(attributeTypes, values)
}

// limitsOf returns the limits in a known value of the attribute limits.
func limitsOf(object types.Object) (limits []client.QuotaLimit) {
	for kind, name := range attributeOfType {
		percentages, _ := object.Attributes()[name].(types.Set)
		for _, element := range percentages.Elements() {
			if percent, ok := element.(types.Int64); ok {
				limits = append(limits, client.QuotaLimit{Type: kind, Percent: percent.ValueInt64()})
			}
		}
	}
	return limits
}

// limitChange is a call that changes, adds or removes a limit. A limit without a type means no
// limit.
type limitChange struct{ from, to client.QuotaLimit }

// limitChanges returns as few calls as possible that bring a quota to the wanted limits. Take
// the lowest percentage of each type before the first call and after the last call. After each
// call, the lowest percentage is at most the higher of these two.
func limitChanges(has, wanted []client.QuotaLimit) (changes []limitChange) {
	surplus, missing := limitsBeside(has, wanted), limitsBeside(wanted, has)
	change := func(fromType, toType string) {
		from, to := surplus[fromType], missing[toType]
		for i := range min(len(from), len(to)) {
			to[i].ID = from[i].ID
			changes = append(changes, limitChange{from[i], to[i]})
		}
		both := min(len(from), len(to))
		surplus[fromType], missing[toType] = from[both:], to[both:]
	}
	change(client.QuotaReject, client.QuotaReject)
	change(client.QuotaWarning, client.QuotaWarning)
	change(client.QuotaWarning, client.QuotaReject)
	change(client.QuotaReject, client.QuotaWarning)
	for _, kind := range []string{client.QuotaReject, client.QuotaWarning} {
		for _, limit := range missing[kind] {
			changes = append(changes, limitChange{to: limit})
		}
		for _, limit := range surplus[kind] {
			changes = append(changes, limitChange{from: limit})
		}
	}
	return changes
}

// limitsBeside returns the limits that are not in others, and the repeated limits. The result
// is by type, in the order of percentages.
func limitsBeside(limits, others []client.QuotaLimit) map[string][]client.QuotaLimit {
	same := func(a client.QuotaLimit) func(client.QuotaLimit) bool {
		return func(b client.QuotaLimit) bool { return a.Type == b.Type && a.Percent == b.Percent }
	}
	beside := map[string][]client.QuotaLimit{}
	for i, limit := range limits {
		if !slices.ContainsFunc(others, same(limit)) || slices.ContainsFunc(limits[:i], same(limit)) {
			beside[limit.Type] = append(beside[limit.Type], limit)
		}
	}
	for _, list := range beside {
		slices.SortFunc(list, func(a, b client.QuotaLimit) int { return cmp.Compare(a.Percent, b.Percent) })
	}
	return beside
}

// call makes the change.
func (l limitChange) call(ctx context.Context, c *client.Client, q quota) error {
	verb, limit := "change", l.from
	var err error
	switch {
	case l.from.Type == "":
		verb, limit = "add", l.to
		if err = c.CreateQuotaLimit(ctx, q.namespace, q.id, l.to); errors.Is(err, client.Exists) {
			err = nil
		}
	case l.to.Type == "":
		verb = "remove"
		if err = c.DeleteQuotaLimit(ctx, q.namespace, q.id, l.from.ID); errors.Is(err, client.NotFound) {
			err = nil
		}
	default:
		// If somebody has removed the limit meanwhile, Quay lacks the wanted limit.
		if err = c.ChangeQuotaLimit(ctx, q.namespace, q.id, l.to); errors.Is(err, client.NotFound) {
			return limitChange{to: l.to}.call(ctx, c, q)
		}
	}
	if err == nil {
		return nil
	}
	words := fmt.Sprintf("Unable to %s %d percent of %s.", verb, limit.Percent, attributeOfType[limit.Type])
	if errors.Is(err, client.Denied) {
		words += " Quay lets only superusers write the percentages of a quota. From Quay 3.16 on, the registry also needs " +
			"FEATURE_SUPERUSERS_FULL_ACCESS: true in its config.yaml."
	}
	return envelope.WithDetail("limits", words, err)
}

// applyTo returns the limits of a quota after the change.
func (l limitChange) applyTo(limits []client.QuotaLimit) []client.QuotaLimit {
	after := slices.DeleteFunc(slices.Clone(limits), func(limit client.QuotaLimit) bool { return l.from.Type != "" && limit.ID == l.from.ID })
	if l.to.Type != "" {
		after = append(after, l.to)
	}
	return after
}

// setLimits changes the quota's limits to the wanted limits. After an error, it saves the
// model with the current limits.
func (q quota) setLimits(ctx context.Context, c *client.Client, wanted types.Object, save func()) error {
	current, err := c.GetQuota(ctx, q.namespace)
	if err != nil {
		return err
	}
	q.id = *current.ID
	has := current.Limits
	for _, change := range limitChanges(has, limitsOf(wanted)) {
		if err := change.call(ctx, c, q); err != nil {
			q.Limits = limitsObject(has)
			save()
			return err
		}
		has = change.applyTo(has)
	}
	q.Limits = wanted
	save()
	return nil
}
