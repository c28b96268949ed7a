package user

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_user.
type model struct {
	Username          types.String `tfsdk:"username"`
	Email             types.String `tfsdk:"email"`
	Enabled           types.Bool   `tfsdk:"enabled"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	InitialPassword   types.String `tfsdk:"initial_password"`
	ForceDestroy      types.Bool   `tfsdk:"force_destroy"`

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// newResource returns the resource quay_user.
func newResource() resource.Resource {
	return envelope.NewResource(declaration())
}

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:     "user",
		Noun:     "user",
		Identity: []string{"username"},
		ImportID: "username",
		Schema: schema.Schema{
			MarkdownDescription: "Manages a user of the registry. The provider does not delete a user who still has repositories, unless `force_destroy` is set.\n\nThe provider counts only repositories that the user of the access token can see. On Quay 3.9, and without `FEATURE_SUPERUSERS_FULL_ACCESS`, a " +
				"superuser does not see repositories of others.\n\nQuay refuses to change or delete superusers through its API. They can be imported and read.\n\n" +
				"Where people come from LDAP, this resource creates the user of a person in LDAP, who needs no sign-in before. Where people come from OIDC, Quay creates the user at the first sign-in of the person. Then the user can be imported. " +
				"See the guide [LDAP and OIDC](../guides/ldap-and-oidc.md).",
			Attributes: map[string]schema.Attribute{
				"username": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the user, 2 to 255 characters: lower-case letters and digits, with single `.`, `_` or `-` " +
						"between them. Changing this forces a new resource to be created.",
					Validators: account.Name(),
				},
				"email": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					MarkdownDescription: "E-mail address, which no other user may have. Without an address, Quay stores a random UUID, which Terraform does not show. Where people come from LDAP or OIDC, this is the address that the directory has. Quay cannot change it there.",
					Validators:          account.Email(),
					PlanModifiers:       []planmodifier.String{removedFromConfig{}},
				},
				"enabled": schema.BoolAttribute{
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(true),
					MarkdownDescription: "Whether the user may sign in. Defaults to `true`.",
				},
				"password_wo": schema.StringAttribute{
					Optional:  true,
					Sensitive: true,
					WriteOnly: true,
					MarkdownDescription: "Password to set, at least 8 characters without white space. Neither the state nor a plan holds the password. The provider sends it when it " +
						"creates the user, and when `password_wo_version` changes. Needs Terraform 1.11 or OpenTofu 1.11.",
					Validators: append(account.Password(), stringvalidator.AlsoRequires(path.MatchRoot("password_wo_version"))),
				},
				"password_wo_version": schema.Int64Attribute{
					Optional:            true,
					MarkdownDescription: "Version of the password. Change this number to send `password_wo` again.",
					Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo"))},
				},
				"initial_password": schema.StringAttribute{
					Computed:  true,
					Sensitive: true,
					MarkdownDescription: "Password that Quay generated when Terraform created the user without `password_wo`. " +
						"Null for an imported user, once `password_wo` has been set, and where people come from LDAP or OIDC.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"force_destroy": account.ForceDestroy("user"),
				"timeouts":      account.CreateTimeout("a user"),
			},
		},
		Plan:   plan,
		Create: create,
		Read:   read,
		Update: update,
		Delete: deleteUnlessUsed,
	}
}

// plan plans the generated password, and warns if an apply will replace the password of a
// user.
func plan(ctx context.Context, change *envelope.Change[model]) {
	var source client.UserSource
	if change.Settings != nil && needsSource(change) {
		source = change.Settings.GetUserSource(ctx)
	}
	if source.IsDirectory() {
		planDirectory(ctx, source, change)
		return
	}
	if source == "" && change.Settings != nil {
		planUnknownSource(change)
	}
	if change.Prior != nil && change.Prior.PasswordWOVersion.Equal(change.Plan.PasswordWOVersion) {
		return
	}
	switch {
	case change.Config.PasswordWO.IsUnknown():
		change.Plan.InitialPassword = types.StringUnknown() // the apply may set it to null
	case !change.Config.PasswordWO.IsNull():
		change.Plan.InitialPassword = types.StringNull()
	}
	if change.Prior != nil && change.Prior.PasswordWOVersion.IsNull() && !change.Plan.PasswordWOVersion.IsNull() {
		change.Diagnostics.AddAttributeWarning(path.Root("password_wo_version"), "The user's password will be replaced",
			fmt.Sprintf("Terraform has not set a password for the user %q before. Applying this plan replaces the password that the user has.",
				change.Plan.Username.ValueString()))
	}
}

// needsSource tells whether the plan depends on the source of the users. Then it creates a
// user, or changes values that a directory has.
func needsSource(change *envelope.Change[model]) bool {
	return change.Prior == nil || !change.Config.Email.Equal(change.Prior.Email) ||
		!change.Config.PasswordWOVersion.Equal(change.Prior.PasswordWOVersion)
}

// newPassword returns the password to send, or nil. Only the apply knows for certain whether
// there is a password for the version.
func (m *model) newPassword(prior types.Int64) (*string, error) {
	if m.PasswordWOVersion.Equal(prior) || m.PasswordWOVersion.IsNull() {
		return nil, nil //nolint:nilnil // no password to send
	}
	if m.PasswordWO.IsNull() {
		return nil, envelope.WithDetail("password_wo", "password_wo_version asks to set a password, but the value of password_wo is null. "+
			"Give it a value, or leave out both attributes.", nil)
	}
	return m.PasswordWO.ValueStringPointer(), nil
}

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	if c.GetUserSource(ctx).IsDirectory() {
		return link(ctx, c, m, save)
	}
	username := m.Username.ValueString()
	password, err := m.newPassword(types.Int64Null())
	if err != nil {
		return err
	}
	var created *client.CreatedUser
	recovered, err := account.Creation{
		Noun: "user", Name: username, LogKind: "user_create", LogName: "username",
		Call: func(ctx context.Context) (err error) {
			created, err = c.CreateUser(ctx, username, m.Email.ValueString())
			return err
		},
	}.Create(ctx, c, m.Timeouts)
	if errors.Is(err, client.ErrDirectory) { // the registry has not told its source of users before
		return link(ctx, c, m, save)
	}
	if err != nil {
		return err
	}
	if m.Email.IsUnknown() {
		m.Email = types.StringNull()
	}
	enabled := m.Enabled
	m.Enabled = types.BoolValue(true)
	m.InitialPassword = types.StringNull()
	change := client.UserChange{Password: password}
	if !recovered {
		m.InitialPassword = types.StringValue(created.Password) // valid until a later call sets a password
	} else if password == nil { // the generated password was lost with the response
		change.Password = new(rand.Text())
	}
	save()

	if !enabled.ValueBool() {
		change.Enabled = new(false)
	}
	if change != (client.UserChange{}) {
		if err := c.ChangeUser(ctx, username, change); err != nil {
			return settingsFailed(ctx, c, m, enabled, recovered, save, err)
		}
	}
	m.Enabled = enabled
	if change.Password != nil {
		m.InitialPassword = types.StringNull()
	}
	if password == nil && recovered {
		m.InitialPassword = types.StringPointerValue(change.Password)
	}
	return nil
}

// settingsFailed handles a new user whose settings Quay has not set. If Quay refuses the
// settings, no later apply could set them either. The provider then deletes the user again, if
// its own call certainly created it. Otherwise, it at least disables a user who must be
// disabled.
func settingsFailed(ctx context.Context, c *client.Client, m *model, enabled types.Bool, recovered bool, save func(), err error) error {
	cleanupCtx, cancel := envelope.CleanupContext(ctx)
	defer cancel()
	username := m.Username.ValueString()
	if errors.Is(err, client.Invalid) && !recovered {
		if deleteErr := deleteUser(cleanupCtx, c, username, true); deleteErr == nil || errors.Is(deleteErr, client.NotFound) {
			return envelope.Removed(envelope.WithDetail("", "Quay created the user, but refused its settings, so the provider deleted the user again.", err))
		}
	}
	state := ""
	if !enabled.ValueBool() {
		if c.ChangeUser(cleanupCtx, username, client.UserChange{Enabled: new(false)}) == nil {
			m.Enabled = enabled
			save()
		} else {
			state = "The user is enabled, although the configuration says otherwise. "
		}
	}
	return envelope.WithDetail("", "The user has been created, but its settings have not. "+state+"If Quay generated a password, it is in the state as initial_password.", err)
}

func read(ctx context.Context, c *client.Client, m *model) error {
	user, err := c.GetUser(ctx, m.Username.ValueString())
	if err != nil {
		return err
	}
	m.fromAPI(user)
	return nil
}

// fromAPI copies a user into the model.
func (m *model) fromAPI(user *client.User) {
	m.Username = types.StringValue(user.Username)
	m.Enabled = types.BoolValue(user.Enabled)
	m.Email = account.EmailValue(user.Email)
	if m.ForceDestroy.IsNull() { // after an import
		m.ForceDestroy = types.BoolValue(false)
	}
}

func update(ctx context.Context, c *client.Client, prior model, m *model, _ func(model)) error {
	var (
		change client.UserChange
		err    error
	)
	if !m.Email.Equal(prior.Email) {
		email := m.Email.ValueString()
		if m.Email.IsNull() {
			if email, err = client.PlaceholderEmail(); err != nil {
				return err
			}
		}
		change.Email = &email
	}
	if !m.Enabled.Equal(prior.Enabled) {
		change.Enabled = m.Enabled.ValueBoolPointer()
	}
	if change.Password, err = m.newPassword(prior.PasswordWOVersion); err != nil {
		return err
	}
	if change.Password != nil {
		m.InitialPassword = types.StringNull()
	}
	if change == (client.UserChange{}) {
		return nil // the version was removed together with its password
	}
	return explainSuperuser(c.ChangeUser(ctx, m.Username.ValueString(), change))
}

func deleteUnlessUsed(ctx context.Context, c *client.Client, m model) error {
	if !m.ForceDestroy.ValueBool() {
		if err := account.EnsureEmpty(ctx, c, "user", m.Username.ValueString()); err != nil {
			return err
		}
	}
	return deleteUser(ctx, c, m.Username.ValueString(), m.Enabled.ValueBool())
}

// deleteUser deletes a user and checks the result. For a disabled user, Quay reports success
// and does nothing, so deleteUser enables the user first. If Quay then refuses the deletion,
// deleteUser disables the user again.
func deleteUser(ctx context.Context, c *client.Client, username string, enabled bool) error {
	wasEnabled := enabled
	for range 2 {
		if !enabled {
			if err := c.ChangeUser(ctx, username, client.UserChange{Enabled: new(true)}); err != nil {
				return disableAgain(ctx, c, username, client.OutcomeUnknown(err), explainSuperuser(err))
			}
		}
		if err := c.DeleteUser(ctx, username); err != nil {
			return disableAgain(ctx, c, username, !wasEnabled, explainSuperuser(err))
		}
		user, err := c.GetUser(ctx, username)
		if err != nil { // client.NotFound is the expected error
			return disableAgain(ctx, c, username, !wasEnabled, err)
		}
		enabled = user.Enabled
		wasEnabled = wasEnabled && enabled // somebody has disabled the user meanwhile
	}
	return disableAgain(ctx, c, username, !wasEnabled, envelope.WithDetail("", "Quay answers that the user was deleted, but still shows it.", nil))
}

// disableAgain disables a user again after a failed deletion, and returns the deletion's
// error.
func disableAgain(ctx context.Context, c *client.Client, username string, needed bool, cause error) error {
	if !needed || errors.Is(cause, client.NotFound) {
		return cause
	}
	cleanupCtx, cancel := envelope.CleanupContext(ctx)
	defer cancel()
	err := c.ChangeUser(cleanupCtx, username, client.UserChange{Enabled: new(false)})
	switch {
	case err == nil:
		return cause
	case errors.Is(err, client.NotFound): // Quay has deleted the user
		return err
	}
	return envelope.WithDetail("", fmt.Sprintf("The user %q was disabled. Quay deletes only users who are enabled, so the provider enabled it. The user could then "+
		"neither be deleted nor be disabled again, and may log in. Apply again, or disable the user in Quay.", username), errors.Join(cause, err))
}

// explainSuperuser explains Quay's refusal to change or delete superusers.
func explainSuperuser(err error) error {
	var refused *client.Error
	if errors.As(err, &refused) && refused.Kind == client.Invalid && strings.HasSuffix(refused.Message, " a superuser") {
		return envelope.WithDetail("username", "The user is a superuser of the registry, and Quay lets nobody change or delete superusers through its API. "+
			"Take it out of SUPER_USERS in the registry's config.yaml first, or take it out of Terraform with a removed block.", err)
	}
	return err
}
