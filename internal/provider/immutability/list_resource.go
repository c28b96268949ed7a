package immutability

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
type listedPolicy = policy.Listed[client.ImmutabilityPolicy]

// newOrganizationListResource returns the list resource
// quay_organization_immutability_policy.
func newOrganizationListResource() list.ListResource {
	description := "Finds the immutability policies of an organization, with one call."
	return newListResource[organizationModel](organizationKind, schema.Schema{MarkdownDescription: description, Attributes: organizationKind.List()},
		policy.OwnerOf[policy.OrganizationName])
}

// newRepositoryListResource returns the list resource
// quay_repository_immutability_policy.
func newRepositoryListResource() list.ListResource {
	description := "Finds the immutability policies of a repository, or of all repositories of an organization, with a call for each repository."
	return newListResource[repositoryModel](repositoryKind, account.RepositoryFilterSchema(description), policy.Repositories)
}

func newListResource[M, F any, P resourceModel[M]](k kind, filter schema.Schema, owners policy.Owners[F]) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[F, listedPolicy, M]{
		Resource: declare[M, P](k),
		Schema:   filter,
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[listedPolicy, error] {
			return policy.All(owners(ctx, c, config), func(owner string) ([]client.ImmutabilityPolicy, error) { return k.list(ctx, c, owner) })
		},
		FromAPI: func(m *M, l listedPolicy) error {
			p := P(m).policy()
			p.SetOwnerName(l.Owner)
			p.fromAPI(&l.Policy)
			return nil
		},
		Display: func(m M) string {
			p := P(&m).policy()
			not := ""
			if !p.TagPatternMatches.ValueBool() {
				not = "do not "
			}
			return fmt.Sprintf("%s: tags that %smatch %s", p.OwnerName(), not, p.TagPattern.ValueString())
		},
	})
}
