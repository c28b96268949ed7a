package autoprune

import (
	"context"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// kind is a kind of policies: for organizations, for repositories, or for the token's user.
type kind struct {
	policy.Owner
	deletes string // which tags the policy deletes, in descriptions
	// of returns the owner with a name.
	of func(name string) client.AutopruneOwner
}

var (
	organizationKind = kind{policy.Organization(), "tags in all repositories of the organization", client.OrganizationAutoprune}
	repositoryKind   = kind{
		policy.Repository(), "tags of the repository, beside the policies of its organization",
		func(name string) client.AutopruneOwner {
			repository, _ := client.ParseRepository(name) // the attribute's validator also checks imports
			return client.RepositoryAutoprune(repository)
		},
	}
	userKind = kind{
		policy.User(), "tags in all repositories of the user",
		func(string) client.AutopruneOwner { return client.UserAutoprune() },
	}
)

// list reads the policies of an owner.
func (k kind) list(ctx context.Context, c *client.Client, owner string) ([]client.AutoprunePolicy, error) {
	policies, err := c.ListAutoprunePolicies(ctx, k.of(owner))
	return policies, k.CheckListed(ctx, c, owner, len(policies), err)
}
