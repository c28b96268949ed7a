package user

import (
	"context"
	"errors"
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

// planDirectory plans a user whose person is in a directory. Quay has the user's e-mail
// address from there, and no password.
func planDirectory(ctx context.Context, source client.UserSource, change *envelope.Change[model]) {
	const summary = "Unable to %s a Quay user whose person is in a directory"
	refuse := func(verb string, refused refusal) {
		if refused != (refusal{}) {
			change.Diagnostics.AddAttributeError(path.Root(refused.attribute), fmt.Sprintf(summary, verb), refused.words)
		}
	}
	version := types.Int64Null()
	if change.Prior != nil {
		version = change.Prior.PasswordWOVersion
	}
	if !change.Config.PasswordWOVersion.Equal(version) && !change.Config.PasswordWOVersion.IsNull() {
		refuse("set the password of", refusal{"password_wo", fmt.Sprintf(ownPassword, source)})
	}
	switch {
	case change.Prior == nil:
		change.Plan.InitialPassword = types.StringNull()
		if change.Client != nil && !change.Plan.Username.IsUnknown() {
			if found, err := change.Client.FindEntities(ctx, change.Plan.Username.ValueString()); err == nil { // otherwise the apply tells
				_, refused := choose(source, found, change.Plan)
				refuse("create", refused)
			}
		}
	case change.Config.Email.IsNull():
		change.Plan.Email = change.Prior.Email
	case !change.Config.Email.IsUnknown() && !change.Config.Email.Equal(change.Prior.Email):
		refuse("change the e-mail address of", refusal{"email", fmt.Sprintf(ownEmail, source)})
	}
}

// refusal is why a person cannot be linked, on an attribute.
type refusal struct{ attribute, words string }

// choose finds the person of a user to create among those of a search by the name. It
// returns nil if the search may not have found the person, and if the user exists.
func choose(source client.UserSource, found []client.Entity, m model) (person *client.Entity, refused refusal) {
	username := m.Username.ValueString()
	i := slices.IndexFunc(found, func(e client.Entity) bool { return e.Name == username })
	switch {
	case i >= 0 && !found[i].IsExternal():
		return nil, refusal{}
	case i >= 0 && !m.Email.IsNull() && !m.Email.IsUnknown() && m.Email.ValueString() != found[i].Email:
		return nil, refusal{"email", fmt.Sprintf(ownEmail, source)}
	case i >= 0:
		return &found[i], refusal{}
	case source.IsDirectory() && !source.CanLookUp():
		return nil, refusal{"username", fmt.Sprintf(firstSignIn, source)}
	case len(found) < maxPeople:
		return nil, refusal{"username", fmt.Sprintf("The users of this registry come from %s, where Quay finds no person %q. Check the name.", source, username)}
	}
	return nil, refusal{}
}

const firstSignIn = "The users of this registry come from %s. Quay creates the user when the person signs in for the first time, and cannot look up anybody before. " +
	"Import the user after the person has signed in."

// removedFromConfig plans to remove an e-mail address that the configuration does not have.
// Where it is the address of a person in a directory, planDirectory keeps it.
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

// maxPeople is how many people a search finds at the most.
const maxPeople = 10

// link makes the user of a person in a directory. It looks first, because Quay's call
// would take over a user who exists, and gives the user another name if the name is taken.
func link(ctx context.Context, c *client.Client, m *model, save func()) error {
	username, source := m.Username.ValueString(), c.GetUserSource(ctx)
	if source == "" {
		source = "a directory"
	}
	if !m.PasswordWOVersion.IsNull() {
		return envelope.WithDetail("password_wo", fmt.Sprintf(ownPassword, source), nil)
	}
	found, err := c.FindEntities(ctx, username)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(found, func(e client.Entity) bool { return e.Name == username && !e.IsExternal() }) {
		return fmt.Errorf("the user %w", client.Exists)
	}
	person, refused := choose(source, found, *m)
	if refused != (refusal{}) {
		return envelope.WithDetail(refused.attribute, refused.words, nil)
	}
	name, err := c.LinkUser(ctx, username)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if err == nil && name != username {
		return undoLink(ctx, c, username, name, person != nil)
	}
	if unknown { // so the look tells
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
	if !wanted.Email.IsUnknown() && !wanted.Email.Equal(m.Email) { // which the look has not told
		save()
		return envelope.WithDetail("email", fmt.Sprintf(ownEmail, source), nil)
	}
	return nil
}

// undoLink returns the error of a person whose user got another name. It deletes that user
// again if the person certainly had none before.
func undoLink(ctx context.Context, c *client.Client, person, name string, isNew bool) error {
	words := fmt.Sprintf("The name %q is taken in Quay, so Quay calls the user of this person %q.", person, name)
	if !isNew {
		return envelope.WithDetail("username", words+" Import that user.", nil)
	}
	if err := deleteUser(ctx, c, name, true); err != nil && !errors.Is(err, client.NotFound) {
		return envelope.WithDetail("username", words+" The provider could not delete that user again. Import it, or delete it in Quay.", err)
	}
	return envelope.WithDetail("username", words+" The provider has deleted that user again. Rename or delete the organization or the user "+
		"that has the name, or have the person sign in, and import the user.", nil)
}
