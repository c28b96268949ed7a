package acctest

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Case is what the author of a type writes for [Contract]: how to make an object
// of the type, and what differs from type to type. The resource, the list, the
// data source, the ephemeral resource and the action of one name share a case.
//
// The checks of a case are
//
//	inputs           what configurations refuse and accept, with the words of errors
//	descriptions     every attribute is described in sentences
//	calls            the type makes the calls that the guide names for it
//	requirements     the guide tells the version and the settings that the type needs
//	examples         there is an example of the type and of each way to import
//	example          the examples can be applied, invoked, or queried
//	unknown          attributes can be unknown in a plan
//	faults           every fault in every call of every operation
//	states           today's provider upgrades states of former releases, without a change
//	import           by id and by identity, without a change after it
//	import_id        bad import ids and identities are refused
//	read             what was created is read back without a change
//	not_found        only a certain "not found" removes an object from the state
//	token_hidden     no error shows the token
//	deleted          an object deleted behind Terraform's back, or destroyed twice
//	provider_killed  an object whose state was lost with the provider
//	not_adopted      an object of somebody else is not adopted
//	two_addresses    a plan warns of two addresses of one object
//	update_delete    deleting an object does not undo its update in the same run
//	moved            an object that moves to another address exists afterwards
//	parent_deleted   an object that was deleted with its parent
//	renamed          an object whose organization is renamed goes along, without a call
//	list             a list finds what a read reads, and generates configuration
//	list_error       a list that fails is not taken for an empty one
//	data_source      a data source is read, and fails without showing the token
//	ephemeral        every fault in opening and in closing
//	action           an action is invoked, and fails with an error that helps
type Case struct {
	// Type is the name, such as quay_user.
	Type string

	// SignIn tells that the type needs a user's name and password in place of a token.
	SignIn bool
	// EmptyDatabase tells that the registry has no user before the test. The provider then
	// signs in, too.
	EmptyDatabase bool

	// Config makes what an object of the resource needs on the registry, and
	// returns the object's configuration, with names that no other test uses. It
	// is nil if there is no resource.
	Config func(t testing.TB, registry *Registry) Attributes
	// InMemory, if not nil, replaces Config in the tests of faults and of calls,
	// for what only a Quay in memory can prepare.
	InMemory func(simulator *quaytest.Server) Attributes
	// Identity names the attributes of the identity, in the order of the import
	// id. A type without any cannot be imported.
	Identity []string
	// IDSeparator, if not empty, joins the import id in place of ":".
	IDSeparator string
	// Change holds attributes that an update in place changes, with their new
	// values.
	Change Attributes
	// Rename names the attribute of the identity that an update can change.
	Rename string
	// Variants are attributes to set beside those of Config, or in their place.
	// An attribute that excludes another sets the other to nil.
	Variants []Attributes
	// Adopts tells that creating an object that exists already manages that
	// object. Otherwise the create fails, and shows the import block.
	Adopts bool
	// Unique tells that the provider creates no second object of the same
	// configuration, although Quay chooses the identity.
	Unique bool
	// Secrets names the text attributes that no failure may lose.
	Secrets []string
	// Risk returns how unsafe the registry is because of the object of a
	// configuration: a number for each aspect, the higher the less safe. No failure
	// may leave a number that is higher than before the operation and higher than
	// after its success.
	Risk func(t testing.TB, registry *Registry, config Attributes) map[string]float64
	// RiskError is part of the error that reports a higher risk after a failed
	// create, where the provider cannot avoid the risk.
	RiskError string
	// UsersFrom, if not empty, is where the users of the registry have to come from. The
	// default is wherever they come from.
	UsersFrom quaytest.UserSource
	// OptionalSettings names the settings of Quay's config.yaml whose calls the type makes,
	// and can do without.
	OptionalSettings []string
	// OptionalCalls names the operations that the type makes, and can do without on an older
	// version of Quay.
	OptionalCalls []string
	// Delete deletes the object with an identity behind Terraform's back. It
	// accepts an object that does not exist.
	Delete func(t testing.TB, registry *Registry, identity map[string]string)
	// Parent, if not nil, returns the path of the object that holds the object of
	// a configuration. Quay deletes both together.
	Parent func(config Attributes) (path string)
	// InvalidIDs are import ids that the provider refuses, with part of the error.
	InvalidIDs map[string]string
	// FaultCases, if not 0, is the least number of cases of the fault matrix, so
	// that none disappears unnoticed.
	FaultCases int
	Inputs     Inputs
	Example    Example

	// List describes the list resource.
	List *List
	// NotListed is the reason why a resource with an identity has no list.
	NotListed string

	DataSource *DataSource
	Ephemeral  *EphemeralResource
	Action     *Action
}

// Example makes what an example needs beside the registry of [ExampleRegistry]. It
// returns what to replace in the example: ids that Quay chooses.
type Example func(t testing.TB, registry *Registry) (replace map[string]string)

// List describes a list resource.
type List struct {
	// Finds is the configuration of a list that finds an object and as little else
	// as possible: for each attribute of the list, the attribute of the resource
	// that holds its value.
	Finds   map[string]string
	Inputs  Inputs
	Example Example
}

// DataSource describes a data source.
type DataSource struct {
	// Config makes what the data source reads and returns its configuration.
	Config  func(t testing.TB, registry *Registry) Attributes
	Inputs  Inputs
	Example Example
}

// EphemeralResource describes an ephemeral resource.
type EphemeralResource struct {
	Config Attributes
	// Prepare, if not nil, makes what the ephemeral resource reads.
	Prepare func(t testing.TB, registry *Registry)
	// ReadsOnly tells that opening makes nothing, so that closing makes no request.
	ReadsOnly bool
	// Secrets names the text attributes that an open resource has.
	Secrets []string
	// CloseError names the attributes whose values the error of a failed close
	// shows.
	CloseError []string
	Inputs     Inputs
	Example    Example
}

// Action describes an action.
type Action struct {
	// Config prepares a Quay in memory and returns the action's configuration.
	Config  func(simulator *quaytest.Server) Attributes
	Inputs  Inputs
	Example Example
}

// Inputs are what a configuration refuses and accepts.
type Inputs struct {
	Rules   []Rule
	Invalid []Invalid
}

// Rule is what a text attribute refuses and accepts, whatever the others are.
type Rule struct {
	Attribute string
	// Error is part of the only error on the attribute, from behind its name.
	Error             string
	Refused, Accepted []string
}

// Invalid is a configuration that the provider refuses with one error, when
// Terraform validates it or when it plans.
type Invalid struct {
	// Config replaces attributes of the case's own configuration.
	Config Attributes
	// Attribute is the one the error is on; empty if it is on none.
	Attribute string
	// Error is part of the error.
	Error string
}

// notNames cannot be the name of a user, an organization or a team.
func notNames() []string {
	return []string{
		"", ".", "..", "org/devs", "acme/", "/acme", "Acme", "acme ", " acme", "acme\n", "a b", "a\\b", "a%2fb", "ünï", "a:b", "a\x00b",
		strings.Repeat("a", 256),
	}
}

// oldNames can exist, although Quay refuses them for new objects.
func oldNames() []string { return []string{"a", "a__b", "_a", "a-", "a.b", strings.Repeat("a", 255)} }

// NameRule is for an attribute that names a user, an organization or a team.
func NameRule(attribute string) Rule {
	return Rule{attribute, "must be 1 to 255 lower-case letters", append(notNames(), "acme+ci"), oldNames()}
}

// UUIDRule is for an attribute that is a UUID.
func UUIDRule(attribute string) Rule {
	return Rule{
		attribute, "must be a UUID.",
		[]string{"7", "aff0604d4de04db19eaab55021c20504", "AFF0604D-4DE0-4DB1-9EAA-B55021C20504"},
		[]string{"aff0604d-4de0-4db1-9eaa-b55021c20504"},
	}
}

// GranteeRule is for an attribute that names a user or a robot account.
func GranteeRule(attribute string) Rule {
	return Rule{
		attribute, "must be the name of a user, or of a robot as namespace+name",
		append(notNames(), "acme+", "+ci", "a+b+c"), append(oldNames(), "acme+ci"),
	}
}

// RepositoryRule is for an attribute that names a repository with its namespace.
func RepositoryRule(attribute string) Rule {
	return Rule{attribute, "must be namespace/name", []string{
		"", "acme", "acme/", "/app", "acme//app", "acme/App", "acme/app:latest", "acme/app@sha256:0", "acme/app ", "acme/app\n", "Acme/app",
		"acme/../app", "acme/-app", "acme+ci/app",
	}, []string{"acme/app", "a/b/c.d"}}
}

// PrefixRule is for an attribute that holds the beginning of the names to list.
func PrefixRule(attribute string) Rule {
	return Rule{attribute, "must be 1 to 255 lower-case letters", []string{"", "Acme", "a/b", "a ", "acme+"}, []string{"a", "a-", "_"}}
}

// NoConfig is for a type that needs neither configuration nor preparation.
func NoConfig(testing.TB, *Registry) Attributes { return Attributes{} }

// Risk returns the risk of one aspect: the place of a value among values, from the
// safest on. A value that is not among them, such as that of an object that does
// not exist, is no risk.
func Risk(aspect string, value any, safestFirst ...any) map[string]float64 {
	if place := slices.Index(safestFirst, value); place >= 0 {
		return map[string]float64{aspect: float64(place)}
	}
	return nil
}

// users returns where the users of a Quay in memory come from.
func (c Case) users() quaytest.UserSource { return cmp.Or(c.UsersFrom, inMemoryUsers()) }

// start returns a registry for the case.
func (c Case) start(t testing.TB, options ...quaytest.Option) *Registry {
	t.Helper()
	if c.EmptyDatabase {
		options = append(options, quaytest.WithEmptyDatabase())
	}
	if c.UsersFrom != "" {
		return StartWithUsersFrom(t, c.UsersFrom, options...)
	}
	registry := Start(t, options...)
	c.signIn(t, registry)
	return registry
}

// signIn makes the provider sign in, if the case needs it.
func (c Case) signIn(t testing.TB, registry *Registry) {
	t.Helper()
	if !c.SignIn && !c.EmptyDatabase {
		return
	}
	registry.password = quaytest.SuperuserPassword
	if registry.real {
		if registry.password = os.Getenv(signInVariable); registry.password == "" {
			t.Skip("needs the password of the superuser in " + signInVariable)
		}
	}
}

// has tells whether the case is of a type of a kind.
func (c Case) has(kind kind) bool {
	switch kind {
	case resourceKind:
		return c.Config != nil
	case listKind:
		return c.List != nil
	case dataSourceKind:
		return c.DataSource != nil
	case ephemeralKind:
		return c.Ephemeral != nil
	case actionKind:
		return c.Action != nil
	}
	return false
}

// config returns the configuration of an object for the tests of faults and calls.
func (c Case) config(t testing.TB, registry *Registry) Attributes {
	t.Helper()
	if c.InMemory != nil {
		return c.InMemory(registry.Simulator(t))
	}
	return c.Config(t, registry)
}

// changed returns a configuration with the case's change.
func (c Case) changed(config Attributes) Attributes {
	config = maps.Clone(config)
	maps.Copy(config, c.Change)
	return config
}

// changeable tells whether an object can be updated in place.
func (c Case) changeable() bool { return c.Change != nil || c.Rename != "" }

// updated returns a configuration with all that an update can change.
func (c Case) updated(config Attributes) Attributes {
	config = c.changed(config)
	if c.Rename != "" {
		config[c.Rename] = config[c.Rename].(string) + "x"
	}
	return config
}

// named tells whether configurations hold the whole identity, so that two of them
// can be of the same object.
func (c Case) named(config Attributes) bool {
	for _, name := range c.Identity {
		if config[name] == nil {
			return false
		}
	}
	return len(c.Identity) > 0
}

// unique tells whether a second object of a configuration is not created.
func (c Case) unique(config Attributes) bool { return c.Unique || c.named(config) }

// importID joins an identity.
func (c Case) importID(identity map[string]string) string {
	parts := make([]string, len(c.Identity))
	for i, name := range c.Identity {
		parts[i] = identity[name]
	}
	return strings.Join(parts, cmp.Or(c.IDSeparator, ":"))
}

// identity returns an identity for [Provider.Identity].
func (c Case) identity(identity map[string]string) Attributes {
	attributes := Attributes{}
	for name, value := range identity {
		attributes[name] = value
	}
	return attributes
}

// RepositoryFilterInputs are for a list of what repositories have.
func RepositoryFilterInputs() Inputs {
	return Inputs{
		Rules: []Rule{RepositoryRule("repository"), NameRule("organization")},
		Invalid: []Invalid{
			{Config: Attributes{"repository": nil}, Error: "No attribute specified when one (and only one) of"},
			{Config: Attributes{"organization": "a"}, Error: "2 attributes specified when one (and only one) of"},
		},
	}
}
