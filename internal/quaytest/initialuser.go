package quaytest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// UserInitialize lets anybody create the first user of an empty database.
const UserInitialize Feature = "USER_INITIALIZE"

func initialUserArea() area {
	return area{
		routes: []*route{post("user_initialize", "/user/initialize", initializeUser).unlist().anonymous()},
	}
}

// initializeUser creates the first user. Every version has the route. If the feature is off,
// versions hide it in different ways.
func initializeUser(c *call) (response, error) {
	if !c.srv.has(UserInitialize) {
		resp := jsonResponse(http.StatusNotFound, view{"error": "Not Found"})
		resp.contentType = "text/html; charset=utf-8"
		return resp, nil
	}
	if len(c.store.accounts) > 0 {
		return response{}, refused("Cannot initialize user in a non-empty database")
	}
	value, err := pyjson.Parse(c.body)
	body, isObject := value.(pyjson.Object)
	if err != nil || !isObject || !body.Has("username") || !body.Has("password") {
		return response{}, errInternal
	}
	email, _ := body.Get("email")
	fail := func(err error) error {
		if plain, ok := errors.AsType[*plainError](err); ok {
			return refused("Failed to initialize user: %s", plain.Error())
		}
		return err
	}
	if err := checkPassword(body.Text("password")); err != nil {
		return response{}, fail(err)
	}
	if err := c.store.checkNewEmail(email); err != nil {
		return response{}, fail(err)
	}
	u, err := c.store.createUser(body.Text("username"), body.Text("email"))
	if err != nil {
		return response{}, fail(err)
	}
	u.password = c.store.recordSecret(body.Text("password"))
	answer := view{"username": u.name, "email": email, "encrypted_password": c.store.recordSecret(secret(64))}
	if access, _ := body.Get("access_token"); access == true {
		t := c.store.addToken(u, sessionToken(u).scopes, tokenLife)
		answer["access_token"] = t.value
	}
	return c.startSession(u, jsonResponse(http.StatusOK, answer)), nil
}

// checkPassword returns an error for a password that Quay does not accept.
func checkPassword(password string) error {
	if len(password) < 8 || strings.ContainsAny(password, " \t\n\r\v\f") {
		return refused("Invalid password, password must be at least 8 characters and contain no whitespace.")
	}
	return nil
}
