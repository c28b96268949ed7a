package team

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// memberModel is a quay_organization_team_member.
type memberModel struct {
	Organization types.String `tfsdk:"organization"`
	Team         types.String `tfsdk:"team"`
	Member       types.String `tfsdk:"member"`
}

// newMemberResource returns the resource quay_organization_team_member.
func newMemberResource() resource.Resource { return envelope.NewResource(memberDeclaration()) }

func memberDeclaration() envelope.ResourceDeclaration[memberModel] {
	return envelope.ResourceDeclaration[memberModel]{
		Name:       "organization_team_member",
		Noun:       "team member",
		Identity:   []string{"organization", "team", "member"},
		ImportID:   "organization:team:member",
		Namespace:  "organization",
		RobotNames: []string{"member"},
		Part: func(identity []string) (whole, part string) {
			return account.TeamMembers(identity[0], identity[1]), identity[2]
		},
		Schema: schema.Schema{
			MarkdownDescription: "Manages one member of a team of an organization, and leaves the other members as they are.\n\n" +
				"Where the registry sends e-mails, Quay invites a user who is in no team of the organization. Such a user counts as a member. " +
				"Do not use this resource together with the attribute `members` of `quay_organization_team` for the same team.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization. Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators:          account.Reference(),
				},
				"team": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the team. Changing this forces a new resource to be created.",
					Validators:          account.Reference(),
				},
				"member": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the user, or of the robot account with its namespace: `acme+ci`. " +
						"Changing this forces a new resource to be created.",
					Validators: account.GranteeReference(),
				},
			},
		},
		Plan:   planMember,
		Create: createMember,
		Read: func(ctx context.Context, c *client.Client, m *memberModel) error {
			_, err := c.GetTeamMember(ctx, m.Organization.ValueString(), m.Team.ValueString(), m.Member.ValueString())
			return err
		},
		Update: func(context.Context, *client.Client, memberModel, *memberModel, func(memberModel)) error {
			return nil // the rename of the organization needs no call
		},
		Delete: deleteMember,
	}
}

// planMember refuses a person as a member of a synchronized team.
func planMember(ctx context.Context, change *envelope.Change[memberModel]) {
	m := change.Plan
	if change.Client == nil || change.Prior != nil || m.Member.IsUnknown() || !account.IsPerson(m.Member.ValueString()) ||
		!isSynced(ctx, change.Client, m.Organization, m.Team) {
		return
	}
	change.Diagnostics.AddAttributeError(path.Root("member"), "Unable to manage a person of a synchronized Quay team",
		synced+"Add the person to the group, or remove this resource from the configuration.")
}

// createMember adds a member. Quay would invite a person again who has an invite, so the
// provider looks first. Quay itself refuses a robot that is a member.
func createMember(ctx context.Context, c *client.Client, m *memberModel, _ func()) error {
	organization, team, name := m.Organization.ValueString(), m.Team.ValueString(), m.Member.ValueString()
	if account.IsPerson(name) {
		_, err := c.GetTeamMember(ctx, organization, team, name)
		switch {
		case err == nil:
			return fmt.Errorf("the member %w", client.Exists)
		case !errors.Is(err, client.NotFound): // the next call reports a missing team
			return err
		}
	}
	return envelope.NotFoundError("team", "team", organization+":"+team, addMember(ctx, c, organization, team, name))
}

// deleteMember removes a member with all invites. One call revokes one invite. So the provider
// counts the invites if it does not know their number.
func deleteMember(ctx context.Context, c *client.Client, m memberModel) error {
	organization, team, name := m.Organization.ValueString(), m.Team.ValueString(), m.Member.ValueString()
	members, err := c.ListTeamMembers(ctx, organization, team)
	if err != nil {
		return err
	}
	return removeMember(ctx, c, organization, team, name, countByName(members)[name])
}

// memberFilter is the configuration of a list of members.
type memberFilter struct {
	Organization types.String `tfsdk:"organization"`
	Team         types.String `tfsdk:"team"`
}

// newMemberListResource returns the list resource quay_organization_team_member.
func newMemberListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[memberFilter, memberModel, memberModel]{
		Resource: memberDeclaration(),
		Schema: listschema.Schema{
			MarkdownDescription: "Finds the members of a team, or of all teams of an organization, with a call for each team.",
			Attributes: map[string]listschema.Attribute{
				"organization": listschema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization.",
					Validators:          account.Reference(),
				},
				"team": listschema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the team. Without it, the members of all teams are listed.",
					Validators:          account.Reference(),
				},
			},
		},
		Objects: listMembers,
		FromAPI: func(m *memberModel, object memberModel) error { *m = object; return nil },
		Display: func(m memberModel) string {
			return fmt.Sprintf("%s: %s: %s", m.Organization.ValueString(), m.Team.ValueString(), m.Member.ValueString())
		},
	})
}

// listMembers yields each member of the teams once.
func listMembers(ctx context.Context, c *client.Client, config memberFilter) iter.Seq2[memberModel, error] {
	return func(yield func(memberModel, error) bool) {
		organization := config.Organization.ValueString()
		teams := []client.Team{{Name: config.Team.ValueString()}}
		if config.Team.IsNull() {
			var err error
			if teams, err = c.ListTeams(ctx, organization); err != nil {
				yield(memberModel{}, envelope.NotFoundError("organization", "organization", organization, err))
				return
			}
		}
		for _, team := range teams {
			members, err := c.ListTeamMembers(ctx, organization, team.Name)
			if errors.Is(err, client.NotFound) && config.Team.IsNull() {
				continue // the team was deleted meanwhile
			}
			if err != nil {
				yield(memberModel{}, envelope.NotFoundError("team", "team", organization+":"+team.Name, err))
				return
			}
			seen := map[string]bool{"": true} // an invite by e-mail has no name
			for _, member := range members {
				object := memberModel{config.Organization, types.StringValue(team.Name), types.StringValue(member.Name)}
				if !seen[member.Name] && !yield(object, nil) {
					return
				}
				seen[member.Name] = true
			}
		}
	}
}
