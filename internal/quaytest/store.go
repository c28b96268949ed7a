package quaytest

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
)

// superuserName is the registry's only superuser.
const superuserName = "admin"

// store is what the registry holds. It knows nothing of HTTP; the [Server]
// locks it.
type store struct {
	now  func() time.Time
	hold time.Duration // how long after its deletion an account is collected

	// reservesNames says that names aren't given out until then.
	reservesNames bool

	sequence     map[string]int // the last id by kind of object
	writes       int            // how often a row was written
	accounts     map[string]*account
	emails       map[string]*account // of users and robots
	deleted      []*account          // and not yet collected
	repositories []*repository
	keys         map[string]*serviceKey
	tokens       map[string]*token
	applications map[string]*application
	builds       map[string]*build
	logs         []*logEntry
	size         registrySize
	secrets      []string // passwords and private keys that were told or set
}

// reserved reports whether a name can't be given out because of a deleted account.
func (st *store) reserved(name string) bool {
	return st.reservesNames && slices.ContainsFunc(st.deleted, func(a *account) bool { return a.formerName == name })
}

// confide remembers a secret and returns it.
func (st *store) recordSecret(secret string) string {
	st.secrets = append(st.secrets, secret)
	return secret
}

func newStore(now func() time.Time, hold time.Duration) *store {
	return &store{
		now:          now,
		hold:         hold,
		sequence:     map[string]int{},
		accounts:     map[string]*account{},
		emails:       map[string]*account{},
		keys:         map[string]*serviceKey{},
		tokens:       map[string]*token{},
		applications: map[string]*application{},
		builds:       map[string]*build{},
	}
}

// id returns the next id of a kind of object.
func (st *store) id(kind string) int {
	st.sequence[kind]++
	return st.sequence[kind]
}

// row says when an object was last written. Lists that Quay doesn't order come
// in this order, because that's how its database keeps rows.
type row struct{ written int }

func (r *row) lastWritten() int { return r.written }

func (st *store) touch(r *row) {
	st.writes++
	r.written = st.writes
}

func byWrite[T interface{ lastWritten() int }](a, b T) int {
	return cmp.Compare(a.lastWritten(), b.lastWritten())
}

// kind is what an account is.
type kind int

const (
	user kind = iota
	organization
	robot
)

// account is a user, an organization or a robot; they share their names.
type account struct {
	row
	id       int
	kind     kind
	name     string
	email    string
	verified bool
	enabled  bool
	created  time.Time

	quota *quota

	// Of an organization:
	invoiceEmail   bool
	invoiceAddress any // a string or nil
	tagExpiration  int64
	teams          []*team

	// Of a robot:
	description string
	metadata    any
	token       string

	// Of a deleted account, which has a UUID for its name and its e-mail:
	formerName string
	deletedAt  time.Time
}

// defaultTagExpiration is two weeks.
const defaultTagExpiration = 14 * 24 * 60 * 60

// add enters an account. The name must be free.
func (st *store) add(kind kind, name, email string) *account {
	a := &account{
		id:            st.id("account"),
		kind:          kind,
		name:          name,
		verified:      kind == user,
		enabled:       true,
		created:       st.now(),
		tagExpiration: defaultTagExpiration,
	}
	st.accounts[name] = a
	st.setEmail(a, email)
	st.touch(&a.row)
	return a
}

// named returns the account of one of the kinds with a name, or nil.
func (st *store) named(name string, kinds ...kind) *account {
	if a := st.accounts[name]; a != nil && slices.Contains(kinds, a.kind) {
		return a
	}
	return nil
}

// namespace returns the user or organization with a name, or nil.
func (st *store) namespace(name string) *account { return st.named(name, user, organization) }

// list returns the accounts of a kind that aren't deleted, by their id.
func (st *store) list(kind kind) []*account {
	var list []*account
	for _, a := range st.accounts {
		if a.kind == kind && a.formerName == "" {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b *account) int { return cmp.Compare(a.id, b.id) })
	return list
}

// emailTaken reports whether an account that isn't an organization has an
// e-mail address.
func (st *store) emailTaken(email string, except *account) bool {
	a := st.emails[email]
	return a != nil && a != except
}

// setEmail gives an account an e-mail address, which isn't taken unless the
// account is an organization.
func (st *store) setEmail(a *account, email string) {
	st.dropEmail(a)
	a.email = email
	if a.kind != organization {
		st.emails[email] = a
	}
}

// dropEmail takes an account's e-mail address out of those that are taken.
func (st *store) dropEmail(a *account) {
	if st.emails[a.email] == a {
		delete(st.emails, a.email)
	}
}

// rename gives an account and its robots another name.
func (st *store) rename(a *account, name string) {
	for _, r := range st.robotsOf(a) {
		_, short, _ := strings.Cut(r.name, "+")
		st.move(r, name+"+"+short)
	}
	st.move(a, name)
}

func (st *store) move(a *account, name string) {
	delete(st.accounts, a.name)
	a.name = name
	st.accounts[name] = a
	st.touch(&a.row)
}

// remove deletes a user or an organization and all that belongs to it. The
// account stays for a while under another name, and the permissions of a user
// on repositories of others stay with it.
func (st *store) remove(a *account) {
	for _, r := range st.robotsOf(a) {
		st.erase(r)
	}
	for _, t := range slices.Clone(a.teams) {
		st.removeTeam(t)
	}
	st.repositories = slices.DeleteFunc(st.repositories, func(r *repository) bool { return r.owner == a })
	for id, b := range st.builds {
		if b.repository.owner == a {
			delete(st.builds, id)
		}
	}
	for id, app := range st.applications {
		if app.owner == a {
			st.removeApplication(id)
		}
	}
	st.leaveTeams(a)
	a.quota = nil
	for _, k := range st.keys {
		if k.approval != nil && k.approval.approver == a {
			k.approval.approver = nil
		}
	}

	a.formerName = a.name
	a.deletedAt = st.now()
	st.deleted = append(st.deleted, a)
	a.enabled = false
	st.setEmail(a, newUUID())
	st.move(a, newUUID())
}

// collect frees what was deleted long enough ago.
func (st *store) collect() {
	st.deleted = slices.DeleteFunc(st.deleted, func(a *account) bool {
		old := !st.now().Before(a.deletedAt.Add(st.hold))
		if old {
			st.erase(a)
		}
		return old
	})
}

// erase removes an account with its memberships, permissions and tokens.
func (st *store) erase(a *account) {
	delete(st.accounts, a.name)
	st.dropEmail(a)
	st.leaveTeams(a)
	for _, r := range st.repositories {
		r.users = slices.DeleteFunc(r.users, func(p *permission) bool { return p.user == a })
	}
	for value, t := range st.tokens {
		if t.user == a {
			delete(st.tokens, value)
		}
	}
	for _, l := range st.logs {
		if l.namespace == a {
			l.namespace = nil
		}
		if l.performer == a {
			l.performer = nil
		}
	}
}

func (st *store) leaveTeams(a *account) {
	for _, org := range st.accounts {
		for _, t := range org.teams {
			t.members = slices.DeleteFunc(t.members, func(m *account) bool { return m == a })
		}
	}
}

// robotsOf returns the robots of a namespace by their id.
func (st *store) robotsOf(a *account) []*account {
	var list []*account
	for _, r := range st.list(robot) {
		if strings.HasPrefix(r.name, a.name+"+") {
			list = append(list, r)
		}
	}
	return list
}

// count counts what isn't deleted.
func (st *store) count() Objects {
	var o Objects
	for _, a := range st.accounts {
		if a.formerName != "" {
			continue
		}
		switch a.kind {
		case user:
			o.Users++
		case organization:
			o.Organizations++
			o.Teams += len(a.teams)
		case robot:
			o.Robots++
		}
		if a.quota != nil {
			o.Quotas++
		}
	}
	o.ServiceKeys = len(st.keys)
	o.Repositories = len(st.repositories)
	for _, r := range st.repositories {
		o.Permissions += len(r.teams)
		for _, p := range r.users {
			if p.user.formerName == "" {
				o.Permissions++
			}
		}
	}
	return o
}

// must returns a value that a state method of the [Server] needs and panics if
// there is none.
func must[T any](v *T, format string, args ...any) *T {
	if v == nil {
		panic("quaytest: " + fmt.Sprintf(format, args...))
	}
	return v
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// secret returns a random text of capital letters and digits, which is what
// Quay's passwords, tokens and client ids are made of.
func secret(length int) string {
	const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, length)
	rand.Read(b)
	for i := range b {
		// A slight preference for some characters doesn't matter here.
		b[i] = characters[int(b[i])%len(characters)]
	}
	return string(b)
}
