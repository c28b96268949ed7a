package teamsync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_organization_team_sync.
type model struct {
	Organization       types.String `tfsdk:"organization"`
	Team               types.String `tfsdk:"team"`
	GroupDN            types.String `tfsdk:"group_dn"`
	GroupName          types.String `tfsdk:"group_name"`
	AllowMemberRemoval types.Bool   `tfsdk:"allow_member_removal"`
}

// newResource returns the resource quay_organization_team_sync.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:      "organization_team_sync",
		Noun:      "team synchronization",
		Identity:  []string{"organization", "team"},
		ImportID:  "organization:team",
		Namespace: "organization",
		Whole: func(m, _ model) (whole string, manages func(part string) bool) {
			return account.TeamMembers(m.Organization.ValueString(), m.Team.ValueString()), account.IsPerson
		},
		Part: func(identity []string) (whole, part string) {
			return account.TeamMembers(identity[0], identity[1]), account.AllPeople
		},
		Schema: schema.Schema{
			MarkdownDescription: "Synchronizes the people of a team with a group of LDAP or OIDC. Quay adds and removes these people by itself.\n\n" +
				"Robot accounts can be members of the team beside them. Do not manage people of the team with the attribute `members` of `quay_organization_team`, " +
				"or with `quay_organization_team_member`.\n\nWith LDAP, Quay synchronizes the team after some time (`TEAM_RESYNC_STALE_TIME`, 30 minutes by default). It also creates the users of people " +
				"who have never signed in. With OIDC, Quay removes every person from the team at once. It adds a person of the group at the next sign-in.\n\n" +
				"Destroying this resource ends the synchronization. The people who are in the team stay. Quay needs `FEATURE_TEAM_SYNCING: true` and the access token " +
				"of a superuser.",
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
				"group_dn": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "DN of the LDAP group, relative to the base DN of the registry (`LDAP_BASE_DN`), such as `cn=devs,ou=groups`. " +
						"Exactly one of `group_dn` and `group_name` must be set.",
					Validators: []validator.String{
						stringvalidator.ExactlyOneOf(path.MatchRoot("group_dn"), path.MatchRoot("group_name")),
						envelope.Matches(`^[^=,\s][^=,]*=[^,]+(,[^=,]+=[^,]+)*$`, "must be a DN relative to the base DN of the registry, such as cn=devs,ou=groups"),
					},
				},
				"group_name": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the OIDC group, as the tokens of the issuer have it. Quay does not check the name. " +
						"Exactly one of `group_dn` and `group_name` must be set.",
					Validators: []validator.String{envelope.Matches(`^\S(.*\S)?$`, "must not be empty, and must not begin or end with white space")},
				},
				"allow_member_removal": schema.BoolAttribute{
					Optional: true,
					MarkdownDescription: "Whether Quay may remove the people who are in the team when the synchronization with an OIDC group begins. " +
						"Without it, the provider synchronizes only a team without people. Defaults to `false`.",
				},
			},
		},
		Plan:   plan,
		Create: create,
		Read:   read,
		Update: update,
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			return c.DisableTeamSync(ctx, m.Organization.ValueString(), m.Team.ValueString())
		},
	}
}

func (m *model) group() client.TeamGroup {
	return client.TeamGroup{DN: m.GroupDN.ValueString(), Name: m.GroupName.ValueString()}
}

// plan refuses a group that the registry's directory cannot have, and warns of the people whom
// Quay will remove from the team.
func plan(ctx context.Context, change *envelope.Change[model]) {
	m := &change.Plan
	if change.Client == nil || m.Organization.IsUnknown() || m.Team.IsUnknown() || m.GroupDN.IsUnknown() || m.GroupName.IsUnknown() ||
		change.Prior != nil && change.Prior.group() == m.group() {
		return
	}
	sync, err := change.Client.GetTeamSync(ctx, m.Organization.ValueString(), m.Team.ValueString())
	if err != nil { // mostly because the same apply creates the team
		sync = &client.TeamSync{}
	}
	if err := m.check(change.Settings.GetUserSource(ctx), sync); err != nil {
		change.Refuse("Unable to synchronize a Quay team", err)
		return
	}
	if people := m.removed(sync); len(people) > 0 {
		change.Diagnostics.AddAttributeWarning(path.Root("group_name"), "Quay will remove people from a team", fmt.Sprintf(
			"When the synchronization begins, Quay will remove every person from the team %q: %s. Quay adds a person of the group when the person signs in.",
			m.Team.ValueString(), strings.Join(people, ", ")))
	}
}

// check returns an error if the team cannot be synchronized as planned.
func (m *model) check(source client.UserSource, sync *client.TeamSync) error {
	attribute, group := "group_dn", m.GroupDN
	if group.IsNull() {
		attribute, group = "group_name", m.GroupName
	}
	people := m.removed(sync)
	switch {
	case source == client.DatabaseUsers:
		return envelope.Refusal(attribute, "The users of this registry come from its own database (AUTHENTICATION_TYPE). This registry cannot synchronize teams.")
	case source == client.OIDCUsers && attribute == "group_dn":
		return envelope.Refusal(attribute, "The users of this registry come from OIDC, whose groups have a name. Use group_name in place of group_dn.")
	case source == client.LDAPUsers && attribute == "group_name":
		return envelope.Refusal(attribute, "The users of this registry come from LDAP, whose groups have a DN. Use group_dn in place of group_name.")
	case attribute == "group_dn" && sync.BaseDN != "" && strings.HasSuffix(comparableDN(group.ValueString()), ","+comparableDN(sync.BaseDN)):
		return envelope.Refusal(attribute, "The DN has to be relative to the base DN of the registry. Leave %q out at the end.", ","+sync.BaseDN)
	case len(people) > 0 && !m.AllowMemberRemoval.ValueBool() && !m.AllowMemberRemoval.IsUnknown():
		return envelope.Refusal("allow_member_removal", "When the synchronization with an OIDC group begins, Quay removes every person from the team %q: %s. "+
			"Set allow_member_removal = true if that is what you want. Otherwise remove these people from the team first.", m.Team.ValueString(), strings.Join(people, ", "))
	}
	return nil
}

// comparableDN returns a DN in a form without irrelevant differences.
func comparableDN(dn string) string {
	return strings.ToLower(strings.NewReplacer(", ", ",", " ,", ",", "= ", "=", " =", "=").Replace(strings.TrimSpace(dn)))
}

// removed returns the people whom Quay removes from the team when the synchronization
// begins.
func (m *model) removed(sync *client.TeamSync) (people []string) {
	if m.GroupName.IsNull() {
		return nil
	}
	for _, member := range sync.Members {
		if !member.IsRobot && !member.Pending {
			people = append(people, member.Name)
		}
	}
	return people
}

func create(ctx context.Context, c *client.Client, m *model, _ func()) error {
	organization, team := m.Organization.ValueString(), m.Team.ValueString()
	sync, err := c.GetTeamSync(ctx, organization, team)
	switch {
	case err != nil:
		return envelope.NotFoundError("team", "team", organization+":"+team, err)
	case sync.Group != nil:
		return fmt.Errorf("the synchronization of the team %w", client.Exists)
	}
	if err := m.check(c.GetUserSource(ctx), sync); err != nil {
		return err
	}
	return enable(ctx, c, m)
}

// enable begins the synchronization of a team that is not synchronized.
func enable(ctx context.Context, c *client.Client, m *model) error {
	organization, team := m.Organization.ValueString(), m.Team.ValueString()
	err := c.EnableTeamSync(ctx, organization, team, m.group())
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		if sync, readErr := c.GetTeamSync(checkCtx, organization, team); readErr == nil && sync.Group != nil && *sync.Group == m.group() {
			return nil
		}
	}
	return err
}

func read(ctx context.Context, c *client.Client, m *model) error {
	sync, err := c.GetTeamSync(ctx, m.Organization.ValueString(), m.Team.ValueString())
	if err != nil {
		return err
	}
	if sync.Group == nil {
		return fmt.Errorf("the synchronization of the team %w", client.NotFound)
	}
	m.fromAPI(sync.Group)
	return nil
}

// fromAPI brings the model up to date with the group of a team. The name of an OIDC group is
// an empty text if somebody has set the group without a name.
func (m *model) fromAPI(group *client.TeamGroup) {
	m.GroupDN, m.GroupName = envelope.TextOrNull(group.DN), types.StringNull()
	if group.DN == "" {
		m.GroupName = types.StringValue(group.Name)
	}
}

// update replaces the synchronization. If Quay refuses the new group, it begins the former
// synchronization again.
func update(ctx context.Context, c *client.Client, prior model, m *model, _ func(model)) error {
	if prior.group() == m.group() {
		return nil
	}
	organization, team := m.Organization.ValueString(), m.Team.ValueString()
	sync, err := c.GetTeamSync(ctx, organization, team)
	if err != nil {
		return envelope.NotFoundError("team", "team", organization+":"+team, err)
	}
	// The check comes before the end of the former synchronization. Quay would remove people from
	// the team if that synchronization began again.
	if err = m.check(c.GetUserSource(ctx), sync); err != nil {
		return err
	}
	if err = c.DisableTeamSync(ctx, organization, team); err != nil {
		return envelope.NotFoundError("team", "team", organization+":"+team, err)
	}
	if err = enable(ctx, c, m); err == nil {
		return nil
	}
	return repair(ctx, c, prior, m, err)
}

// repair synchronizes a team whose old synchronization has ended and whose new one has not
// begun. It uses the former group if Quay refused the new group, and otherwise the new group.
func repair(ctx context.Context, c *client.Client, prior model, m *model, cause error) error {
	cleanupCtx, cancel := envelope.CleanupContext(ctx)
	defer cancel()
	again, refused := prior, errors.Is(cause, client.Invalid) || !errors.As(cause, new(*client.Error))
	if !refused {
		again = *m
	}
	err := c.EnableTeamSync(cleanupCtx, m.Organization.ValueString(), m.Team.ValueString(), again.group())
	switch {
	case err != nil:
		return envelope.WithDetail("", "The synchronization with the former group has ended, and the team may not be synchronized now.", errors.Join(cause, err))
	case refused:
		return envelope.WithDetail("", "The team is synchronized with the former group again.", cause)
	}
	return nil
}
