package immutability

import (
	"context"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// kind is a kind of policies: for organizations, or for repositories.
type kind struct {
	policy.Owner
	keeps string // which tags the policy keeps, in descriptions
	// of returns the owner with a name.
	of func(name string) client.ImmutabilityOwner
}

var (
	organizationKind = kind{policy.Organization(), "tags in all repositories of the organization", client.OrganizationImmutability}
	repositoryKind   = kind{
		policy.Repository(), "tags of the repository, beside the policies of its organization",
		func(name string) client.ImmutabilityOwner {
			repository, _ := client.ParseRepository(name) // the attribute's validator also checks imports
			return client.RepositoryImmutability(repository)
		},
	}
)

// list reads the policies of an owner.
func (k kind) list(ctx context.Context, c *client.Client, owner string) ([]client.ImmutabilityPolicy, error) {
	policies, err := c.ListImmutabilityPolicies(ctx, k.of(owner))
	return policies, k.CheckListed(ctx, c, owner, len(policies), err)
}
