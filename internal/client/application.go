package client

import (
	"context"
	"crypto/subtle"
	"iter"
	"strings"
	"time"
)

// applicationLists are the lists of the applications of organizations. applicationTokenLists
// are the lists of the tokens of applications.
const (
	applicationLists      listKind = "applications"
	applicationTokenLists listKind = "application tokens"
)

// applicationToken declares a call on the tokens of an application.
func applicationToken(name, method, path string) Operation {
	return organization(name, method, "/applications/{client_id}/tokens"+path).from("3.18")
}

var (
	getOrganizationApplications   = organization("getOrganizationApplications", "GET", "/applications")
	createOrganizationApplication = organization("createOrganizationApplication", "POST", "/applications").creates().changes(applicationLists)
	getOrganizationApplication    = organization("getOrganizationApplication", "GET", "/applications/{client_id}")
	updateOrganizationApplication = organization("updateOrganizationApplication", "PUT", "/applications/{client_id}").changes(applicationLists)
	deleteOrganizationApplication = organization("deleteOrganizationApplication", "DELETE", "/applications/{client_id}").changes(applicationLists, applicationTokenLists)

	resetOrganizationApplicationClientSecret = organization("resetOrganizationApplicationClientSecret", "POST", "/applications/{client_id}/resetclientsecret").
							changes(applicationLists)

	listOrganizationApplicationTokens  = applicationToken("listOrganizationApplicationTokens", "GET", "")
	createOrganizationApplicationToken = applicationToken("createOrganizationApplicationToken", "POST", "").creates().changes(applicationTokenLists).refuses(
		rule(`^Invalid scope:`, Invalid, "scopes").withMessage("this version of Quay does not have one of the scopes"),
		rule(`^'name' must not be empty$`, Invalid, "name"),
	)
	deleteOrganizationApplicationToken = applicationToken("deleteOrganizationApplicationToken", "DELETE", "/{token_uuid}").changes(applicationTokenLists)
)

var applicationArea = area{
	operations: []Operation{
		getOrganizationApplications, createOrganizationApplication, getOrganizationApplication, updateOrganizationApplication,
		deleteOrganizationApplication, resetOrganizationApplicationClientSecret,
		listOrganizationApplicationTokens, createOrganizationApplicationToken, deleteOrganizationApplicationToken,
	},
	staleAfter: map[listKind][]Operation{
		applicationLists:      {changeOrganization, deleteOrganization, deleteAdminedOrganization},
		applicationTokenLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteInstallUser},
	},
}

// ApplicationSettings are the settings of an OAuth application. An update replaces all of
// them.
type ApplicationSettings struct {
	Name           string `json:"name"`
	Description    string `json:"description"`
	ApplicationURI string `json:"application_uri"`
	RedirectURI    string `json:"redirect_uri"`
	// AvatarEmail is nil if the application has none.
	AvatarEmail *string `json:"avatar_email,omitempty"` // Quay refuses null
}

// SameAs tells whether two applications have the same settings.
func (s ApplicationSettings) SameAs(other ApplicationSettings) bool {
	email, otherEmail := s.AvatarEmail, other.AvatarEmail
	s.AvatarEmail, other.AvatarEmail = nil, nil
	return s == other && (email == nil) == (otherEmail == nil) && (email == nil || *email == *otherEmail)
}

// Application is an OAuth application of an organization.
type Application struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	ApplicationSettings
}

// ListApplications reads the OAuth applications of an organization with their client
// secrets, in Quay's order, by GET /organization/{orgname}/applications
// (getOrganizationApplications). The error is [NotFound] if the organization does not
// exist.
func (c *Client) ListApplications(ctx context.Context, organization string) ([]Application, error) {
	return listOf(ctx, c, request{operation: getOrganizationApplications, args: []any{organization}}, "applications", func(a Application) string { return a.ClientID })
}

// GetApplication reads an application with its client secret, by GET
// /organization/{orgname}/applications/{client_id} (getOrganizationApplication). A client with
// a list cache reads the list of the organization's applications instead. The error is
// [NotFound] if the organization has no such application.
func (c *Client) GetApplication(ctx context.Context, organization, clientID string) (*Application, error) {
	cached, found := findCached(ctx, c, cacheOf[Application](c, applicationLists, organization), clientID,
		func(ctx context.Context, _ string) (map[string]Application, string, error) {
			applications, err := c.ListApplications(ctx, organization)
			return byName(applications, func(a Application) string { return a.ClientID }), "", err
		})
	if found {
		return &cached, nil
	}
	return c.oneApplication(ctx, request{operation: getOrganizationApplication, args: []any{organization, clientID}})
}

// CreateApplication creates an application, by POST /organization/{orgname}/applications
// (createOrganizationApplication). Quay accepts a second application with the same settings.
// The error is [NotFound] if the organization does not exist.
func (c *Client) CreateApplication(ctx context.Context, organization string, settings ApplicationSettings) (*Application, error) {
	return c.oneApplication(ctx, request{operation: createOrganizationApplication, args: []any{organization}, body: settings})
}

// ChangeApplication replaces all settings of an application, by
// PUT /organization/{orgname}/applications/{client_id} (updateOrganizationApplication).
func (c *Client) ChangeApplication(ctx context.Context, organization, clientID string, settings ApplicationSettings) (*Application, error) {
	return c.oneApplication(ctx, request{operation: updateOrganizationApplication, args: []any{organization, clientID}, body: settings})
}

// ResetApplicationSecret gives an application another client secret, by
// POST /organization/{orgname}/applications/{client_id}/resetclientsecret
// (resetOrganizationApplicationClientSecret). The tokens of the application stay valid.
func (c *Client) ResetApplicationSecret(ctx context.Context, organization, clientID string) (*Application, error) {
	return c.oneApplication(ctx, request{operation: resetOrganizationApplicationClientSecret, args: []any{organization, clientID}})
}

func (c *Client) oneApplication(ctx context.Context, r request) (*Application, error) {
	answer, err := fetch[Application](ctx, c, r)
	if err == nil && answer.ClientID == "" {
		return nil, r.noIDError()
	}
	return answer, err
}

// DeleteApplication deletes an application with its tokens, by
// DELETE /organization/{orgname}/applications/{client_id}
// (deleteOrganizationApplication). The error is [NotFound] if the organization has no
// such application.
func (c *Client) DeleteApplication(ctx context.Context, organization, clientID string) error {
	return c.do(ctx, request{operation: deleteOrganizationApplication, args: []any{organization, clientID}}, nil)
}

// ApplicationToken is an OAuth access token of an application. It acts as the user whose
// token created it.
type ApplicationToken struct {
	UUID string `json:"uuid"`
	Name string `json:"name"` // empty for a token that the web interface generated
	// Scope holds the names of the scopes, with spaces between them.
	Scope     string    `json:"scope"`
	Created   time.Time `json:"created"`
	ExpiresAt time.Time `json:"expires_at"`
	CreatedBy string    `json:"created_by"`
	// LastAccessed is nil for an unused token. By default, Quay records a use at most once a
	// minute.
	LastAccessed *time.Time `json:"last_accessed"`
	// Secret is the token itself. Quay shows it only in the response to the creation.
	Secret string `json:"token"`
}

// Scopes returns the names of the token's scopes.
func (t ApplicationToken) Scopes() []string { return strings.Fields(t.Scope) }

func applicationTokensRequest(organization, clientID string) request {
	return request{operation: listOrganizationApplicationTokens, args: []any{organization, clientID}}
}

// ListApplicationTokens reads the tokens of an application that have not expired, without
// their secrets, the newest first, by
// GET /organization/{orgname}/applications/{client_id}/tokens
// (listOrganizationApplicationTokens). Each page has 50 tokens. The error is [NotFound]
// if the organization has no such application.
func (c *Client) ListApplicationTokens(ctx context.Context, organization, clientID string) iter.Seq2[ApplicationToken, error] {
	return pages[ApplicationToken](ctx, c, applicationTokensRequest(organization, clientID), "tokens")
}

// NewestApplicationTokens reads the first page of the list that ListApplicationTokens
// reads: the newest 50 tokens.
func (c *Client) NewestApplicationTokens(ctx context.Context, organization, clientID string) ([]ApplicationToken, error) {
	tokens, _, err := page[ApplicationToken](ctx, c, applicationTokensRequest(organization, clientID), "tokens", "")
	return tokens, err
}

// GetApplicationToken reads a token, without its secret, from the list that
// ListApplicationTokens reads. Quay has no call for one token. The error is [NotFound] if the
// token or the application does not exist, or if the token has expired.
func (c *Client) GetApplicationToken(ctx context.Context, organization, clientID, uuid string) (*ApplicationToken, error) {
	r := applicationTokensRequest(organization, clientID)
	in := cacheOf[ApplicationToken](c, applicationTokenLists, organization+"/"+clientID)
	if cached, found := findCached(ctx, c, in, uuid, pagesOf(c, r, "tokens", func(t ApplicationToken) string { return t.UUID })); found {
		return &cached, nil
	}
	for token, err := range c.ListApplicationTokens(ctx, organization, clientID) {
		if err != nil {
			return nil, err
		}
		if token.UUID == uuid {
			return &token, nil
		}
	}
	return nil, r.failed(NotFound, "the application has no such token that is valid", nil)
}

// NewApplicationToken is a token to create.
type NewApplicationToken struct {
	Name string `json:"name"` // Quay removes spaces around it
	// Scope holds the names of the scopes, with spaces between them.
	Scope string `json:"scope"`
	// Expiration is the lifetime of the token in seconds. Quay replaces 0, and a lifetime of
	// more than ten years, by ten years.
	Expiration int64 `json:"expiration,omitempty"`
}

// CreateApplicationToken creates a token that acts as the user of the client's own token,
// by POST /organization/{orgname}/applications/{client_id}/tokens
// (createOrganizationApplicationToken). The error is [Denied] if the client's own token
// lacks one of the scopes, or its user a right in the organization.
func (c *Client) CreateApplicationToken(ctx context.Context, organization, clientID string, token NewApplicationToken) (*ApplicationToken, error) {
	r := request{operation: createOrganizationApplicationToken, args: []any{organization, clientID}, body: token}
	created, err := fetch[ApplicationToken](ctx, c, r)
	if err == nil && (created.UUID == "" || created.Secret == "") {
		return nil, r.noIDError()
	}
	return created, err
}

// RevokeApplicationToken deletes a token, by
// DELETE /organization/{orgname}/applications/{client_id}/tokens/{token_uuid}
// (deleteOrganizationApplicationToken). The token is invalid at once. The error is
// [NotFound] if the application has no such token.
func (c *Client) RevokeApplicationToken(ctx context.Context, organization, clientID, uuid string) error {
	return c.do(ctx, request{operation: deleteOrganizationApplicationToken, args: []any{organization, clientID, uuid}}, nil)
}

// Uses tells whether a token is the client's own.
func (c *Client) Uses(token string) bool {
	own := strings.TrimPrefix(c.header.Get("Authorization"), "Bearer ")
	return token != "" && subtle.ConstantTimeCompare([]byte(own), []byte(token)) == 1
}
