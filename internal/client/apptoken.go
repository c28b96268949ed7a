package client

import "context"

// appTokenList is the list of the application-specific tokens of the token's own user.
const appTokenList listKind = "application-specific tokens"

// appToken declares an idempotent call on the tokens of the token's own user.
func appToken(name, method, path string) Operation {
	return Operation{
		Name: name, Method: method, Path: "/user/apptoken" + path, Scope: scopeUserAdmin, Feature: "FEATURE_APP_SPECIFIC_TOKENS", Repeat: Idempotent,
	}
}

var (
	listAppTokens  = appToken("listAppTokens", "GET", "")
	createAppToken = appToken("createAppToken", "POST", "").creates().changes(appTokenList)
	getAppToken    = appToken("getAppToken", "GET", "/{token_uuid}")
	revokeAppToken = appToken("revokeAppToken", "DELETE", "/{token_uuid}").changes(appTokenList)
)

var appTokenArea = area{operations: []Operation{listAppTokens, createAppToken, getAppToken, revokeAppToken}}

// AppToken is an application-specific token: a password of a user for container tools. The API
// does not accept it.
type AppToken struct {
	UUID    string `json:"uuid"`
	Title   string `json:"title"`
	Created Time   `json:"created"`
	// Expiration is nil for a token that does not expire.
	Expiration *Time `json:"expiration"`
	// Secret is the password. Lists omit it.
	Secret string `json:"token_code"`
}

// ListAppTokens reads the tokens of the token's own user without their secrets, by
// GET /user/apptoken (listAppTokens).
func (c *Client) ListAppTokens(ctx context.Context) ([]AppToken, error) {
	return listOf(ctx, c, request{operation: listAppTokens}, "tokens", func(t AppToken) string { return t.UUID })
}

// FindAppToken reads a token. A client with a list cache reads the list of ListAppTokens,
// which has no secrets. Otherwise, and if the list lacks the token, FindAppToken calls
// GetAppToken.
func (c *Client) FindAppToken(ctx context.Context, uuid string) (*AppToken, error) {
	token, found := findCached(ctx, c, cacheOf[AppToken](c, appTokenList, ""), uuid, func(ctx context.Context, _ string) (map[string]AppToken, string, error) {
		tokens, err := c.ListAppTokens(ctx)
		return byName(tokens, func(t AppToken) string { return t.UUID }), "", err
	})
	if found {
		return &token, nil
	}
	return c.GetAppToken(ctx, uuid)
}

// GetAppToken reads a token with its secret, by GET /user/apptoken/{token_uuid}
// (getAppToken). The error is [NotFound] if the token's own user has no such token.
func (c *Client) GetAppToken(ctx context.Context, uuid string) (*AppToken, error) {
	return c.oneAppToken(ctx, request{operation: getAppToken, args: []any{uuid}})
}

// CreateAppToken creates a token with a title of at most 255 characters, by POST
// /user/apptoken (createAppToken). Several tokens can have the same title.
func (c *Client) CreateAppToken(ctx context.Context, title string) (*AppToken, error) {
	return c.oneAppToken(ctx, request{operation: createAppToken, body: map[string]string{"title": title}})
}

func (c *Client) oneAppToken(ctx context.Context, r request) (*AppToken, error) {
	answer, err := fetch[struct {
		Token AppToken `json:"token"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Token.UUID == "" {
		return nil, r.noIDError()
	}
	return &answer.Token, nil
}

// RevokeAppToken deletes a token, by DELETE /user/apptoken/{token_uuid} (revokeAppToken).
// The error is [NotFound] if the token's own user has no such token.
func (c *Client) RevokeAppToken(ctx context.Context, uuid string) error {
	return c.do(ctx, request{operation: revokeAppToken, args: []any{uuid}}, nil)
}
