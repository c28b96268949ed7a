package message_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/message"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, message.Area(), acctest.Case{
		Type:     "quay_message",
		Identity: []string{"uuid"},
		Config: func(testing.TB, *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{"content": acctest.Name("The registry is read-only, "), "severity": "warning"}
		},
		Variants: []acctest.Attributes{{"media_type": "text/markdown"}, {"severity": nil}},
		Unique:   true,
		Risk: func(t testing.TB, registry *acctest.Registry, _ acctest.Attributes) map[string]float64 {
			return map[string]float64{"messages": float64(len(messagesOf(t, registry)))}
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, "/message/"+identity["uuid"], nil)
		},
		InvalidIDs: map[string]string{"7": "uuid must be a UUID"},
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			{Attribute: "content", Error: "must not be empty", Refused: []string{""}, Accepted: []string{" ", "# a\n\n*b* ünï ✓"}},
			{
				Attribute: "media_type", Error: `must be one of "text/plain", "text/markdown"`,
				Refused: []string{"", "text/html"}, Accepted: []string{"text/plain", "text/markdown"},
			},
			{
				Attribute: "severity", Error: `must be one of "info", "warning", "error"`,
				Refused: []string{"", "fatal", "INFO"}, Accepted: []string{"info", "warning", "error"},
			},
			acctest.UUIDRule("uuid"),
		}},
		List: &acctest.List{Example: addMessage},
	}, acctest.Case{
		Type: "quay_messages",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				addMessage(t, registry)
				return nil
			},
		},
	})
}

// addMessage adds a message, which is removed when the test ends.
func addMessage(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	content := acctest.Name("hello ")
	registry.Must(t, http.MethodPost, "/messages", map[string]any{"message": map[string]string{"content": content, "media_type": "text/plain", "severity": "info"}})
	t.Cleanup(func() {
		for _, m := range messagesOf(t, registry) {
			if m["content"] == content {
				registry.Call(t, http.MethodDelete, "/message/"+m["uuid"].(string), nil)
			}
		}
	})
	return nil
}

// messagesOf returns the messages as Quay shows them.
func messagesOf(t testing.TB, registry *acctest.Registry) (messages []map[string]any) {
	t.Helper()
	for _, m := range registry.Object(t, "/messages")["messages"].([]any) {
		messages = append(messages, m.(map[string]any))
	}
	return messages
}
