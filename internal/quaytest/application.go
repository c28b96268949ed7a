package quaytest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func applicationArea() area {
	return area{
		routes: []*route{
			post("createOrganizationApplication", "/organization/{orgname}/applications", createOrganizationApplication),
			get("getOrganizationApplication", "/organization/{orgname}/applications/{client_id}", getOrganizationApplication),
			del("deleteOrganizationApplication", "/organization/{orgname}/applications/{client_id}", deleteOrganizationApplication),
			post("createOrganizationApplicationToken", "/organization/{orgname}/applications/{client_id}/tokens", createOrganizationApplicationToken).since(Quay3_18),
			del("deleteOrganizationApplicationToken", "/organization/{orgname}/applications/{client_id}/tokens/{token_uuid}", deleteOrganizationApplicationToken).since(Quay3_18),
		},
		newState: func() any { return &applicationState{applications: map[string]*application{}} },
		onDelete: func(st *store, object any) {
			for _, app := range state[applicationState](st).applications {
				if app.owner == object {
					st.deleteApplication(app)
				}
			}
		},
	}
}

type applicationState struct {
	applications map[string]*application // by client id
}

// application is an OAuth application of an organization. Tokens belong to one.
type application struct {
	clientID     string
	clientSecret string
	owner        *account
	name         string
	description  string
	uri          string
	redirectURI  string
	avatarEmail  any // a string or nil
}

// deleteApplication deletes an application and its tokens.
func (st *store) deleteApplication(app *application) {
	for value, t := range st.tokens {
		if t.clientID == app.clientID {
			delete(st.tokens, value)
		}
	}
	delete(state[applicationState](st).applications, app.clientID)
}

func applicationView(app *application) view {
	return view{
		"name":            app.name,
		"description":     app.description,
		"application_uri": app.uri,
		"client_id":       app.clientID,
		"client_secret":   app.clientSecret,
		"redirect_uri":    app.redirectURI,
		"avatar_email":    app.avatarEmail,
	}
}

var applicationSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("name"),
	pyjson.Properties(
		pyjson.Property("name", pyjson.Type("string")),
		pyjson.Property("redirect_uri", pyjson.Type("string")),
		pyjson.Property("application_uri", pyjson.Type("string")),
		pyjson.Property("description", pyjson.Type("string")),
		pyjson.Property("avatar_email", pyjson.Type("string")),
	),
}

func createOrganizationApplication(c *call) (response, error) {
	body, err := c.decode(applicationSchema)
	if err != nil {
		return response{}, err
	}
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	email, _ := body.Get("avatar_email")
	app := &application{
		clientID:     secret(20),
		clientSecret: secret(40),
		owner:        org,
		name:         body.Text("name"),
		description:  body.Text("description"),
		uri:          body.Text("application_uri"),
		redirectURI:  body.Text("redirect_uri"),
		avatarEmail:  email,
	}
	state[applicationState](c.store).applications[app.clientID] = app
	c.log("create_application", org, view{"application_name": app.name, "client_id": app.clientID})
	return ok(applicationView(app))
}

// applicationOfPath returns the application of the path to an administrator.
func (c *call) applicationOfPath() (*application, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	app := state[applicationState](c.store).applications[c.params["client_id"]]
	if app == nil || app.owner.name != c.params["orgname"] {
		return nil, notFound()
	}
	return app, nil
}

func getOrganizationApplication(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(applicationView(app))
}

func deleteOrganizationApplication(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	c.store.deleteApplication(app)
	c.log("delete_application", app.owner, view{"application_name": app.name, "client_id": app.clientID})
	return deleted()
}

var tokenSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("name", "scope"),
	pyjson.Properties(
		pyjson.Property("name", pyjson.Type("string"), pyjson.MinLength(1), pyjson.MaxLength(255)),
		pyjson.Property("scope", pyjson.Type("string")),
		pyjson.Property("expiration", pyjson.Type("number"), pyjson.Minimum(1)),
	),
}

// canGrantScope reports whether the user may create a token with a scope.
func (c *call) canGrantScope(scope, organizationName string) bool {
	included := slices.ContainsFunc(c.token.scopes, func(own string) bool { return slices.Contains(scopes[own], scope) })
	if !included {
		return false
	}
	switch scope {
	case scopeReadRepo:
		return c.hasRepositoryRole(organizationName, "", "read")
	case scopeWriteRepo:
		return c.hasRepositoryRole(organizationName, "", "write")
	case scopeAdminRepo:
		return c.hasRepositoryRole(organizationName, "", "admin")
	case scopeCreateRepo:
		return c.createsIn(organizationName)
	case scopeAdminOrg:
		return c.administers(organizationName)
	case scopeReadUser:
		return c.hasUserRole("read")
	case scopeAdminUser:
		return c.hasUserRole("admin")
	case scopeSuperuser:
		return c.superuser()
	}
	return false
}

func createOrganizationApplicationToken(c *call) (response, error) {
	body, err := c.decode(tokenSchema)
	if err != nil {
		return response{}, err
	}
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	name := strings.TrimSpace(body.Text("name"))
	if n := utf8.RuneCountInString(name); n == 0 {
		return response{}, refused("Token name is required")
	}
	wanted := strings.FieldsFunc(body.Text("scope"), func(r rune) bool { return r == ' ' || r == ',' })
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(s string) bool { return scopes[s] == nil }) {
		return response{}, refused("Invalid scope: %s", body.Text("scope"))
	}
	for _, scope := range wanted {
		if !c.canGrantScope(scope, app.owner.name) {
			return response{}, c.unauthorized()
		}
	}
	life := tokenLife
	if v, ok := body.Get("expiration"); ok {
		seconds, _ := v.(json.Number).Float64()
		life = time.Duration(min(seconds, tokenLife.Seconds()) * float64(time.Second))
	}
	t := c.store.addToken(c.user, wanted, life)
	t.name, t.clientID, t.clientName = name, app.clientID, app.name
	c.log("create_oauth_api_token", app.owner, view{
		"oauth_token_uuid": t.uuid, "scope": strings.Join(wanted, " "), "token_display_name": name,
		"application_name": app.name, "auth_method": "OAuth", "client_id": app.clientID,
	})
	const format = "2006-01-02T15:04:05.000000Z"
	return ok(view{
		"uuid":          t.uuid,
		"name":          t.name,
		"scope":         strings.Join(wanted, " "),
		"expires_at":    t.expires.UTC().Format(format),
		"created":       t.created.UTC().Format(format),
		"created_by":    t.user.name,
		"last_accessed": nil,
		"token":         t.value,
	})
}

func deleteOrganizationApplicationToken(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	for value, t := range c.store.tokens {
		if t.clientID == app.clientID && t.uuid == c.params["token_uuid"] {
			delete(c.store.tokens, value)
			c.log("revoke_oauth_api_token", app.owner, view{
				"oauth_token_uuid": t.uuid, "application_name": app.name, "client_id": app.clientID,
			})
			return deleted()
		}
	}
	return response{}, notFound()
}
