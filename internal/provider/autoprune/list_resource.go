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
)

// listedPolicy is a policy with the name of its owner.
type listedPolicy struct {
	owner  string
	policy client.AutoprunePolicy
}

// newOrganizationListResource returns the list resource
// quay_organization_autoprune_policy.
func newOrganizationListResource() list.ListResource {
	return newListResource[organizationModel](organizationKind, ownerSchema(organizationKind), ownerOf[organizationName])
}

// newRepositoryListResource returns the list resource quay_repository_autoprune_policy.
func newRepositoryListResource() list.ListResource {
	description := "Finds the auto-prune policies of a repository, or of all repositories of an organization, with a call for each repository."
	return newListResource[repositoryModel](repositoryKind, account.RepositoryFilterSchema(description), repositoryOwners)
}

// newUserListResource returns the list resource quay_user_autoprune_policy.
func newUserListResource() list.ListResource {
	return newListResource[userModel](userKind, ownerSchema(userKind), ownerOf[noOwner])
}

// ownerSchema is the schema of a list of one owner's policies.
func ownerSchema(k kind) schema.Schema {
	attributes := map[string]schema.Attribute{}
	if k.hasOwner() {
		attributes[k.owner.name] = schema.StringAttribute{Required: true, MarkdownDescription: k.owner.description, Validators: k.owner.validators}
	}
	return schema.Schema{MarkdownDescription: "Finds the auto-prune policies of " + k.whose + ", with one call.", Attributes: attributes}
}

// owners yields the owners whose policies are listed. It ends after the first error.
type owners[F any] func(ctx context.Context, c *client.Client, config F) iter.Seq2[client.AutopruneOwner, error]

func ownerOf[F any, P interface {
	*F
	ownerModel
}](_ context.Context, _ *client.Client, config F) iter.Seq2[client.AutopruneOwner, error] {
	return func(yield func(client.AutopruneOwner, error) bool) { yield(P(&config).owner(), nil) }
}

func repositoryOwners(ctx context.Context, c *client.Client, config account.RepositoryFilter) iter.Seq2[client.AutopruneOwner, error] {
	return func(yield func(client.AutopruneOwner, error) bool) {
		for repository, err := range config.Repositories(ctx, c) {
			if !yield(client.RepositoryAutoprune(repository), err) {
				return
			}
		}
	}
}

func newListResource[M, F any, P resourceModel[M]](k kind, filter schema.Schema, owners owners[F]) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[F, listedPolicy, M]{
		Resource: declare[M, P](k),
		Schema:   filter,
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[listedPolicy, error] {
			return func(yield func(listedPolicy, error) bool) {
				for owner, err := range owners(ctx, c, config) {
					var policies []client.AutoprunePolicy
					if err == nil {
						policies, err = k.list(ctx, c, owner)
					}
					if err != nil {
						yield(listedPolicy{}, err)
						return
					}
					for _, found := range policies {
						if !yield(listedPolicy{owner.String(), found}, nil) {
							return
						}
					}
				}
			}
		},
		FromAPI: func(m *M, l listedPolicy) error {
			p := P(m).policy()
			p.setOwner(l.owner)
			p.fromAPI(&l.policy)
			return nil
		},
		Display: func(m M) string {
			p := P(&m).policy()
			owner, pattern := p.owner().String(), ""
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
