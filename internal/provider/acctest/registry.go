// Package acctest gives each acceptance test a registry: its own in-memory Quay server, or the
// real Quay of QUAY_URL and QUAY_TOKEN.
//
// A test creates further objects, and changes objects behind Terraform's back, with calls of
// the API. The package deletes these objects after the test.
package acctest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/config"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Registry is the registry of a test.
type Registry struct {
	URL   string
	Token string

	api       quaytest.API
	simulator *quaytest.Server
	real      bool   // a real Quay
	password  string // the superuser's password for a provider that signs in; empty with a token
}

// versionVariable names the version of the in-memory Quay server.
const versionVariable = "QUAYTEST_VERSION"

// Start returns a registry for one test. Options apply to the in-memory Quay server. On a real
// Quay, Start skips a test with options. The in-memory server's version defaults to
// QUAYTEST_VERSION, such as 3.9.25, or to the newest release.
func Start(t testing.TB, options ...quaytest.Option) *Registry {
	t.Helper()
	url, token := os.Getenv("QUAY_URL"), os.Getenv("QUAY_TOKEN")
	if url != "" && token != "" {
		if len(options) > 0 {
			t.Skip("needs a Quay in memory, set up for this test")
		}
		registry := At(url, token)
		registry.real = true
		return registry
	}
	server := quaytest.Start(t, append([]quaytest.Option{quaytest.WithVersion(Version(t)), quaytest.WithUsersFrom(inMemoryUsers())}, options...)...)
	registry := At(server.URL, server.Token)
	registry.simulator = server
	t.Cleanup(func() { checkLog(t, server.Secrets()) })
	return registry
}

// Version returns the default version of the in-memory Quay server.
func Version(t testing.TB) quaytest.Version {
	t.Helper()
	name := os.Getenv(versionVariable)
	if name == "" {
		return quaytest.Quay3_18
	}
	version, err := quaytest.ParseVersion(name)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// checkLog fails the test if its log has one of the secrets. It does nothing unless
// TF_LOG_PATH_MASK keeps a log for each test.
func checkLog(t testing.TB, secrets []string) {
	t.Helper()
	mask := os.Getenv("TF_LOG_PATH_MASK")
	if mask == "" {
		return
	}
	log, err := os.ReadFile(fmt.Sprintf(mask, strings.ReplaceAll(t.Name(), "/", "__")))
	if err != nil {
		return // a test without Terraform has no log
	}
	ours := true
	for line := range strings.Lines(string(log)) {
		if !strings.HasPrefix(line, "  ") { // an indented line continues an entry
			// The test framework logs configurations with their secrets.
			ours = !strings.Contains(line, "sdk.helper_resource")
		}
		if !ours {
			continue
		}
		for _, secret := range secrets {
			// Takes one line of a key, because a log may encode line ends.
			if lines := strings.Split(secret, "\n"); len(lines) > 3 {
				secret = lines[3]
			}
			if strings.Contains(line, secret) {
				t.Errorf("a secret is in the log: %s", strings.ReplaceAll(line, secret, "(secret)"))
			}
		}
	}
}

// At returns the registry at an address.
func At(url, token string) *Registry {
	return &Registry{URL: url, Token: token, api: quaytest.API{URL: url, Token: token}}
}

// signInVariable has the superuser's password. If it is set, the provider signs in instead of
// using a token. Tests of tokens fail then.
const signInVariable = "QUAYTEST_SIGN_IN"

// settings returns the settings of the provider for the registry.
func (r *Registry) settings() map[string]string {
	password := r.password
	if password == "" && r.Token != "" {
		password = os.Getenv(signInVariable)
	}
	if password != "" {
		return map[string]string{"url": r.URL, "username": "admin", "password": password}
	}
	return map[string]string{"url": r.URL, "token": r.Token}
}

// Simulator returns the in-memory Quay server, for faults and counts. It skips the test on a
// real Quay.
func (r *Registry) Simulator(t testing.TB) *quaytest.Server {
	t.Helper()
	if r.simulator == nil {
		t.Skip("needs a Quay in memory")
	}
	return r.simulator
}

// Config returns a Terraform configuration that begins with the provider block for the
// registry.
func (r *Registry) Config(body string, args ...any) string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.settings())) {
		fmt.Fprintf(&lines, "  %s = %q\n", name, r.settings()[name])
	}
	return "provider \"quay\" {\n" + lines.String() + "}\n\n" + fmt.Sprintf(body, args...)
}

// Directory is the configuration of a test's step: the files in the folder
// testdata/<test>/<step> of the package.
func Directory(step string) config.TestStepConfigFunc {
	return func(req config.TestStepConfigRequest) string { return filepath.Join("testdata", req.TestName, step) }
}

// Variables returns the variables of a configuration: texts and lists of texts.
func Variables(values map[string]any) config.Variables {
	variables := config.Variables{}
	for name, value := range values {
		switch value := value.(type) {
		case string:
			variables[name] = config.StringVariable(value)
		case []string:
			list := []config.Variable{}
			for _, text := range value {
				list = append(list, config.StringVariable(text))
			}
			variables[name] = config.ListVariable(list...)
		default:
			panic(fmt.Sprintf("acctest: no variable of a %T", value))
		}
	}
	return variables
}

// Providers serves the provider in process, for configurations without a provider block. The
// registry replaces QUAY_URL and QUAY_TOKEN.
func (r *Registry) Providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"quay": func() (tfprotov6.ProviderServer, error) {
			server := provider.NewServer("test")()
			return &registryServer{server, server.(tfprotov6.ListResourceServer), server.(tfprotov6.ActionServer), r}, nil
		},
	}
}

// registryServer is a provider that knows its registry.
type registryServer struct {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	registry *Registry
}

// ConfigureProvider configures the provider with the registry's url and token.
func (s *registryServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	schemas, err := schemasOnce()
	if err != nil {
		return nil, err
	}
	typ := schemas.Provider.ValueType()
	config, err := req.Config.Unmarshal(typ)
	if err != nil {
		return nil, err
	}
	var settings map[string]tftypes.Value
	if err := config.As(&settings); err != nil {
		return nil, err
	}
	settings = maps.Clone(settings) // As returns the object's own map
	for name, value := range s.registry.settings() {
		if settings[name].IsNull() {
			settings[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	completed, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, settings))
	if err != nil {
		return nil, err
	}
	with := *req
	with.Config = &completed
	return s.ProviderServer.ConfigureProvider(ctx, &with)
}

// Providers serves the provider in process.
func Providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"quay": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
	}
}

// Call calls the API, as [quaytest.API.Call] does, and fails the test without a response.
func (r *Registry) Call(t testing.TB, method, path string, body any) (int, any) {
	t.Helper()
	// The test's own context has ended when the clean-up runs.
	status, answer, err := r.api.Call(context.Background(), method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, answer
}

// Must calls the API and fails the test unless the call succeeds.
func (r *Registry) Must(t testing.TB, method, path string, body any) any {
	t.Helper()
	status, answer := r.Call(t, method, path, body)
	if status >= 300 {
		t.Fatalf("%s %s: %d %v", method, path, status, answer)
	}
	return answer
}

// Object reads an object, and returns nil if it does not exist.
func (r *Registry) Object(t testing.TB, path string) map[string]any {
	t.Helper()
	status, response := r.Call(t, http.MethodGet, path, nil)
	if status != http.StatusOK {
		return nil
	}
	object, _ := response.(map[string]any)
	return object
}

// NotFound fails the test unless a read says that the object does not exist, with a JSON 404,
// or with the equivalent 400. For a path that the API lacks, the response is different.
func (r *Registry) NotFound(t testing.TB, path string) {
	t.Helper()
	status, answer := r.Call(t, http.MethodGet, path, nil)
	body, _ := answer.(map[string]any)
	message, _ := body["message"].(string)
	switch {
	case status == http.StatusNotFound && body["error_type"] == "not_found":
	case status == http.StatusBadRequest && strings.HasSuffix(message, " does not have permission for repo."):
	default:
		t.Errorf("%s is not gone: %d %v", path, status, answer)
	}
}

// Organization creates an organization for the time of the test.
func (r *Registry) Organization(t testing.TB) string {
	t.Helper()
	name := r.NewOrganization(t)
	r.Must(t, http.MethodPost, "/organization/", map[string]string{"name": name, "email": name + "@example.com"})
	return name
}

// NewOrganization returns the name of an organization that a test can create, and deletes the
// organization when the test ends.
func (r *Registry) NewOrganization(t testing.TB) string {
	t.Helper()
	name := Name("tforg")
	r.CleanUpOrganization(t, name)
	return name
}

// CleanUpOrganization deletes an organization, if there is one, when the test
// ends.
func (r *Registry) CleanUpOrganization(t testing.TB, name string) {
	t.Helper()
	t.Cleanup(func() { r.Call(t, http.MethodDelete, "/superuser/organizations/"+name, nil) })
}

// User creates a user for the time of the test. The e-mail address is the name at example.com.
func (r *Registry) User(t testing.TB) string {
	t.Helper()
	if r.UsersFrom(t) == quaytest.OIDCUsers {
		name := Name("tfuser")
		r.Simulator(t).SignIn(name) // on a real Quay, only the person can sign in
		return name
	}
	name := r.NewUser(t)
	if r.UsersFrom(t) == quaytest.DatabaseUsers {
		r.Must(t, http.MethodPost, "/superuser/users/", map[string]string{"username": name, "email": name + "@example.com"})
	} else {
		r.Must(t, http.MethodPost, "/entities/link/"+name, struct{}{})
	}
	return name
}

// NewUser returns the name of a user that a test can create, and deletes the user when the
// test ends. It skips the test if nobody can create users.
func (r *Registry) NewUser(t testing.TB) string {
	t.Helper()
	name := Name("tfuser")
	switch r.UsersFrom(t) {
	case quaytest.DatabaseUsers:
	case quaytest.LDAPUsers:
		if r.simulator != nil {
			r.simulator.AddPerson(name)
		} else {
			name = realPerson(t)
		}
	default:
		t.Skip("needs a registry whose users can be created")
	}
	r.CleanUpUser(t, name)
	return name
}

// CleanUpUser deletes a user, if there is one, when the test ends.
func (r *Registry) CleanUpUser(t testing.TB, name string) {
	t.Cleanup(func() { r.DeleteUser(t, name) })
}

// DeleteUser deletes a user, if there is one. Quay deletes only enabled users.
func (r *Registry) DeleteUser(t testing.TB, name string) {
	t.Helper()
	r.Call(t, http.MethodPut, "/superuser/users/"+name, map[string]bool{"enabled": true})
	r.Call(t, http.MethodDelete, "/superuser/users/"+name, nil)
}

// Repository creates a private repository in an organization of the test, and returns
// "namespace/name". The name can contain slashes.
func (r *Registry) Repository(t testing.TB, organization, name string) string {
	t.Helper()
	r.Must(t, http.MethodPost, "/repository", map[string]string{
		"namespace": organization, "repository": name, "visibility": "private", "description": "",
	})
	return organization + "/" + name
}

// UserRepository creates a private repository of a user. It skips the test if a superuser may
// not do that: in Quay 3.9, full access does not include it.
func (r *Registry) UserRepository(t testing.TB, username, name string) string {
	t.Helper()
	status, answer := r.Call(t, http.MethodPost, "/repository", map[string]string{
		"namespace": username, "repository": name, "visibility": "private", "description": "",
	})
	switch {
	case status == http.StatusForbidden:
		t.Skip("needs a registry whose superusers may create repositories of others")
	case status >= http.StatusMultipleChoices:
		t.Fatalf("create a repository of %s: %d %v", username, status, answer)
	}
	return username + "/" + name
}

// Team creates a team in an organization of the test.
func (r *Registry) Team(t testing.TB, organization, name string) string {
	t.Helper()
	r.Must(t, http.MethodPut, "/organization/"+organization+"/team/"+name, map[string]string{"role": "member"})
	return name
}

// Robot creates a robot in an organization of the test, and returns its full name,
// "organization+name".
func (r *Registry) Robot(t testing.TB, organization, name string) string {
	t.Helper()
	r.Must(t, http.MethodPut, "/organization/"+organization+"/robots/"+name, map[string]string{"description": ""})
	return organization + "+" + name
}
