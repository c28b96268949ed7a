package acctest

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	// usersVariable names the source of the users of the in-memory Quay server: LDAP or OIDC.
	usersVariable = "QUAYTEST_USERS_FROM"
	// peopleVariable names people of the LDAP directory of the real Quay, separated by
	// commas. A test may link and delete their users.
	peopleVariable = "QUAY_TEST_PEOPLE"
)

// inMemoryUsers returns the source of the users of an in-memory Quay server.
func inMemoryUsers() quaytest.UserSource {
	if source := os.Getenv(usersVariable); source != "" {
		return quaytest.UserSource(source)
	}
	return quaytest.DatabaseUsers
}

// UsersFrom returns the source of the registry's users.
func (r *Registry) UsersFrom(t testing.TB) quaytest.UserSource {
	t.Helper()
	if r.simulator != nil {
		return r.simulator.UsersFrom()
	}
	resp, err := http.Get(r.URL + "/config")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var settings struct {
		Config struct {
			AuthenticationType quaytest.UserSource `json:"AUTHENTICATION_TYPE"`
		} `json:"config"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&settings); err != nil {
		t.Fatal(err)
	}
	return settings.Config.AuthenticationType
}

// NeedsDatabase skips the test if the registry's users come from a directory.
func (r *Registry) NeedsDatabase(t testing.TB) *Registry {
	t.Helper()
	if source := r.UsersFrom(t); source != quaytest.DatabaseUsers {
		t.Skipf("needs a registry whose users come from its database, and not from %s", source)
	}
	return r
}

var usedPeople atomic.Int64

// realPerson returns a person in the directory of a real Quay. No other test of the package
// uses this person.
func realPerson(t testing.TB) string {
	t.Helper()
	people := strings.Split(os.Getenv(peopleVariable), ",")
	next := int(usedPeople.Add(1)) - 1
	if next >= len(people) || people[0] == "" {
		t.Skipf("needs more people in %s", peopleVariable)
	}
	return people[next]
}

// UsersFromDirectory tells whether the users of an in-memory Quay server come from a
// directory.
func UsersFromDirectory() bool { return inMemoryUsers() != quaytest.DatabaseUsers }

// StartWithUsersFrom returns a registry whose users come from a source. It skips the test on a
// real Quay with a different source.
func StartWithUsersFrom(t testing.TB, source quaytest.UserSource, options ...quaytest.Option) *Registry {
	t.Helper()
	if os.Getenv("QUAY_URL") == "" {
		return Start(t, append(options, quaytest.WithUsersFrom(source))...)
	}
	registry := Start(t, options...)
	if registry.UsersFrom(t) != source {
		t.Skipf("needs a registry whose users come from %s", source)
	}
	return registry
}
