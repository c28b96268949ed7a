package authorization

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_user_authorization.
type model struct {
	Organization types.String `tfsdk:"organization"`
	ClientID     types.String `tfsdk:"client_id"`
	Scopes       types.Set    `tfsdk:"scopes"`
	Rotation     types.String `tfsdk:"rotation"`
	UUID         types.String `tfsdk:"uuid"`
	Application  types.String `tfsdk:"application"`
	Username     types.String `tfsdk:"username"`
	Token        types.String `tfsdk:"token"`

	private privateState
}

// privateState is the private data that Terraform stores beside the state.
type privateState struct {
	// Earlier has the UUIDs of authorizations like this one that are older. It tells them apart
	// from this one if the provider could not read the UUID of this one.
	Earlier []string `json:"earlier"`
}

// newResource returns the resource quay_user_authorization.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	replaces := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return envelope.ResourceDeclaration[model]{
		Name:      "user_authorization",
		Noun:      "authorization",
		Namespace: "organization",
		Private:   envelope.PrivateState(func(m *model) *privateState { return &m.private }),
		Schema: schema.Schema{
			MarkdownDescription: "Authorizes an OAuth application to act in the name of the provider's user. The resource holds the access token. " +
				"The provider needs `username` and `password`. This works with every version of Quay. From Quay 3.18 on, `quay_oauth_application_token` makes tokens " +
				"that have a name and expire earlier.\n\n" +
				"The token is valid for ten years. The state holds it, so protect the state. Destroying the resource revokes the token. " +
				"Quay shows a token once, so an authorization cannot be imported. The provider does not revoke the token that it uses itself.\n\n" +
				"If somebody kills Terraform while it creates a token, the token can stay in Quay for ten years. The data source `quay_user_authorizations` shows " +
				"such a token. You can revoke it in the settings of the user in Quay.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the organization that has the application. The user has to be one of its administrators. " +
						"Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators: account.Reference(),
				},
				"client_id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Client ID of the application. Changing this forces a new resource to be created.",
					PlanModifiers:       replaces,
					Validators:          account.ClientID(),
				},
				"scopes": schema.SetAttribute{
					ElementType:         types.StringType,
					Required:            true,
					MarkdownDescription: account.ScopesDescription + " Changing this forces a new resource to be created.",
					PlanModifiers:       []planmodifier.Set{setplanmodifier.RequiresReplace()},
					Validators:          account.Scopes(),
				},
				"rotation": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Any text, such as a date. Changing this forces a new resource to be created, with another token. " +
						"With `create_before_destroy`, Terraform creates the next token before it revokes this one.",
					PlanModifiers: replaces,
				},
				"uuid": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "UUID of the authorization, which Quay chooses.",
					PlanModifiers:       keep,
				},
				"application": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Name of the application.",
				},
				"username": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Name of the user as whom the token acts.",
					PlanModifiers:       keep,
				},
				"token": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "The access token for Quay's API.",
					PlanModifiers:       keep,
				},
			},
		},
		Plan:   plan,
		Create: create,
		Read:   read,
		Update: func(ctx context.Context, c *client.Client, _ model, m *model, _ func(model)) error {
			return read(ctx, c, m) // the organization or the application has a new name
		},
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			if err := read(ctx, c, &m); m.UUID.ValueString() == "" && err != nil { // finds the UUID first
				return err
			}
			if err := account.KeepOwnToken(c, m.Token.ValueString()); err != nil {
				return err
			}
			return revoke(ctx, c, m.UUID.ValueString())
		},
	}
}

// plan replaces an authorization for another organization, and refuses to create one
// without a user's password.
func plan(_ context.Context, change *envelope.Change[model]) {
	if change.Prior == nil && change.Client != nil && !change.Client.Web().HasSession() {
		change.Diagnostics.AddError("Unable to create Quay authorization", needsPassword)
	}
	switch {
	case change.Prior == nil:
	case !change.Plan.Organization.Equal(change.Prior.Organization):
		change.Replace("organization")
	case change.Plan.Application.IsUnknown():
		change.Plan.Application = change.Prior.Application // the refresh has read it
	}
}

const needsPassword = "Quay authorizes an application only for a user who has signed in, and the provider has an access token. " +
	"Give the provider username and password in place of the token. With Quay 3.18 or later, quay_oauth_application_token needs no password."

// creationKey is the key of the creations of an application's authorizations.
type creationKey struct{ clientID string }

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	if !c.Web().HasSession() {
		return envelope.WithDetail("", needsPassword, nil)
	}
	username, err := c.GetTokenUser(ctx)
	if err != nil {
		return err
	}
	creation := envelope.SecretCreation[client.Authorization, string]{
		Key:    creationKey{m.ClientID.ValueString()},
		List:   c.ListAuthorizations,
		ID:     func(a client.Authorization) string { return a.UUID },
		IsLike: m.isLike,
		Call: func(ctx context.Context) (token string, err error) {
			token, err = c.Web().Authorize(ctx, m.ClientID.ValueString(), envelope.SetTexts(m.Scopes))
			return token, m.explain(err)
		},
		Revoke: func(ctx context.Context, a client.Authorization) error {
			if err := revoke(ctx, c, a.UUID); err != nil {
				return envelope.WithDetail("", fmt.Sprintf("The token of the authorization %s may be left in the registry, where it is valid for ten years. Revoke the newest authorization of the application %q in "+
					"the settings of the user in Quay. Then apply again.", a.UUID, a.Application), err)
			}
			return nil
		},
		Unlisted: "It is not known whether Quay has created the token. If the user has an authorization of the application that is new, revoke it in " +
			"Quay's web interface. Then apply again.",
		Several: func(n int) string {
			return fmt.Sprintf("During the creation, %d authorizations of the user with these scopes have appeared. One of them may be a token that nobody knows. "+
				"Revoke those that are not used in Quay's web interface, and apply again.", n)
		},
	}
	creation.Done = func(ctx context.Context, token string, before []client.Authorization) error {
		m.Token, m.Username = types.StringValue(token), types.StringValue(username)
		for _, earlier := range before {
			if m.isLike(earlier) {
				m.private.Earlier = append(m.private.Earlier, earlier.UUID)
			}
		}
		save() // without the UUID
		return m.find(ctx, c, func(after []client.Authorization) []client.Authorization { return creation.Added(before, after) })
	}
	_, err = creation.Create(ctx)
	return err
}

// find finds the created authorization among the new authorizations in the list.
func (m *model) find(ctx context.Context, c *client.Client, added func(after []client.Authorization) []client.Authorization) error {
	ctx, cancel := envelope.CleanupContext(ctx)
	defer cancel()
	after, err := c.ListAuthorizations(ctx)
	if err != nil {
		return envelope.WithDetail("", "Quay has created the token, but the provider could not read its UUID.", err)
	}
	found := added(after)
	if len(found) != 1 {
		return envelope.WithDetail("organization", fmt.Sprintf("Quay has created the token, but the user has %d new authorizations with these scopes in the organization %q. Check that the application belongs to the organization, revoke the new authorizations in Quay's web interface, "+
			"and apply again.", len(found), m.Organization.ValueString()), nil)
	}
	m.fromAPI(&found[0])
	return nil
}

// explain adds an explanation to Quay's refusal.
func (m *model) explain(err error) error {
	if errors.Is(err, client.NotFound) {
		return envelope.WithDetail("client_id", fmt.Sprintf("Quay does not let the user authorize the application %q. Either there is no such application, or the user "+
			"does not administer the organization that has it. A superuser has to be an administrator of the organization, too.", m.ClientID.ValueString()), err)
	}
	return err
}

// isLike tells whether an authorization can be the model's, by the values that Quay lists.
func (m *model) isLike(a client.Authorization) bool {
	return a.Organization == m.Organization.ValueString() && slices.Equal(a.Scopes, envelope.SetTexts(m.Scopes))
}

// revoke revokes a token, which may be revoked already.
func revoke(ctx context.Context, c *client.Client, uuid string) error {
	err := envelope.Revoke(ctx, func(ctx context.Context) error { return c.RevokeAuthorization(ctx, uuid) })
	if errors.Is(err, client.NotFound) {
		return nil
	}
	return err
}

// read finds the authorization in the list of the user. If the model has no UUID, it looks for
// the only authorization like the model that is not older.
func read(ctx context.Context, c *client.Client, m *model) error {
	if uuid := m.UUID.ValueString(); uuid != "" {
		found, err := c.GetAuthorization(ctx, uuid)
		if err != nil {
			return m.explainAbsence(ctx, c, err)
		}
		m.fromAPI(found)
		return nil
	}
	all, err := c.ListAuthorizations(ctx)
	if err != nil {
		return err
	}
	switch found := slices.DeleteFunc(all, func(a client.Authorization) bool {
		return !m.isLike(a) || slices.Contains(m.private.Earlier, a.UUID)
	}); len(found) {
	case 0:
		return fmt.Errorf("the authorization %w", client.NotFound)
	case 1:
		m.fromAPI(&found[0])
		return nil
	default:
		return envelope.WithDetail("", fmt.Sprintf("The user has %d authorizations with these scopes. When this authorization was created, the provider could not read its UUID. Revoke the "+
			"authorizations that are not used in Quay's web interface. Then remove the resource from the state with \"terraform state rm\".", len(found)), nil)
	}
}

// explainAbsence tells whether the authorization was revoked or belongs to another user.
func (m *model) explainAbsence(ctx context.Context, c *client.Client, err error) error {
	if !errors.Is(err, client.NotFound) || m.Username.ValueString() == "" {
		return err
	}
	username, userErr := c.GetTokenUser(ctx)
	switch {
	case userErr != nil:
		return envelope.WithDetail("", "The user's list lacks the authorization. The provider could not read whose list it is, so the authorization stays in the state.", userErr)
	case username != m.Username.ValueString():
		return envelope.WithDetail("username", fmt.Sprintf("The authorization belongs to the user %q, and the provider works as %q. Only the former sees and revokes it. "+
			"Let the provider sign in as that user, or remove the resource from the state with \"terraform state rm\".", m.Username.ValueString(), username), nil)
	}
	return err
}

// fromAPI copies an authorization without its token into the model.
func (m *model) fromAPI(found *client.Authorization) {
	m.UUID, m.Application = types.StringValue(found.UUID), types.StringValue(found.Application)
	m.Organization, m.Scopes = types.StringValue(found.Organization), envelope.TextSet(found.Scopes)
	m.private = privateState{}
}
