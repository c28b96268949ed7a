package autoprune

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// organizationModel is a quay_organization_autoprune_policy.
type organizationModel struct {
	policy.OrganizationName
	policyModel
}

func (m *organizationModel) policy() ownedPolicy {
	return ownedPolicy{organizationKind, m, &m.policyModel}
}

// repositoryModel is a quay_repository_autoprune_policy.
type repositoryModel struct {
	policy.RepositoryName
	policyModel
}

func (m *repositoryModel) policy() ownedPolicy { return ownedPolicy{repositoryKind, m, &m.policyModel} }

// userModel is a quay_user_autoprune_policy.
type userModel struct {
	policy.NoName
	policyModel
}

func (m *userModel) policy() ownedPolicy { return ownedPolicy{userKind, m, &m.policyModel} }

// policyModel is a policy without its owner.
type policyModel struct {
	UUID              types.String `tfsdk:"uuid"`
	Method            types.String `tfsdk:"method"`
	Value             types.String `tfsdk:"value"`
	TagPattern        types.String `tfsdk:"tag_pattern"`
	TagPatternMatches types.Bool   `tfsdk:"tag_pattern_matches"`
}

// ownedPolicy is one of the models.
type ownedPolicy struct {
	kind
	policy.OwnerModel
	*policyModel
}

// owner returns the owner of the policy.
func (p ownedPolicy) owner() client.AutopruneOwner { return p.of(p.OwnerName()) }

// resourceModel is a pointer to one of the models.
type resourceModel[M any] interface {
	*M
	policy() ownedPolicy
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
		Name:      k.Name + "_autoprune_policy",
		Noun:      k.Name + " auto-prune policy",
		Identity:  k.Identity(),
		ImportID:  k.ImportID(),
		Namespace: k.Attribute,
		Schema: schema.Schema{
			MarkdownDescription: "Manages an auto-prune policy of " + k.Whose + ": Quay regularly deletes " + k.deletes + ". " +
				"A deleted tag can be restored only as long as the time machine of the namespace keeps it.\n\n" +
				"Quay 3.13 and later can have several policies for " + k.Whose + ", with different values. Older versions can have one policy.",
			Attributes: k.Resource(attributes()),
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

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"method": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Method by which Quay chooses tags to delete. Must be one of `number_of_tags` (keep the newest tags of each repository), `creation_date` (delete tags from an age on).",
			Validators:          []validator.String{envelope.OneOf(client.AutopruneByNumber, byAge)},
		},
		"value": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "For the method `number_of_tags`, the number of newest tags that stay, from 1 to 999999999, such as `10`. For the method `creation_date`, the age at which Quay deletes a tag, such as `7d`, and at most 1000 years. The age is a whole number and a unit: `s`, `m`, `h`, `d`, `w` or `y` (seconds, minutes, hours, days, weeks, years of 365 days).",
			Validators:          []validator.String{valueRule{}},
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
			MarkdownDescription: "Whether the policy applies to tags that match `tag_pattern` (`true`), or to all other tags (`false`). " +
				"Defaults to `true`.",
			Validators: []validator.Bool{matchesRule{}},
		},
	}
}

// creation is the key of a creation.
type creation struct {
	kind, owner string
	policy      client.AutoprunePolicy
}

func (p ownedPolicy) create(ctx context.Context, c *client.Client) error {
	owner, wanted := p.owner(), p.toAPI()
	uuid, err := policy.Creation[client.AutoprunePolicy]{
		Noun: "auto-prune policy",
		Key:  creation{p.Name, p.OwnerName(), wanted},
		List: func(ctx context.Context) ([]client.AutoprunePolicy, error) {
			return c.ListAutoprunePolicies(ctx, owner)
		},
		Create:  func(ctx context.Context) (string, error) { return c.CreateAutoprunePolicy(ctx, owner, wanted) },
		Repeats: wanted.SameAs,
		Equals:  wanted.SameAs,
		UUID:    func(p client.AutoprunePolicy) string { return p.UUID },
		Exists:  p.exists,
	}.Do(ctx)
	p.UUID = types.StringValue(uuid)
	return p.NotFoundError(p.OwnerName(), err)
}

// exists returns the error of a creation if the owner has such a policy already.
func (p ownedPolicy) exists(existing client.AutoprunePolicy, cause error) error {
	words := "has an auto-prune policy with the same method, value and tag pattern."
	if !existing.SameAs(p.toAPI()) {
		words = fmt.Sprintf("has an auto-prune policy, with the method %q and the value %q. Quay before 3.13 can have one policy for %s.",
			existing.Method, existing.Value, p.Whose)
	}
	words += " If another resource of the configuration manages that policy, remove one of the two resources."
	return envelope.WithDetail("", p.Sentence(p.OwnerName())+" "+words, envelope.ExistsError(cause, p.IdentityOf(p.OwnerName(), existing.UUID)...))
}

// update changes the policy. It refuses a change that repeats another policy, because Quay
// accepts it.
func (p ownedPolicy) update(ctx context.Context, c *client.Client) error {
	owner, wanted := p.owner(), p.toAPI()
	policies, err := c.ListAutoprunePolicies(ctx, owner)
	if err != nil {
		return p.NotFoundError(p.OwnerName(), err)
	}
	same := slices.IndexFunc(policies, wanted.SameAs)
	if same >= 0 && policies[same].UUID != wanted.UUID {
		return envelope.WithDetail("", fmt.Sprintf("%s has another auto-prune policy with the same method, value and tag pattern: %q. "+
			"Change one of the two policies, or remove it. If this apply changes or removes the other policy, apply again. If the two policies exchange their values, first apply a third value for one of them.",
			p.Sentence(p.OwnerName()), policy.DisplayName(p.OwnerName(), policies[same].UUID)), nil)
	}
	err = c.ChangeAutoprunePolicy(ctx, owner, wanted)
	return envelope.NotFoundError("", "auto-prune policy", policy.DisplayName(p.OwnerName(), wanted.UUID), err)
}

// toAPI returns the policy that the model describes.
func (m *policyModel) toAPI() client.AutoprunePolicy {
	return client.AutoprunePolicy{
		UUID: m.UUID.ValueString(), Method: m.Method.ValueString(), Value: m.Value.ValueString(),
		TagPattern: m.TagPattern.ValueString(), TagPatternMatches: m.TagPatternMatches.ValueBool(),
	}
}

// fromAPI copies a policy into the model.
func (m *policyModel) fromAPI(found *client.AutoprunePolicy) {
	*m = policyModel{
		UUID: types.StringValue(found.UUID), Method: types.StringValue(found.Method), Value: types.StringValue(found.Value),
		TagPattern: envelope.TextOrNull(found.TagPattern), TagPatternMatches: types.BoolValue(found.TagPatternMatches),
	}
}
