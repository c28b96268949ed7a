package immutability

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// organizationModel is a quay_organization_immutability_policy.
type organizationModel struct {
	policy.OrganizationName
	policyModel
}

func (m *organizationModel) policy() ownedPolicy {
	return ownedPolicy{organizationKind, m, &m.policyModel}
}

// repositoryModel is a quay_repository_immutability_policy.
type repositoryModel struct {
	policy.RepositoryName
	policyModel
}

func (m *repositoryModel) policy() ownedPolicy {
	return ownedPolicy{repositoryKind, m, &m.policyModel}
}

// policyModel is a policy without its owner.
type policyModel struct {
	UUID              types.String `tfsdk:"uuid"`
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
func (p ownedPolicy) owner() client.ImmutabilityOwner { return p.of(p.OwnerName()) }

// resourceModel is a pointer to one of the models.
type resourceModel[M any] interface {
	*M
	policy() ownedPolicy
}

// newOrganizationResource returns the resource quay_organization_immutability_policy.
func newOrganizationResource() resource.Resource {
	return envelope.NewResource(declare[organizationModel](organizationKind))
}

// newRepositoryResource returns the resource quay_repository_immutability_policy.
func newRepositoryResource() resource.Resource {
	return envelope.NewResource(declare[repositoryModel](repositoryKind))
}

func declare[M any, P resourceModel[M]](k kind) envelope.ResourceDeclaration[M] {
	return envelope.ResourceDeclaration[M]{
		Name:      k.Name + "_immutability_policy",
		Noun:      k.Name + " immutability policy",
		Identity:  k.Identity(),
		ImportID:  k.ImportID(),
		Namespace: k.Attribute,
		Schema: schema.Schema{
			MarkdownDescription: "Manages an immutability policy of " + k.Whose + ": Quay lets nobody move, overwrite or delete " + k.keeps + ". " +
				"When a policy is created or changed, Quay makes the existing tags immutable, too. They stay immutable when the policy is changed or destroyed.",
			Attributes: k.Resource(map[string]schema.Attribute{
				"tag_pattern": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Regular expression that the whole name of a tag must match, such as `v[0-9.]+`, at most 256 characters. Quay reads the expression as " +
						"Python does. " + strings.ToUpper(k.Whose[:1]) + k.Whose[1:] + " can have one policy for each expression.",
					Validators: []validator.String{envelope.Text(checkPattern)},
				},
				"tag_pattern_matches": schema.BoolAttribute{
					Optional: true,
					Computed: true,
					Default:  booldefault.StaticBool(true),
					MarkdownDescription: "Whether the policy applies to tags that match `tag_pattern` (`true`), or to all other tags (`false`). " +
						"Defaults to `true`.",
				},
			}),
		},
		Create: func(ctx context.Context, c *client.Client, m *M, _ func()) error { return P(m).policy().create(ctx, c) },
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			p := P(m).policy()
			found, err := c.GetImmutabilityPolicy(ctx, p.owner(), p.UUID.ValueString())
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
			return c.DeleteImmutabilityPolicy(ctx, p.owner(), p.UUID.ValueString())
		},
	}
}

// maxPattern is Quay's maximum length of a pattern in characters.
const maxPattern = 256

// checkPattern is the rule for a tag pattern. It refuses white space around the pattern, which
// Quay removes.
func checkPattern(pattern string) error {
	isSpace := func(r rune) bool { return unicode.IsSpace(r) || '\x1c' <= r && r <= '\x1f' } // white space in Python
	if pattern == "" || strings.TrimFunc(pattern, isSpace) != pattern || strings.ContainsRune(pattern, 0) || utf8.RuneCountInString(pattern) > maxPattern {
		return errors.New("must be 1 to 256 characters, and must not begin or end with white space")
	}
	return nil
}

// creation is the key of a creation.
type creation struct{ kind, owner, pattern string }

func (p ownedPolicy) create(ctx context.Context, c *client.Client) error {
	owner, wanted := p.owner(), p.toAPI()
	uuid, err := policy.Creation[client.ImmutabilityPolicy]{
		Noun: "immutability policy",
		Key:  creation{p.Name, p.OwnerName(), wanted.TagPattern},
		List: func(ctx context.Context) ([]client.ImmutabilityPolicy, error) {
			return c.ListImmutabilityPolicies(ctx, owner)
		},
		Create:  func(ctx context.Context) (string, error) { return c.CreateImmutabilityPolicy(ctx, owner, wanted) },
		Repeats: func(other client.ImmutabilityPolicy) bool { return other.TagPattern == wanted.TagPattern },
		Equals: func(other client.ImmutabilityPolicy) bool {
			return other.TagPattern == wanted.TagPattern && other.TagPatternMatches == wanted.TagPatternMatches
		},
		UUID:   func(p client.ImmutabilityPolicy) string { return p.UUID },
		Exists: p.exists,
	}.Do(ctx)
	p.UUID = types.StringValue(uuid)
	return p.NotFoundError(p.OwnerName(), err)
}

// exists returns the error of a creation if the owner has such a policy already.
func (p ownedPolicy) exists(existing client.ImmutabilityPolicy, cause error) error {
	words := " has an immutability policy with the same tag pattern. If another resource of the configuration manages that policy, remove one of the two resources."
	return envelope.WithDetail("", p.Sentence(p.OwnerName())+words, envelope.ExistsError(cause, p.IdentityOf(p.OwnerName(), existing.UUID)...))
}

// update changes the policy. Quay refuses a pattern that another policy has.
func (p ownedPolicy) update(ctx context.Context, c *client.Client) error {
	wanted := p.toAPI()
	err := c.ChangeImmutabilityPolicy(ctx, p.owner(), wanted)
	if errors.Is(err, client.Exists) {
		return envelope.WithDetail("tag_pattern", fmt.Sprintf("%s has another immutability policy with the same tag pattern. "+
			"Change one of the two policies, or remove it. If this apply changes or removes the other policy, apply again.", p.Sentence(p.OwnerName())), err)
	}
	return envelope.NotFoundError("", "immutability policy", policy.DisplayName(p.OwnerName(), wanted.UUID), err)
}

// toAPI returns the policy that the model describes.
func (m *policyModel) toAPI() client.ImmutabilityPolicy {
	return client.ImmutabilityPolicy{UUID: m.UUID.ValueString(), TagPattern: m.TagPattern.ValueString(), TagPatternMatches: m.TagPatternMatches.ValueBool()}
}

// fromAPI copies a policy into the model.
func (m *policyModel) fromAPI(found *client.ImmutabilityPolicy) {
	*m = policyModel{types.StringValue(found.UUID), types.StringValue(found.TagPattern), types.BoolValue(found.TagPatternMatches)}
}
