package autoprune

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// listedPolicy is a policy with the name of its owner.
type listedPolicy = policy.Listed[client.AutoprunePolicy]

// newOrganizationListResource returns the list resource
// quay_organization_autoprune_policy.
func newOrganizationListResource() list.ListResource {
	return newListResource[organizationModel](organizationKind, ownerSchema(organizationKind), policy.OwnerOf[policy.OrganizationName])
}

// newRepositoryListResource returns the list resource quay_repository_autoprune_policy.
func newRepositoryListResource() list.ListResource {
	description := "Finds the auto-prune policies of a repository, or of all repositories of an organization, with a call for each repository."
	return newListResource[repositoryModel](repositoryKind, account.RepositoryFilterSchema(description), policy.Repositories)
}

// newUserListResource returns the list resource quay_user_autoprune_policy.
func newUserListResource() list.ListResource {
	return newListResource[userModel](userKind, ownerSchema(userKind), policy.OwnerOf[policy.NoName])
}

// ownerSchema is the schema of a list of one owner's policies.
func ownerSchema(k kind) schema.Schema {
	return schema.Schema{MarkdownDescription: "Finds the auto-prune policies of " + k.Whose + ", with one call.", Attributes: k.List()}
}

func newListResource[M, F any, P resourceModel[M]](k kind, filter schema.Schema, owners policy.Owners[F]) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[F, listedPolicy, M]{
		Resource: declare[M, P](k),
		Schema:   filter,
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[listedPolicy, error] {
			return policy.All(owners(ctx, c, config), func(owner string) ([]client.AutoprunePolicy, error) { return k.list(ctx, c, owner) })
		},
		FromAPI: func(m *M, l listedPolicy) error {
			p := P(m).policy()
			p.SetOwnerName(l.Owner)
			p.fromAPI(&l.Policy)
			return nil
		},
		Display: func(m M) string {
			p := P(&m).policy()
			owner, pattern := p.OwnerName(), ""
			if owner != "" {
				owner += ": "
			}
			switch {
			case p.TagPattern.IsNull():
			case p.TagPatternMatches.ValueBool():
				pattern = ", tags that match " + p.TagPattern.ValueString()
			default:
				pattern = ", tags that do not match " + p.TagPattern.ValueString()
			}
			return fmt.Sprintf("%s%s %s%s", owner, p.Method.ValueString(), p.Value.ValueString(), pattern)
		},
	})
}
