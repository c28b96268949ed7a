package apptoken

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// ephemeralModel is an ephemeral quay_app_token.
type ephemeralModel struct {
	UUID  types.String `tfsdk:"uuid"`
	Title types.String `tfsdk:"title"`
	Token types.String `tfsdk:"token"`
}

// newEphemeralResource returns the ephemeral resource quay_app_token. It creates no token. If
// Terraform could not delete such a token, the token would be valid as long as the registry's
// configuration says, possibly for ever.
func newEphemeralResource() ephemeral.EphemeralResource {
	return envelope.NewEphemeralResource(envelope.EphemeralDeclaration[ephemeralModel, struct{}]{
		Name: "app_token",
		Noun: "application-specific token",
		Schema: schema.Schema{
			MarkdownDescription: "Reads an application-specific token of the access token's own user: a password for container tools, with the name `$app`. " +
				"No plan and no state holds it. The token must exist when Terraform plans.",
			Attributes: map[string]schema.Attribute{
				"uuid": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "UUID of the token.",
					Validators:          []validator.String{envelope.UUID()},
				},
				"title": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Title of the token.",
				},
				"token": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "The token: the password that goes with the name `$app`.",
				},
			},
		},
		Open: func(ctx context.Context, c *client.Client, m *ephemeralModel) (struct{}, error) {
			uuid := m.UUID.ValueString()
			token, err := c.GetAppToken(ctx, uuid)
			if err != nil {
				return struct{}{}, envelope.NotFoundError("uuid", "application-specific token", uuid, err)
			}
			m.Title, m.Token = types.StringValue(token.Title), types.StringValue(token.Secret)
			return struct{}{}, nil
		},
		Close: func(context.Context, *client.Client, struct{}) error { return nil }, // Open has created nothing
	})
}
