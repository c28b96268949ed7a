package permission

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// permissionsModel is a quay_repository_permissions.
type permissionsModel struct {
	Repository types.String `tfsdk:"repository"`
	Users      types.Map    `tfsdk:"users"`
	Robots     types.Map    `tfsdk:"robots"`
	Teams      types.Map    `tfsdk:"teams"`
	Ignore     types.Set    `tfsdk:"ignore"`
	Recreated  types.Set    `tfsdk:"recreated_robots"`
}

// newPermissionsResource returns the resource quay_repository_permissions.
func newPermissionsResource() resource.Resource {
	return envelope.NewResource(permissionsDeclaration())
}

func permissionsDeclaration() envelope.ResourceDeclaration[permissionsModel] {
	return envelope.ResourceDeclaration[permissionsModel]{
		Name:        "repository_permissions",
		Noun:        "repository permission set",
		Identity:    []string{"repository"},
		ImportID:    "namespace/name",
		Namespace:   "repository",
		RobotNames:  []string{"robots", "ignore"},
		ListsRobots: true,
		Whole: func(m, _ permissionsModel) (whole string, manages func(part string) bool) {
			ignored := m.ignored()
			return m.Repository.ValueString(), func(part string) bool { return !slices.Contains(ignored, part) }
		},
		Schema: schema.Schema{
			MarkdownDescription: "Manages all roles of users, robot accounts and teams in a repository. Terraform removes every role that the configuration does not list, " +
				"unless `ignore` names its holder.\n\n**This resource is exclusive.** Do not use it with `quay_repo_user_permission` or `quay_repo_team_permission` for the same repository. The " +
				"only exception is a permission whose holder `ignore` names. The plan warns where it sees both.\n\n" +
				"Creating this resource removes roles that exist already and are not listed. Quay gives the user who creates a repository the role `admin`, " +
				"and adds the default permissions of the organization. List these roles, or name their holders in `ignore`. " +
				"If the repository exists when Terraform plans, the plan warns of each role that the apply will remove. " +
				"To see such roles as changes in a plan, import the resource instead of creating it.\n\n" +
				"Terraform first gives roles, and takes the role `admin` away last. Terraform never removes the role of the robot account that mirrors another registry to the repository. It never removes the role of the user " +
				"who owns the namespace. It does not show these two roles unless they are listed.\n\n" +
				"Destroying this resource removes the roles that it lists. The user of the access token may administer the repository only through a listed role. Terraform keeps the last such " +
				"role, so that it can still delete the repository. " +
				"For the same reason, Terraform refuses to remove such a role when it creates or updates this resource.",
			Attributes: map[string]schema.Attribute{
				"repository": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Repository as `namespace/name`, where the name may contain slashes: `acme/team/app`. " +
						"Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators: []validator.String{envelope.Text(account.CheckRepository)},
				},
				"users": rolesAttribute("Roles of users by name: `{ alice = \"admin\" }`.", account.Reference()...),
				"robots": rolesAttribute("Roles of robot accounts by name. Write the name with the namespace of the repository: `{ \"acme+ci\" = \"write\" }`.",
					envelope.Text(checkRobot)),
				"teams": rolesAttribute("Roles of teams of the repository's organization by name: `{ devs = \"read\" }`.", account.Reference()...),
				"ignore": schema.SetAttribute{
					ElementType: types.StringType,
					Optional:    true,
					MarkdownDescription: "Holders of roles that Terraform neither shows nor changes. Write a user as `alice`, a robot account as `acme+ci`, and a team as `team:devs`. " +
						"Terraform removes the role of a holder that you take out of this set, unless the holder is listed. The plan warns of that.",
					Validators: []validator.Set{
						setvalidator.NoNullValues(),
						setvalidator.ValueStringsAre(envelope.Text(checkHolder)),
					},
				},
				"recreated_robots": account.RecreatedRobots("that were given their roles again"),
			},
		},
		Plan:   planPermissions,
		Create: createPermissions,
		Read:   readPermissions,
		Update: updatePermissions,
		Delete: deletePermissions,
	}
}

// rolesAttribute is an attribute with roles by name.
func rolesAttribute(description string, nameRules ...validator.String) schema.MapAttribute {
	return schema.MapAttribute{
		ElementType: types.StringType,
		Optional:    true,
		Computed:    true,
		Default:     mapdefault.StaticValue(types.MapValueMust(types.StringType, map[string]attr.Value{})),
		MarkdownDescription: description + " Each role must be one of `read`, `write`, `admin`. Defaults to no roles. " +
			"At least one of `users`, `robots` and `teams` must list the role `admin`.",
		Validators: []validator.Map{
			mapvalidator.NoNullValues(),
			mapvalidator.KeysAre(nameRules...),
			mapvalidator.ValueStringsAre(envelope.OneOf(ranks...)),
		},
	}
}

func checkRobot(text string) error {
	if !isRobot(text) || client.CheckGrantee(text) != nil {
		return errors.New("must be names of robots as namespace+name: at most 255 lower-case letters, digits, '.', '_' and '-'")
	}
	return nil
}

func checkHolder(text string) error {
	team, isTeam := strings.CutPrefix(text, teamPrefix)
	if isTeam && client.CheckName(team) != nil || !isTeam && client.CheckGrantee(text) != nil {
		return errors.New("must be names of users, of robots as namespace+name, and of teams as team:name")
	}
	return nil
}

// lists returns the attributes with roles, by name.
func (m *permissionsModel) lists() map[string]types.Map {
	return map[string]types.Map{"users": m.Users, "robots": m.Robots, "teams": m.Teams}
}

// roles returns the known roles in the model.
func (m *permissionsModel) roles() roles {
	all := roles{}
	for attribute, list := range m.lists() {
		for name, role := range list.Elements() {
			if text, ok := role.(types.String); ok && !text.IsUnknown() {
				all[holderOf(strings.TrimSuffix(attribute, "s"), name)] = text.ValueString()
			}
		}
	}
	return all
}

// isKnown tells whether all roles and ignored holders in the model are known.
func (m *permissionsModel) isKnown(ctx context.Context) bool {
	for _, list := range m.lists() {
		if !envelope.IsFullyKnown(ctx, list) {
			return false
		}
	}
	return envelope.IsFullyKnown(ctx, m.Ignore)
}

// setRoles copies roles into the model.
func (m *permissionsModel) setRoles(all roles) {
	lists := map[string]map[string]attr.Value{"users": {}, "robots": {}, "teams": {}}
	for holder, role := range all {
		lists[listOf(holder)][strings.TrimPrefix(holder, teamPrefix)] = types.StringValue(role)
	}
	m.Users = types.MapValueMust(types.StringType, lists["users"])
	m.Robots = types.MapValueMust(types.StringType, lists["robots"])
	m.Teams = types.MapValueMust(types.StringType, lists["teams"])
	if m.Recreated.IsNull() { // in a list, the null has no type
		m.Recreated = types.SetNull(types.StringType)
	}
}

// robotNames returns the known names of robots in the model.
func (m *permissionsModel) robotNames() []string {
	return slices.Sorted(maps.Keys(m.Robots.Elements()))
}

// listOf returns the attribute that lists a holder.
func listOf(holder string) string {
	switch {
	case strings.HasPrefix(holder, teamPrefix):
		return "teams"
	case isRobot(holder):
		return "robots"
	}
	return "users"
}

// ignored returns the known ignored holders.
func (m *permissionsModel) ignored() []string { return envelope.SetTexts(m.Ignore) }

// planPermissions checks the rules for several attributes, and warns of removals that the plan
// does not show.
func planPermissions(ctx context.Context, change *envelope.Change[permissionsModel]) {
	m := &change.Plan
	m.planRecreated(ctx, change)
	refuse := func(attribute, words string) {
		change.Diagnostics.AddAttributeError(path.Root(attribute), "Invalid value", attribute+" "+words)
	}
	listed := m.roles()
	if m.isKnown(ctx) && !slices.Contains(slices.Collect(maps.Values(listed)), roleAdmin) {
		refuse("users", "must list an administrator, unless robots or teams does: somebody must have the role admin in the repository.")
	}
	if slices.ContainsFunc(m.ignored(), func(holder string) bool { return listed[holder] != "" }) {
		refuse("ignore", "must not name a holder whose role is listed.")
	}
	repository, err := client.ParseRepository(m.Repository.ValueString())
	if err != nil { // the repository is unknown
		return
	}
	if role := listed[repository.Namespace]; role != "" && role != roleAdmin {
		refuse("users", "must list the owner of the namespace with the role admin, or not at all: Quay does not change that role.")
	}
	for holder := range listed {
		if isRobot(holder) && !strings.HasPrefix(holder, repository.Namespace+"+") {
			refuse("robots", "must be robots of the namespace of the repository: Quay gives no role to another namespace's robot.")
			break
		}
	}
	var shown roles
	if change.Prior != nil {
		shown = change.Prior.roles()
		ignored := m.ignored()
		if !slices.ContainsFunc(change.Prior.ignored(), func(holder string) bool { return !slices.Contains(ignored, holder) }) {
			return // the plan shows all removals
		}
	}
	if change.Client != nil && envelope.IsFullyKnown(ctx, m.Ignore) && !change.Diagnostics.HasError() {
		warnOfRemovals(ctx, change, repository, shown)
	}
}

// planRecreated plans to give robots their roles again that the apply replaces.
func (m *permissionsModel) planRecreated(ctx context.Context, change *envelope.Change[permissionsModel]) {
	prior := change.Prior
	if prior == nil {
		m.Recreated = types.SetNull(types.StringType)
		return
	}
	changes := !m.Users.Equal(prior.Users) || !m.Robots.Equal(prior.Robots) || !m.Teams.Equal(prior.Teams) || !m.Ignore.Equal(prior.Ignore)
	m.Recreated = account.PlanRecreated(ctx, change.Settings, changes, prior.Recreated, m.Robots, m.robotNames())
}

// warnOfRemovals warns of the roles that the plan removes but does not show. If the plan
// creates the resource, these are all unlisted roles. Otherwise, they are the roles that were
// ignored before. It omits users, robots or teams that are not wholly known. If a read fails,
// the apply reports the error.
func warnOfRemovals(ctx context.Context, change *envelope.Change[permissionsModel], repository client.Repository, shown roles) {
	current, err := change.Plan.readRoles(ctx, change.Client, repository)
	if err != nil {
		tflog.Debug(ctx, "the roles that the plan removes are not known", map[string]any{"repository": repository.String(), "error": err.Error()})
		return
	}
	listed := change.Plan.roles()
	known := map[string]bool{}
	for attribute, list := range change.Plan.lists() {
		known[attribute] = envelope.IsFullyKnown(ctx, list)
	}
	var removed []string
	for _, holder := range slices.Sorted(maps.Keys(current)) {
		if listed[holder] == "" && shown[holder] == "" && known[listOf(holder)] {
			removed = append(removed, fmt.Sprintf("%s (%s)", holder, current[holder]))
		}
	}
	if len(removed) > 0 {
		change.Diagnostics.AddWarning(fmt.Sprintf("Terraform will remove roles in the repository %q", repository), fmt.Sprintf(
			"The plan does not show these roles, and the configuration does not list them: %s. Terraform will remove them. List the roles to keep, or name their holders in ignore.",
			strings.Join(removed, ", ")))
	}
}

// readRoles reads all roles that the resource manages.
func (m *permissionsModel) readRoles(ctx context.Context, c *client.Client, repository client.Repository) (roles, error) {
	all, err := listRoles(ctx, c, repository)
	if err != nil {
		return nil, err
	}
	for _, holder := range m.ignored() {
		delete(all, holder)
	}
	listed := m.roles()
	if len(all) > 0 { // without any role, the repository may not exist
		all.leaveOwner(repository, listed)
	}
	return all, all.leaveMirrorRobot(ctx, c, repository, listed)
}

func createPermissions(ctx context.Context, c *client.Client, m *permissionsModel, save func()) error {
	repository, err := parseRepository(m.Repository)
	if err != nil {
		return err
	}
	wanted := m.roles()
	current, err := m.readRoles(ctx, c, repository)
	if err == nil && len(current) == 0 {
		err = missingRepository(ctx, c, repository, nil)
	}
	if err == nil {
		err = checkOwner(ctx, c, repository, wanted)
	}
	if err != nil {
		return err
	}
	saved := false
	err = replaceRoles(ctx, c, repository, current, wanted, m.ignored(), false, func(current roles) {
		m.setRoles(current)
		save()
		saved = true
	})
	if err != nil {
		if saved {
			err = envelope.WithDetail("", "Quay has made a part of the changes. A replacement removes all roles for a moment.", err)
		}
		return err
	}
	m.setRoles(wanted)
	return nil
}

// checkOwner refuses an organization among the users. The provider sets no role for the
// namespace's owner, so no other call would report the error.
func checkOwner(ctx context.Context, c *client.Client, repository client.Repository, wanted roles) error {
	if wanted[repository.Namespace] == "" {
		return nil
	}
	_, err := c.GetOrganization(ctx, repository.Namespace)
	switch {
	case errors.Is(err, client.NotFound):
		return nil
	case err != nil:
		return err
	}
	return envelope.WithDetail("users", fmt.Sprintf("%q is an organization and not a user. Leave it out.", repository.Namespace), nil)
}

// readPermissions reads all permissions. Without any role, the resource does not exist, unless
// this is an import.
func readPermissions(ctx context.Context, c *client.Client, m *permissionsModel) error {
	repository, err := parseRepository(m.Repository)
	if err != nil {
		return err
	}
	current, err := m.readRoles(ctx, c, repository)
	if errors.Is(err, client.Denied) {
		return envelope.WithDetail("", fmt.Sprintf("Quay shows the roles in a repository only to its administrators. If the user of the access token does not administer %q any more, ask an administrator for the role. Or remove the resource from the state with \"terraform state rm\".", repository), err)
	}
	if err != nil {
		return err
	}
	if len(current) == 0 {
		imported := m.Users.IsNull()
		exists := false
		if imported {
			if exists, err = c.RepositoryExists(ctx, repository); err != nil {
				return err
			}
		}
		if !exists {
			return fmt.Errorf("there is no role in the repository: %w", client.NotFound)
		}
	}
	m.setRoles(current)
	return nil
}

func updatePermissions(ctx context.Context, c *client.Client, prior permissionsModel, m *permissionsModel, save func(permissionsModel)) error {
	repository, err := parseRepository(m.Repository)
	if err != nil {
		return err
	}
	current, wanted, ignored := prior.roles(), m.roles(), m.ignored()
	stopped := slices.DeleteFunc(prior.ignored(), func(holder string) bool { return slices.Contains(ignored, holder) })
	if len(stopped) > 0 { // the state lacks the roles of these holders
		all, err := listRoles(ctx, c, repository)
		if err != nil {
			return err
		}
		for _, holder := range stopped {
			if role := all[holder]; role != "" {
				current[holder] = role
			}
		}
	}
	for _, holder := range ignored {
		delete(current, holder)
	}
	robots, recreated := account.Recreated(c, m.robotNames(), prior.robotNames())
	for _, robot := range robots {
		delete(current, robot)
	}
	if m.Recreated.IsUnknown() {
		m.Recreated = recreated
	}
	if prior.roles()[repository.Namespace] == "" {
		if err := checkOwner(ctx, c, repository, wanted); err != nil {
			return err
		}
	}
	return replaceRoles(ctx, c, repository, current, wanted, ignored, false, func(current roles) {
		saved := *m
		saved.setRoles(current)
		save(saved)
	})
}

// deletePermissions removes all listed roles but the one through which the provider
// administers the repository.
func deletePermissions(ctx context.Context, c *client.Client, m permissionsModel) error {
	repository, err := parseRepository(m.Repository)
	if err != nil {
		return err
	}
	return replaceRoles(ctx, c, repository, m.roles(), roles{}, m.ignored(), true, func(roles) {})
}
