package permission

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// userModel is a quay_repo_user_permission.
type userModel struct {
	Repository types.String `tfsdk:"repository"`
	Username   types.String `tfsdk:"username"`
	Role       types.String `tfsdk:"role"`
}

func (m *userModel) ref() permissionRef {
	return permissionRef{&m.Repository, "username", client.UserGrantee(m.Username.ValueString()), &m.Role}
}

func (m *userModel) setGrantee(name string) { m.Username = types.StringValue(name) }

// teamModel is a quay_repo_team_permission.
type teamModel struct {
	Repository types.String `tfsdk:"repository"`
	Team       types.String `tfsdk:"team"`
	Role       types.String `tfsdk:"role"`
}

func (m *teamModel) ref() permissionRef {
	return permissionRef{&m.Repository, "team", client.TeamGrantee(m.Team.ValueString()), &m.Role}
}

func (m *teamModel) setGrantee(name string) { m.Team = types.StringValue(name) }

// newUserResource returns the resource quay_repo_user_permission.
func newUserResource() resource.Resource {
	return envelope.NewResource(userDeclaration())
}

// newTeamResource returns the resource quay_repo_team_permission.
func newTeamResource() resource.Resource {
	return envelope.NewResource(teamDeclaration())
}

func userDeclaration() envelope.ResourceDeclaration[userModel] {
	declaration := declare[userModel]("user", "username", "namespace/name:username",
		"Manages the role of a user or a robot account in a repository. If the user has a role already, the resource manages that role.",
		"Name of the user, or of the robot account with its namespace: `acme+ci`. Changing this forces a new resource to be created.", account.GranteeReference())
	declaration.RobotNames = []string{"username"}
	return declaration
}

func teamDeclaration() envelope.ResourceDeclaration[teamModel] {
	declaration := declare[teamModel]("team", "team", "namespace/name:team",
		"Manages the role of a team in a repository of its organization. If the team has a role already, the resource manages that role.",
		"Name of the team, without its organization. Changing this forces a new resource to be created.", account.Reference())
	declaration.Moves = []envelope.StateMove[teamModel]{{Type: "quay_organization_team_permission", Upgrade: enthoughtUpgrade()}}
	return declaration
}

// permissionRef is the common part of both models.
type permissionRef struct {
	repository *types.String
	attribute  string // the attribute that names the grantee
	grantee    client.Grantee
	role       *types.String
}

// permissionModel is a pointer to either model.
type permissionModel[M any] interface {
	*M
	ref() permissionRef
	setGrantee(name string)
}

func declare[M any, P permissionModel[M]](kind, attribute, importID, description, granteeDescription string, granteeRules []validator.String) envelope.ResourceDeclaration[M] {
	set := func(ctx context.Context, c *client.Client, m *M) error { return P(m).ref().set(ctx, c) }
	return envelope.ResourceDeclaration[M]{
		Name:      "repo_" + kind + "_permission",
		Noun:      "repository " + kind + " permission",
		Identity:  []string{"repository", attribute},
		ImportID:  importID,
		Namespace: "repository",
		Part:      func(identity []string) (whole, part string) { return identity[0], holderOf(kind, identity[1]) },
		Schema: schema.Schema{
			MarkdownDescription: description,
			Attributes: map[string]schema.Attribute{
				"repository": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Repository as `namespace/name`, where the name may contain slashes: `acme/team/app`. Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators:          []validator.String{envelope.Text(account.CheckRepository)},
				},
				attribute: schema.StringAttribute{
					Required:            true,
					MarkdownDescription: granteeDescription,
					Validators:          granteeRules,
				},
				"role": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Role in the repository. Must be one of `read`, `write`, `admin`.",
					Validators:          []validator.String{envelope.OneOf("read", "write", "admin")},
				},
			},
		},
		Create: func(ctx context.Context, c *client.Client, m *M, _ func()) error { return set(ctx, c, m) },
		Read:   func(ctx context.Context, c *client.Client, m *M) error { return P(m).ref().read(ctx, c) },
		Update: func(ctx context.Context, c *client.Client, _ M, m *M, _ func(M)) error { return set(ctx, c, m) },
		Delete: func(ctx context.Context, c *client.Client, m M) error { return P(&m).ref().delete(ctx, c) },
	}
}

func (p permissionRef) set(ctx context.Context, c *client.Client) error {
	repository, err := p.parseRepository()
	if err != nil {
		return err
	}
	_, err = c.SetPermission(ctx, repository, p.grantee, p.role.ValueString())
	return p.explain(ctx, c, repository, err)
}

func (p permissionRef) read(ctx context.Context, c *client.Client) error {
	repository, err := p.parseRepository()
	if err != nil {
		return err
	}
	permission, err := c.GetPermission(ctx, repository, p.grantee)
	if err != nil {
		return err
	}
	p.fromAPI(permission)
	return nil
}

// fromAPI copies a permission into the model.
func (p permissionRef) fromAPI(permission *client.Permission) {
	*p.role = types.StringValue(permission.Role)
}

// noRepository returns an error which says that a repository does not exist. The cause can be
// nil.
func noRepository(repository client.Repository, cause error) error {
	return envelope.WithDetail("repository", fmt.Sprintf("There is no repository %q in the registry. "+
		"Create it first, by pushing an image to it for instance.", repository), cause)
}

// missingRepository returns an error which says that a repository does not exist. It returns
// nil if the repository exists or the provider cannot find out. Quay's calls on permissions do
// not tell. The cause can be nil.
func missingRepository(ctx context.Context, c *client.Client, repository client.Repository, cause error) error {
	if exists, err := c.RepositoryExists(ctx, repository); err != nil || exists {
		return nil //nolint:nilerr // the cause is more specific
	}
	return noRepository(repository, cause)
}

func (p permissionRef) delete(ctx context.Context, c *client.Client) error {
	repository, err := p.parseRepository()
	if err != nil {
		return err
	}
	return c.DeletePermission(ctx, repository, p.grantee)
}

func (p permissionRef) parseRepository() (client.Repository, error) {
	return parseRepository(*p.repository)
}

// parseRepository reads a repository. Only an imported name can be wrong here.
func parseRepository(text types.String) (client.Repository, error) {
	repository, err := client.ParseRepository(text.ValueString())
	if err != nil {
		return repository, envelope.WithDetail("repository", "repository "+err.Error()+".", nil)
	}
	return repository, nil
}

// explain explains Quay's refusals to set a permission.
func (p permissionRef) explain(ctx context.Context, c *client.Client, repository client.Repository, err error) error {
	var failed *client.Error
	if !errors.As(err, &failed) {
		return err
	}
	switch {
	case failed.Kind == client.InternalError:
		// Quay fails (500) if the repository does not exist.
		if missing := missingRepository(ctx, c, repository, err); missing != nil {
			return missing
		}
	case failed.Kind != client.Invalid:
	case strings.HasPrefix(failed.Message, "Namespace owner"):
		return envelope.WithDetail(p.attribute, fmt.Sprintf("%q owns the namespace of %q, and the owner of a namespace always has the role admin in it. "+
			"Leave this permission out.", p.grantee, repository), err)
	case errors.Is(err, client.ErrNoUser):
		return account.NoUserError(ctx, c, p.attribute, "user or robot", p.grantee.String(), err)
	case strings.HasPrefix(failed.Message, "No team"):
		return envelope.WithDetail(p.attribute, fmt.Sprintf("There is no team %q in the organization %q. "+
			"A team has permissions in repositories of its own organization only.", p.grantee, repository.Namespace), err)
	}
	return err
}
