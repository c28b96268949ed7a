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

// Case describes a type for [Contract]: how to create an object of the type, and the
// properties of the type. The resource, the list, the data source, the ephemeral resource and
// the action of one name share a case.
//
// The checks of a case are
//
//	inputs           what configurations refuse and accept, with the words of errors
//	descriptions     every attribute is described in sentences
//	calls            the type makes the calls that the guide lists for it
//	requirements     the guide tells the version and the settings that the type needs
//	examples         there is an example of the type and of each way to import
//	example          the examples can be applied, invoked, or queried
//	unknown_settings plans work with an unknown address, and operations with calls fail
//	unknown          attributes can be unknown in a plan
//	faults           every fault in every call of every operation
//	states           the current provider upgrades states of former releases, without a change
//	import           by id and by identity, without a change after it
//	import_id        the provider refuses bad import ids and identities
//	read             a read after the creation shows no change
//	not_found        only a certain "not found" removes an object from the state
//	token_hidden     no error shows the token
//	deleted          an object deleted behind Terraform's back, or destroyed twice
//	provider_killed  an object whose state was lost with the provider
//	not_adopted      the provider does not manage an object that somebody else has created
//	two_addresses    a plan warns of two addresses of one object
//	update_delete    deleting an object does not undo its update in the same run
//	moved            an object that moves to a new address exists afterwards
//	parent_deleted   an object that was deleted with its parent
//	renamed          an update in place, without a call, after a rename of the organization
//	list             a list finds what a read reads, and generates configuration
//	list_error       a failed list is an error, and not an empty list
//	data_source      a data source is read, and fails without showing the token
//	ephemeral        every fault in opening and in closing
//	action           an action is invoked, and fails with an error that helps
type Case struct {
	// Type is the name of the type, such as quay_user.
	Type string

	// SignIn tells that the type needs a user's name and password instead of a token.
	SignIn bool
	// EmptyDatabase tells that the registry has no user before the test. The provider then
	// also signs in.
	EmptyDatabase bool

	// Config creates the objects that an object of the resource needs on the registry. It
	// returns the object's configuration, with names that no other test uses. It is nil if
	// there is no resource.
	Config func(t testing.TB, registry *Registry) Attributes
	// InMemory, if not nil, replaces Config in the tests of faults and of calls, for objects
	// that only an in-memory Quay server can prepare.
	InMemory func(simulator *quaytest.Server) Attributes
	// Identity names the attributes of the identity, in the order of the import id. Terraform
	// cannot import a type without an identity.
	Identity []string
	// IDSeparator, if not empty, replaces ":" in the import id.
	IDSeparator string
	// Change has attributes that an update in place changes, with their new values.
	Change Attributes
	// Rename names the attribute of the identity that an update can change.
	Rename string
	// Variants are attributes that are added to Config, or replace attributes of it. A variant
	// sets an attribute that it excludes to nil.
	Variants []Attributes
	// Adopts tells that the creation of an object that exists already manages this object.
	// Otherwise, the creation fails, and its error shows the import block.
	Adopts bool
	// Unique tells that the provider refuses a second object with the same configuration,
	// although Quay chooses the identity.
	Unique bool
	// Secrets names the text attributes that no failure may lose.
	Secrets []string
	// Risk returns how unsafe an object of a configuration makes the registry. It returns a
	// number for each aspect. A higher number is less safe. No failure may leave a number that
	// is higher than before the operation and higher than after its success.
	Risk func(t testing.TB, registry *Registry, config Attributes) map[string]float64
	// RiskError is part of the error that reports a higher risk after a failed creation, if
	// the provider cannot avoid the risk.
	RiskError string
	// UsersFrom, if not empty, is the required source of the registry's users. Defaults to any
	// source.
	UsersFrom quaytest.UserSource
	// OptionalSettings names settings of Quay's config.yaml. The type makes their calls, but
	// also works without them.
	OptionalSettings []string
	// OptionalCalls names operations that the type makes. On an older version of Quay, the
	// type also works without them.
	OptionalCalls []string
	// Delete deletes the object with an identity behind Terraform's back. It
	// accepts an object that does not exist.
	Delete func(t testing.TB, registry *Registry, identity map[string]string)
	// Parent, if not nil, returns the path of the parent of a configuration's object. Quay
	// deletes the object with its parent.
	Parent func(config Attributes) (path string)
	// InvalidIDs are import ids that the provider refuses, with part of the error.
	InvalidIDs map[string]string
	// FaultCases, if not 0, is the minimum number of cases in the fault matrix. The test fails
	// if cases disappear.
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

// Example creates the objects that an example needs in addition to [ExampleRegistry]. It
// returns texts to replace in the example, such as ids that Quay chooses.
type Example func(t testing.TB, registry *Registry) (replace map[string]string)

// List describes a list resource.
type List struct {
	// Finds is the configuration of a list that finds an object and few other objects. The
	// keys are attributes of the list. The values are the attributes of the resource with
	// their values.
	Finds   map[string]string
	Inputs  Inputs
	Example Example
}

// DataSource describes a data source.
type DataSource struct {
	// Config creates the objects that the data source reads, and returns its configuration.
	Config  func(t testing.TB, registry *Registry) Attributes
	Inputs  Inputs
	Example Example
}

// EphemeralResource describes an ephemeral resource.
type EphemeralResource struct {
	Config Attributes
	// Prepare, if not nil, creates the objects that the ephemeral resource reads.
	Prepare func(t testing.TB, registry *Registry)
	// ReadsOnly tells that opening creates no object, so that closing makes no request.
	ReadsOnly bool
	// Secrets names the secret text attributes of an open resource.
	Secrets []string
	// CloseError names the attributes whose values appear in the error of a failed close.
	CloseError []string
	Inputs     Inputs
	Example    Example
}

// Action describes an action.
type Action struct {
	// Config prepares an in-memory Quay server and returns the action's configuration.
	Config  func(simulator *quaytest.Server) Attributes
	Inputs  Inputs
	Example Example
}

// Inputs are values that a configuration refuses and accepts.
type Inputs struct {
	Rules   []Rule
	Invalid []Invalid
}

// Rule has the values that a text attribute refuses and accepts, independent of other
// attributes.
type Rule struct {
	Attribute string
	// Error is part of the only error on the attribute, after the attribute's name.
	Error             string
	Refused, Accepted []string
}

// Invalid is a configuration that the provider refuses with one error, during validation or
// the plan.
type Invalid struct {
	// Config replaces attributes of the case's configuration.
	Config Attributes
	// Attribute is the attribute of the error, or empty if the error is on no attribute.
	Attribute string
	// Error is part of the error.
	Error string
}

// notNames returns texts that cannot be the name of a user, an organization or a team.
func notNames() []string {
	return []string{
		"", ".", "..", "org/devs", "acme/", "/acme", "Acme", "acme ", " acme", "acme\n", "a b", "a\\b", "a%2fb", "ünï", "a:b", "a\x00b",
		strings.Repeat("a", 256),
	}
}

// oldNames returns names that can exist, although Quay refuses them for new objects.
func oldNames() []string { return []string{"a", "a__b", "_a", "a-", "a.b", strings.Repeat("a", 255)} }

// NameRule returns the rule of an attribute that names a user, an organization or a team.
func NameRule(attribute string) Rule {
	return Rule{attribute, "must be 1 to 255 lower-case letters", append(notNames(), "acme+ci"), oldNames()}
}

// UUIDRule returns the rule of an attribute that is a UUID.
func UUIDRule(attribute string) Rule {
	return Rule{
		attribute, "must be a UUID.",
		[]string{"7", "aff0604d4de04db19eaab55021c20504", "AFF0604D-4DE0-4DB1-9EAA-B55021C20504"},
		[]string{"aff0604d-4de0-4db1-9eaa-b55021c20504"},
	}
}

// GranteeRule returns the rule of an attribute that names a user or a robot account.
func GranteeRule(attribute string) Rule {
	return Rule{
		attribute, "must be the name of a user, or of a robot as namespace+name",
		append(notNames(), "acme+", "+ci", "a+b+c"), append(oldNames(), "acme+ci"),
	}
}

// RepositoryRule returns the rule of an attribute that names a repository with its namespace.
func RepositoryRule(attribute string) Rule {
	return Rule{attribute, "must be namespace/name", []string{
		"", "acme", "acme/", "/app", "acme//app", "acme/App", "acme/app:latest", "acme/app@sha256:0", "acme/app ", "acme/app\n", "Acme/app",
		"acme/../app", "acme/-app", "acme+ci/app",
	}, []string{"acme/app", "a/b/c.d"}}
}

// PrefixRule returns the rule of an attribute with the beginning of the names to list.
func PrefixRule(attribute string) Rule {
	return Rule{attribute, "must be 1 to 255 lower-case letters", []string{"", "Acme", "a/b", "a ", "acme+"}, []string{"a", "a-", "_"}}
}

// NoConfig returns an empty configuration, for a type without configuration and preparation.
func NoConfig(testing.TB, *Registry) Attributes { return Attributes{} }

// Risk returns the risk of one aspect: the position of a value in a list that begins with the
// safest value. Any other value, such as nil for a missing object, is no risk.
func Risk(aspect string, value any, safestFirst ...any) map[string]float64 {
	if place := slices.Index(safestFirst, value); place >= 0 {
		return map[string]float64{aspect: float64(place)}
	}
	return nil
}

// users returns the source of the users of an in-memory Quay server.
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

// has tells whether the case has a type of a kind.
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

// changeable tells whether an update in place can change an object.
func (c Case) changeable() bool { return c.Change != nil || c.Rename != "" }

// updated returns a configuration with the changes of an update in place.
func (c Case) updated(config Attributes) Attributes {
	config = c.changed(config)
	if c.Rename != "" {
		config[c.Rename] = config[c.Rename].(string) + "x"
	}
	return config
}

// named tells whether a configuration has the whole identity. Then two configurations can name
// one object.
func (c Case) named(config Attributes) bool {
	for _, name := range c.Identity {
		if config[name] == nil {
			return false
		}
	}
	return len(c.Identity) > 0
}

// unique tells whether the provider refuses a second object with the same configuration.
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

// RepositoryFilterInputs returns the inputs of a list of objects that belong to repositories.
func RepositoryFilterInputs() Inputs {
	return Inputs{
		Rules: []Rule{RepositoryRule("repository"), NameRule("organization")},
		Invalid: []Invalid{
			{Config: Attributes{"repository": nil}, Error: "No attribute specified when one (and only one) of"},
			{Config: Attributes{"organization": "a"}, Error: "2 attributes specified when one (and only one) of"},
		},
	}
}
