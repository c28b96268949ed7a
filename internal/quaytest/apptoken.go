package quaytest

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// AppSpecificTokens are passwords of users for container tools.
const AppSpecificTokens Feature = "APP_SPECIFIC_TOKENS"

func appTokenArea() area {
	return area{
		feature: AppSpecificTokens,
		routes: []*route{
			get("listAppTokens", "/user/apptoken", listAppTokens),
			post("createAppToken", "/user/apptoken", createAppToken).fresh(),
			get("getAppToken", "/user/apptoken/{token_uuid}", getAppToken).fresh(),
			del("revokeAppToken", "/user/apptoken/{token_uuid}", revokeAppToken).fresh(),
		},
		newState: func() any { return &appTokenState{} },
		counts: map[string]func(*store) int{
			"app tokens": func(st *store) int { return len(state[appTokenState](st).tokens) },
		},
		onErase: func(st *store, a *account) {
			s := state[appTokenState](st)
			s.tokens = slices.DeleteFunc(s.tokens, func(t *appToken) bool { return t.user == a })
		},
	}
}

type appTokenState struct {
	tokens []*appToken // in the order of their creation
}

// appToken is an application-specific token of a user.
type appToken struct {
	user    *account
	uuid    string
	title   string
	secret  string
	created time.Time
}

// AddAppToken adds an application-specific token of a user with a UUID.
func (s *Server) AddAppToken(username, uuid, title string) {
	s.change(func(st *store) {
		user := must(st.account(username, user), "AddAppToken: no user %q", username)
		tokens := state[appTokenState](st)
		tokens.tokens = append(tokens.tokens, &appToken{user: user, uuid: uuid, title: title, secret: st.recordSecret(secret(120)), created: st.now()})
	})
}

func (t *appToken) view() view {
	return view{"uuid": t.uuid, "title": t.title, "last_accessed": nil, "created": formatDate(t.created), "expiration": nil}
}

// viewWithSecret returns the view in which Quay shows the secret.
func (t *appToken) viewWithSecret() view {
	v := t.view()
	v["token_code"] = t.secret
	return v
}

var appTokenSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("title"),
	pyjson.Properties(pyjson.Property("title", pyjson.Type("string"))),
}

func listAppTokens(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	var onlyExpiring any
	if _, given := c.query("expiring"); given {
		onlyExpiring = c.flag("expiring", false)
	}
	views := []view{}
	for _, t := range state[appTokenState](c.store).tokens {
		if t.user == c.user && onlyExpiring != true { // no token expires
			views = append(views, t.view())
		}
	}
	return ok(view{"tokens": views, "only_expiring": onlyExpiring})
}

func createAppToken(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(appTokenSchema)
	if err != nil {
		return response{}, err
	}
	t := &appToken{user: c.user, uuid: newUUID(), title: body.Text("title"), secret: c.store.recordSecret(secret(120)), created: c.store.now()}
	if utf8.RuneCountInString(t.title) > 255 {
		return response{}, errInternal
	}
	s := state[appTokenState](c.store)
	s.tokens = append(s.tokens, t)
	c.log("create_app_specific_token", c.user, view{"app_specific_token_title": t.title, "app_specific_token": t.uuid})
	return ok(view{"token": t.viewWithSecret()})
}

// appTokenOfPath returns the token of the path, if it is the user's own.
func (c *call) appTokenOfPath() (*appToken, error) {
	if !c.hasUserRole("admin") {
		return nil, c.unauthorized()
	}
	for _, t := range state[appTokenState](c.store).tokens {
		if t.user == c.user && t.uuid == c.params["token_uuid"] {
			return t, nil
		}
	}
	return nil, notFound()
}

func getAppToken(c *call) (response, error) {
	t, err := c.appTokenOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(view{"token": t.viewWithSecret()})
}

func revokeAppToken(c *call) (response, error) {
	t, err := c.appTokenOfPath()
	if err != nil {
		return response{}, err
	}
	s := state[appTokenState](c.store)
	s.tokens = slices.DeleteFunc(s.tokens, func(other *appToken) bool { return other == t })
	c.log("revoke_app_specific_token", c.user, view{"app_specific_token_title": t.title, "app_specific_token": t.uuid})
	return deleted()
}
