package permission

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newPermissionsListResource returns the list resource quay_repository_permissions.
func newPermissionsListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.RepositoryFilter, client.Repository, permissionsModel]{
		Resource: permissionsDeclaration(),
		Schema: account.RepositoryFilterSchema("Finds the permissions of a repository, or of all repositories of an organization. " +
			"Reading the roles takes two calls for each repository, and a third call for a repository with robot accounts."),
		Objects: func(ctx context.Context, c *client.Client, config account.RepositoryFilter) iter.Seq2[client.Repository, error] {
			return func(yield func(client.Repository, error) bool) {
				for repository, err := range config.Repositories(ctx, c) {
					if err == nil && !config.Repository.IsNull() {
						err = ensureRepository(ctx, c, repository)
					}
					if !yield(repository, err) || err != nil {
						return
					}
				}
			}
		},
		FromAPI: func(m *permissionsModel, repository client.Repository) error {
			m.Repository = types.StringValue(repository.String())
			return nil
		},
		Complete: readPermissions,
		Display:  func(m permissionsModel) string { return m.Repository.ValueString() },
	})
}

// ensureRepository returns an error unless a repository exists.
func ensureRepository(ctx context.Context, c *client.Client, repository client.Repository) error {
	exists, err := c.RepositoryExists(ctx, repository)
	if err == nil && !exists {
		err = noRepository(repository, nil)
	}
	return err
}
