package quota

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

// newOrganizationListResource returns the list resource quay_org_quota.
func newOrganizationListResource() list.ListResource {
	return newListResource("organization", organizationDeclaration(), func(ctx context.Context, c *client.Client) iter.Seq2[owner, error] {
		return func(yield func(owner, error) bool) {
			for organization, err := range c.ListOrganizations(ctx) {
				if !yield(owner{organization.Name, organization.Quotas}, err) {
					return
				}
			}
		}
	})
}

// newUserListResource returns the list resource quay_user_quota.
func newUserListResource() list.ListResource {
	return newListResource("user", userDeclaration(), func(ctx context.Context, c *client.Client) iter.Seq2[owner, error] {
		return func(yield func(owner, error) bool) {
			for user, err := range c.ListUsers(ctx, true) {
				if !yield(owner{user.Username, user.Quotas}, err) {
					return
				}
			}
		}
	})
}

// owner is a listed organization or user, with its own quota, if it has one.
type owner struct {
	name   string
	quotas []client.Quota
}

func newListResource[M any, P quotaModel[M]](noun string, declaration envelope.ResourceDeclaration[M], owners func(context.Context, *client.Client) iter.Seq2[owner, error]) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.PrefixModel, owner, M]{
		Resource: declaration,
		Schema: schema.Schema{
			MarkdownDescription: "Finds the storage quotas that " + noun + "s have of their own.",
			Attributes:          map[string]schema.Attribute{"prefix": account.Prefix("the " + noun + "s")},
		},
		Objects: func(ctx context.Context, c *client.Client, config account.PrefixModel) iter.Seq2[owner, error] {
			return func(yield func(owner, error) bool) {
				for owner, err := range owners(ctx, c) {
					if err == nil && owner.quotas == nil {
						err = envelope.WithDetail("", "The registry does not tell of quotas. They need FEATURE_QUOTA_MANAGEMENT: true in its config.yaml.", nil)
					}
					if err == nil && (len(owner.quotas) == 0 || !config.Match(owner.name)) {
						continue
					}
					if !yield(owner, err) || err != nil {
						return
					}
				}
			}
		},
		FromAPI: func(m *M, owner owner) error {
			P(m).setOwner(owner.name)
			P(m).quota().fromAPI(&owner.quotas[0])
			return nil
		},
		Display: func(m M) string {
			q := P(&m).quota()
			return fmt.Sprintf("%s: %s", q.namespace, q.Limit.ValueString())
		},
	})
}
