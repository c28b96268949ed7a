package quaytest

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"reflect"
	"time"
)

// store has the objects of the registry. It is independent of HTTP. The [Server] locks it.
type store struct {
	now      func() time.Time
	nameHold time.Duration // time between the deletion of an account and its erasure

	// reservesNames tells whether Quay reserves the name of a deleted account until its
	// erasure.
	reservesNames bool

	// uniqueOrganizationEmails tells whether Quay refuses an organization's e-mail address
	// that another account has.
	uniqueOrganizationEmails bool

	areas  []area
	states map[reflect.Type]any // of the areas: see state

	sequence map[string]int // the last id by kind of object
	writes   int            // number of writes to rows
	accounts map[string]*account
	emails   map[string]*account // of users and robots
	deleted  []*account          // but not erased yet
	tokens   map[string]*token
	secrets  []string // passwords and private keys that clients received or set
	pageKey  []byte   // signs page tokens
}

func newStore() *store {
	st := &store{
		now:      time.Now,
		nameHold: 65 * time.Second,
		areas:    allAreas(),
		sequence: map[string]int{},
		accounts: map[string]*account{},
		emails:   map[string]*account{},
		tokens:   map[string]*token{},
		pageKey:  make([]byte, 32),
	}
	st.states = newStates(st.areas)
	rand.Read(st.pageKey)
	return st
}

// recordSecret adds a secret to those of [Server.Secrets], unless it is empty, and returns
// it.
func (st *store) recordSecret(secret string) string {
	if secret != "" {
		st.secrets = append(st.secrets, secret)
	}
	return secret
}

// id returns the next id of a kind of object.
func (st *store) id(kind string) int {
	st.sequence[kind]++
	return st.sequence[kind]
}

// row is the time of an object's last write. Quay's database returns rows in this order,
// unless Quay requests an order.
type row struct{ written int }

func (r *row) lastWritten() int { return r.written }

// touch records a write of a row.
func (st *store) touch(r *row) {
	st.writes++
	r.written = st.writes
}

// byWrite compares rows by their last write.
func byWrite[T interface{ lastWritten() int }](a, b T) int {
	return cmp.Compare(a.lastWritten(), b.lastWritten())
}

// must returns v. It panics with the message if v is nil, because the test that
// called a method of the [Server] made a mistake.
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

// secret returns a random text of capital letters and digits. Quay generates passwords, tokens
// and client ids in this form.
func secret(length int) string {
	const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, length)
	rand.Read(b)
	for i := range b {
		// Some characters are more frequent, which does not matter in tests.
		b[i] = characters[int(b[i])%len(characters)]
	}
	return string(b)
}
