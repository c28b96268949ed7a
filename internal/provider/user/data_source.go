package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_user, and a user in quay_all_users.
type dataModel struct {
	Username  types.String `tfsdk:"username"`
	Email     types.String `tfsdk:"email"`
	Enabled   types.Bool   `tfsdk:"enabled"`
	Verified  types.Bool   `tfsdk:"verified"`
	SuperUser types.Bool   `tfsdk:"super_user"`
}

// dataAttributes are the attributes of a user in both data sources. username is the attribute
// with the name.
func dataAttributes(username schema.StringAttribute) map[string]schema.Attribute {
	username.MarkdownDescription = "Name of the user."
	return map[string]schema.Attribute{
		"username": username,
		"email": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "E-mail address. Null if the user has none.",
		},
		"enabled": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the user may sign in.",
		},
		"verified": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the e-mail address has been verified.",
		},
		"super_user": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the user is a superuser of the registry.",
		},
	}
}

// dataModelOf returns a user as a data source shows it.
func dataModelOf(user *client.User) dataModel {
	return dataModel{
		Username:  types.StringValue(user.Username),
		Email:     account.EmailValue(user.Email),
		Enabled:   types.BoolValue(user.Enabled),
		Verified:  types.BoolValue(user.Verified),
		SuperUser: types.BoolValue(user.SuperUser),
	}
}

// newDataSource returns the data source quay_user.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "user",
		Noun: "user",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a user of the registry.",
			Attributes: dataAttributes(schema.StringAttribute{
				Required:   true,
				Validators: account.Reference(),
			}),
		},
		Read: readData,
	})
}

func readData(ctx context.Context, c *client.Client, m *dataModel) error {
	user, err := c.GetUser(ctx, m.Username.ValueString())
	if err != nil {
		return envelope.NotFoundError("username", "user", m.Username.ValueString(), err)
	}
	*m = dataModelOf(user)
	return nil
}

// allModel is a quay_all_users.
type allModel struct {
	IncludeDisabled types.Bool  `tfsdk:"include_disabled"`
	Users           []dataModel `tfsdk:"users"`
}

// newAllDataSource returns the data source quay_all_users.
func newAllDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[allModel]{
		Name: "all_users",
		Noun: "users",
		Schema: schema.Schema{
			MarkdownDescription: "Reads all users of the registry, in Quay's order.",
			Attributes: map[string]schema.Attribute{
				"include_disabled": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Whether the list has disabled users. Defaults to `true`.",
				},
				"users": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Users of the registry.",
					NestedObject:        schema.NestedAttributeObject{Attributes: dataAttributes(schema.StringAttribute{Computed: true})},
				},
			},
		},
		Read: readAll,
	})
}

func readAll(ctx context.Context, c *client.Client, m *allModel) error {
	includeDisabled := m.IncludeDisabled.IsNull() || m.IncludeDisabled.ValueBool()
	m.Users = []dataModel{}
	for user, err := range c.ListUsers(ctx, includeDisabled) {
		if err != nil {
			return err
		}
		m.Users = append(m.Users, dataModelOf(&user))
	}
	return nil
}
