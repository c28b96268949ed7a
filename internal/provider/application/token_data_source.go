package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// tokenEntry is a token in a quay_oauth_application_tokens.
type tokenEntry struct {
	UUID         types.String      `tfsdk:"uuid"`
	Name         types.String      `tfsdk:"name"`
	Scopes       types.Set         `tfsdk:"scopes"`
	CreatedAt    timetypes.RFC3339 `tfsdk:"created_at"`
	CreatedBy    types.String      `tfsdk:"created_by"`
	ExpiresAt    timetypes.RFC3339 `tfsdk:"expires_at"`
	LastAccessed timetypes.RFC3339 `tfsdk:"last_accessed"`
}

// tokensModel is a quay_oauth_application_tokens.
type tokensModel struct {
	Organization types.String `tfsdk:"organization"`
	ClientID     types.String `tfsdk:"client_id"`
	Tokens       []tokenEntry `tfsdk:"tokens"`
}

// newTokensDataSource returns the data source quay_oauth_application_tokens.
func newTokensDataSource() datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	date := func(description string) schema.StringAttribute {
		return schema.StringAttribute{CustomType: timetypes.RFC3339Type{}, Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[tokensModel]{
		Name: "oauth_application_tokens",
		Noun: "OAuth application tokens",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the access tokens of an OAuth application that have not expired, without the tokens themselves.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"client_id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Client ID of the application.",
					Validators:          account.ClientID(),
				},
				"tokens": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Tokens, the newest first.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"uuid": text("UUID of the token."),
						"name": text("Name of the token. Null for a token that the web interface generated."),
						"scopes": schema.SetAttribute{
							ElementType:         types.StringType,
							Computed:            true,
							MarkdownDescription: "Scopes of the token.",
						},
						"created_at": date("When Quay created the token (RFC 3339)."),
						"created_by": text("Name of the user as whom the token acts."),
						"expires_at": date("When the token expires (RFC 3339)."),
						"last_accessed": date("When the token was used last (RFC 3339). Quay notes a use at most once a minute by default. " +
							"Null if nobody has used the token."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *tokensModel) error {
			organization, clientID := m.Organization.ValueString(), m.ClientID.ValueString()
			m.Tokens = []tokenEntry{}
			for token, err := range c.ListApplicationTokens(ctx, organization, clientID) {
				if err != nil {
					return notFound(organization, clientID, err)
				}
				m.Tokens = append(m.Tokens, tokenEntry{
					UUID: types.StringValue(token.UUID), Name: envelope.TextOrNull(token.Name), Scopes: envelope.TextSet(token.Scopes()),
					CreatedAt: timetypes.NewRFC3339TimeValue(token.Created), CreatedBy: envelope.TextOrNull(token.CreatedBy),
					ExpiresAt: timetypes.NewRFC3339TimeValue(token.ExpiresAt), LastAccessed: timetypes.NewRFC3339TimePointerValue(token.LastAccessed),
				})
			}
			return nil
		},
	})
}
