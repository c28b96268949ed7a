package message

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_message.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[struct{}, client.Message, model]{
		Resource: declaration(),
		Schema:   schema.Schema{MarkdownDescription: "Finds all messages of the registry, with one call."},
		Objects: func(ctx context.Context, c *client.Client, _ struct{}) iter.Seq2[client.Message, error] {
			return func(yield func(client.Message, error) bool) {
				messages, err := c.ListMessages(ctx)
				if err != nil {
					yield(client.Message{}, err)
				}
				for _, message := range messages {
					if !yield(message, nil) {
						return
					}
				}
			}
		},
		FromAPI: func(m *model, message client.Message) error {
			m.fromAPI(&message)
			return nil
		},
		Display: func(m model) string { return m.Severity.ValueString() + ": " + m.Content.ValueString() },
	})
}
