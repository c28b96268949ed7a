package autoprune

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
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
	return newListResource[organizationName, organizationModel](organizationKind)
}

// newRepositoryListResource returns the list resource quay_repository_autoprune_policy.
func newRepositoryListResource() list.ListResource {
	return newListResource[repositoryName, repositoryModel](repositoryKind)
}

// newUserListResource returns the list resource quay_user_autoprune_policy.
func newUserListResource() list.ListResource {
	return newListResource[noOwner, userModel](userKind)
}

func newListResource[F, M any, PF interface {
	*F
	ownerModel
}, PM resourceModel[M]](k kind) list.ListResource {
	attributes := map[string]schema.Attribute{}
	if k.hasOwner() {
		attributes[k.owner.name] = schema.StringAttribute{Required: true, MarkdownDescription: k.owner.description, Validators: k.owner.validators}
	}
	return envelope.NewListResource(envelope.ListDeclaration[F, listedPolicy, M]{
		Resource: declare[M, PM](k),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the auto-prune policies of " + k.whose + ", with one call.",
			Attributes:          attributes,
		},
		Objects: func(ctx context.Context, c *client.Client, config F) iter.Seq2[listedPolicy, error] {
			return func(yield func(listedPolicy, error) bool) {
				policies, err := k.list(ctx, c, PF(&config))
				if err != nil {
					yield(listedPolicy{}, err)
					return
				}
				for _, found := range policies {
					if !yield(listedPolicy{PF(&config).owner().String(), found}, nil) {
						return
					}
				}
			}
		},
		FromAPI: func(m *M, l listedPolicy) error {
			p := PM(m).policy()
			p.setOwner(l.owner)
			p.fromAPI(&l.policy)
			return nil
		},
		Display: func(m M) string {
			p := PM(&m).policy()
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
