package application

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// ephemeralModel is an ephemeral quay_oauth_application_token.
type ephemeralModel struct {
	Organization types.String      `tfsdk:"organization"`
	ClientID     types.String      `tfsdk:"client_id"`
	Name         types.String      `tfsdk:"name"`
	Scopes       types.Set         `tfsdk:"scopes"`
	ValidFor     types.String      `tfsdk:"valid_for"`
	Rotation     *rotation         `tfsdk:"rotation"`
	UUID         types.String      `tfsdk:"uuid"`
	ExpiresAt    timetypes.RFC3339 `tfsdk:"expires_at"`
	Token        types.String      `tfsdk:"token"`
}

// rotation describes a token in a secret store.
type rotation struct {
	Generation  types.String `tfsdk:"generation"`
	StoredUUID  types.String `tfsdk:"stored_uuid"`
	StoredToken types.String `tfsdk:"stored_token"`
}

// defaultValidity is the default lifetime of a token.
const defaultValidity = time.Hour

// idleTime is how long a token of an earlier generation must be unused before the provider
// revokes it.
const idleTime = time.Hour

// newEphemeralResource returns the ephemeral resource quay_oauth_application_token.
func newEphemeralResource() ephemeral.EphemeralResource {
	return envelope.NewEphemeralResource(envelope.EphemeralDeclaration[ephemeralModel, openedToken]{
		Name: "oauth_application_token",
		Noun: "OAuth application token",
		Schema: schema.Schema{
			MarkdownDescription: "Creates an access token of an OAuth application for the time of one plan or apply. No plan and no state holds the token. " +
				"Terraform revokes the token as soon as it is no longer needed.\n\n" +
				"Terraform creates one token for each plan and another one for each apply. If Terraform is killed before it revokes the token, the token ends by " +
				"itself at `expires_at`.\n\n" +
				"With `rotation`, the token stays, for a secret store. [An access token that rotates itself](../guides/rotating-access-tokens.md) shows " +
				"a whole configuration.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization.",
					Validators:          account.Reference(),
				},
				"client_id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Client ID of the application.",
					Validators:          account.ClientID(),
				},
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the token, 1 to 255 characters. With `rotation`, the name in Quay is `name (generation)`, " +
						"and no other tokens of the application may have such names.",
					Validators: []validator.String{envelope.Text(checkTokenName)},
				},
				"scopes": schema.SetAttribute{
					ElementType:         types.StringType,
					Required:            true,
					MarkdownDescription: scopesDescription + " With `rotation`, a change takes effect with the next generation.",
					Validators:          account.Scopes(),
				},
				"valid_for": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Lifetime of the token, such as `15m` or `2h30m`. It must outlast what Terraform does with the token. " +
						"Defaults to `1h`. With `rotation`, it must be set, and be longer than the time between two rotations.",
					Validators: validForRules(),
				},
				"rotation": schema.SingleNestedAttribute{
					Optional: true,
					MarkdownDescription: "Keeps the token for a secret store. If the store holds the token of this generation, `uuid` and `token` are those of the store. " +
						"Otherwise the provider creates a token. If the provider itself runs with the token of the store, it revokes other tokens of the rotation. These are tokens of earlier generations, an " +
						"hour after their last use, and tokens that never came into the store. The provider never revokes the token of the store.",
					Validators: []validator.Object{objectvalidator.AlsoRequires(path.MatchRoot("valid_for"))},
					Attributes: map[string]schema.Attribute{
						"generation": schema.StringAttribute{
							Required:            true,
							MarkdownDescription: "Any text of 1 to 100 characters that changes with each rotation, such as the `id` of a `time_rotating`.",
							Validators:          []validator.String{envelope.Matches(`^[^()]{1,100}$`, "must be 1 to 100 characters without parentheses")},
						},
						"stored_uuid": schema.StringAttribute{
							Optional:            true,
							MarkdownDescription: "UUID of the token that the store holds. Null for a token that this resource did not create.",
						},
						"stored_token": schema.StringAttribute{
							Optional:            true,
							Sensitive:           true,
							MarkdownDescription: "Token that the store holds.",
						},
					},
				},
				"uuid": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "UUID of the token.",
				},
				"expires_at": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "When the token expires (RFC 3339).",
				},
				"token": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: tokenDescription,
				},
			},
		},
		Open: func(ctx context.Context, c *client.Client, m *ephemeralModel) (openedToken, error) {
			if m.Rotation != nil {
				return openedToken{}, m.rotate(ctx, c)
			}
			created, err := m.create(ctx, c, m.Name.ValueString())
			if err != nil {
				return openedToken{}, err
			}
			m.fromAPI(created, created.Secret)
			return openedToken{m.Organization.ValueString(), m.ClientID.ValueString(), created.UUID, created.ExpiresAt}, nil
		},
		Close: func(ctx context.Context, c *client.Client, opened openedToken) error {
			if opened.UUID == "" {
				return nil
			}
			return revoke(ctx, c, opened)
		},
	})
}

// create creates a token with a name.
func (m *ephemeralModel) create(ctx context.Context, c *client.Client, name string) (*client.ApplicationToken, error) {
	life := defaultValidity
	if !m.ValidFor.IsNull() {
		life = lifeOf(m.ValidFor)
	}
	return newToken{m.Organization.ValueString(), m.ClientID.ValueString(), name, envelope.SetTexts(m.Scopes), life}.create(ctx, c)
}

// rotate creates the token of a generation, unless the store has it, and revokes unused
// tokens. It always returns the token that the store must have. So an apply after an
// interrupted one writes the same token to the store.
func (m *ephemeralModel) rotate(ctx context.Context, c *client.Client) error {
	organization, clientID := m.Organization.ValueString(), m.ClientID.ValueString()
	name, secret := m.nameOf(m.Rotation.Generation.ValueString()), m.Rotation.StoredToken.ValueString()
	if checkTokenName(name) != nil {
		return envelope.WithDetail("name", "The name and the generation together are too long. Quay allows 255 characters for `name (generation)`.", nil)
	}
	var stored *client.ApplicationToken
	var family []client.ApplicationToken
	for token, err := range c.ListApplicationTokens(ctx, organization, clientID) {
		switch {
		case err != nil:
			return notFound(organization, clientID, err)
		case token.UUID == m.Rotation.StoredUUID.ValueString():
			stored = &token
		case m.inFamily(token.Name):
			family = append(family, token)
		}
	}
	left := "" // a token of this generation that the store lacks
	for _, token := range family {
		switch {
		case c.Uses(secret) && isUnused(token, stored):
			if err := revoke(ctx, c, openedToken{organization, clientID, token.UUID, token.ExpiresAt}); err != nil {
				return err
			}
		case token.Name == name:
			left = token.UUID
		}
	}
	if stored != nil && stored.Name == name && secret != "" {
		m.fromAPI(stored, secret)
		return nil
	}
	if left != "" { // refuses, because each run would create another token
		return envelope.WithDetail("rotation", fmt.Sprintf("The application %q has a token of this generation that is not the one with stored_uuid: %s. "+
			"The provider does not revoke it, because somebody may use it. Check that stored_uuid and stored_token belong together, and that the provider runs "+
			"with that token. If nobody uses the token, revoke it in Quay.", organization+":"+clientID, left), nil)
	}
	created, err := m.create(ctx, c, name)
	if err == nil {
		m.fromAPI(created, created.Secret)
	}
	return err
}

// isUnused tells whether a token is unused and is not the stored token, which may be unknown.
// The provider has just used the stored token, so both times are by Quay's clock.
func isUnused(token client.ApplicationToken, stored *client.ApplicationToken) bool {
	if token.LastAccessed == nil {
		return true
	}
	return stored != nil && stored.LastAccessed != nil && stored.LastAccessed.Sub(*token.LastAccessed) >= idleTime
}

// nameOf returns the name of the token of a generation.
func (m *ephemeralModel) nameOf(generation string) string {
	return fmt.Sprintf("%s (%s)", m.Name.ValueString(), generation)
}

// inFamily tells whether a name belongs to a token of any generation.
func (m *ephemeralModel) inFamily(name string) bool {
	generation, found := strings.CutPrefix(name, m.Name.ValueString()+" (")
	generation, closed := strings.CutSuffix(generation, ")")
	return found && closed && !strings.ContainsAny(generation, "()")
}

// fromAPI completes the model with a token.
func (m *ephemeralModel) fromAPI(token *client.ApplicationToken, secret string) {
	m.UUID, m.Token = types.StringValue(token.UUID), types.StringValue(secret)
	m.ExpiresAt = timetypes.NewRFC3339TimeValue(token.ExpiresAt)
}
