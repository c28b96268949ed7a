package client

import (
	"context"
	"slices"
)

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

// SameAs tells whether two messages look alike.
func (m Message) SameAs(other Message) bool {
	m.UUID = other.UUID
	return m == other
}

// GetMessage reads a message from the list of all, by GET /messages
// (getGlobalMessages): Quay has no call for one message. The error is [NotFound] if there
// is none.
func (c *Client) GetMessage(ctx context.Context, uuid string) (*Message, error) {
	cached, found := findCached(ctx, c, cacheOf[Message](c, messageList, ""), uuid, func(ctx context.Context, _ string) (map[string]Message, string, error) {
		messages, err := c.ListMessages(ctx)
		return byName(messages, func(m Message) string { return m.UUID }), "", err
	})
	if found {
		return &cached, nil
	}
	messages, err := c.ListMessages(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(messages, func(m Message) bool { return m.UUID == uuid })
	if i < 0 {
		return nil, request{operation: getGlobalMessages}.failed(NotFound, "the registry has no such message", nil)
	}
	return &messages[i], nil
}

// ListMessages reads all messages in the order of their creation, by GET /messages
// (getGlobalMessages).
func (c *Client) ListMessages(ctx context.Context) ([]Message, error) {
	r := request{operation: getGlobalMessages}
	answer, err := fetch[struct {
		Messages []Message `json:"messages"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Messages == nil {
		return nil, r.notAListError()
	}
	return answer.Messages, nil
}

// CreateMessage creates a message, by POST /messages (createGlobalMessage). Quay's answer
// does not tell the UUID, and Quay creates a message like one that exists, too.
func (c *Client) CreateMessage(ctx context.Context, message Message) error {
	return c.do(ctx, request{operation: createGlobalMessage, body: map[string]Message{"message": message}}, nil)
}

// DeleteMessage deletes a message, by DELETE /message/{uuid} (deleteGlobalMessage). Quay
// says the same if there is none.
func (c *Client) DeleteMessage(ctx context.Context, uuid string) error {
	return c.do(ctx, request{operation: deleteGlobalMessage, args: []any{uuid}}, nil)
}
