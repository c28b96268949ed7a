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

// membersModel is a quay_organization_team_members.
type membersModel struct {
	Organization types.String  `tfsdk:"organization"`
	Team         types.String  `tfsdk:"team"`
	Members      []memberEntry `tfsdk:"members"`
}

// memberEntry is a member of a team, or an invite.
type memberEntry struct {
	Name    types.String `tfsdk:"name"`
	Email   types.String `tfsdk:"email"`
	IsRobot types.Bool   `tfsdk:"is_robot"`
	Pending types.Bool   `tfsdk:"pending"`
}

// newMembersDataSource returns the data source quay_organization_team_members.
func newMembersDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[membersModel]{
		Name: "organization_team_members",
		Noun: "team members",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the members of a team of an organization, and who was invited.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"team": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the team.",
					Validators:          account.Reference(),
				},
				"members": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Members of the team and invites that were not accepted yet, sorted by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the user, or of the robot account with its namespace. Null for an invite by e-mail.",
						},
						"email": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "E-mail address of an invite by e-mail. Null otherwise.",
						},
						"is_robot": schema.BoolAttribute{
							Computed:            true,
							MarkdownDescription: "Whether the member is a robot account.",
						},
						"pending": schema.BoolAttribute{
							Computed:            true,
							MarkdownDescription: "Whether this is an invite that was not accepted yet. A user can have several invites.",
						},
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *membersModel) error {
			organization, team := m.Organization.ValueString(), m.Team.ValueString()
			members, err := c.ListTeamMembers(ctx, organization, team)
			if err != nil {
				return envelope.NotFoundError("team", "team", organization+":"+team, err)
			}
			m.Members = []memberEntry{}
			for _, member := range members {
				m.Members = append(m.Members, memberEntry{
					envelope.TextOrNull(member.Name), envelope.TextOrNull(member.Email), types.BoolValue(member.IsRobot), types.BoolValue(member.Pending),
				})
			}
			return nil
		},
	})
}

// allModel is a quay_organization_teams.
type allModel struct {
	Organization types.String `tfsdk:"organization"`
	Teams        []teamEntry  `tfsdk:"teams"`
}

// teamEntry is a team in quay_organization_teams.
type teamEntry struct {
	Name        types.String `tfsdk:"name"`
	Role        types.String `tfsdk:"role"`
	Description types.String `tfsdk:"description"`
}

// newAllDataSource returns the data source quay_organization_teams.
func newAllDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[allModel]{
		Name: "organization_teams",
		Noun: "teams",
		Schema: schema.Schema{
			MarkdownDescription: "Reads all teams of an organization.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"teams": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Teams of the organization, by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the team.",
						},
						"role": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Role of the members in the organization: `member`, `creator` or `admin`.",
						},
						"description": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Description of the team.",
						},
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *allModel) error {
			organization := m.Organization.ValueString()
			teams, err := c.ListTeams(ctx, organization)
			if err != nil {
				return envelope.NotFoundError("organization", "organization", organization, err)
			}
			m.Teams = []teamEntry{}
			for _, team := range teams {
				m.Teams = append(m.Teams, teamEntry{types.StringValue(team.Name), types.StringValue(team.Role), types.StringValue(team.Description)})
			}
			return nil
		},
	})
}
