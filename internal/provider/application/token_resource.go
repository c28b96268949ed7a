package application

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// tokenModel is a quay_oauth_application_token.
type tokenModel struct {
	Organization   types.String      `tfsdk:"organization"`
	ClientID       types.String      `tfsdk:"client_id"`
	UUID           types.String      `tfsdk:"uuid"`
	Name           types.String      `tfsdk:"name"`
	Scopes         types.Set         `tfsdk:"scopes"`
	ValidFor       types.String      `tfsdk:"valid_for"`
	RotateBefore   types.String      `tfsdk:"rotate_before"`
	ReplacementDue types.Bool        `tfsdk:"replacement_due"`
	CreatedAt      timetypes.RFC3339 `tfsdk:"created_at"`
	CreatedBy      types.String      `tfsdk:"created_by"`
	ExpiresAt      timetypes.RFC3339 `tfsdk:"expires_at"`
	Token          types.String      `tfsdk:"token"`
}

// newTokenResource returns the resource quay_oauth_application_token.
func newTokenResource() resource.Resource { return envelope.NewResource(tokenDeclaration()) }

func tokenDeclaration() envelope.ResourceDeclaration[tokenModel] {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	organization := organizationAttribute()
	return envelope.ResourceDeclaration[tokenModel]{
		Name:                    "oauth_application_token",
		Noun:                    "OAuth application token",
		Identity:                []string{"organization", "client_id", "uuid"},
		ImportID:                "organization:client_id:uuid",
		Namespace:               "organization",
		OmitFromGeneratedConfig: []string{"token"},
		Schema: schema.Schema{
			MarkdownDescription: "Manages an access token of an OAuth application.\n\n" +
				"The state holds the token, so protect the state. The ephemeral resource `quay_oauth_application_token` creates a token that no state holds. " +
				"[An access token that rotates itself](../guides/rotating-access-tokens.md) shows how to rotate the provider's own token.\n\n" +
				"Quay cannot change a token and shows it once. Terraform knows only tokens that it created. A token that has expired counts as deleted. " +
				"With `create_before_destroy`, Terraform creates the next token before it revokes this one. The provider does not revoke the token that it uses itself.\n\n" +
				"If somebody kills Terraform while it creates a token, the token can stay in Quay until it expires. The data source `quay_oauth_application_tokens` " +
				"shows such a token. Set `valid_for`, so that no token lives for ten years.",
			Attributes: map[string]schema.Attribute{
				"organization": organization,
				"client_id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Client ID of the application. Changing this forces a new resource to be created.",
					Validators:          account.ClientID(),
				},
				"uuid": envelope.UUIDAttribute("UUID of the token, which Quay chooses."),
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the token, 1 to 255 characters. Tokens can have the same name. " +
						"Changing this forces a new resource to be created.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
					Validators:    []validator.String{envelope.Text(checkTokenName)},
				},
				"scopes": schema.SetAttribute{
					ElementType:         types.StringType,
					Required:            true,
					MarkdownDescription: scopesDescription + " Changing this forces a new resource to be created.",
					PlanModifiers:       []planmodifier.Set{setplanmodifier.RequiresReplace()},
					Validators:          account.Scopes(),
				},
				"valid_for": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Lifetime of the token, such as `2160h` (90 days). Defaults to ten years, which is also the maximum. " +
						"Changing this forces a new resource to be created. Setting this for an imported token keeps the token.",
					Validators: validForRules(),
				},
				"rotate_before": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Time before `expires_at` from which on a plan replaces the token, such as `336h` (14 days). It must be shorter than `valid_for`. " +
						"Without this attribute, Terraform creates another token when this one has expired.",
					Validators: []validator.String{envelope.Duration()},
				},
				"replacement_due": schema.BoolAttribute{
					Computed:            true,
					Default:             booldefault.StaticBool(false),
					MarkdownDescription: "Whether less than `rotate_before` was left until the token expires when Terraform last read it. The plan then replaces the token.",
				},
				"created_at": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "When Quay created the token (RFC 3339).",
					PlanModifiers:       keep,
				},
				"created_by": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Name of the user as whom the token acts.",
					PlanModifiers:       keep,
				},
				"expires_at": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "When the token expires (RFC 3339).",
					PlanModifiers:       keep,
				},
				"token": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: tokenDescription + " Null after an import, because Quay shows a token only when it creates the token.",
					PlanModifiers:       keep,
				},
			},
		},
		Plan: planToken,
		Create: func(ctx context.Context, c *client.Client, m *tokenModel, _ func()) error {
			created, err := newToken{
				m.Organization.ValueString(), m.ClientID.ValueString(), m.Name.ValueString(), envelope.SetTexts(m.Scopes), lifeOf(m.ValidFor),
			}.create(ctx, c)
			if err != nil {
				return err
			}
			m.fromAPI(created)
			m.Token = types.StringValue(created.Secret)
			m.ReplacementDue = types.BoolValue(false)
			return nil
		},
		Read: func(ctx context.Context, c *client.Client, m *tokenModel) error {
			found, err := c.GetApplicationToken(ctx, m.Organization.ValueString(), m.ClientID.ValueString(), m.UUID.ValueString())
			if err != nil {
				return err
			}
			m.fromAPI(found)
			m.ReplacementDue = types.BoolValue(m.isDue(found.ExpiresAt))
			return nil
		},
		// Only the state has the attributes that an update changes.
		Update: func(context.Context, *client.Client, tokenModel, *tokenModel, func(tokenModel)) error { return nil },
		Delete: func(ctx context.Context, c *client.Client, m tokenModel) error {
			if err := account.KeepOwnToken(c, m.Token.ValueString()); err != nil {
				return err
			}
			return c.RevokeApplicationToken(ctx, m.Organization.ValueString(), m.ClientID.ValueString(), m.UUID.ValueString())
		},
	}
}

// planToken replaces a token if its rotation is due, or if its lifetime changes.
func planToken(_ context.Context, change *envelope.Change[tokenModel]) {
	plan, prior := &change.Plan, change.Prior
	known := !plan.ValidFor.IsUnknown() && !plan.RotateBefore.IsUnknown()
	if before, err := time.ParseDuration(plan.RotateBefore.ValueString()); known && err == nil && before >= lifeOf(plan.ValidFor) {
		change.Diagnostics.AddAttributeError(path.Root("rotate_before"), "Invalid value", "rotate_before must be shorter than valid_for.")
	}
	if prior == nil {
		return
	}
	plan.Token = prior.Token // also if the token is null
	expires, diags := prior.ExpiresAt.ValueRFC3339Time()
	isDue := !diags.HasError() && plan.isDue(expires)
	switch {
	case isDue && prior.ReplacementDue.ValueBool(): // the refresh has set it, and the plan does not
		change.Replace("replacement_due")
	case isDue:
		change.Replace("rotate_before")
	case prior.Token.IsNull() && prior.ValidFor.IsNull(): // after an import
	case !plan.ValidFor.IsUnknown() && lifeOf(plan.ValidFor) != lifeOf(prior.ValidFor):
		change.Replace("valid_for")
	}
}

// isDue tells whether the rotation of a token that expires at a time is due.
func (m *tokenModel) isDue(expires time.Time) bool {
	before, err := time.ParseDuration(m.RotateBefore.ValueString())
	return err == nil && time.Until(expires) <= before
}

// fromAPI copies a token without its secret into the model.
func (m *tokenModel) fromAPI(found *client.ApplicationToken) {
	m.UUID, m.Name = types.StringValue(found.UUID), envelope.TextOrNull(found.Name)
	m.Scopes = envelope.TextSet(found.Scopes())
	m.CreatedAt, m.ExpiresAt = timetypes.NewRFC3339TimeValue(found.Created), timetypes.NewRFC3339TimeValue(found.ExpiresAt)
	m.CreatedBy = envelope.TextOrNull(found.CreatedBy)
}
