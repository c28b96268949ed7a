package quaytest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// kind is the kind of an account.
type kind int

const (
	user kind = iota
	organization
	robot
)

// account is a user, an organization or a robot account. Quay keeps the three in
// one table, so no two accounts have the same name.
type account struct {
	row
	id       int
	kind     kind
	name     string
	email    string
	verified bool
	enabled  bool
	created  time.Time

	password      string // of a user, or empty
	failedSignIns int
	lastFailure   time.Time

	// A deleted account has a UUID as its name and a second UUID as its e-mail address.
	formerName string
	deletedAt  time.Time
}

const namePattern = `^([a-z0-9]+(?:[._-][a-z0-9]+)*)$`

var nameExpression = regexp.MustCompile(namePattern)

// nameProblem returns Quay's message about an invalid name of an account or a team, or "" if
// the name is valid. The message about the length calls the object thing.
func nameProblem(name, thing string) string {
	if !nameExpression.MatchString(name) {
		return "Namespace must match expression " + namePattern
	}
	if n := utf8.RuneCountInString(name); n < 2 || n > 255 {
		return thing + " must be between 2 and 255 characters in length"
	}
	return ""
}

// checkNewName returns an error if no new user or organization can have a name.
func (st *store) checkNewName(name string) error {
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
	if st.isReserved(name) {
		return refused("Username is not available")
	}
	return nil
}

// isReserved reports whether Quay still reserves the name of a deleted account.
func (st *store) isReserved(name string) bool {
	return st.reservesNames && slices.ContainsFunc(st.deleted, func(a *account) bool { return a.formerName == name })
}

// addAccount adds an account. No other account may have the name.
func (st *store) addAccount(kind kind, name, email string) *account {
	a := &account{
		id:       st.id("account"),
		kind:     kind,
		name:     name,
		verified: kind == user,
		enabled:  true,
		created:  st.now(),
	}
	st.accounts[name] = a
	st.setEmail(a, email)
	st.touch(&a.row)
	return a
}

// account returns the account with a name if it has one of the kinds, or nil.
func (st *store) account(name string, kinds ...kind) *account {
	if a := st.accounts[name]; a != nil && slices.Contains(kinds, a.kind) {
		return a
	}
	return nil
}

// namespace returns the user or organization with a name, or nil.
func (st *store) namespace(name string) *account { return st.account(name, user, organization) }

// accountsOf returns the accounts of a kind that are not deleted, by their id.
func (st *store) accountsOf(kind kind) []*account {
	var list []*account
	for _, a := range st.accounts {
		if a.kind == kind && a.formerName == "" {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b *account) int { return cmp.Compare(a.id, b.id) })
	return list
}

// countAccounts returns a function that counts the accounts of a kind.
func countAccounts(kind kind) func(st *store) int {
	return func(st *store) int { return len(st.accountsOf(kind)) }
}

// emailTaken reports whether another account has an e-mail address that no two
// accounts can have.
func (st *store) emailTaken(email string, except *account) bool {
	a := st.emails[email]
	return a != nil && a != except
}

// setEmail sets the e-mail address of an account.
func (st *store) setEmail(a *account, email string) {
	st.dropEmail(a)
	a.email = email
	if a.kind != organization || st.uniqueOrganizationEmails {
		st.emails[email] = a
	}
}

// dropEmail frees the e-mail address of an account for other accounts.
func (st *store) dropEmail(a *account) {
	if st.emails[a.email] == a {
		delete(st.emails, a.email)
	}
}

// renameAccount renames a user or an organization.
func (st *store) renameAccount(a *account, name string) {
	for _, area := range st.areas {
		if area.onRename != nil {
			area.onRename(st, a, name)
		}
	}
	st.setName(a, name)
}

// setName sets the name of one account.
func (st *store) setName(a *account, name string) {
	delete(st.accounts, a.name)
	a.name = name
	st.accounts[name] = a
	st.touch(&a.row)
}

// deleteAccount deletes a user or an organization with everything that depends
// on it. Quay renames the account at first, and erases it after the name hold.
func (st *store) deleteAccount(a *account) {
	st.deleteDependents(a)
	a.formerName = a.name
	a.deletedAt = st.now()
	st.deleted = append(st.deleted, a)
	a.enabled = false
	st.setEmail(a, newUUID())
	st.setName(a, newUUID())
}

// eraseDeleted erases the accounts whose name hold has passed.
func (st *store) eraseDeleted() {
	st.deleted = slices.DeleteFunc(st.deleted, func(a *account) bool {
		old := !st.now().Before(a.deletedAt.Add(st.nameHold))
		if old {
			st.eraseAccount(a)
		}
		return old
	})
}

// eraseAccount removes an account, its tokens and all references to it.
func (st *store) eraseAccount(a *account) {
	delete(st.accounts, a.name)
	st.dropEmail(a)
	for value, t := range st.tokens {
		if t.user == a {
			delete(st.tokens, value)
		}
	}
	for _, area := range st.areas {
		if area.onErase != nil {
			area.onErase(st, a)
		}
	}
}

// listAccounts returns the response with all users or organizations, in pages
// if the request asks for pages.
func (c *call) listAccounts(member string, kind kind, disabled bool, show func(*account) view) (response, error) {
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
	list := c.store.accountsOf(kind)
	if !disabled {
		list = slices.DeleteFunc(list, func(a *account) bool { return !a.enabled })
	}
	body := view{}
	if p.limited {
		var next int
		list, next = pageOf(p, list, func(a *account) int { return a.id })
		if next != 0 {
			body["next_page"] = c.store.pageToken(next)
		}
	} else {
		slices.SortFunc(list, byWrite)
	}
	views := make([]view, len(list))
	for i, a := range list {
		views[i] = show(a)
	}
	body[member] = views
	return ok(body)
}

// avatarColors is Quay's palette.
var avatarColors = [...]string{
	"#969696", "#aec7e8", "#ff7f0e", "#ffbb78", "#2ca02c", "#98df8a", "#d62728", "#ff9896",
	"#9467bd", "#c5b0d5", "#8c564b", "#c49c94", "#e377c2", "#f7b6d2", "#7f7f7f", "#c7c7c7",
	"#bcbd22", "#1f77b4", "#17becf", "#9edae5", "#393b79", "#5254a3", "#6b6ecf", "#9c9ede",
	"#9ecae1", "#31a354", "#b5cf6b", "#a1d99b", "#8c6d31", "#ad494a", "#e7ba52", "#a55194",
}

// avatar returns the view of an avatar. Quay derives it from the e-mail address,
// or from the name if there is no address.
func avatar(name, email, kind string) view {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(cmp.Or(email, name)))))
	return view{
		"name":  name,
		"hash":  hex.EncodeToString(sum[:]),
		"color": avatarColors[int(sum[0])%len(avatarColors)],
		"kind":  kind,
	}
}

// avatar returns the view of the account's avatar. Quay gives an organization the
// kind "org" in some views, which call organizationAvatar, and "user" in others.
func (a *account) avatar() view {
	if a.kind == robot {
		return avatar(a.name, a.email, "robot")
	}
	return avatar(a.name, a.email, "user")
}

func (a *account) organizationAvatar() view { return avatar(a.name, a.email, "org") }
