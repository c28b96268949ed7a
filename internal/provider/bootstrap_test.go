package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// emptyVariable names the address of a real Quay with an empty database, for a run by hand.
// Its SUPER_USERS names admin.
const emptyVariable = "QUAYTEST_EMPTY_URL"

const bootstrapPassword = "password-of-the-first-user"

// bootstrap is an empty registry, and Terraform with a configuration that starts it.
type bootstrap struct {
	*commandLine
	server *quaytest.Server // nil for a real one
	url    string
}

// newBootstrap prepares an example of the folder examples/bootstrap.
func newBootstrap(t *testing.T, version quaytest.Version, example string) *bootstrap {
	t.Helper()
	b := &bootstrap{url: os.Getenv(emptyVariable)}
	if b.url == "" {
		registry := acctest.Start(t, quaytest.WithEmptyDatabase(), quaytest.WithVersion(version))
		b.server, b.url = registry.Simulator(t), registry.URL
	}
	b.commandLine = newCommandLine(t, acctest.At("", ""), "")
	b.requireVersion(acctest.WriteOnly)
	if err := os.Remove(filepath.Join(b.cli.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(b.cli.Dir, os.DirFS(filepath.Join("..", "..", "examples", "bootstrap", example))); err != nil {
		t.Fatal(err)
	}
	b.cli.Env = append(b.cli.Env, "TF_VAR_url="+b.url, "TF_VAR_admin_password="+bootstrapPassword)
	return b
}

// secrets returns the texts that no output may show.
func (b *bootstrap) secrets() []string {
	if b.server == nil {
		return []string{bootstrapPassword}
	}
	return append(b.server.Secrets(), bootstrapPassword)
}

// checkState fails the test if the state has a password for a sign-in, or a secret in an
// attribute that is not sensitive.
func (b *bootstrap) checkState() {
	b.Helper()
	output, err := b.cli.Command(b.Context(), "show", "-json").Output()
	if err != nil {
		b.Fatal(err)
	}
	if strings.Contains(string(output), bootstrapPassword) {
		b.Error("the state holds the password of the first user")
	}
	var state struct {
		Values struct {
			Root stateModule `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal(output, &state); err != nil {
		b.Fatal(err)
	}
	secrets, found := b.secrets(), 0
	for _, r := range state.Values.Root.all() {
		found += holders(r.Address, r.Values, r.Sensitive, secrets, func(path string) { b.Errorf("%s holds a secret and is not sensitive", path) })
	}
	if found == 0 && b.server != nil {
		b.Error("the state holds no secret, not even the token")
	}
}

// holders counts the values that hold a secret, and reports those that are not sensitive.
func holders(path string, value, sensitive any, secrets []string, report func(path string)) (n int) {
	switch value := value.(type) {
	case map[string]any:
		marks, _ := sensitive.(map[string]any)
		for name, element := range value {
			mark := marks[name]
			if sensitive == true {
				mark = true
			}
			n += holders(path+"."+name, element, mark, secrets, report)
		}
	case []any:
		marks, _ := sensitive.([]any)
		for i, element := range value {
			mark := sensitive
			if sensitive != true && i < len(marks) {
				mark = marks[i]
			}
			n += holders(path, element, mark, secrets, report)
		}
	case string:
		if slices.ContainsFunc(secrets, func(secret string) bool { return secret != "" && strings.Contains(value, secret) }) {
			if n++; sensitive != true {
				report(path)
			}
		}
	}
	return n
}

// stateModule is a module in the state, as JSON.
type stateModule struct {
	Resources []stateResource `json:"resources"`
	Children  []stateModule   `json:"child_modules"`
}

type stateResource struct {
	Address   string         `json:"address"`
	Values    map[string]any `json:"values"`
	Sensitive map[string]any `json:"sensitive_values"`
}

func (m stateModule) all() []stateResource {
	resources := m.Resources
	for _, child := range m.Children {
		resources = append(resources, child.all()...)
	}
	return resources
}

// checkOutput fails the test if Terraform has printed a secret, or the provider logged one.
func (b *bootstrap) checkOutput() {
	b.Helper()
	log := b.providerLog()
	for _, secret := range b.secrets() {
		switch {
		case secret == "":
		case strings.Contains(b.printed.String(), secret):
			b.Errorf("printed: %s", secret)
		case strings.Contains(log, secret):
			b.Errorf("logged: %s", secret)
		}
	}
}

// addDemo lets the same apply create the demo's organization with the new token, which is
// unknown during the plan.
func (b *bootstrap) addDemo(token string) {
	b.Helper()
	source := filepath.Join("..", "..", "examples", "demo", "organization")
	if err := os.CopyFS(filepath.Join(b.cli.Dir, "organization"), os.DirFS(source)); err != nil {
		b.Fatal(err)
	}
	b.add("demo.tf", `
		provider "quay" {
		  alias = "automation"
		  url   = var.url
		  token = `+token+`
		}
		module "organization" {
		  source    = "./organization"
		  name      = "platform"
		  members   = { (quay_user.alice.username) = "admin" }
		  keep_tags = 0
		  providers = { quay = quay.automation }
		}
	`)
}

// In a registry with an empty database, one apply creates users, organizations, an application
// and a token. With this token, it creates an organization with all objects in it. A second
// plan is empty. The demo's whole configuration follows with a name and a password.
func TestAccBootstrap(t *testing.T) {
	t.Parallel()
	for _, v := range quaytest.Versions() {
		for example, token := range map[string]string{
			"before-3.18": "quay_user_authorization.terraform.token", "since-3.18": "quay_oauth_application_token.terraform.token",
		} {
			if example == "since-3.18" && v < quaytest.Quay3_18 {
				continue
			}
			t.Run(v.String()+"/"+example, func(t *testing.T) {
				t.Parallel()
				b := newBootstrap(t, v, example)
				b.cli.Env = append(b.cli.Env, "TF_LOG=TRACE")
				b.addDemo(token)
				b.run(true, "get")
				b.run(true, "plan") // of a registry that may not be there yet
				if b.server != nil {
					calls := b.server.Calls()
					delete(calls, "GET /config") // which tells where users come from, and may fail
					if len(calls) > 0 {
						t.Errorf("the first plan makes calls: %v", calls)
					}
				}
				b.run(true, "apply", "-auto-approve")
				b.run(true, "plan", "-detailed-exitcode")
				b.checkState()

				demo := &bootstrap{commandLine: newCommandLine(t, acctest.At(b.url, ""), ""), server: b.server, url: b.url}
				if err := os.Remove(filepath.Join(demo.cli.Dir, "main.tf")); err != nil {
					t.Fatal(err)
				}
				if err := os.CopyFS(demo.cli.Dir, os.DirFS(filepath.Join("..", "..", "examples", "demo"))); err != nil {
					t.Fatal(err)
				}
				demo.cli.Env = append(demo.cli.Env, "TF_LOG=TRACE", "QUAY_USERNAME=admin", "QUAY_PASSWORD="+bootstrapPassword,
					"TF_VAR_organization=demo", `TF_VAR_users={"bob":"admin"}`, "TF_VAR_keep_tags=0")
				demo.run(true, "get")
				demo.run(true, "apply", "-auto-approve")
				demo.run(true, "plan", "-detailed-exitcode")
				demo.checkState()
				demo.run(true, "destroy", "-auto-approve")
				demo.checkOutput()

				b.run(true, "destroy", "-auto-approve")
				if !strings.Contains(b.printed.String(), `The user "admin" stays in Quay`) {
					t.Error("destroying does not tell that the first user stays")
				}
				b.checkOutput()
				if b.server != nil {
					objects := b.server.Objects()
					if objects["users"] != 1 || objects["organizations"] != 0 || objects["application tokens"] != 0 {
						t.Errorf("left in the registry: %v", objects)
					}
				}
			})
		}
	}
}

// A second provider uses the token of the same configuration. With -target, Terraform replaces
// the token first. Without -target, the plan cannot read the objects of the second provider.
func TestAccBootstrapRotation(t *testing.T) {
	t.Parallel()
	if os.Getenv(emptyVariable) != "" {
		t.Skip("needs a Quay in memory")
	}
	for example, c := range map[string]struct{ address, setting, changed string }{
		"since-3.18":  {"quay_oauth_application_token.terraform", `"720h"`, `"8759h59m58s"`},
		"before-3.18": {"quay_user_authorization.terraform", `rotation     = "1"`, `rotation     = "2"`},
	} {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			b := newBootstrap(t, quaytest.Quay3_18, example)
			b.addDemo(c.address + ".token")
			b.run(true, "get")
			b.run(true, "apply", "-auto-approve")
			file := filepath.Join(b.cli.Dir, "main.tf")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(strings.Replace(string(text), c.setting, c.changed, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2100 * time.Millisecond) // a due token
			b.run(false, "plan")
			if !strings.Contains(b.printed.String(), "known only after apply: token") || !strings.Contains(b.printed.String(), "-target") {
				t.Errorf("the plan does not tell what to do: %s", &b.printed)
			}
			b.run(true, "apply", "-auto-approve", "-target="+c.address)
			if example == "since-3.18" { // the new token would be due, too
				if err := os.WriteFile(file, text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			b.run(true, "apply", "-auto-approve")
			b.run(true, "plan", "-detailed-exitcode")
			if n := b.server.Objects()["application tokens"]; n != 1 {
				t.Errorf("there are %d tokens", n)
			}
		})
	}
}

// After any lost response, a second apply completes the first one, and leaves no unknown
// token.
func TestAccBootstrapFaults(t *testing.T) {
	t.Parallel()
	if os.Getenv(emptyVariable) != "" {
		t.Skip("needs a Quay in memory")
	}
	for name, suffix := range map[string]string{
		"initialize": "POST /api/v1/user/initialize", "csrf": "GET /csrf_token", "sign-in": "POST /api/v1/signin", "organization": "POST /api/v1/organization/",
		"application": "POST /api/v1/organization/automation/applications", "authorize": "POST /oauth/authorizeapp", "list": "GET /api/v1/user/authorizations",
		"start": "503",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBootstrap(t, quaytest.Quay3_16, "before-3.18")
			var mu sync.Mutex
			left := 1
			if suffix == "503" {
				left = 5
			}
			b.server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				mu.Lock()
				hit := left > 0 && (suffix == "503" || r.Method+" "+r.URL.Path == suffix)
				if hit {
					left--
				}
				mu.Unlock()
				if !hit {
					return false
				}
				if suffix == "503" {
					w.WriteHeader(http.StatusServiceUnavailable)
					return true
				}
				b.server.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			})
			b.run(true, "get")
			output, err := b.cli.Command(t.Context(), "apply", "-auto-approve", "-no-color").CombinedOutput()
			b.printed.Write(output)
			if err != nil {
				t.Logf("the first apply: %s", output)
				b.run(true, "apply", "-auto-approve")
			}
			b.run(true, "plan", "-detailed-exitcode")
			b.checkState()
			if n := b.server.Objects()["application tokens"]; n != 1 || left != 0 {
				t.Errorf("%d tokens, and %d faults did not happen", n, left)
			}
			for _, secret := range b.secrets() {
				if secret != "" && strings.Contains(b.printed.String(), secret) {
					t.Errorf("printed: %s", secret)
				}
			}
		})
	}
}

// An interrupted apply can have created the user. The next one goes on from there.
func TestAccBootstrapInterrupted(t *testing.T) {
	t.Parallel()
	b := newBootstrap(t, acctest.Version(t), "before-3.18")
	if b.server == nil {
		t.Skip("needs a Quay in memory")
	}
	resp, err := http.Post(b.url+"/api/v1/user/initialize", "application/json",
		strings.NewReader(fmt.Sprintf(`{"username": "admin", "password": %q}`, bootstrapPassword)))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	b.run(true, "get")
	b.run(true, "apply", "-auto-approve")
	b.run(true, "plan", "-detailed-exitcode")
}
