package autoprune

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// organizationModel is a quay_organization_autoprune_policy.
type organizationModel struct {
	organizationName
	policyModel
}

func (m *organizationModel) policy() policy { return policy{organizationKind, m, &m.policyModel} }

// repositoryModel is a quay_repository_autoprune_policy.
type repositoryModel struct {
	repositoryName
	policyModel
}

func (m *repositoryModel) policy() policy { return policy{repositoryKind, m, &m.policyModel} }

// userModel is a quay_user_autoprune_policy.
type userModel struct {
	noOwner
	policyModel
}

func (m *userModel) policy() policy { return policy{userKind, m, &m.policyModel} }

// policyModel is a policy without its owner.
type policyModel struct {
	UUID              types.String `tfsdk:"uuid"`
	Method            types.String `tfsdk:"method"`
	Value             types.String `tfsdk:"value"`
	TagPattern        types.String `tfsdk:"tag_pattern"`
	TagPatternMatches types.Bool   `tfsdk:"tag_pattern_matches"`
}

// policy is one of the models.
type policy struct {
	kind kind
	ownerModel
	*policyModel
}

// resourceModel is a pointer to one of the models.
type resourceModel[M any] interface {
	*M
	policy() policy
}

// newOrganizationResource returns the resource quay_organization_autoprune_policy.
func newOrganizationResource() resource.Resource {
	return envelope.NewResource(declare[organizationModel](organizationKind))
}

// newRepositoryResource returns the resource quay_repository_autoprune_policy.
func newRepositoryResource() resource.Resource {
	return envelope.NewResource(declare[repositoryModel](repositoryKind))
}

// newUserResource returns the resource quay_user_autoprune_policy.
func newUserResource() resource.Resource { return envelope.NewResource(declare[userModel](userKind)) }

func declare[M any, P resourceModel[M]](k kind) envelope.ResourceDeclaration[M] {
	return envelope.ResourceDeclaration[M]{
		Name:      k.name + "_autoprune_policy",
		Noun:      k.name + " auto-prune policy",
		Identity:  k.identity(),
		ImportID:  k.importID(),
		Namespace: k.owner.name,
		Schema: schema.Schema{
			MarkdownDescription: "Manages an auto-prune policy of " + k.whose + ": Quay regularly deletes " + k.deletes + ". " +
				"A deleted tag can be restored only as long as the time machine of the namespace keeps it.\n\n" +
				"Needs Quay " + k.since + " or later, and `FEATURE_AUTO_PRUNE: true` in the registry's `config.yaml`. " +
				"Quay 3.13 and later can have several policies for " + k.whose + ", with different values. Older versions can have one policy.",
			Attributes: k.resourceAttributes(),
		},
		Create: func(ctx context.Context, c *client.Client, m *M, _ func()) error { return P(m).policy().create(ctx, c) },
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			p := P(m).policy()
			found, err := c.GetAutoprunePolicy(ctx, p.owner(), p.UUID.ValueString())
			if err == nil {
				p.fromAPI(found)
			}
			return err
		},
		Update: func(ctx context.Context, c *client.Client, _ M, m *M, _ func(M)) error {
			return P(m).policy().update(ctx, c)
		},
		Delete: func(ctx context.Context, c *client.Client, m M) error {
			p := P(&m).policy()
			return c.DeleteAutoprunePolicy(ctx, p.owner(), p.UUID.ValueString())
		},
	}
}

func (k kind) resourceAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"uuid": envelope.UUIDAttribute("UUID of the policy, which Quay chooses."),
		"method": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "How Quay chooses the tags that it deletes. Must be one of `number_of_tags` (all but the newest tags of each repository), " +
				"`creation_date` (the tags that are older than an age).",
			Validators: []validator.String{envelope.OneOf(client.AutopruneByNumber, byAge)},
		},
		"value": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "For the method `number_of_tags`, the number of newest tags that stay, from 1 to 999999999, such as `10`. " +
				"For the method `creation_date`, the age from which on Quay deletes tags, at most 1000 years, such as `7d`: a whole number of at least 1 and " +
				"one of `s`, `m`, `h`, `d`, `w`, `y` (seconds, minutes, hours, days, weeks, years of 365 days).",
			Validators: []validator.String{valueRule{}},
		},
		"tag_pattern": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Regular expression that restricts the policy to some tags, such as `^dev-`. Without this attribute, the policy applies to all " +
				"tags. Needs Quay 3.13 or later. Quay does not check the expression when it stores a policy. The registry's database evaluates the expression.",
			Validators: []validator.String{envelope.Text(checkPattern)},
		},
		"tag_pattern_matches": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether the policy applies to the tags that match `tag_pattern` (`true`), or to the tags that do not match it (`false`). " +
				"Defaults to `true`.",
			Validators: []validator.Bool{matchesRule{}},
		},
	}
	if k.hasOwner() {
		attributes[k.owner.name] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: k.owner.description + " Changing this forces a new resource to be created, unless Terraform renames the organization.",
			Validators:          k.owner.validators,
		}
	}
	return attributes
}

// policyKey tells a policy from those that delete the same tags.
type policyKey struct {
	kind, owner string
	policy      client.AutoprunePolicy
}

func (p policy) create(ctx context.Context, c *client.Client) error {
	owner, wanted := p.owner(), p.toAPI()
	created, existing, err := envelope.UniqueCreation[client.AutoprunePolicy]{
		Noun: "auto-prune policy",
		Key:  policyKey{p.kind.name, owner.String(), wanted},
		Find: func(ctx context.Context) (*client.AutoprunePolicy, error) {
			policies, err := c.ListAutoprunePolicies(ctx, owner)
			return find(policies, wanted), err
		},
		Call: func(ctx context.Context) (*client.AutoprunePolicy, error) {
			uuid, err := c.CreateAutoprunePolicy(ctx, owner, wanted)
			if err != nil {
				return nil, err
			}
			return &client.AutoprunePolicy{UUID: uuid}, nil
		},
	}.Create(ctx)
	switch {
	case errors.Is(err, client.Exists):
		return p.explainExists(ctx, c, err)
	case err != nil:
		return p.kind.missing(owner.String(), err)
	case existing != nil:
		return p.exists(existing, fmt.Errorf("the auto-prune policy %w", client.Exists))
	}
	p.UUID = types.StringValue(created.UUID)
	return nil
}

// explainExists names the policy because of which Quay refuses a creation: another one
// of the owner, where Quay before 3.13 has one policy, or one that was created meanwhile.
func (p policy) explainExists(ctx context.Context, c *client.Client, err error) error {
	policies, readErr := c.ListAutoprunePolicies(ctx, p.owner())
	switch same := find(policies, p.toAPI()); {
	case same != nil:
		return p.exists(same, err)
	case len(policies) > 0:
		return p.exists(&policies[0], err)
	}
	return errors.Join(err, readErr)
}

// find returns the policy with the values of another one, or nil.
func find(policies []client.AutoprunePolicy, wanted client.AutoprunePolicy) *client.AutoprunePolicy {
	for _, other := range policies {
		if other.SameAs(wanted) {
			return &other
		}
	}
	return nil
}

// exists returns the error of a creation because of a policy that the owner has.
func (p policy) exists(existing *client.AutoprunePolicy, cause error) error {
	owner := p.owner().String()
	identity := []string{owner, existing.UUID}
	if !p.kind.hasOwner() {
		identity = identity[1:]
	}
	words := "has an auto-prune policy with the same method, value and tag pattern."
	if !existing.SameAs(p.toAPI()) {
		words = fmt.Sprintf("has an auto-prune policy, with the method %q and the value %q. Quay before 3.13 can have one policy for %s.",
			existing.Method, existing.Value, p.kind.whose)
	}
	words += " If another resource of the configuration manages that policy, remove one of the two resources."
	return envelope.WithDetail("", p.ownerName()+" "+words, envelope.ExistsError(cause, identity...))
}

// ownerName is what messages call the owner at the beginning of a sentence.
func (p policy) ownerName() string {
	switch p.kind.name {
	case "organization":
		return fmt.Sprintf("The organization %q", p.owner())
	case "repository":
		return fmt.Sprintf("The repository %q", p.owner())
	}
	return "The access token's own user"
}

// update changes the policy. Quay would let the policy repeat another one.
func (p policy) update(ctx context.Context, c *client.Client) error {
	owner, wanted := p.owner(), p.toAPI()
	policies, err := c.ListAutoprunePolicies(ctx, owner)
	if err != nil {
		return p.kind.missing(owner.String(), err)
	}
	if same := find(policies, wanted); same != nil && same.UUID != wanted.UUID {
		return envelope.WithDetail("", fmt.Sprintf("%s has another auto-prune policy with the same method, value and tag pattern: %q. "+
			"Change one of the two policies, or remove it. If this apply changes or removes the other policy, apply again.",
			p.ownerName(), displayName(owner, same.UUID)), nil)
	}
	err = c.ChangeAutoprunePolicy(ctx, owner, wanted)
	return envelope.NotFoundError("", "auto-prune policy", displayName(owner, wanted.UUID), err)
}

// toAPI returns the policy that the model describes.
func (m *policyModel) toAPI() client.AutoprunePolicy {
	return client.AutoprunePolicy{
		UUID: m.UUID.ValueString(), Method: m.Method.ValueString(), Value: m.Value.ValueString(),
		TagPattern: m.TagPattern.ValueString(), TagPatternMatches: m.TagPatternMatches.ValueBool(),
	}
}

// fromAPI brings the model up to date with a policy.
func (m *policyModel) fromAPI(found *client.AutoprunePolicy) {
	*m = policyModel{
		UUID: types.StringValue(found.UUID), Method: types.StringValue(found.Method), Value: types.StringValue(found.Value),
		TagPattern: envelope.TextOrNull(found.TagPattern), TagPatternMatches: types.BoolValue(found.TagPatternMatches),
	}
}
