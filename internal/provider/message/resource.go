package message

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_message.
type model struct {
	UUID      types.String `tfsdk:"uuid"`
	Content   types.String `tfsdk:"content"`
	MediaType types.String `tfsdk:"media_type"`
	Severity  types.String `tfsdk:"severity"`
}

// newResource returns the resource quay_message.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	replaces := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return envelope.ResourceDeclaration[model]{
		Name:     "message",
		Noun:     "message",
		Identity: []string{"uuid"},
		ImportID: "uuid",
		Schema: schema.Schema{
			MarkdownDescription: "Manages a message that the web page of the registry shows to everybody, whether logged in or not.",
			Attributes: map[string]schema.Attribute{
				"uuid": envelope.UUIDAttribute("UUID of the message, which Quay chooses."),
				"content": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Text of the message. Changing this forces a new resource to be created.",
					PlanModifiers:       replaces,
					Validators:          []validator.String{envelope.NotEmpty()},
				},
				"media_type": schema.StringAttribute{
					Optional: true,
					Computed: true,
					Default:  stringdefault.StaticString("text/plain"),
					MarkdownDescription: "Format of the text. Must be one of `text/plain`, `text/markdown`. Defaults to `text/plain`. " +
						"Changing this forces a new resource to be created.",
					PlanModifiers: replaces,
					Validators:    []validator.String{envelope.OneOf("text/plain", "text/markdown")},
				},
				"severity": schema.StringAttribute{
					Optional: true,
					Computed: true,
					Default:  stringdefault.StaticString("info"),
					MarkdownDescription: "Severity, which decides the color of the message. Must be one of `info`, `warning`, `error`. Defaults to `info`. " +
						"Changing this forces a new resource to be created.",
					PlanModifiers: replaces,
					Validators:    []validator.String{envelope.OneOf("info", "warning", "error")},
				},
			},
		},
		Create: create,
		Read:   read,
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			if err := m.findUUID(ctx, c); err != nil {
				return err
			}
			return c.DeleteMessage(ctx, m.UUID.ValueString())
		},
	}
}

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	wanted := m.toAPI()
	created, existing, err := envelope.UniqueCreation[client.Message]{
		Noun: "message",
		Key:  wanted,
		Find: func(ctx context.Context) ([]client.Message, error) { return find(ctx, c, wanted) },
		Call: func(ctx context.Context) (*client.Message, error) {
			err := c.CreateMessage(ctx, wanted)
			if err == nil {
				save() // without the UUID, which only the list has
			}
			return nil, err
		},
	}.Create(ctx)
	if existing != nil {
		err = envelope.WithDetail("", "The registry shows a message with the same content, media type and severity.",
			envelope.ExistsError(fmt.Errorf("the message %w", client.Exists), existing.UUID))
	}
	if err != nil {
		return err
	}
	m.fromAPI(created)
	return nil
}

// find returns the messages that are equal to the wanted message.
func find(ctx context.Context, c *client.Client, wanted client.Message) ([]client.Message, error) {
	messages, err := c.ListMessages(ctx)
	return slices.DeleteFunc(messages, func(m client.Message) bool { return !m.SameAs(wanted) }), err
}

// findUUID sets the UUID of a message whose creation failed before the provider knew it. The
// error is [client.NotFound] if there is no equal message.
func (m *model) findUUID(ctx context.Context, c *client.Client) error {
	if !m.UUID.IsNull() {
		return nil
	}
	found, err := find(ctx, c, m.toAPI())
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return fmt.Errorf("the message %w", client.NotFound)
	}
	m.UUID = types.StringValue(found[0].UUID)
	return nil
}

func read(ctx context.Context, c *client.Client, m *model) error {
	if err := m.findUUID(ctx, c); err != nil {
		return err
	}
	message, err := c.GetMessage(ctx, m.UUID.ValueString())
	if err == nil {
		m.fromAPI(message)
	}
	return err
}

// toAPI returns the message that the model describes.
func (m *model) toAPI() client.Message {
	return client.Message{Content: m.Content.ValueString(), MediaType: m.MediaType.ValueString(), Severity: m.Severity.ValueString()}
}

// fromAPI copies a message into the model.
func (m *model) fromAPI(message *client.Message) {
	*m = model{
		UUID: types.StringValue(message.UUID), Content: types.StringValue(message.Content),
		MediaType: types.StringValue(message.MediaType), Severity: types.StringValue(message.Severity),
	}
}
