package quaytest

import (
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func userArea() area {
	return area{
		routes: []*route{
			get("listAllUsers", "/superuser/users/", listAllUsers),
			post("createInstallUser", "/superuser/users/", createInstallUser),
			get("getInstallUser", "/superuser/users/{username}", getInstallUser),
			put("changeInstallUser", "/superuser/users/{username}", changeInstallUser),
			del("deleteInstallUser", "/superuser/users/{username}", deleteInstallUser),
			get("getLoggedInUser", "/user/", getLoggedInUser),
			get("getUserInformation", "/users/{username}", getUserInformation),
		},
		newState: func() any { return &userState{} },
		setUp: func(st *store) {
			admin := st.addAccount(user, superuserName, superuserName+"@example.com")
			admin.password = st.recordSecret(SuperuserPassword)
		},
		counts: map[string]func(*store) int{"users": countAccounts(user)},
	}
}

type userState struct {
	mailing Mailing
}

// Mailing tells whether Quay sends e-mails.
type Mailing int

const (
	// MailingOff is FEATURE_MAILING: false. Quay sends no e-mails and requires no
	// addresses.
	MailingOff Mailing = iota

	// MailingOn is FEATURE_MAILING: true with a mail server that works. Every
	// new user needs an e-mail address and is not verified.
	MailingOn

	// MailServerDown is FEATURE_MAILING: true with a mail server that is down.
	// Quay creates a user and then returns an error.
	MailServerDown
)

// WithMailing sets whether the registry sends e-mails. Defaults to [MailingOff].
func WithMailing(m Mailing) Option {
	return func(s *Server) { state[userState](s.store).mailing = m }
}

// checkNewEmail returns an error if Quay sends e-mails and cannot send one to the
// address of a new user. The address is nil if the request has none.
func (st *store) checkNewEmail(email any) error {
	if state[userState](st).mailing == MailingOff {
		return nil
	}
	if text, _ := email.(string); !looksLikeEmail(text) {
		if email == nil {
			email = "None"
		}
		return refused("Invalid email address: %s", email)
	}
	return nil
}

// sendMail sends an e-mail if the registry sends e-mails.
func (st *store) sendMail() error {
	if state[userState](st).mailing == MailServerDown {
		return &plainError{
			http.StatusBadRequest,
			"Could not send email. Please contact an administrator and report this problem.",
		}
	}
	return nil
}

// errEmailTaken is the error if another user has the e-mail address of a new
// user.
var errEmailTaken = errors.New("the e-mail address is taken")

// emailTaken returns Quay's error for an e-mail address that another user has.
// From 3.18 on the message comes from the database.
func (c *call) emailTaken(email string) error {
	if c.before(Quay3_18) {
		return refused("Email has already been used: %s", email)
	}
	return refused("%s", pyjson.DuplicateKey("user_email_unique_non_org", "email", email))
}

// createUser adds a user. If email is "", Quay generates a random address.
func (st *store) createUser(name, email string) (*account, error) {
	if err := st.checkNewName(name); err != nil {
		return nil, err
	}
	if email == "" {
		email = newUUID()
	}
	if utf8.RuneCountInString(email) > 255 {
		return nil, refused("%s", pyjson.ValueTooLong(255))
	}
	if st.emailTaken(email, nil) {
		return nil, errEmailTaken
	}
	return st.addAccount(user, name, email), nil
}

// AddUser adds a user. If email is "", the user gets a random address. If the users come from
// a directory, AddUser also adds the person to the directory.
func (s *Server) AddUser(username, email string) {
	s.change(func(st *store) {
		u, err := st.createUser(username, email)
		if err != nil {
			panic(fmt.Sprintf("quaytest: AddUser: %v", err))
		}
		if st.external() {
			st.addPerson(username)
			state[directoryState](st).logins[username] = u
		}
	})
}

// userView returns the view of a user for the superuser.
func (c *call) userView(a *account) view {
	v := view{
		"kind":       "user",
		"name":       a.name,
		"username":   a.name,
		"email":      a.email,
		"verified":   a.verified,
		"avatar":     a.avatar(),
		"super_user": a.name == superuserName,
		"enabled":    a.enabled,
	}
	if !c.before(Quay3_16) {
		v["global_readonly_super_user"] = false
	}
	c.extendView(a, v)
	return v
}

func listAllUsers(c *call) (response, error) {
	return c.listAccounts("users", user, c.flag("disabled", true), c.userView)
}

var createUserSchema = pyjson.Schema{
	pyjson.Required("username"),
	pyjson.Properties(
		pyjson.Property("username", pyjson.Type("string")),
		pyjson.Property("email", pyjson.Type("string")),
	),
}

func createInstallUser(c *call) (response, error) {
	body, err := c.decode(createUserSchema)
	if err != nil {
		return response{}, err
	}
	if c.store.external() {
		return response{}, invalidRequest("Cannot create a user in a non-database auth system")
	}
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	name := body.Text("username")
	email, _ := body.Get("email")
	if err := c.store.checkNewEmail(email); err != nil {
		return response{}, err
	}
	created, err := c.store.createUser(name, body.Text("email"))
	if errors.Is(err, errEmailTaken) {
		err = c.emailTaken(body.Text("email"))
	}
	if err != nil {
		return response{}, err
	}
	created.password = c.store.recordSecret(secret(32))
	created.verified = state[userState](c.store).mailing == MailingOff
	if err := c.store.sendMail(); err != nil {
		return response{}, err
	}
	c.log("user_create", created, view{"email": email, "username": name, "superuser": c.user.name})
	return ok(view{
		"username":           name,
		"email":              email,
		"password":           created.password,
		"encrypted_password": secret(64),
	})
}

// userOfPath returns the user of the path to a superuser.
func (c *call) userOfPath() (*account, error) {
	if !c.superuser() {
		return nil, c.unauthorized()
	}
	if u := c.store.account(c.params["username"], user); u != nil {
		return u, nil
	}
	return nil, notFound()
}

func getInstallUser(c *call) (response, error) {
	u, err := c.userOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(c.userView(u))
}

var changeUserSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(
		pyjson.Property("password", pyjson.Type("string")),
		pyjson.Property("email", pyjson.Type("string")),
		pyjson.Property("enabled", pyjson.Type("boolean")),
	),
}

func changeInstallUser(c *call) (response, error) {
	body, err := c.decode(changeUserSchema)
	if err != nil {
		return response{}, err
	}
	u, err := c.userOfPath()
	if err != nil {
		return response{}, err
	}
	if u.name == superuserName {
		return response{}, invalidRequest("Cannot update a superuser")
	}

	// Quay returns the old user with the new e-mail address.
	v := c.userView(u)
	if body.Has("password") {
		if c.store.external() {
			return response{}, invalidRequest("Cannot change password in non-database auth")
		}
		password := body.Text("password")
		c.log("user_change_password", u, view{"username": u.name, "superuser": c.user.name})
		if err := checkPassword(password); err != nil {
			return response{}, err
		}
		u.password = c.store.recordSecret(password)
		c.store.touch(&u.row)
		v["encrypted_password"] = secret(64)
	}
	if body.Has("email") {
		if c.store.external() {
			return response{}, invalidRequest("Cannot change e-mail in non-database auth")
		}
		email := body.Text("email")
		if c.store.emailTaken(email, u) {
			return response{}, refused("E-mail address already used")
		}
		c.log("user_change_email", u, view{"old_email": u.email, "email": email, "superuser": c.user.name})
		c.store.setEmail(u, email)
		u.verified = true
		c.store.touch(&u.row)
		v["email"] = email
	}
	if enabled, ok := body.Get("enabled"); ok {
		u.enabled = enabled.(bool)
		c.store.touch(&u.row)
		kind := "user_disable"
		if u.enabled {
			kind = "user_enable"
		}
		c.log(kind, u, view{"username": u.name, "superuser": c.user.name})
	}
	return ok(v)
}

func deleteInstallUser(c *call) (response, error) {
	u, err := c.userOfPath()
	if err != nil {
		return response{}, err
	}
	if u.name == superuserName {
		return response{}, invalidRequest("Cannot delete a superuser")
	}
	c.log("user_delete", u, view{"username": u.name})
	if u.enabled { // Quay ignores the call for a disabled user
		c.store.deleteAccount(u)
	}
	return deleted()
}

// getUserInformation shows a user to anybody.
func getUserInformation(c *call) (response, error) {
	u := c.store.account(c.params["username"], user)
	if u == nil {
		return response{}, &plainError{http.StatusNotFound, "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."}
	}
	return ok(c.profile(u))
}

// getLoggedInUser returns the user of the token.
func getLoggedInUser(c *call) (response, error) {
	if !c.hasUserRole("read") {
		return response{}, &problem{
			kind: problemInvalidToken, status: http.StatusUnauthorized, message: "Requires authentication",
			extra: view{"session_required": false},
		}
	}
	return ok(c.profile(c.user))
}

// profile returns what the caller may see of a user.
func (c *call) profile(u *account) view {
	me, settings := c.user == u, c.store.settingsOf(u)
	full := me && c.hasUserRole("admin")
	v := view{"anonymous": false, "username": u.name, "avatar": u.avatar()}
	if me && c.hasUserRole("read") {
		v["organizations"] = c.organizationsOfUser(full)
	}
	if full {
		v["can_create_repo"] = true
		v["is_me"] = true
		v["verified"] = u.verified
		v["email"] = u.email
		v["logins"] = []any{}
		v["invoice_email"] = settings.invoiceEmail
		v["invoice_email_address"] = settings.invoiceAddress
		v["preferred_namespace"] = false
		v["tag_expiration_s"] = settings.tagExpiration
		v["prompts"] = []any{}
		v["company"] = nil
		v["family_name"] = nil
		v["given_name"] = nil
		v["location"] = nil
		v["is_free_account"] = true
		v["has_password_set"] = true
		c.extendView(u, v)
	}
	if c.superuser() {
		v["super_user"] = me
	}
	return v
}

func (c *call) organizationsOfUser(full bool) []view {
	list := []view{}
	for _, org := range c.store.accountsOf(organization) {
		if len(c.store.rolesIn(c.user, org.name)) == 0 {
			continue
		}
		v := view{
			"name":            org.name,
			"avatar":          org.organizationAvatar(),
			"can_create_repo": c.createsIn(org.name),
			"public":          false,
		}
		if full {
			v["is_org_admin"] = c.administers(org.name)
			v["preferred_namespace"] = false
		}
		list = append(list, v)
	}
	return list
}
