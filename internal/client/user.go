package client

import (
	"context"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/go-uuid"
)

const userList listKind = "users"

// Users and organizations share one table of names and one of e-mail addresses.
var (
	nameRules = []badRequestRule{
		rule(`^Username is not available$`, NameReserved, "username"),
		rule(`^Username has already been taken by user `, Exists, "username"),
		rule(`^Username has already been taken by an organization `, Invalid, "username"),
		rule(`^Invalid namespace `, Invalid, "username"),
	}
	emailRules = []badRequestRule{
		rule(`^E-mail address already used$|^Email has already been used|user_email`, Invalid, "email").
			withMessage("another user or organization has this e-mail address"),
		rule(`^Invalid email address: None$`, Invalid, "email").
			withMessage("this registry sends mail (FEATURE_MAILING), so every user needs an e-mail address"),
		rule(`^Invalid email address`, Invalid, "email"),
	}
	mailRule = rule(`^Could not send email\.`, Unavailable, "").carriedOut().
			withMessage("Quay did what was asked, but could not send an e-mail about it: its mail server does not answer")
	passwordRule = rule(`^Invalid password`, Invalid, "password")

	// Some registries take their users from a directory.
	directoryRule         = rule(`^Cannot create a user in a non-database auth system$`, Invalid, "username").causedBy(ErrDirectory).withMessage("the users of this registry come from a directory (AUTHENTICATION_TYPE), and Quay cannot create them")
	directoryEmailRule    = rule(`^Cannot change e-mail in non-database auth$`, Invalid, "email").withMessage("the users of this registry come from a directory, which also has their e-mail addresses")
	directoryPasswordRule = rule(`^Cannot change password in non-database auth$`, Invalid, "password").withMessage("the users of this registry come from a directory, which also has their passwords")
)

var (
	createInstallUser = superuser("createInstallUser", "POST", "/users/").creates().changes(userList).
				refuses(directoryRule).refuses(nameRules...).refuses(emailRules...).refuses(mailRule)
	listAllUsers      = superuser("listAllUsers", "GET", "/users/")
	getInstallUser    = superuser("getInstallUser", "GET", "/users/{username}")
	changeInstallUser = superuser("changeInstallUser", "PUT", "/users/{username}").changes(userList).
				refuses(emailRules...).refuses(passwordRule, directoryEmailRule, directoryPasswordRule)
	deleteInstallUser = superuser("deleteInstallUser", "DELETE", "/users/{username}").changes(userList)

	getLoggedInUser = Operation{Name: "getLoggedInUser", Method: "GET", Path: "/user/", Scope: scopeUserRead, Repeat: Idempotent}
)

var userArea = area{operations: []Operation{createInstallUser, listAllUsers, getInstallUser, changeInstallUser, deleteInstallUser, getLoggedInUser}}

// User is a user of the registry as its superusers see it.
type User struct {
	Username  string `json:"username"`
	Email     string `json:"email"`
	Enabled   bool   `json:"enabled"`
	Verified  bool   `json:"verified"`
	SuperUser bool   `json:"super_user"`
	// Quotas has the user's own quota, if there is one. It is nil if the registry has no
	// quotas, or if the response omits them.
	Quotas []Quota `json:"quotas"`
}

// IsPlaceholderEmail tells whether text is a random UUID. Quay stores a UUID for a user or an
// organization without an e-mail address.
func IsPlaceholderEmail(text string) bool { return isUUID(text) }

func isUUID(text string) bool {
	_, err := uuid.ParseUUID(text)
	return err == nil
}

// PlaceholderEmail returns a new value that stands for "no e-mail address", as Quay itself
// creates it. Only one user can have an empty text as the address.
func PlaceholderEmail() (string, error) {
	return uuid.GenerateUUID()
}

// CreatedUser is Quay's response to the creation of a user.
type CreatedUser struct {
	Username string `json:"username"`
	// Password is the password that Quay has generated. Quay shows it only in this response.
	Password string `json:"password"`
}

// CreateUser creates an enabled user with a password that Quay generates, by POST
// /superuser/users/ (createInstallUser). With an empty email, the user has no address. The
// error is [Exists] if a user has the name already. It is [NameReserved] if the name belonged
// to a user or an organization deleted a moment ago.
func (c *Client) CreateUser(ctx context.Context, username, email string) (*CreatedUser, error) {
	body := map[string]string{"username": username}
	if email != "" {
		body["email"] = email
	}
	return fetch[CreatedUser](ctx, c, request{operation: createInstallUser, body: body})
}

// GetUser reads a user, by GET /superuser/users/{username} (getInstallUser).
// The error is [NotFound] if there is none, and for an organization's name.
func (c *Client) GetUser(ctx context.Context, username string) (*User, error) {
	if user, found := c.cachedUser(ctx, username); found {
		return &user, nil
	}
	return fetch[User](ctx, c, request{operation: getInstallUser, args: []any{username}})
}

// UserChange is a change of a user. Quay keeps the value of a nil field.
type UserChange struct {
	Email    *string `json:"email,omitempty"`
	Password *string `json:"password,omitempty"`
	Enabled  *bool   `json:"enabled,omitempty"`
}

// ChangeUser changes a user, by PUT /superuser/users/{username} (changeInstallUser). It does
// not return the user, because Quay's response has the old value of Enabled. The error is
// [Invalid] for a superuser.
func (c *Client) ChangeUser(ctx context.Context, username string, change UserChange) error {
	r := request{operation: changeInstallUser, args: []any{username}, body: change}
	if change.Password != nil {
		r.secrets = []string{*change.Password}
	}
	return c.do(ctx, r, nil)
}

// DeleteUser deletes an enabled user with everything in its namespace, by DELETE
// /superuser/users/{username} (deleteInstallUser). For a disabled user, Quay reports success
// and does nothing. The error is [Invalid] for a superuser.
func (c *Client) DeleteUser(ctx context.Context, username string) error {
	return c.do(ctx, request{operation: deleteInstallUser, args: []any{username}}, nil)
}

// ListUsers yields all users of the registry, with or without disabled users, by GET
// /superuser/users/ (listAllUsers), 100 a call. It ends after the first error.
func (c *Client) ListUsers(ctx context.Context, includeDisabled bool) iter.Seq2[User, error] {
	return pages[User](ctx, c, listUsers(includeDisabled), "users")
}

func listUsers(includeDisabled bool) request {
	return request{operation: listAllUsers, query: url.Values{"disabled": {strconv.FormatBool(includeDisabled)}}}
}

// cachedUser looks for a user in the list of all users, if the client has a list cache.
func (c *Client) cachedUser(ctx context.Context, username string) (user User, found bool) {
	return findCached(ctx, c, cacheOf[User](c, userList, ""), username, pagesOf(c, listUsers(true), "users", func(u User) string { return u.Username }))
}

// CurrentUser is the user of the client's credentials, with the fields that the credentials
// may read.
type CurrentUser struct {
	Username string `json:"username"`
	// Email is empty if the token may not read it.
	Email string `json:"email"`
	// SuperUser is nil if the user is no superuser, or if the token may not make the calls of
	// superusers.
	SuperUser     *bool              `json:"super_user"`
	Organizations []UserOrganization `json:"organizations"`
}

// UserOrganization is an organization of a user.
type UserOrganization struct {
	Name string `json:"name"`
	// CanCreateRepositories and IsAdmin are the rights of the user with these credentials.
	CanCreateRepositories bool `json:"can_create_repo"`
	// IsAdmin is nil if the token may not read it.
	IsAdmin *bool `json:"is_org_admin"`
}

// GetCurrentUser reads the user of the client's credentials, with organizations sorted by
// name, by GET /user/ (getLoggedInUser). The error is [Unauthenticated] for a token without the
// scope.
func (c *Client) GetCurrentUser(ctx context.Context) (*CurrentUser, error) {
	r := request{operation: getLoggedInUser}
	user, err := fetch[CurrentUser](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if user.Username == "" {
		return nil, r.failed(Unexpected, "the answer names no user", nil)
	}
	slices.SortFunc(user.Organizations, func(a, b UserOrganization) int { return strings.Compare(a.Name, b.Name) })
	return user, nil
}

// GetTokenUser returns the name of the token's user, by GET /user/ (getLoggedInUser). The
// error is [Unauthenticated] for a token without the scope.
func (c *Client) GetTokenUser(ctx context.Context) (username string, err error) {
	user, err := c.GetCurrentUser(ctx)
	if err != nil {
		return "", err
	}
	return user.Username, nil
}
