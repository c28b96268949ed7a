package quaytest

import (
	"net/http"
	"slices"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// messageArea is the area of messages, which the web page of the registry shows to
// everybody.
func messageArea() area {
	return area{
		routes: []*route{
			get("getGlobalMessages", "/messages", getGlobalMessages),
			post("createGlobalMessage", "/messages", createGlobalMessage).fresh(),
			del("deleteGlobalMessage", "/message/{uuid}", deleteGlobalMessage).fresh(),
		},
		newState: func() any { return &messageState{} },
		counts: map[string]func(*store) int{
			"messages": func(st *store) int { return len(state[messageState](st).messages) },
		},
	}
}

type messageState struct {
	messages []view // in the order of their creation
}

var messageSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(pyjson.Property("message", pyjson.Type("object"), pyjson.Required("content", "media_type", "severity"), pyjson.Properties(
		pyjson.Property("content", pyjson.Type("string")),
		pyjson.Property("media_type", pyjson.Type("string"), pyjson.Enum("text/plain", "text/markdown")),
		pyjson.Property("severity", pyjson.Type("string"), pyjson.Enum("info", "warning", "error")),
	))),
}

func getGlobalMessages(c *call) (response, error) {
	views := slices.Clone(state[messageState](c.store).messages)
	if views == nil {
		views = []view{}
	}
	return ok(view{"messages": views})
}

func createGlobalMessage(c *call) (response, error) {
	body, err := c.decode(messageSchema)
	if err != nil {
		return response{}, err
	}
	if !c.superuser() {
		return response{}, &plainError{http.StatusForbidden, notPermitted}
	}
	message, given := body.Get("message")
	if !given {
		return response{}, errInternal
	}
	s, m := state[messageState](c.store), message.(pyjson.Object)
	s.messages = append(s.messages, view{
		"uuid": newUUID(), "content": m.Text("content"), "severity": m.Text("severity"), "media_type": m.Text("media_type"),
	})
	return empty(http.StatusCreated)
}

func deleteGlobalMessage(c *call) (response, error) {
	if !c.superuser() {
		return response{}, &plainError{http.StatusForbidden, notPermitted}
	}
	s := state[messageState](c.store)
	s.messages = slices.DeleteFunc(s.messages, func(m view) bool { return m["uuid"] == c.params["uuid"] })
	return empty(http.StatusNoContent)
}
