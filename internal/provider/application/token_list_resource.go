package application

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// tokenListModel is the configuration of a list of quay_oauth_application_token.
type tokenListModel struct {
	Organization types.String `tfsdk:"organization"`
	ClientID     types.String `tfsdk:"client_id"`
}

// listedToken is a token with its application.
type listedToken struct {
	config tokenListModel
	token  client.ApplicationToken
}

// newTokenListResource returns the list resource quay_oauth_application_token.
func newTokenListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[tokenListModel, listedToken, tokenModel]{
		Resource: tokenDeclaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the access tokens of an OAuth application that have not expired, with one call for each 50 tokens.",
			Attributes: map[string]schema.Attribute{
				"organization": account.ListOrganization(),
				"client_id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Client ID of the application.",
					Validators:          account.ClientID(),
				},
			},
		},
		Objects: func(ctx context.Context, c *client.Client, config tokenListModel) iter.Seq2[listedToken, error] {
			return func(yield func(listedToken, error) bool) {
				organization, clientID := config.Organization.ValueString(), config.ClientID.ValueString()
				for token, err := range c.ListApplicationTokens(ctx, organization, clientID) {
					if !yield(listedToken{config, token}, notFound(organization, clientID, err)) {
						return
					}
				}
			}
		},
		FromAPI: func(m *tokenModel, l listedToken) error {
			m.Organization, m.ClientID = l.config.Organization, l.config.ClientID
			m.ReplacementDue = types.BoolValue(false)
			m.fromAPI(&l.token)
			return nil
		},
		Display: func(m tokenModel) string { return m.Organization.ValueString() + ": " + m.Name.ValueString() },
	})
}
