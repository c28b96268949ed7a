// Package user holds what Terraform knows of a registry's users.
package user

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/namespace"
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

// NewResource returns the resource quay_user.
var NewResource = envelope.NewResource(declaration)

var declaration = envelope.ResourceDeclaration[model]{
	Name:     "user",
	Noun:     "user",
	Identity: []string{"username"},
	ImportID: "username",
	Schema: schema.Schema{
		MarkdownDescription: "A user of the registry. A user who still has repositories is not deleted unless `force_destroy` is set.\n\n" +
			"Quay refuses to change or delete superusers through its API; those can be imported and read.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Name of the user, 2 to 255 characters: lower-case letters and digits, with single `.`, `_` or `-` " +
					"between them. Another name makes another user.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:    namespace.Name(),
			},
			"email": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "E-mail address, which no other user may have. Without one, Quay stores a random UUID in its place, " +
					"which Terraform does not show.",
				Validators: namespace.Email(),
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				MarkdownDescription: "Whether the user may log in. Default: `true`.",
			},
			"password_wo": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				WriteOnly: true,
				MarkdownDescription: "Password to set, at least 8 characters without white space. It is never stored, neither in the state nor in a plan; " +
					"needs Terraform 1.11 or OpenTofu 1.11. It is sent when the user is created and whenever `password_wo_version` changes.",
				Validators: []validator.String{
					stringvalidator.AlsoRequires(path.MatchRoot("password_wo_version")),
					envelope.Text(checkPassword),
				},
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "A number to change whenever `password_wo` is to be sent again.",
				Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo"))},
			},
			"initial_password": schema.StringAttribute{
				Computed:  true,
				Sensitive: true,
				MarkdownDescription: "Password that Quay generated when Terraform created the user without `password_wo`. " +
					"Null for an imported user, and once `password_wo` has been set.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"force_destroy": namespace.ForceDestroy("user"),
			"timeouts":      namespace.CreateTimeout("a user"),
		},
	},
	Plan:   plan,
	Create: create,
	Read:   read,
	Update: update,
	Delete: remove,
}

// plan foresees that a password of the user's own leaves no generated one.
func plan(_ context.Context, change *envelope.Change[model]) {
	sent := change.Prior == nil || !change.Prior.PasswordWOVersion.Equal(change.Plan.PasswordWOVersion)
	if sent && !change.Config.PasswordWO.IsNull() && !change.Config.PasswordWO.IsUnknown() {
		change.Plan.InitialPassword = types.StringNull()
	}
}

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	var created *client.CreatedUser
	adopted, err := namespace.Creation{
		Noun: "user", Name: m.Username.ValueString(), LogKind: "user_create", LogName: "username",
		Make: func(ctx context.Context) (err error) {
			created, err = c.CreateUser(ctx, m.Username.ValueString(), m.Email.ValueString())
			return err
		},
	}.Create(ctx, c, m.Timeouts)
	if err != nil {
		return err
	}
	planned := *m
	m.Enabled = types.BoolValue(true)
	m.InitialPassword = types.StringNull()
	if !adopted {
		m.InitialPassword = types.StringValue(created.Password)
	}
	save()

	var change client.UserChange
	if !planned.Enabled.ValueBool() {
		change.Enabled = new(false)
	}
	if !planned.PasswordWO.IsNull() {
		change.Password = new(planned.PasswordWO.ValueString())
	} else if adopted { // the password that Quay generated was lost with its answer
		change.Password = new(rand.Text())
	}
	if change != (client.UserChange{}) {
		if err := c.ChangeUser(ctx, m.Username.ValueString(), change); err != nil {
			return envelope.Explain("", "The user has been created, but its settings have not. If Quay generated a password, it is in the state as initial_password. "+
				"Terraform will replace the user, unless you run \"terraform untaint\" on it: then it will change it in place.", err)
		}
	}
	m.Enabled = planned.Enabled
	switch {
	case !planned.PasswordWO.IsNull():
		m.InitialPassword = types.StringNull()
	case adopted:
		m.InitialPassword = types.StringPointerValue(change.Password)
	}
	return nil
}

func read(ctx context.Context, c *client.Client, m *model) error {
	user, err := c.GetUser(ctx, m.Username.ValueString())
	if err != nil {
		return err
	}
	m.take(user)
	return nil
}

// take brings the model up to date with a user.
func (m *model) take(user *client.User) {
	m.Username = types.StringValue(user.Username)
	m.Enabled = types.BoolValue(user.Enabled)
	m.Email = namespace.EmailValue(user.Email)
	if m.ForceDestroy.IsNull() { // after an import
		m.ForceDestroy = types.BoolValue(false)
	}
}

func update(ctx context.Context, c *client.Client, prior model, m *model) error {
	var change client.UserChange
	if !m.Email.Equal(prior.Email) {
		email := m.Email.ValueString()
		if m.Email.IsNull() {
			var err error
			if email, err = client.PlaceholderEmail(); err != nil {
				return err
			}
		}
		change.Email = &email
	}
	if !m.Enabled.Equal(prior.Enabled) {
		change.Enabled = m.Enabled.ValueBoolPointer()
	}
	if !m.PasswordWOVersion.Equal(prior.PasswordWOVersion) && !m.PasswordWO.IsNull() {
		change.Password = m.PasswordWO.ValueStringPointer()
		m.InitialPassword = types.StringNull()
	}
	if change == (client.UserChange{}) {
		return nil // a version that went together with its password
	}
	return explainSuperuser(c.ChangeUser(ctx, m.Username.ValueString(), change))
}

// remove deletes a user and makes sure of it: for a disabled user Quay answers
// that it was deleted, and does nothing.
func remove(ctx context.Context, c *client.Client, m model) error {
	username, enabled := m.Username.ValueString(), m.Enabled.ValueBool()
	if !m.ForceDestroy.ValueBool() {
		if err := namespace.EnsureEmpty(ctx, c, "user", username); err != nil {
			return err
		}
	}
	for range 2 {
		if !enabled {
			if err := c.ChangeUser(ctx, username, client.UserChange{Enabled: new(true)}); err != nil {
				return explainSuperuser(err)
			}
		}
		if err := c.DeleteUser(ctx, username); err != nil {
			return explainSuperuser(err)
		}
		user, err := c.GetUser(ctx, username)
		if err != nil {
			return err // client.Gone, as it should be
		}
		enabled = user.Enabled
	}
	return envelope.Explain("", "Quay answers that the user was deleted, but still shows it.", nil)
}

// explainSuperuser puts Quay's refusal to touch superusers into words.
func explainSuperuser(err error) error {
	var refused *client.Error
	if errors.As(err, &refused) && refused.Kind == client.Invalid && strings.HasSuffix(refused.Message, " a superuser") {
		return envelope.Explain("username", "The user is a superuser of the registry, and Quay lets nobody change or delete superusers through its API. "+
			"Take it out of SUPER_USERS in the registry's config.yaml first, or take it out of Terraform with a removed block.", err)
	}
	return err
}

// checkPassword is Quay's rule for passwords.
func checkPassword(password string) error {
	if utf8.RuneCountInString(password) < 8 || strings.ContainsFunc(password, unicode.IsSpace) {
		return errors.New("must have at least 8 characters without white space")
	}
	return nil
}
