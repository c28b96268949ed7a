package client

import "context"

// messageList is the list of all messages.
const messageList listKind = "messages"

var (
	getGlobalMessages   = Operation{Name: "getGlobalMessages", Method: "GET", Path: "/messages", Repeat: Idempotent} // open to everybody
	createGlobalMessage = Operation{Name: "createGlobalMessage", Method: "POST", Path: "/messages", Scope: scopeSuperUser}.changes(messageList)
	deleteGlobalMessage = Operation{Name: "deleteGlobalMessage", Method: "DELETE", Path: "/message/{uuid}", Scope: scopeSuperUser, Repeat: Idempotent}.changes(messageList)
)

var messageArea = area{operations: []Operation{getGlobalMessages, createGlobalMessage, deleteGlobalMessage}}

// Message is a message that the web page of the registry shows to everybody.
type Message struct {
	UUID string `json:"uuid,omitempty"`
	// Content is plain text or Markdown.
	Content string `json:"content"`
	// MediaType is "text/plain" or "text/markdown".
	MediaType string `json:"media_type"`
	// Severity is "info", "warning" or "error".
	Severity string `json:"severity"`
}

// SameAs tells whether two messages have the same content, media type and severity.
func (m Message) SameAs(other Message) bool {
	m.UUID = other.UUID
	return m == other
}

// GetMessage reads a message from the list of all messages, by GET /messages
// (getGlobalMessages). Quay has no call for one message. The error is [NotFound] if there is
// no such message.
func (c *Client) GetMessage(ctx context.Context, uuid string) (*Message, error) {
	in, r := cacheOf[Message](c, messageList, ""), request{operation: getGlobalMessages}
	return getListed(ctx, c, in, uuid, func(m Message) string { return m.UUID }, c.ListMessages, r, "the registry has no such message")
}

// ListMessages reads all messages, sorted by UUID, by GET /messages (getGlobalMessages).
func (c *Client) ListMessages(ctx context.Context) ([]Message, error) {
	return listOf(ctx, c, request{operation: getGlobalMessages}, "messages", func(m Message) string { return m.UUID })
}

// CreateMessage creates a message, by POST /messages (createGlobalMessage). Quay's response
// lacks the UUID. Quay accepts a second equal message.
func (c *Client) CreateMessage(ctx context.Context, message Message) error {
	return c.do(ctx, request{operation: createGlobalMessage, body: map[string]Message{"message": message}}, nil)
}

// DeleteMessage deletes a message, by DELETE /message/{uuid} (deleteGlobalMessage). Quay also
// reports success if the message does not exist.
func (c *Client) DeleteMessage(ctx context.Context, uuid string) error {
	return c.do(ctx, request{operation: deleteGlobalMessage, args: []any{uuid}}, nil)
}
