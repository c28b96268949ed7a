package user

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// currentModel is a quay_current_user.
type currentModel struct {
	Username      types.String       `tfsdk:"username"`
	Email         types.String       `tfsdk:"email"`
	SuperUser     types.Bool         `tfsdk:"super_user"`
	Organizations []userOrganization `tfsdk:"organizations"`
}

// userOrganization is an organization of the user.
type userOrganization struct {
	Name                  types.String `tfsdk:"name"`
	IsAdmin               types.Bool   `tfsdk:"is_admin"`
	CanCreateRepositories types.Bool   `tfsdk:"can_create_repositories"`
}

// newCurrentDataSource returns the data source quay_current_user.
func newCurrentDataSource() datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[currentModel]{
		Name: "current_user",
		Noun: "current user",
		Schema: schema.Schema{
			MarkdownDescription: "Tells whose credentials the provider has, and what they allow, as far as Quay tells. An access token needs the scope `user:read`, and `user:admin` " +
				"for the e-mail address and for `is_admin`. Quay does not tell the scopes of a token.",
			Attributes: map[string]schema.Attribute{
				"username": text("Name of the user."),
				"email":    text("E-mail address. Null for a user without one, and if the token does not have the scope `user:admin`."),
				"super_user": flag("Whether the provider may make the calls of superusers: the user is a superuser, and a token has the scope `super:user`. " +
					"Null if Quay does not tell, which means that it may not."),
				"organizations": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Organizations of which the user is a member, sorted by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name":                    text("Name of the organization."),
						"is_admin":                flag("Whether the provider may administer the organization. Null if the token does not have the scope `user:admin`."),
						"can_create_repositories": flag("Whether the provider may create repositories in the organization."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *currentModel) error {
			user, err := c.GetCurrentUser(ctx)
			if errors.Is(err, client.Unauthenticated) {
				return envelope.WithDetail("", "Quay tells the user of a token only if the token has the scope user:read. Quay gives the same answer to a token that is wrong or has expired.", err)
			}
			if err != nil {
				return err
			}
			*m = currentModel{
				Username: types.StringValue(user.Username), Email: types.StringNull(), SuperUser: types.BoolPointerValue(user.SuperUser),
				Organizations: []userOrganization{},
			}
			if user.Email != "" {
				m.Email = account.EmailValue(user.Email)
			}
			for _, organization := range user.Organizations {
				m.Organizations = append(m.Organizations, userOrganization{
					types.StringValue(organization.Name), types.BoolPointerValue(organization.IsAdmin), types.BoolValue(organization.CanCreateRepositories),
				})
			}
			return nil
		},
	})
}
