package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// The creation of the first user needs an empty database and no credentials. GET /discovery
// omits this call. Quay shows a user to everybody unless FEATURE_ANONYMOUS_ACCESS is off.
var (
	initializeUser = Operation{
		Name: "user_initialize", Method: "POST", Path: "/user/initialize", Feature: "FEATURE_USER_INITIALIZE", unlisted: true, Anonymous: true,
	}.changes(userList).refuses(
		rule(`^Cannot initialize user in a non-empty database$`, Exists, ""),
		rule(`^Failed to initialize user: Invalid password`, Invalid, "password"),
		rule(`^Failed to initialize user: Invalid namespace`, Invalid, "username"),
	)
	getUserInformation = Operation{Name: "getUserInformation", Method: "GET", Path: "/users/{username}", Repeat: Idempotent, Anonymous: true}.judges(judgeUserInformation)
)

var initialUserArea = area{operations: []Operation{initializeUser, getUserInformation}}

// judgeUserInformation judges Quay's response for a user that does not exist, because this
// response has no type.
func judgeUserInformation(a *response) (kind Kind, message string, judged bool) {
	if text := a.message().text; a.status == http.StatusNotFound && a.isJSON() && strings.HasPrefix(text, "The requested URL was not found") {
		return NotFound, text, true
	}
	return 0, "", false
}

// InitializeUser creates the first user of a registry whose database is empty, by POST
// /user/initialize (user_initialize), without credentials. The e-mail address may be empty.
// Its error is [Exists] if there is any user, and [NotAvailable] without
// FEATURE_USER_INITIALIZE.
func (c *Client) InitializeUser(ctx context.Context, username, password, email string) error {
	body := map[string]any{"username": username, "password": password}
	if email != "" {
		body["email"] = email
	}
	var created struct {
		Username string `json:"username"`
	}
	r := request{operation: initializeUser, body: body, secrets: []string{password}, anonymous: true}
	if err := c.do(ctx, r, &created); err != nil {
		return err
	}
	c.Web().ForgetRefusal()
	return nil
}

// FindUser looks for a user, by GET /users/{username} (getUserInformation). It sends the
// credentials only if Quay does not show users without them. Its error is [NotFound] if there
// is no such user.
func (c *Client) FindUser(ctx context.Context, username string) error {
	r := request{operation: getUserInformation, args: []any{username}, anonymous: true}
	var found struct {
		Username string `json:"username"`
	}
	err := c.do(ctx, r, &found)
	if errors.Is(err, Unauthenticated) {
		r.anonymous = false
		err = c.do(ctx, r, &found)
	}
	if err == nil && found.Username == "" {
		return r.failed(Unexpected, "the answer is not about the user", nil)
	}
	return err
}
