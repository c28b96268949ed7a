package team

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_organization_team.
type model struct {
	Organization types.String `tfsdk:"organization"`
	Name         types.String `tfsdk:"name"`
	Role         types.String `tfsdk:"role"`
	Description  types.String `tfsdk:"description"`
	Members      types.Set    `tfsdk:"members"`
	Recreated    types.Set    `tfsdk:"recreated_robots"`

	private privateState
	synced  bool // whether Quay synchronizes the team; not part of the state
}

// privateState is the private data that Terraform stores beside the state.
type privateState struct {
	// ManagesMembers tells that a configuration has named the members, or that
	// the team was imported. Otherwise a refresh does not read them.
	ManagesMembers bool `json:"manages_members"`
}

// newResource returns the resource quay_organization_team.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:        "organization_team",
		Noun:        "team",
		Identity:    []string{"organization", "name"},
		ImportID:    "organization:name",
		Namespace:   "organization",
		RobotNames:  []string{"members"},
		ListsRobots: true,
		Whole:       whole,
		Private:     envelope.PrivateState(func(m *model) *privateState { return &m.private }),
		Upgrades:    map[int64]envelope.StateUpgrade[model]{0: enthoughtUpgrade()},
		Moves:       []envelope.StateMove[model]{{Provider: "enthought/quay", Type: "quay_organization_team", Upgrade: enthoughtUpgrade()}},
		Schema: schema.Schema{
			Version: 1, // version 0 is the schema of enthought/quay
			MarkdownDescription: "Manages a team of an organization, and its members if the configuration names them.\n\n" +
				"Quay creates the team `owners` with each organization. To manage `owners`, import it. If only one team makes the token's user an administrator, " +
				"this user cannot delete that team or change its role.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization. Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators:          account.Reference(),
				},
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the team, 2 to 255 characters: lower-case letters and digits, with single `.`, `_` or `-` between them. " +
						"Changing this forces a new resource to be created.",
					Validators: account.Name(),
				},
				"role": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Role of the members in the organization. Must be one of `member`, `creator` (may create repositories), " +
						"`admin` (administers the organization).",
					Validators: []validator.String{envelope.OneOf("member", "creator", "admin")},
				},
				"description": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					Default:             stringdefault.StaticString(""),
					MarkdownDescription: "Description of the team, in Markdown. Defaults to an empty text.",
				},
				"members": schema.SetAttribute{
					ElementType: types.StringType,
					Optional:    true,
					Computed:    true,
					MarkdownDescription: "Names of all users and robot accounts in the team. Write a robot account with its namespace: `acme+ci`. " +
						"Terraform makes the team's members exactly this set, and an empty set removes all members. " +
						"Without this attribute, Terraform does not manage the members. After an import, Terraform still reads the members in each plan, with one call for each team. " +
						"If the registry sends e-mails, Quay sends an invitation to a user who is in no team of the organization. Terraform counts an invited user as a member. " +
						"Do not use this attribute together with `quay_organization_team_member` for the same team.",
					Validators: []validator.Set{
						setvalidator.NoNullValues(),
						setvalidator.ValueStringsAre(account.GranteeReference()...),
					},
				},
				"recreated_robots": account.RecreatedRobots("that were added again"),
			},
		},
		Plan:   plan,
		Create: create,
		Read:   read,
		Update: update,
		Delete: deleteTeam,
	}
}

// whole tells whether the configuration manages the team's members.
func whole(planned, config model) (name string, manages func(part string) bool) {
	people := slices.ContainsFunc(envelope.SetTexts(config.Members), account.IsPerson)
	return account.TeamMembers(planned.Organization.ValueString(), planned.Name.ValueString()), func(part string) bool {
		if part == account.AllPeople {
			return people
		}
		return !config.Members.IsNull()
	}
}

// plan keeps the members of the state if the configuration does not name members. Otherwise it
// plans to add robots again that the apply replaces.
func plan(ctx context.Context, change *envelope.Change[model]) {
	planSynced(ctx, change)
	planned, prior := &change.Plan, change.Prior
	switch {
	case prior == nil:
		planned.Recreated = types.SetNull(types.StringType)
		if change.Config.Members.IsNull() {
			planned.Members = types.SetNull(types.StringType)
		}
	case change.Config.Members.IsNull():
		planned.Members, planned.Recreated = prior.Members, prior.Recreated
	default:
		changes := planned.team() != prior.team() || !planned.Members.Equal(prior.Members)
		planned.Recreated = account.PlanRecreated(ctx, change.Settings, changes, prior.Recreated, planned.Members, envelope.SetTexts(planned.Members))
		warnOfRemovals(ctx, change)
	}
}

// warnOfRemovals warns of the members whom the apply removes and the plan does not show,
// because Terraform has not managed the members before. If a read fails, the apply reports the
// error.
func warnOfRemovals(ctx context.Context, change *envelope.Change[model]) {
	m := change.Plan
	if change.Client == nil || !change.Prior.Members.IsNull() || !envelope.IsFullyKnown(ctx, m.Members) || change.Diagnostics.HasError() {
		return
	}
	if err := startManaging(ctx, change.Client, &m); err != nil {
		return
	}
	wanted := names(change.Plan.Members)
	removed := slices.DeleteFunc(envelope.SetTexts(m.Members), func(name string) bool { return wanted[name] })
	if len(removed) > 0 {
		change.Diagnostics.AddAttributeWarning(path.Root("members"), fmt.Sprintf("Terraform will remove members of the team %q", m.Name.ValueString()),
			fmt.Sprintf("Terraform has not managed the members before, so the plan does not show these members: %s. The configuration does not list them, and Terraform will remove them.",
				strings.Join(removed, ", ")))
	}
}

// synced is the message for people whom Quay refuses to add to a synchronized team or to
// remove from it.
const synced = "The team is synchronized with a group of a directory, so Quay adds and removes its people by itself. "

// planSynced refuses people as managed members of a synchronized team.
func planSynced(ctx context.Context, change *envelope.Change[model]) {
	members := change.Config.Members
	if change.Client == nil || change.Prior == nil || members.IsNull() || members.IsUnknown() || members.Equal(change.Prior.Members) {
		return
	}
	people := slices.DeleteFunc(envelope.SetTexts(members), func(name string) bool { return !account.IsPerson(name) })
	if len(people) == 0 || !isSynced(ctx, change.Client, change.Plan.Organization, change.Plan.Name) {
		return
	}
	change.Diagnostics.AddAttributeError(path.Root("members"), "Unable to manage the people of a synchronized Quay team",
		synced+"Leave "+strings.Join(people, ", ")+" out of members. To manage no members, leave members out of the configuration.")
}

// isSynced tells whether Quay says that it synchronizes a team with a group.
func isSynced(ctx context.Context, c *client.Client, organization, name types.String) bool {
	if organization.IsUnknown() || name.IsUnknown() {
		return false
	}
	team, err := c.GetTeam(ctx, organization.ValueString(), name.ValueString())
	return err == nil && team.IsSynced
}

// create creates a team. Quay's call would overwrite an existing team, so the provider looks
// first.
func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	organization, name := m.Organization.ValueString(), m.Name.ValueString()
	_, err := c.GetTeam(ctx, organization, name)
	switch {
	case err == nil:
		return fmt.Errorf("the team %w", client.Exists)
	case !errors.Is(err, client.NotFound): // the next call reports a missing organization
		return err
	}
	err = set(ctx, c, m)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		if team, readErr := c.GetTeam(checkCtx, organization, name); readErr == nil && *team == m.team() {
			err = nil
		}
	}
	if err != nil || m.Members.IsNull() {
		return err
	}
	wanted := m.Members
	m.Members, m.private.ManagesMembers = envelope.TextSet(nil), true
	save()
	return setMembers(ctx, c, m, wanted, save)
}

func update(ctx context.Context, c *client.Client, prior model, m *model, save func(model)) error {
	if m.team() != prior.team() || !m.Organization.Equal(prior.Organization) {
		if err := set(ctx, c, m); err != nil {
			return err
		}
	}
	robots, recreated := account.Recreated(c, envelope.SetTexts(m.Members), envelope.SetTexts(prior.Members))
	if m.Recreated.IsUnknown() {
		m.Recreated = recreated
	}
	if m.Members.Equal(prior.Members) && len(robots) == 0 {
		return nil
	}
	wanted := m.Members
	m.Members, m.private.ManagesMembers = prior.Members, true
	if prior.Members.IsNull() {
		if err := startManaging(ctx, c, m); err != nil {
			return err
		}
	}
	m.Members = envelope.TextSet(slices.DeleteFunc(envelope.SetTexts(m.Members), func(name string) bool { return slices.Contains(robots, name) }))
	save(*m)
	return setMembers(ctx, c, m, wanted, func() { save(*m) })
}

// startManaging reads the members of a team whose members Terraform has not managed before.
func startManaging(ctx context.Context, c *client.Client, m *model) error {
	team, err := c.GetTeam(ctx, m.Organization.ValueString(), m.Name.ValueString())
	if err != nil {
		return err
	}
	m.synced = team.IsSynced
	return readMembers(ctx, c, m)
}

// set creates or changes the team.
func set(ctx context.Context, c *client.Client, m *model) error {
	organization := m.Organization.ValueString()
	return envelope.NotFoundError("organization", "organization", organization, c.SetTeam(ctx, organization, m.team()))
}

func (m *model) team() client.Team {
	return client.Team{Name: m.Name.ValueString(), Role: m.Role.ValueString(), Description: m.Description.ValueString()}
}

func read(ctx context.Context, c *client.Client, m *model) error {
	team, err := c.GetTeam(ctx, m.Organization.ValueString(), m.Name.ValueString())
	if err != nil {
		return err
	}
	imported := m.Role.IsNull()
	m.fromAPI(team)
	// An upgraded state has the members, and no private state.
	if !imported && !m.private.ManagesMembers && m.Members.IsNull() {
		return nil
	}
	return readMembers(ctx, c, m)
}

// readMembers reads the members. For a synchronized team, it reads only the robots.
func readMembers(ctx context.Context, c *client.Client, m *model) error {
	members, err := c.ListTeamMembers(ctx, m.Organization.ValueString(), m.Name.ValueString())
	if err != nil {
		return err
	}
	if m.synced {
		members = slices.DeleteFunc(members, func(member client.TeamMember) bool { return !member.IsRobot })
	}
	m.Members, m.private.ManagesMembers = memberSet(members), true
	return nil
}

// fromAPI copies a team into the model.
func (m *model) fromAPI(team *client.Team) {
	m.synced = team.IsSynced
	m.Name = types.StringValue(team.Name)
	m.Role = types.StringValue(team.Role)
	m.Description = types.StringValue(team.Description)
	if m.Recreated.IsNull() { // in a list, the null has no type
		m.Recreated = types.SetNull(types.StringType)
	}
}

// deleteTeam deletes a team. Quay fails to delete a team with the role admin if the token's
// user is in no such team. So the provider changes the role first.
func deleteTeam(ctx context.Context, c *client.Client, m model) error {
	organization, team := m.Organization.ValueString(), m.team()
	err := c.DeleteTeam(ctx, organization, team.Name)
	if !errors.Is(err, client.InternalError) || team.Role != "admin" {
		return err
	}
	team.Role = "member"
	if setErr := c.SetTeam(ctx, organization, team); setErr != nil {
		return errors.Join(err, setErr)
	}
	return c.DeleteTeam(ctx, organization, team.Name)
}
