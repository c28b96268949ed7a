package user

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

const (
	ownEmail    = "The e-mail address comes from %s, and Quay cannot change it. Leave email out of the configuration."
	ownPassword = "People sign in with their passwords in %s, and Quay cannot set a password. Leave password_wo and password_wo_version out of the configuration."
)

// planDirectory plans a user whose person is in a directory. Quay takes the e-mail address
// from the directory, and has no password for the user.
func planDirectory(ctx context.Context, source client.UserSource, change *envelope.Change[model]) {
	const summary = "Unable to %s a Quay user whose person is in a directory"
	version := types.Int64Null()
	if change.Prior != nil {
		version = change.Prior.PasswordWOVersion
	}
	if !change.Config.PasswordWOVersion.Equal(version) && !change.Config.PasswordWOVersion.IsNull() {
		change.Refuse(fmt.Sprintf(summary, "set the password of"), envelope.Refusal("password_wo", ownPassword, source))
	}
	switch {
	case change.Prior == nil:
		change.Plan.InitialPassword = types.StringNull()
		if change.Client != nil && !change.Plan.Username.IsUnknown() {
			if found, err := change.Client.FindEntities(ctx, change.Plan.Username.ValueString()); err == nil { // if the search fails, the apply reports the error
				change.Refuse(fmt.Sprintf(summary, "create"), check(source, found, change.Plan))
			}
		}
	case change.Config.Email.IsNull():
		change.Plan.Email = change.Prior.Email
	case !change.Config.Email.IsUnknown() && !change.Config.Email.Equal(change.Prior.Email):
		change.Refuse(fmt.Sprintf(summary, "change the e-mail address of"), envelope.Refusal("email", ownEmail, source))
	}
}

// planUnknownSource keeps the e-mail address of a user who may come from a directory, if Quay
// does not tell where users come from. The configuration of such a user has no address. A user
// with a password from Quay or from Terraform does not come from a directory.
func planUnknownSource(change *envelope.Change[model]) {
	prior := change.Prior
	if prior == nil || !change.Config.Email.IsNull() || prior.Email.IsNull() || !prior.InitialPassword.IsNull() || !prior.PasswordWOVersion.IsNull() {
		return
	}
	change.Plan.Email = prior.Email
	change.Diagnostics.AddAttributeWarning(path.Root("email"), "Terraform keeps the e-mail address of a Quay user", fmt.Sprintf(
		"The configuration has no e-mail address for the user %q, and Quay has one. The provider could not read /config of the registry. So it does not know "+
			"whether the address comes from a directory, and Terraform does not remove the address.", prior.Username.ValueString()))
}

// check returns an error if Quay cannot link the person of a new user, by the result of a
// search for the name. It returns nil if the search can have missed the person, or if the user
// exists.
func check(source client.UserSource, found []client.Entity, m model) error {
	username := m.Username.ValueString()
	by := map[string]client.Entity{}
	for _, entity := range found {
		if entity.Name == username {
			by[entity.Kind] = entity
		}
	}
	person, isPerson := by["external"]
	_, isUser := by["user"]
	_, isOrganization := by["org"]
	switch {
	case isUser:
	case isOrganization:
		return envelope.Refusal("username", "An organization has the name %q, so Quay would give the user of this person another name.", username)
	case isPerson && !m.Email.IsNull() && !m.Email.IsUnknown() && m.Email.ValueString() != person.Email:
		return envelope.Refusal("email", ownEmail, source)
	case isPerson:
	case source.IsDirectory() && !source.CanLookUp():
		return envelope.Refusal("username", firstSignIn, source)
	case len(found) < maxPeople:
		return envelope.Refusal("username", "The users of this registry come from %s, where Quay finds no person %q. Check the name.", source, username)
	}
	return nil
}

const firstSignIn = "The users of this registry come from %s. Quay creates the user when the person signs in for the first time, and cannot look up anybody before. " +
	"Import the user after the person has signed in."

// removedFromConfig plans to remove an e-mail address that the configuration lacks.
// planDirectory keeps the address of a person in a directory.
type removedFromConfig struct{}

func (removedFromConfig) Description(context.Context) string {
	return "An e-mail address that the configuration does not have is removed."
}

func (m removedFromConfig) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (removedFromConfig) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() && !req.State.Raw.IsNull() {
		resp.PlanValue = types.StringNull()
	}
}

// maxPeople is the maximum number of people that a search finds.
const maxPeople = 10

// link creates the user of a person in a directory. It looks first, because Quay's call also
// accepts an existing user, and chooses a different name if the name is taken.
func link(ctx context.Context, c *client.Client, m *model, save func()) error {
	username, source := m.Username.ValueString(), c.GetUserSource(ctx)
	if source == "" {
		source = "a directory"
	}
	if !m.PasswordWOVersion.IsNull() {
		return envelope.Refusal("password_wo", ownPassword, source)
	}
	found, err := c.FindEntities(ctx, username)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(found, func(e client.Entity) bool { return e.Name == username && e.Kind == "user" }) {
		return fmt.Errorf("the user %w", client.Exists)
	}
	if err := check(source, found, *m); err != nil {
		return err
	}
	name, err := c.LinkUser(ctx, username)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if err == nil && name != username {
		return envelope.Refusal("username", "The name %q is taken in Quay, so Quay has given the user of this person the name %q. Import that user.", username, name)
	}
	if unknown { // a read of the user tells the outcome
		if _, readErr := c.GetUser(checkCtx, username); readErr == nil {
			err = nil
		}
	}
	if err != nil {
		return err
	}
	wanted := *m
	m.Enabled, m.InitialPassword = types.BoolValue(true), types.StringNull()
	save()
	if !wanted.Enabled.ValueBool() {
		if err := c.ChangeUser(ctx, username, client.UserChange{Enabled: new(false)}); err != nil {
			return settingsFailed(ctx, c, m, wanted.Enabled, true, save, err)
		}
		m.Enabled = wanted.Enabled
		save()
	}
	user, err := c.GetUser(ctx, username)
	if err != nil {
		return envelope.WithDetail("", "Quay has created the user, and the provider could not read it.", err)
	}
	m.fromAPI(user)
	if !wanted.Email.IsUnknown() && !wanted.Email.Equal(m.Email) { // the address differs from the one in the directory
		save()
		return envelope.Refusal("email", ownEmail, source)
	}
	return nil
}
