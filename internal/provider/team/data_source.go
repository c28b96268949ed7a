package team

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_organization_team.
type dataModel struct {
	Organization types.String `tfsdk:"organization"`
	Name         types.String `tfsdk:"name"`
	Role         types.String `tfsdk:"role"`
	Description  types.String `tfsdk:"description"`
}

// newDataSource returns the data source quay_organization_team.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "organization_team",
		Noun: "team",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a team of an organization.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the team.",
					Validators:          account.Reference(),
				},
				"role": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Role of the members in the organization: `member`, `creator` or `admin`.",
				},
				"description": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Description of the team.",
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *dataModel) error {
			organization, name := m.Organization.ValueString(), m.Name.ValueString()
			team, err := c.GetTeam(ctx, organization, name)
			if err != nil {
				return envelope.NotFoundError("name", "team", organization+":"+name, err)
			}
			m.Role, m.Description = types.StringValue(team.Role), types.StringValue(team.Description)
			return nil
		},
	})
}
