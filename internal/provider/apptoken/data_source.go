package apptoken

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// tokensModel is a quay_app_tokens.
type tokensModel struct {
	Tokens []entry `tfsdk:"tokens"`
}

// newDataSource returns the data source quay_app_tokens.
func newDataSource() datasource.DataSource {
	date := func(description string) schema.StringAttribute {
		return schema.StringAttribute{CustomType: timetypes.RFC3339Type{}, Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[tokensModel]{
		Name: "app_tokens",
		Noun: "application-specific tokens",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the application-specific tokens of the access token's own user, without their secrets.",
			Attributes: map[string]schema.Attribute{
				"tokens": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Tokens, sorted by UUID.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"uuid":         schema.StringAttribute{Computed: true, MarkdownDescription: "UUID of the token."},
						"title":        schema.StringAttribute{Computed: true, MarkdownDescription: "Title of the token."},
						"created_date": date("When Quay created the token (RFC 3339)."),
						"expiration":   date("Date until which the token is valid (RFC 3339). Null if the token does not expire."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *tokensModel) error {
			tokens, err := c.ListAppTokens(ctx)
			m.Tokens = make([]entry, len(tokens))
			for i := range tokens {
				m.Tokens[i] = entryOf(&tokens[i])
			}
			return err
		},
	})
}
