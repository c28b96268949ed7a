package team

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newDataSource returns the data source quay_organization_team.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[model]{
		Name: "organization_team",
		Noun: "team",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a team of an organization.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization.",
					Validators:          account.Reference(),
				},
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
		Read: func(ctx context.Context, c *client.Client, m *model) error {
			return envelope.NotFoundError("name", "team", m.Organization.ValueString()+":"+m.Name.ValueString(), read(ctx, c, m))
		},
	})
}
