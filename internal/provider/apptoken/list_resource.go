package apptoken

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_app_token.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[struct{}, client.AppToken, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the application-specific tokens of the access token's own user. " +
				"One call lists them. Each token takes one call more where Terraform asks for whole objects.",
		},
		Objects: func(ctx context.Context, c *client.Client, _ struct{}) iter.Seq2[client.AppToken, error] {
			return func(yield func(client.AppToken, error) bool) {
				tokens, err := c.ListAppTokens(ctx)
				if err != nil {
					yield(client.AppToken{}, err)
				}
				for _, token := range tokens {
					if !yield(token, nil) {
						return
					}
				}
			}
		},
		FromAPI: func(m *model, token client.AppToken) error {
			m.fromAPI(&token)
			return nil
		},
		Complete: read,
		Display:  func(m model) string { return m.Title.ValueString() },
	})
}
