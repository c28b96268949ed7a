package member

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// membersModel is a quay_organization_members.
type membersModel struct {
	Organization types.String  `tfsdk:"organization"`
	Members      []memberEntry `tfsdk:"members"`
}

// memberEntry is a member of an organization.
type memberEntry struct {
	Name         types.String   `tfsdk:"name"`
	Teams        []types.String `tfsdk:"teams"`
	Repositories []types.String `tfsdk:"repositories"`
}

// newDataSource returns the data source quay_organization_members.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[membersModel]{
		Name: "organization_members",
		Noun: "members",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the members of an organization, which are the users in its teams, with one call. " +
				"Robot accounts and invited users are not among them: see `quay_organization_robots` and `quay_organization_team_members`.\n\nTo remove a member, remove the user from the teams of the organization (`quay_organization_team`, `quay_organization_team_member`). Also remove the user's permissions on its repositories (`quay_repo_user_permission`).",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"members": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Members of the organization, by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the user.",
						},
						"teams":        namesAttribute("Names of the teams of the organization that the user is in."),
						"repositories": namesAttribute("Names, without the organization, of the repositories on which the user has a permission of its own. Permissions of teams do not count."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *membersModel) error {
			organization := m.Organization.ValueString()
			members, err := c.ListOrganizationMembers(ctx, organization)
			if err != nil {
				return envelope.NotFoundError("organization", "organization", organization, err)
			}
			m.Members = []memberEntry{}
			for _, member := range members {
				teams := make([]string, len(member.Teams))
				for i, team := range member.Teams {
					teams[i] = team.Name
				}
				m.Members = append(m.Members, memberEntry{types.StringValue(member.Name), sorted(teams), sorted(member.Repositories)})
			}
			return nil
		},
	})
}

// collaboratorsModel is a quay_organization_collaborators.
type collaboratorsModel struct {
	Organization  types.String        `tfsdk:"organization"`
	Collaborators []collaboratorEntry `tfsdk:"collaborators"`
}

// collaboratorEntry is a collaborator of an organization.
type collaboratorEntry struct {
	Name         types.String   `tfsdk:"name"`
	Repositories []types.String `tfsdk:"repositories"`
}

// newCollaboratorsDataSource returns the data source quay_organization_collaborators.
func newCollaboratorsDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[collaboratorsModel]{
		Name: "organization_collaborators",
		Noun: "collaborators",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the collaborators of an organization, with one call. A collaborator is a user in no team of the organization " +
				"who has a permission on one of its repositories.\n\n" +
				"To remove a collaborator, remove the user's permissions (`quay_repo_user_permission`).",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"collaborators": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Collaborators of the organization, by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the user.",
						},
						"repositories": namesAttribute("Names, without the organization, of the repositories on which the user has a permission."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *collaboratorsModel) error {
			organization := m.Organization.ValueString()
			collaborators, err := c.ListCollaborators(ctx, organization)
			if err != nil {
				return envelope.NotFoundError("organization", "organization", organization, err)
			}
			m.Collaborators = []collaboratorEntry{}
			for _, collaborator := range collaborators {
				m.Collaborators = append(m.Collaborators, collaboratorEntry{types.StringValue(collaborator.Name), sorted(collaborator.Repositories)})
			}
			return nil
		},
	})
}

func namesAttribute(description string) schema.ListAttribute {
	return schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
}

// sorted returns names in order.
func sorted(names []string) []types.String {
	values := make([]types.String, len(names))
	for i, name := range slices.Sorted(slices.Values(names)) {
		values[i] = types.StringValue(name)
	}
	return values
}
