package initialuser

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_initial_user.
type model struct {
	Username   types.String `tfsdk:"username"`
	Email      types.String `tfsdk:"email"`
	PasswordWO types.String `tfsdk:"password_wo"`
}

// newResource returns the resource quay_initial_user.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name: "initial_user",
		Noun: "initial user",
		Schema: schema.Schema{
			MarkdownDescription: "Creates the first user of a registry whose database is empty. Quay needs no credentials for that, and `FEATURE_USER_INITIALIZE: true` in its " +
				"`config.yaml`. The user is a superuser if `SUPER_USERS` in the `config.yaml` names it.\n\n" +
				"If a user of this name exists and has this password, the resource manages that user. So an interrupted apply can be run again.\n\n" +
				"Quay cannot change or delete a superuser through its API. Destroying the resource removes it from the state, and the user stays in Quay.",
			Attributes: map[string]schema.Attribute{
				"username": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the user, 2 to 255 characters: lower-case letters and digits, with single `.`, `_` or `-` between them. It cannot be changed.",
					Validators:          account.Name(),
				},
				"email": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "E-mail address of the user at its creation. A registry that sends mail (`FEATURE_MAILING: true`) needs one. It cannot be changed. " +
						"Terraform does not read it: Quay does not show it without credentials.",
					Validators: account.Email(),
				},
				"password_wo": schema.StringAttribute{
					Required:  true,
					Sensitive: true,
					WriteOnly: true,
					MarkdownDescription: "Password of the user at its creation, at least 8 characters without white space. It is stored neither in the state nor in a plan, " +
						"and needs Terraform 1.11 or OpenTofu 1.11. Changing it changes nothing in Quay.",
					Validators: account.Password(),
				},
			},
		},
		Plan:   plan,
		Create: create,
		Read: func(ctx context.Context, c *client.Client, m *model) error {
			return c.FindUser(ctx, m.Username.ValueString())
		},
		Update: func(_ context.Context, _ *client.Client, prior model, m *model, _ func(model)) error {
			return prior.checkChange(m) // checks values that were unknown during the plan
		},
		Delete: func(_ context.Context, _ *client.Client, m model) error {
			return envelope.KeptInQuay(fmt.Sprintf("The user %q stays in Quay, with its password and all that it owns. Quay's API cannot delete superusers, and without any user "+
				"nobody could sign in. The provider has only removed the resource from the state. To manage the user again, add the resource with the same password.",
				m.Username.ValueString()))
		},
	}
}

// plan refuses a change, because Quay creates a first user only once.
func plan(_ context.Context, change *envelope.Change[model]) {
	if change.Prior != nil {
		change.Refuse("Unable to change the initial user", change.Prior.checkChange(&change.Plan))
	}
}

// checkChange returns an error if the provider cannot change an attribute to a known value.
func (m *model) checkChange(to *model) error {
	const advice = " Restore the former value. To manage another user, use quay_user."
	switch {
	case !to.Username.IsUnknown() && !to.Username.Equal(m.Username):
		return envelope.Refusal("username", "The registry has its first user, and Quay's API cannot rename it."+advice)
	case !to.Email.IsUnknown() && !to.Email.Equal(m.Email):
		return envelope.Refusal("email", "Quay's API cannot change the e-mail address of a superuser, who can change it in the web interface."+advice)
	}
	return nil
}

func create(ctx context.Context, c *client.Client, m *model, _ func()) error {
	username, password := m.Username.ValueString(), m.PasswordWO.ValueString()
	if password == "" {
		return envelope.WithDetail("password_wo", "The value of password_wo is null. Give the first user a password.", nil)
	}
	err := c.InitializeUser(ctx, username, password, m.Email.ValueString())
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if !unknown && !errors.Is(err, client.Exists) {
		return err
	}
	return takeOver(checkCtx, c, username, password, err)
}

// takeOver checks whether a user with the password exists. The provider calls it if Quay
// refuses the creation, or if the response is lost.
func takeOver(ctx context.Context, c *client.Client, username, password string, cause error) error {
	refused := errors.Is(cause, client.Exists)
	err := c.FindUser(ctx, username)
	switch {
	case errors.Is(err, client.NotFound) && refused:
		return envelope.WithDetail("username", fmt.Sprintf("The registry has users already, and none of them is %q. Quay creates the first user only in an empty database. "+
			"Remove the resource, and let the provider sign in as a user who exists, or give it an access token.", username), notExists(cause))
	case errors.Is(err, client.NotFound):
		return cause // Quay has not carried out the call
	case err != nil:
		return errors.Join(notExists(cause), err)
	}
	err = c.Web().SignIn(ctx, username, password)
	switch {
	case errors.Is(err, client.Unauthenticated):
		return envelope.WithDetail("password_wo", fmt.Sprintf("The registry has a user %q already, who does not have this password. Give the user's password, or remove the resource. "+
			"Wait a minute before you apply again: Quay refuses the user for some time after a failed sign-in.", username), notExists(cause))
	case err != nil:
		return envelope.WithDetail("", "The registry has the user already. The provider could not find out whether it has this password. Apply again.", errors.Join(notExists(cause), err))
	}
	c.Web().ForgetRefusal()
	return nil
}

// notExists returns an error with the same text that is not [client.Exists]. So no message
// suggests an import.
func notExists(err error) error {
	if errors.Is(err, client.Exists) {
		return errors.New("Quay: " + err.Error()) //nolint:err113 // Quay's message as text
	}
	return err
}
