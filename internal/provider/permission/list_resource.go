package permission

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// listed is a permission in the list of a repository.
type listed struct {
	repository client.Repository
	grantee    string
	permission client.Permission
}

// newUserListResource returns the list resource quay_repo_user_permission.
func newUserListResource() list.ListResource {
	return newListResource("users and robots", userDeclaration(), (*client.Client).ListUserPermissions)
}

// newTeamListResource returns the list resource quay_repo_team_permission.
func newTeamListResource() list.ListResource {
	return newListResource("teams", teamDeclaration(), (*client.Client).ListTeamPermissions)
}

// reader reads the permissions of a repository, by the names of their holders.
type reader func(*client.Client, context.Context, client.Repository) (map[string]client.Permission, error)

func newListResource[M any, P permissionModel[M]](whose string, declaration envelope.ResourceDeclaration[M], read reader) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.RepositoryFilter, listed, M]{
		Resource: declaration,
		Schema:   account.RepositoryFilterSchema("Finds the roles of " + whose + " in one repository, or in all repositories of an organization. Each repository takes a call."),
		Objects: func(ctx context.Context, c *client.Client, config account.RepositoryFilter) iter.Seq2[listed, error] {
			return func(yield func(listed, error) bool) {
				for repository, err := range config.Repositories(ctx, c) {
					if err != nil {
						yield(listed{}, err)
						return
					}
					permissions, err := read(c, ctx, repository)
					if err == nil && len(permissions) == 0 && !config.Repository.IsNull() {
						err = missingRepository(ctx, c, repository, nil)
					}
					if err != nil {
						yield(listed{}, err)
						return
					}
					for _, name := range slices.Sorted(maps.Keys(permissions)) {
						if !yield(listed{repository, name, permissions[name]}, nil) {
							return
						}
					}
				}
			}
		},
		FromAPI: func(m *M, l listed) error {
			P(m).setGrantee(l.grantee)
			g := P(m).ref()
			*g.repository = types.StringValue(l.repository.String())
			g.fromAPI(&l.permission)
			return nil
		},
		Display: func(m M) string {
			g := P(&m).ref()
			return fmt.Sprintf("%s: %s (%s)", g.repository.ValueString(), g.grantee, g.role.ValueString())
		},
	})
}
