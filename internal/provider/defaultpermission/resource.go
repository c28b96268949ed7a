package defaultpermission

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// model is a quay_organization_default_permission.
type model struct {
	Organization types.String `tfsdk:"organization"`
	ruleModel
}

// ruleModel is a default permission without its organization.
type ruleModel struct {
	ID            types.String `tfsdk:"id"`
	Role          types.String `tfsdk:"role"`
	DelegateUser  types.String `tfsdk:"delegate_user"`
	DelegateRobot types.String `tfsdk:"delegate_robot"`
	DelegateTeam  types.String `tfsdk:"delegate_team"`
	Creator       types.String `tfsdk:"creator"`
}

// newResource returns the resource quay_organization_default_permission.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:       "organization_default_permission",
		Noun:       "default permission",
		Identity:   []string{"organization", "id"},
		ImportID:   "organization:id",
		Namespace:  "organization",
		RobotNames: []string{"delegate_robot", "creator"},
		Schema: schema.Schema{
			MarkdownDescription: "Manages a default permission of an organization. A user, a robot account or a team gets this role in each new repository.\n\n" +
				"A default permission does not change repositories that exist. Exactly one of `delegate_user`, `delegate_robot` and `delegate_team` must be set. " +
				"The creator of a repository always gets the role `admin`.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization. Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators:          account.Reference(),
				},
				"id": envelope.UUIDAttribute("Id of the default permission, a UUID that Quay chooses."),
				"role": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Role in new repositories. Must be one of `read`, `write`, `admin`.",
					Validators:          []validator.String{envelope.OneOf("read", "write", "admin")},
				},
				"delegate_user": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the user who gets the role. Changing this forces a new resource to be created.",
					Validators: append(account.Reference(), stringvalidator.ExactlyOneOf(
						path.MatchRoot("delegate_user"), path.MatchRoot("delegate_robot"), path.MatchRoot("delegate_team"),
					)),
				},
				"delegate_robot": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the robot account that gets the role, with its namespace: `acme+ci`. " +
						"Changing this forces a new resource to be created.",
					Validators: []validator.String{envelope.Text(checkRobot)},
				},
				"delegate_team": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the team of the organization that gets the role. " +
						"Changing this forces a new resource to be created.",
					Validators: account.Reference(),
				},
				"creator": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the user or robot account (`acme+ci`) to whose new repositories the default permission applies. " +
						"If omitted, it applies to the new repositories of all creators. Changing this forces a new resource to be created.",
					Validators: account.GranteeReference(),
				},
			},
		},
		Plan:   plan,
		Create: create,
		Read:   read,
		Update: func(ctx context.Context, c *client.Client, _ model, m *model, _ func(model)) error {
			organization, id := m.Organization.ValueString(), m.ID.ValueString()
			err := c.ChangeDefaultPermission(ctx, organization, id, m.Role.ValueString())
			return envelope.NotFoundError("", "default permission", organization+":"+id, err)
		},
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			return c.DeleteDefaultPermission(ctx, m.Organization.ValueString(), m.ID.ValueString())
		},
	}
}

// plan replaces the rule if Quay cannot make the change. The name of a robot also changes when
// its organization is renamed. Then the rule stays.
func plan(_ context.Context, change *envelope.Change[model]) {
	if change.Prior == nil {
		return
	}
	for attribute, values := range map[string][2]types.String{
		"delegate_user":  {change.Prior.DelegateUser, change.Plan.DelegateUser},
		"delegate_robot": {change.Prior.DelegateRobot, change.Plan.DelegateRobot},
		"delegate_team":  {change.Prior.DelegateTeam, change.Plan.DelegateTeam},
		"creator":        {change.Prior.Creator, change.Plan.Creator},
	} {
		if !values[0].Equal(values[1]) {
			change.Replace(attribute)
		}
	}
}

// checkRobot is the rule for the name of a robot with its namespace.
func checkRobot(text string) error {
	if !strings.Contains(text, "+") || client.CheckGrantee(text) != nil {
		return errors.New("must be the name of a robot as namespace+name: at most 255 lower-case letters, digits, '.', '_' and '-'")
	}
	return nil
}

// ruleKey is equal for rules of which Quay applies only one.
type ruleKey struct{ organization, kind, delegate, creator string }

func create(ctx context.Context, c *client.Client, m *model, _ func()) error {
	organization, rule := m.Organization.ValueString(), m.rule()
	created, existing, err := envelope.UniqueCreation[client.DefaultPermission]{
		Noun: "default permission",
		Key:  ruleKey{organization, rule.Delegate.Kind, rule.Delegate.Name, rule.CreatorName()},
		Find: func(ctx context.Context) ([]client.DefaultPermission, error) { return find(ctx, c, organization, rule) },
		Call: func(ctx context.Context) (*client.DefaultPermission, error) {
			id, err := c.CreateDefaultPermission(ctx, organization, rule)
			if err != nil {
				return nil, err
			}
			made := rule
			made.ID = id
			return &made, nil
		},
	}.Create(ctx)
	if created != nil && created.Role != rule.Role { // somebody else has created this rule at the same time
		created, existing = nil, created
	}
	switch {
	case err != nil:
		return m.explain(ctx, c, err)
	case existing != nil:
		err := envelope.ExistsError(fmt.Errorf("the default permission %w", client.Exists), organization, existing.ID)
		return envelope.WithDetail("", fmt.Sprintf("The organization has a default permission for this delegate and this creator, with the role %q. "+
			"Of two such default permissions, Quay would apply only one.", existing.Role), err)
	}
	m.ID = types.StringValue(created.ID)
	return nil
}

// find returns the rules with the same delegate and creator.
func find(ctx context.Context, c *client.Client, organization string, rule client.DefaultPermission) ([]client.DefaultPermission, error) {
	rules, err := c.ListDefaultPermissions(ctx, organization)
	return slices.DeleteFunc(rules, func(other client.DefaultPermission) bool {
		return other.Delegate.Kind != rule.Delegate.Kind || other.Delegate.Name != rule.Delegate.Name || other.CreatorName() != rule.CreatorName()
	}), err
}

// explain names the missing user, robot or team if Quay refuses to create a rule.
func (m *model) explain(ctx context.Context, c *client.Client, err error) error {
	refused, ok := errors.AsType[*client.Error](err)
	if !ok || refused.Kind != client.Invalid {
		return envelope.NotFoundError("organization", "organization", m.Organization.ValueString(), err)
	}
	missing := func(attribute, noun string, name types.String) error {
		return account.NoUserError(ctx, c, attribute, noun, name.ValueString(), err)
	}
	switch {
	case refused.Field == "creator":
		return missing("creator", "user or robot account", m.Creator)
	case refused.Field == "delegate_team":
		return envelope.WithDetail("delegate_team", fmt.Sprintf("There is no team %q in the organization %q.",
			m.DelegateTeam.ValueString(), m.Organization.ValueString()), err)
	case refused.Field == "delegate_user" && m.DelegateUser.IsNull():
		return missing("delegate_robot", "robot account", m.DelegateRobot)
	case refused.Field == "delegate_user":
		return missing("delegate_user", "user", m.DelegateUser)
	}
	return err
}

// rule returns the rule that the model plans.
func (m *ruleModel) rule() client.DefaultPermission {
	rule := client.DefaultPermission{Role: m.Role.ValueString(), Delegate: client.Delegate{Kind: "user"}}
	switch {
	case !m.DelegateTeam.IsNull():
		rule.Delegate = client.Delegate{Kind: "team", Name: m.DelegateTeam.ValueString()}
	case !m.DelegateRobot.IsNull():
		rule.Delegate.Name = m.DelegateRobot.ValueString()
	default:
		rule.Delegate.Name = m.DelegateUser.ValueString()
	}
	if !m.Creator.IsNull() {
		rule.Creator = &client.Delegate{Name: m.Creator.ValueString()}
	}
	return rule
}

func read(ctx context.Context, c *client.Client, m *model) error {
	rule, err := c.GetDefaultPermission(ctx, m.Organization.ValueString(), m.ID.ValueString())
	if err == nil {
		m.fromAPI(rule)
	}
	return err
}

// fromAPI copies a rule into the model.
func (m *ruleModel) fromAPI(rule *client.DefaultPermission) {
	*m = ruleModel{ID: types.StringValue(rule.ID), Role: types.StringValue(rule.Role), Creator: envelope.TextOrNull(rule.CreatorName())}
	switch name := types.StringValue(rule.Delegate.Name); {
	case rule.Delegate.Kind == "team":
		m.DelegateTeam = name
	case rule.Delegate.IsRobot:
		m.DelegateRobot = name
	default:
		m.DelegateUser = name
	}
}
