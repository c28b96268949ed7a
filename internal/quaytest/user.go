package quaytest

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

const namePattern = `^([a-z0-9]+(?:[._-][a-z0-9]+)*)$`

var nameExpression = regexp.MustCompile(namePattern)

// nameProblem returns what is wrong with the name of a user, an organization, a
// robot or, under another name for the thing, a team; "" if nothing.
func nameProblem(name, thing string) string {
	if !nameExpression.MatchString(name) {
		return "Namespace must match expression " + namePattern
	}
	if n := utf8.RuneCountInString(name); n < 2 || n > 255 {
		return thing + " must be between 2 and 255 characters in length"
	}
	return ""
}

// takeName refuses a name that a new user or organization can't have.
func (st *store) takeName(name string) error {
	if p := nameProblem(name, "Namespace"); p != "" {
		return refused("Invalid namespace %s: %s", name, p)
	}
	switch a := st.accounts[name]; {
	case a == nil:
	case a.kind == organization:
		return refused("Username has already been taken by an organization and cannot be reused: %s", name)
	default:
		return refused("Username has already been taken by user cannot be reused: %s", name)
	}
	if st.reserved(name) {
		return refused("Username is not available")
	}
	return nil
}

// errEmailTaken refuses the e-mail address of a new user that another has.
var errEmailTaken = errors.New("the e-mail address is taken")

// emailTaken says as Quay does that another user has an e-mail address. From 3.18
// on it leaves that to the database.
func (c *call) emailTaken(email string) error {
	if c.before(Quay3_18) {
		return refused("Email has already been used: %s", email)
	}
	return refused("%s", pyjson.DuplicateKey("user_email_unique_non_org", "email", email))
}

// createUser adds a user. Without an e-mail address it gets one that is random.
func (st *store) createUser(name, email string) (*account, error) {
	if err := st.takeName(name); err != nil {
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
	return st.add(user, name, email), nil
}

// AddUser adds a user. Without an e-mail address it gets one that is random.
func (s *Server) AddUser(username, email string) {
	s.change(func(st *store) {
		if _, err := st.createUser(username, email); err != nil {
			panic(fmt.Sprintf("quaytest: AddUser: %v", err))
		}
	})
}

// userView is a user as the superuser sees it.
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
	c.addQuota(v, a)
	return v
}

func listAllUsers(c *call) (response, error) {
	return c.list("users", user, c.flag("disabled", true), c.userView)
}

// list answers with users or organizations, paged if the call wants it.
func (c *call) list(name string, kind kind, disabled bool, show func(*account) view) (response, error) {
	if c.user == nil {
		return response{}, c.unauthorized()
	}
	p, err := c.paging()
	if err != nil {
		return response{}, err
	}
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	if err := p.check(); err != nil {
		return response{}, err
	}
	list := c.store.list(kind)
	if !disabled {
		list = slices.DeleteFunc(list, func(a *account) bool { return !a.enabled })
	}
	body := view{}
	if p.limited {
		var next int
		list, next = cut(p, list, func(a *account) int { return a.id })
		if next != 0 {
			body["next_page"] = pageToken(next)
		}
	} else {
		slices.SortFunc(list, byWrite)
	}
	views := make([]view, len(list))
	for i, a := range list {
		views[i] = show(a)
	}
	body[name] = views
	return ok(body)
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
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	name := body.Text("username")
	email, _ := body.Get("email")
	if err := c.srv.checkNewEmail(email); err != nil {
		return response{}, err
	}
	created, err := c.store.createUser(name, body.Text("email"))
	if errors.Is(err, errEmailTaken) {
		err = c.emailTaken(body.Text("email"))
	}
	if err != nil {
		return response{}, err
	}
	created.verified = c.srv.options.mailing == MailingOff
	if err := c.srv.sendMail(); err != nil {
		return response{}, err
	}
	c.log("user_create", created, view{"email": email, "username": name, "superuser": c.user.name})
	return ok(view{
		"username":           name,
		"email":              email,
		"password":           c.store.recordSecret(secret(32)),
		"encrypted_password": secret(64),
	})
}

// userOfPath returns the user that a superuser works on.
func (c *call) userOfPath() (*account, error) {
	if !c.superuser() {
		return nil, c.unauthorized()
	}
	if u := c.store.named(c.params["username"], user); u != nil {
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

	// The answer is the user as it was, with the new e-mail address.
	v := c.userView(u)
	if body.Has("password") {
		password := body.Text("password")
		c.log("user_change_password", u, view{"username": u.name, "superuser": c.user.name})
		if len(password) < 8 || strings.ContainsAny(password, " \t\n\r\v\f") {
			return response{}, refused("Invalid password, password must be at least 8 characters and contain no whitespace.")
		}
		c.store.recordSecret(password)
		c.store.touch(&u.row)
		v["encrypted_password"] = secret(64)
	}
	if body.Has("email") {
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
	if u.enabled { // otherwise nothing happens, and Quay doesn't say so
		c.store.remove(u)
	}
	return deleted()
}

// getLoggedInUser answers who the caller is.
func getLoggedInUser(c *call) (response, error) {
	if !c.mayUser("read") {
		return response{}, &problem{
			kind: problemInvalidToken, status: http.StatusUnauthorized, message: "Requires authentication",
			extra: view{"session_required": false},
		}
	}
	u := c.user
	full := c.mayUser("admin")
	v := view{
		"anonymous":     false,
		"username":      u.name,
		"avatar":        u.avatar(),
		"organizations": c.organizationsOfUser(full),
	}
	if full {
		v["can_create_repo"] = true
		v["is_me"] = true
		v["verified"] = u.verified
		v["email"] = u.email
		v["logins"] = []any{}
		v["invoice_email"] = u.invoiceEmail
		v["invoice_email_address"] = u.invoiceAddress
		v["preferred_namespace"] = false
		v["tag_expiration_s"] = u.tagExpiration
		v["prompts"] = []any{}
		v["company"] = nil
		v["family_name"] = nil
		v["given_name"] = nil
		v["location"] = nil
		v["is_free_account"] = true
		v["has_password_set"] = true
		c.addQuota(v, u)
	}
	if c.superuser() {
		v["super_user"] = true
	}
	return ok(v)
}

func (c *call) organizationsOfUser(full bool) []view {
	list := []view{}
	for _, org := range c.store.list(organization) {
		if len(c.teamsOf(org.name)) == 0 {
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
