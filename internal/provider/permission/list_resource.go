package permission

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// filterModel is the configuration of a list of permissions.
type filterModel struct {
	Repository   types.String `tfsdk:"repository"`
	Organization types.String `tfsdk:"organization"`
}

// listed is a permission as the list of a repository's shows it.
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

// filterSchema is the schema of a list of permissions.
func filterSchema(description string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"repository": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Repository as `namespace/name`. Exactly one of `repository` and `organization` is given.",
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRoot("repository"), path.MatchRoot("organization")),
					envelope.Text(checkRepository),
				},
			},
			"organization": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Organization, or user, in all of whose repositories the permissions are listed, " +
					"as far as the token's user can see them.",
				Validators: account.Reference(),
			},
		},
	}
}

// reader reads the permissions of a repository by the names of who has them.
type reader func(*client.Client, context.Context, client.Repository) (map[string]client.Permission, error)

func newListResource[M any, P permissionModel[M]](whose string, declaration envelope.ResourceDeclaration[M], read reader) list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[filterModel, listed, M]{
		Resource: declaration,
		Schema:   filterSchema("Finds the roles of " + whose + " in a repository, or in all of an organization, with a call for each repository."),
		Objects: func(ctx context.Context, c *client.Client, config filterModel) iter.Seq2[listed, error] {
			return func(yield func(listed, error) bool) {
				for repository, err := range config.repositories(ctx, c) {
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

// repositories yields the repositories to look at. It ends after the first
// error.
func (config filterModel) repositories(ctx context.Context, c *client.Client) iter.Seq2[client.Repository, error] {
	return func(yield func(client.Repository, error) bool) {
		if !config.Repository.IsNull() {
			yield(parseRepository(config.Repository))
			return
		}
		namespace, none := config.Organization.ValueString(), true
		for repository, err := range c.ListRepositories(ctx, namespace) {
			none = false
			if !yield(repository.Repository, err) {
				return
			}
		}
		if none && missingNamespace(ctx, c, namespace) {
			yield(client.Repository{}, envelope.WithDetail("organization", fmt.Sprintf("There is neither an organization nor a user %q in the registry.", namespace), nil))
		}
	}
}

// missingNamespace tells whether there is certainly no organization and no user
// of a name. A list of repositories does not tell.
func missingNamespace(ctx context.Context, c *client.Client, name string) bool {
	if _, err := c.GetOrganization(ctx, name); !errors.Is(err, client.NotFound) {
		return false
	}
	_, err := c.GetUser(ctx, name)
	return errors.Is(err, client.NotFound)
}
