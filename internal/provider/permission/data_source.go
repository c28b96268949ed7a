package permission

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// repositoryAttribute names the repository of every data source in this file.
func repositoryAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Repository as `namespace/name`, where the name may contain slashes.",
		Validators:          []validator.String{envelope.Text(account.CheckRepository)},
	}
}

// granteeAttribute names a user, a robot or a team.
func granteeAttribute(description string, rules []validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: description,
		Validators:          rules,
	}
}

// newUserDataSource returns the data source quay_repo_user_permission.
func newUserDataSource() datasource.DataSource {
	return newDataSource[userModel]("user", "username", "Reads the role that a user or a robot account has in a repository, but not through a team.",
		"Name of the user, or of the robot with its namespace: `acme+ci`.", account.GranteeReference())
}

// newTeamDataSource returns the data source quay_repo_team_permission.
func newTeamDataSource() datasource.DataSource {
	return newDataSource[teamModel]("team", "team", "Reads the role of a team in a repository of its organization.",
		"Name of the team, without its organization.", account.Reference())
}

func newDataSource[M any, P permissionModel[M]](kind, attribute, description, granteeDescription string, granteeRules []validator.String) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name: "repo_" + kind + "_permission",
		Noun: "repository " + kind + " permission",
		Schema: schema.Schema{
			MarkdownDescription: description,
			Attributes: map[string]schema.Attribute{
				"repository": repositoryAttribute(),
				attribute:    granteeAttribute(granteeDescription, granteeRules),
				"role": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Role in the repository: `read`, `write` or `admin`.",
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			g := P(m).ref()
			err := g.read(ctx, c)
			if errors.Is(err, client.NotFound) {
				return noPermission(ctx, c, *g.repository, attribute, kind, g.grantee.String(), err)
			}
			return err
		},
	})
}

// noPermission tells whether the permission or the repository is missing.
func noPermission(ctx context.Context, c *client.Client, text types.String, attribute, kind, name string, cause error) error {
	repository, err := parseRepository(text)
	if err != nil {
		return err
	}
	if missing := missingRepository(ctx, c, repository, cause); missing != nil {
		return missing
	}
	return envelope.WithDetail(attribute, fmt.Sprintf("The %s %q has no permission in the repository %q.", kind, name, repository), cause)
}

// usersModel is a quay_repo_user_permissions.
type usersModel struct {
	Repository  types.String      `tfsdk:"repository"`
	Permissions []userListedModel `tfsdk:"permissions"`
}

// userListedModel is a permission in quay_repo_user_permissions.
type userListedModel struct {
	Name    types.String `tfsdk:"name"`
	Role    types.String `tfsdk:"role"`
	IsRobot types.Bool   `tfsdk:"is_robot"`
}

// newUsersDataSource returns the data source quay_repo_user_permissions.
func newUsersDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[usersModel]{
		Name: "repo_user_permissions",
		Noun: "repository user permissions",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the roles that users and robot accounts have in a repository by themselves, and not through teams.",
			Attributes: map[string]schema.Attribute{
				"repository": repositoryAttribute(),
				"permissions": listedAttribute(map[string]schema.Attribute{
					"name": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Name of the user, or of the robot with its namespace.",
					},
					"is_robot": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "Whether the name is that of a robot account.",
					},
				}),
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *usersModel) error {
			m.Permissions = []userListedModel{}
			return each(ctx, c, m.Repository, (*client.Client).ListUserPermissions, func(name string, permission client.Permission) {
				m.Permissions = append(m.Permissions, userListedModel{
					types.StringValue(name), types.StringValue(permission.Role), types.BoolValue(permission.IsRobot),
				})
			})
		},
	})
}

// teamsModel is a quay_repo_team_permissions.
type teamsModel struct {
	Repository  types.String      `tfsdk:"repository"`
	Permissions []teamListedModel `tfsdk:"permissions"`
}

// teamListedModel is a permission in quay_repo_team_permissions.
type teamListedModel struct {
	Name types.String `tfsdk:"name"`
	Role types.String `tfsdk:"role"`
}

// newTeamsDataSource returns the data source quay_repo_team_permissions.
func newTeamsDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[teamsModel]{
		Name: "repo_team_permissions",
		Noun: "repository team permissions",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the roles of teams in a repository.",
			Attributes: map[string]schema.Attribute{
				"repository": repositoryAttribute(),
				"permissions": listedAttribute(map[string]schema.Attribute{
					"name": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Name of the team, without its organization.",
					},
				}),
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *teamsModel) error {
			m.Permissions = []teamListedModel{}
			return each(ctx, c, m.Repository, (*client.Client).ListTeamPermissions, func(name string, permission client.Permission) {
				m.Permissions = append(m.Permissions, teamListedModel{types.StringValue(name), types.StringValue(permission.Role)})
			})
		},
	})
}

// listedAttribute is a list of permissions with the role and other attributes.
func listedAttribute(attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	attributes["role"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "Role in the repository: `read`, `write` or `admin`.",
	}
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Permissions, by name.",
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

// each reads permissions and passes them to take in the order of their names. If the list is
// empty, the repository may not exist.
func each(ctx context.Context, c *client.Client, text types.String, read reader, take func(name string, permission client.Permission)) error {
	repository, err := parseRepository(text)
	if err != nil {
		return err
	}
	permissions, err := read(c, ctx, repository)
	if err != nil {
		return err
	}
	if len(permissions) == 0 {
		return missingRepository(ctx, c, repository, nil)
	}
	for _, name := range slices.Sorted(maps.Keys(permissions)) {
		take(name, permissions[name])
	}
	return nil
}

// transitiveModel is a quay_repo_user_transitive_permission.
type transitiveModel struct {
	Repository types.String   `tfsdk:"repository"`
	Username   types.String   `tfsdk:"username"`
	Role       types.String   `tfsdk:"role"`
	Roles      []types.String `tfsdk:"roles"`
}

// ranks orders the roles. Each role includes the roles before it.
var ranks = []string{"read", "write", "admin"}

// newTransitiveDataSource returns the data source
// quay_repo_user_transitive_permission.
func newTransitiveDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[transitiveModel]{
		Name: "repo_user_transitive_permission",
		Noun: "repository user transitive permission",
		Schema: schema.Schema{
			MarkdownDescription: "Reads what a user or a robot account may do in a repository, by itself and through teams.",
			Attributes: map[string]schema.Attribute{
				"repository": repositoryAttribute(),
				"username":   granteeAttribute("Name of the user, or of the robot with its namespace: `acme+ci`.", account.GranteeReference()),
				"role": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Highest role of `roles`.",
				},
				"roles": schema.ListAttribute{
					ElementType:         types.StringType,
					Computed:            true,
					MarkdownDescription: "Roles in Quay's order, one from each source.",
				},
			},
		},
		Read: readTransitive,
	})
}

func readTransitive(ctx context.Context, c *client.Client, m *transitiveModel) error {
	repository, err := parseRepository(m.Repository)
	if err != nil {
		return err
	}
	roles, err := c.ListTransitivePermissions(ctx, repository, m.Username.ValueString())
	if errors.Is(err, client.NotFound) {
		return noPermission(ctx, c, m.Repository, "username", "user", m.Username.ValueString(), err)
	}
	if err != nil {
		return err
	}
	m.Roles = []types.String{}
	highest := ""
	for _, role := range roles {
		m.Roles = append(m.Roles, types.StringValue(role))
		if slices.Index(ranks, role) > slices.Index(ranks, highest) {
			highest = role
		}
	}
	m.Role = envelope.TextOrNull(highest)
	return nil
}
