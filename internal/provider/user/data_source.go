package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// allModel is a quay_all_users.
type allModel struct {
	IncludeDisabled types.Bool    `tfsdk:"include_disabled"`
	Users           []listedModel `tfsdk:"users"`
}

// listedModel is a user among others.
type listedModel struct {
	Username  types.String `tfsdk:"username"`
	Email     types.String `tfsdk:"email"`
	Enabled   types.Bool   `tfsdk:"enabled"`
	Verified  types.Bool   `tfsdk:"verified"`
	SuperUser types.Bool   `tfsdk:"super_user"`
}

// NewAllDataSource returns the data source quay_all_users.
var NewAllDataSource = envelope.NewDataSource(envelope.DataSourceDeclaration[allModel]{
	Name: "all_users",
	Noun: "users",
	Schema: schema.Schema{
		MarkdownDescription: "All users of the registry, in Quay's order.",
		Attributes: map[string]schema.Attribute{
			"include_disabled": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether disabled users are among them. Default: `true`.",
			},
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"username": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Name of the user.",
					},
					"email": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "E-mail address; null for a user without one.",
					},
					"enabled": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "Whether the user may log in.",
					},
					"verified": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "Whether the e-mail address has been verified.",
					},
					"super_user": schema.BoolAttribute{
						Computed:            true,
						MarkdownDescription: "Whether the user is a superuser of the registry.",
					},
				}},
			},
		},
	},
	Read: readAll,
})

func readAll(ctx context.Context, c *client.Client, m *allModel) error {
	includeDisabled := m.IncludeDisabled.IsNull() || m.IncludeDisabled.ValueBool()
	m.Users = []listedModel{}
	for user, err := range c.ListUsers(ctx, includeDisabled) {
		if err != nil {
			return err
		}
		m.Users = append(m.Users, listedModel{
			Username:  types.StringValue(user.Username),
			Email:     email(&user),
			Enabled:   types.BoolValue(user.Enabled),
			Verified:  types.BoolValue(user.Verified),
			SuperUser: types.BoolValue(user.SuperUser),
		})
	}
	return nil
}

// email returns a user's e-mail address, or null for one without.
func email(user *client.User) types.String {
	if !user.HasEmail() {
		return types.StringNull()
	}
	return types.StringValue(user.Email)
}
