package quaytest

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func applicationArea() area {
	return area{
		routes: []*route{
			get("getOrganizationApplications", "/organization/{orgname}/applications", getOrganizationApplications),
			post("createOrganizationApplication", "/organization/{orgname}/applications", createOrganizationApplication),
			get("getOrganizationApplication", "/organization/{orgname}/applications/{client_id}", getOrganizationApplication),
			put("updateOrganizationApplication", "/organization/{orgname}/applications/{client_id}", updateOrganizationApplication),
			del("deleteOrganizationApplication", "/organization/{orgname}/applications/{client_id}", deleteOrganizationApplication),
			post("resetOrganizationApplicationClientSecret", "/organization/{orgname}/applications/{client_id}/resetclientsecret", resetOrganizationApplicationClientSecret).hide(),
			get("listOrganizationApplicationTokens", "/organization/{orgname}/applications/{client_id}/tokens", listOrganizationApplicationTokens).since(Quay3_18),
			post("createOrganizationApplicationToken", "/organization/{orgname}/applications/{client_id}/tokens", createOrganizationApplicationToken).since(Quay3_18),
			del("deleteOrganizationApplicationToken", "/organization/{orgname}/applications/{client_id}/tokens/{token_uuid}", deleteOrganizationApplicationToken).since(Quay3_18),
		},
		newState: func() any { return &applicationState{applications: map[string]*application{}} },
		counts: map[string]func(*store) int{
			"applications": func(st *store) int { return len(state[applicationState](st).applications) },
			"application tokens": func(st *store) int {
				n := 0
				for app := range maps.Values(state[applicationState](st).applications) {
					n += len(st.tokensOf(app))
				}
				return n
			},
		},
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

// application is an OAuth application of an organization. Each token belongs to one
// application.
type application struct {
	row
	clientID     string
	clientSecret string
	owner        *account
	name         string
	description  string
	uri          string
	redirectURI  string
	avatarEmail  any // a string or nil
}

// tokensOf returns the tokens of an application, the newest first.
func (st *store) tokensOf(app *application) []*token {
	tokens := slices.SortedFunc(maps.Values(st.tokens), func(a, b *token) int { return b.id - a.id })
	return slices.DeleteFunc(tokens, func(t *token) bool { return t.clientID != app.clientID })
}

// deleteApplication deletes an application and its tokens.
func (st *store) deleteApplication(app *application) {
	for _, t := range st.tokensOf(app) {
		delete(st.tokens, t.value)
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

// applicationSchema returns the schema of a request that must set the required members.
func applicationSchema(required ...string) pyjson.Schema {
	return pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Required(required...),
		pyjson.Properties(
			pyjson.Property("name", pyjson.Type("string")),
			pyjson.Property("redirect_uri", pyjson.Type("string")),
			pyjson.Property("application_uri", pyjson.Type("string")),
			pyjson.Property("description", pyjson.Type("string")),
			pyjson.Property("avatar_email", pyjson.Type("string")),
		),
	}
}

// setApplication sets the members of a request, and empties all other settings. Quay fails if
// a text is too long for its database.
func (c *call) setApplication(app *application, body pyjson.Object) error {
	for _, name := range []string{"name", "redirect_uri", "application_uri", "avatar_email"} {
		if utf8.RuneCountInString(body.Text(name)) > 255 {
			return errInternal
		}
	}
	app.name, app.description = body.Text("name"), body.Text("description")
	app.uri, app.redirectURI = body.Text("application_uri"), body.Text("redirect_uri")
	app.avatarEmail, _ = body.Get("avatar_email")
	c.store.touch(&app.row)
	return nil
}

func getOrganizationApplications(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	views := []view{}
	for _, app := range slices.SortedFunc(maps.Values(state[applicationState](c.store).applications), byWrite) {
		if app.owner == org {
			views = append(views, applicationView(app))
		}
	}
	return ok(view{"applications": views})
}

func createOrganizationApplication(c *call) (response, error) {
	body, err := c.decode(applicationSchema("name"))
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
	app := &application{clientID: secret(20), clientSecret: c.store.recordSecret(secret(40)), owner: org}
	if err := c.setApplication(app, body); err != nil {
		return response{}, err
	}
	state[applicationState](c.store).applications[app.clientID] = app
	c.logApplication("create_application", app)
	return ok(applicationView(app))
}

// logApplication adds an entry about an application to the usage logs.
func (c *call) logApplication(kind string, app *application) {
	c.log(kind, app.owner, view{"application_name": app.name, "client_id": app.clientID})
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

func updateOrganizationApplication(c *call) (response, error) {
	body, err := c.decode(applicationSchema("name", "redirect_uri", "application_uri"))
	if err != nil {
		return response{}, err
	}
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	if err := c.setApplication(app, body); err != nil {
		return response{}, err
	}
	c.logApplication("update_application", app)
	return ok(applicationView(app))
}

func resetOrganizationApplicationClientSecret(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	app.clientSecret = c.store.recordSecret(secret(40))
	c.store.touch(&app.row)
	c.logApplication("reset_application_client_secret", app)
	return ok(applicationView(app))
}

func deleteOrganizationApplication(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	c.store.deleteApplication(app)
	c.logApplication("delete_application", app)
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
	if name == "" {
		return response{}, refused("'name' must not be empty")
	}
	wanted := []string{}
	for _, scope := range strings.FieldsFunc(body.Text("scope"), func(r rune) bool { return r == ' ' || r == ',' }) {
		if !slices.Contains(wanted, scope) {
			wanted = append(wanted, scope)
		}
	}
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(s string) bool { return scopes[s] == nil }) {
		return response{}, refused("Invalid scope: %s", body.Text("scope"))
	}
	life := tokenLife
	if v, ok := body.Get("expiration"); ok {
		seconds, err := v.(json.Number).Float64()
		if err != nil {
			return response{}, refused("'expiration' must be a finite number of seconds")
		}
		life = min(tokenLife, time.Duration(min(math.Trunc(seconds), tokenLife.Seconds()))*time.Second)
	}
	for _, scope := range wanted {
		if !c.canGrantScope(scope, app.owner.name) {
			return response{}, c.unauthorized()
		}
	}
	t := c.store.addToken(c.user, wanted, life)
	t.name, t.clientID, t.clientName = name, app.clientID, app.name
	c.log("create_oauth_api_token", app.owner, view{
		"oauth_token_uuid": t.uuid, "scope": strings.Join(wanted, " "), "token_display_name": name,
		"application_name": app.name, "auth_method": "OAuth", "client_id": app.clientID,
	})
	v := tokenView(t)
	v["token"] = c.store.recordSecret(t.value)
	return ok(v)
}

func tokenView(t *token) view {
	const format = "2006-01-02T15:04:05.000000Z"
	v := view{
		"uuid":          t.uuid,
		"name":          t.name,
		"scope":         strings.Join(t.scopes, " "),
		"expires_at":    t.expires.UTC().Format(format),
		"created":       t.created.UTC().Format(format),
		"created_by":    t.user.name,
		"last_accessed": nil,
	}
	if !t.accessed.IsZero() {
		v["last_accessed"] = t.accessed.UTC().Format(format)
	}
	return v
}

// tokensPerPage is the number of tokens in a page of an application's tokens.
const tokensPerPage = 50

// listOrganizationApplicationTokens lists the tokens that have not expired.
func listOrganizationApplicationTokens(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	start, now := c.pageStart(), c.store.now()
	tokens := slices.DeleteFunc(c.store.tokensOf(app), func(t *token) bool { return start != 0 && t.id > start || !now.Before(t.expires) })
	body, views := view{}, []view{}
	for i, t := range tokens {
		if i == tokensPerPage {
			body["next_page"] = c.store.pageToken(t.id)
			break
		}
		views = append(views, tokenView(t))
	}
	body["tokens"] = views
	return ok(body)
}

func deleteOrganizationApplicationToken(c *call) (response, error) {
	app, err := c.applicationOfPath()
	if err != nil {
		return response{}, err
	}
	for _, t := range c.store.tokensOf(app) {
		if t.uuid == c.params["token_uuid"] {
			delete(c.store.tokens, t.value)
			c.log("revoke_oauth_api_token", app.owner, view{
				"oauth_token_uuid": t.uuid, "application_name": app.name, "client_id": app.clientID,
			})
			return deleted()
		}
	}
	return response{}, notFound()
}

// AddApplication adds an OAuth application with a client ID to an organization.
func (s *Server) AddApplication(organizationName, clientID, name string) {
	s.change(func(st *store) {
		org := must(st.account(organizationName, organization), "AddApplication: no organization %q", organizationName)
		app := &application{clientID: clientID, clientSecret: st.recordSecret(secret(40)), owner: org, name: name}
		st.touch(&app.row)
		state[applicationState](st).applications[clientID] = app
	})
}
