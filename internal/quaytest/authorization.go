package quaytest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func authorizationArea() area {
	return area{
		routes: []*route{
			get("listUserAuthorizations", "/user/authorizations", listUserAuthorizations).hide(),
			get("getUserAuthorization", "/user/authorizations/{access_token_uuid}", getUserAuthorization).hide(),
			del("deleteUserAuthorization", "/user/authorizations/{access_token_uuid}", deleteUserAuthorization).hide(),
			post("authorize_application", authorizePath, authorizeApplication).ofWebInterface(),
		},
	}
}

// scopeTexts has the title, the description, the icon and the danger of each scope.
var scopeTexts = map[string]struct {
	title, description, icon string
	dangerous                bool
}{
	scopeReadRepo:   {"View all visible repositories", "This application will be able to view and pull all repositories visible to the granting user", "fa-hdd-o", false},
	scopeWriteRepo:  {"Read/Write to any accessible repositories", "This application will be able to view, push and pull to all repositories to which the granting user has write access", "fa-hdd-o", false},
	scopeAdminRepo:  {"Administer Repositories", "This application will have administrator access to all repositories to which the granting user has access", "fa-hdd-o", false},
	scopeCreateRepo: {"Create Repositories", "This application will be able to create repositories in all namespaces that the granting user is allowed to create repositories", "fa-plus", false},
	scopeReadUser:   {"Read User Information", "This application will be able to read user information such as username and email address.", "fa-user", false},
	scopeAdminUser:  {"Administer User", "This application will be able to administer your account including creating robots and granting them permissions to your repositories. You should have absolute trust in the requesting application before granting this permission.", "fa-gear", true},
	scopeAdminOrg:   {"Administer Organization", "This application will be able to administer your organizations including creating robots, creating teams, adjusting team membership, and changing billing settings. You should have absolute trust in the requesting application before granting this permission.", "fa-gear", true},
	scopeSuperuser:  {"Super User Access", "This application will be able to administer your installation including managing users, managing organizations and other features found in the superuser panel. You should have absolute trust in the requesting application before granting this permission.", "fa-street-view", true},
}

// authorizationView returns the view of a token. The server's own tokens belong to an
// application of the user.
func (c *call) authorizationView(t *token) view {
	owner, name, description, uri := t.user, t.clientName, "Application token generated via /api/v1/user/initialize", ""
	if app := state[applicationState](c.store).applications[t.clientID]; app != nil {
		owner, name, description, uri = app.owner, app.name, app.description, app.uri
	}
	list := []view{}
	for _, scope := range slices.Sorted(slices.Values(t.scopes)) {
		text := scopeTexts[scope]
		list = append(list, view{"title": text.title, "scope": scope, "description": text.description, "icon": text.icon, "dangerous": text.dangerous})
	}
	return view{
		"application": view{
			"name": name, "description": description, "url": uri, "avatar": avatar(name, owner.email, "app"),
			"organization": view{"name": owner.name, "avatar": owner.organizationAvatar()},
		},
		"scopes": list,
		"uuid":   t.uuid,
	}
}

func listUserAuthorizations(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	var tokens []*token
	for _, t := range c.store.tokens {
		if t.user == c.user {
			tokens = append(tokens, t)
		}
	}
	slices.SortFunc(tokens, func(a, b *token) int { return cmp.Compare(a.id, b.id) })
	views := []view{}
	for _, t := range tokens {
		views = append(views, c.authorizationView(t))
	}
	return ok(view{"authorizations": views})
}

// authorizationOfPath returns the token of the path if it is the user's.
func (c *call) authorizationOfPath() (*token, error) {
	if !c.hasUserRole("admin") {
		return nil, c.unauthorized()
	}
	for _, t := range c.store.tokens {
		if t.user == c.user && t.uuid == c.params["access_token_uuid"] {
			return t, nil
		}
	}
	return nil, notFound()
}

func getUserAuthorization(c *call) (response, error) {
	t, err := c.authorizationOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(c.authorizationView(t))
}

func deleteUserAuthorization(c *call) (response, error) {
	t, err := c.authorizationOfPath()
	if err != nil {
		return response{}, err
	}
	delete(c.store.tokens, t.value)
	return deleted()
}

const unauthorizedPage = "<!doctype html>\n<html lang=en>\n<title>401 Unauthorized</title>\n<h1>Unauthorized</h1>\n" +
	"<p>The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials " +
	"(e.g. a bad password), or your browser doesn&#39;t understand how to supply the credentials required.</p>\n"

// authorizeApplication lets an application act as the user of the session. From 3.12 on, the
// user must administer the organization of the application.
func authorizeApplication(c *call) (response, error) {
	const page = "text/html; charset=utf-8"
	if c.token == nil || !c.token.session {
		return response{status: http.StatusUnauthorized, contentType: page, page: unauthorizedPage}, nil
	}
	if err := c.checkCSRF(); err != nil {
		return response{}, err
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return response{}, errInternal
	}
	redirect := form.Get("redirect_uri")
	problem := func(name string) (response, error) {
		return response{status: http.StatusFound, contentType: page, location: redirect + "?error=" + name}, nil
	}
	if form.Get("response_type") != "token" {
		return problem("unsupported_response_type")
	}
	app := state[applicationState](c.store).applications[form.Get("client_id")]
	if app == nil || !c.before(Quay3_12) && !slices.Contains(c.store.rolesIn(c.user, app.owner.name), "admin") {
		return problem("unauthorized_client")
	}
	own := "http://" + c.srv.hostname(c.request) + localAppPath
	if redirect != own && (app.redirectURI == "" || !strings.HasPrefix(redirect, app.redirectURI)) {
		resp := jsonResponse(http.StatusBadRequest, view{"error": "invalid_request"})
		resp.contentType = "application/json;charset=UTF-8"
		return resp, nil
	}
	wanted := strings.FieldsFunc(form.Get("scope"), func(r rune) bool { return r == ' ' || r == ',' })
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(s string) bool { return scopes[s] == nil }) {
		return problem("invalid_scope")
	}
	t := c.store.addToken(c.user, wanted, tokenLife)
	t.clientID, t.clientName = app.clientID, app.name
	c.store.recordSecret(t.value)
	location := redirect + "?scope=" + url.QueryEscape(form.Get("scope")) + "#access_token=" + t.value + "&token_type=Bearer&expires_in=315576000"
	return response{status: http.StatusFound, contentType: page, location: location}, nil
}
