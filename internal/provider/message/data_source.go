package message

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// messagesModel is a quay_messages.
type messagesModel struct {
	Messages []model `tfsdk:"messages"`
}

// newDataSource returns the data source quay_messages.
func newDataSource() datasource.DataSource {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[messagesModel]{
		Name: "messages",
		Noun: "messages",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the messages that the web page of the registry shows to everybody.",
			Attributes: map[string]schema.Attribute{
				"messages": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Messages, sorted by UUID.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"uuid":       computed("UUID of the message."),
						"content":    computed("Text of the message."),
						"media_type": computed("Format of the text: `text/plain` or `text/markdown`."),
						"severity":   computed("Severity: `info`, `warning` or `error`."),
					}},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *messagesModel) error {
			messages, err := c.ListMessages(ctx)
			m.Messages = make([]model, len(messages))
			for i := range messages {
				m.Messages[i].fromAPI(&messages[i])
			}
			return err
		},
	})
}
