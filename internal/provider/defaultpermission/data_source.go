package defaultpermission

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// rulesModel is a quay_organization_default_permissions.
type rulesModel struct {
	Organization       types.String `tfsdk:"organization"`
	DefaultPermissions []ruleModel  `tfsdk:"default_permissions"`
}

// newDataSource returns the data source quay_organization_default_permissions.
func newDataSource() datasource.DataSource {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[rulesModel]{
		Name: "organization_default_permissions",
		Noun: "default permissions",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the default permissions of an organization.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"default_permissions": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Default permissions, sorted by id, without those of deleted users.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"id":             computed("Id of the default permission."),
						"role":           computed("Role in new repositories: `read`, `write` or `admin`."),
						"delegate_user":  computed("Name of the user who gets the role. Null if the delegate is not a user."),
						"delegate_robot": computed("Name of the robot account that gets the role, with its namespace. Null if the delegate is not a robot account."),
						"delegate_team":  computed("Name of the team that gets the role. Null if the delegate is not a team."),
						"creator": computed("Name of the user or robot account to whose new repositories the default permission applies. " +
							"Null if it applies to the new repositories of all creators."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *rulesModel) error {
			organization := m.Organization.ValueString()
			rules, err := c.ListDefaultPermissions(ctx, organization)
			m.DefaultPermissions = make([]ruleModel, len(rules))
			for i := range rules {
				m.DefaultPermissions[i].fromAPI(&rules[i])
			}
			return envelope.NotFoundError("organization", "organization", organization, err)
		},
	})
}
