package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// require skips the test if the command line is too old, or is OpenTofu's, which has no
// queries.
func (c *commandLine) require(checks []tfversion.TerraformVersionCheck) {
	c.Helper()
	if filepath.Base(c.cli.Path) == "tofu" {
		c.Skip("needs Terraform")
	}
	c.requireVersion(checks)
}

// add adds a file to the configuration.
func (c *commandLine) add(file, text string) {
	c.Helper()
	if err := os.WriteFile(filepath.Join(c.cli.Dir, file), []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
}

// expect fails the test unless all of this was printed since the last call,
// however Terraform broke the lines.
func (c *commandLine) expect(words ...string) {
	c.Helper()
	for _, text := range words {
		if !acctest.ErrorContains(text).Match(c.printed.Bytes()) {
			c.Errorf("%q was not printed:\n%s", text, c.printed.String())
		}
	}
	c.printed.Reset()
}

// A query imports the objects of a registry without changes.
func TestAccQueryAdopts(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	c := newCommandLine(t, registry, "")
	c.require(acctest.QueriesAndActions)

	disabled, organization := registry.User(t), registry.Organization(t)
	base := acctest.Name("tfuser")
	for _, name := range []string{base + "-plain", base + "-mailed"} {
		registry.Must(t, http.MethodPost, "/superuser/users/", map[string]string{"username": name})
		registry.CleanUpUser(t, name)
	}
	registry.Must(t, http.MethodPut, "/superuser/users/"+base+"-mailed", map[string]string{"email": base + "@example.com"})
	registry.Must(t, http.MethodPut, "/superuser/users/"+disabled, map[string]bool{"enabled": false})
	registry.Must(t, http.MethodPut, "/organization/"+organization, map[string]any{"invoice_email": true, "invoice_email_address": "i@example.com", "tag_expiration_s": 604800})
	registry.Must(t, http.MethodPost, "/superuser/organization/"+organization+"/quota", map[string]any{"limit_bytes": 10 << 30})
	registry.Must(t, http.MethodPost, "/superuser/users/"+base+"-plain/quota", map[string]any{"limit_bytes": 9007199254740993})
	repository, robot, team := registry.Repository(t, organization, "team/app"), registry.Robot(t, organization, "ci"), registry.Team(t, organization, "devs")
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/user/"+robot, map[string]string{"role": "write"})
	registry.Must(t, http.MethodPut, "/repository/"+repository+"/permissions/team/"+team, map[string]string{"role": "read"})
	service := acctest.Name("tfacc_")
	for _, key := range []map[string]any{
		{"service": service, "expiration": nil},
		{
			"service": service, "expiration": 4102444800, "name": "a key", "notes": `say ${x} and "y"`,
			"metadata": map[string]any{"text": "a", "number": 5, "object": map[string]any{"list": []int{1}}},
		},
	} {
		kid := registry.Must(t, http.MethodPost, "/superuser/keys", key).(map[string]any)["kid"].(string)
		t.Cleanup(func() { registry.Call(t, http.MethodDelete, "/superuser/keys/"+kid, nil) })
	}

	c.add("all.tfquery.hcl", strings.NewReplacer("BASE", base, "DISABLED", disabled, "ORGANIZATION", organization, "SERVICE", service).Replace(`
		list "quay_user" "base" {
		  provider = quay
		  config { prefix = "BASE" }
		}
		list "quay_user" "disabled" {
		  provider = quay
		  config {
		    prefix   = "DISABLED"
		    disabled = true
		  }
		}
		list "quay_organization" "o" {
		  provider = quay
		  config { prefix = "ORGANIZATION" }
		}
		list "quay_org_quota" "q" {
		  provider = quay
		  config { prefix = "ORGANIZATION" }
		}
		list "quay_user_quota" "q" {
		  provider = quay
		  config { prefix = "BASE" }
		}
		list "quay_service_key" "k" {
		  provider = quay
		  config { service = "SERVICE" }
		}
		list "quay_repo_user_permission" "u" {
		  provider = quay
		  config { organization = "ORGANIZATION" }
		}
		list "quay_repo_team_permission" "t" {
		  provider = quay
		  config { repository = "ORGANIZATION/team/app" }
		}
	`))
	c.run(true, "query")
	c.expect(
		"list.quay_user.disabled username="+disabled+" "+disabled,
		"list.quay_org_quota.q organization="+organization+" "+organization+": 10 GiB",
		"list.quay_repo_user_permission.u repository="+repository+",username="+robot+" "+repository+": "+robot+" (write)",
	)
	c.run(true, "query", "-generate-config-out=generated.tf")
	c.run(true, "apply", "-auto-approve")
	c.expect("Resources: 11 imported, 0 added, 0 changed, 0 destroyed.")
	c.run(true, "plan", "-detailed-exitcode")
	c.expect("No changes.")
}

// An import without a query also generates a valid configuration.
func TestAccImportGeneratesConfig(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	registry.Must(t, http.MethodPost, "/superuser/organization/"+organization+"/quota", map[string]any{"limit_bytes": 10 << 30})
	c := newCommandLine(t, registry, "import {\n  to = quay_org_quota.q\n  id = \""+organization+"\"\n}\n")
	c.require(acctest.QueriesAndActions)
	c.run(true, "plan", "-generate-config-out=generated.tf")
	c.expect("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.")
	c.run(true, "apply", "-auto-approve")
	c.expect("Resources: 1 imported, 0 added, 0 changed, 0 destroyed.")
}

// An error within a list fails the query. A warning does not.
func TestAccQueryProblems(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddUser("alice", "alice@example.com")
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	c := newCommandLine(t, registry, "provider \"quay\" {\n  max_retries = 0\n}\n")
	c.require(acctest.QueriesAndActions)
	c.add("q.tfquery.hcl", "list \"quay_organization\" \"all\" {\n  provider         = quay\n  include_resource = true\n}\n")
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/organization/acme") {
			return false
		}
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	c.run(false, "query")
	c.expect(`Error: Unable to read Quay organization "acme"`, "502 Bad Gateway")
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/organization/acme") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"name": "acme", "is_admin": false}`))
		return true
	})
	simulator.AddOrganization("other", "other@example.com", "admin")
	c.run(true, "query")
	c.expect(`Warning: Unable to read Quay organization "acme": left out of the list`, "list.quay_organization.all name=other other")
}

// The queries of the guide find something.
func TestAccQueryGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join(guides, "adopt-a-registry.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	registry := exampleRegistry(t, "alice", "bob")
	c := newCommandLine(t, registry, "")
	c.require(acctest.QueriesAndActions)
	registry.Must(t, http.MethodPut, "/superuser/users/bob", map[string]bool{"enabled": false})
	registry.Must(t, http.MethodPost, "/superuser/organization/acme/quota", map[string]any{"limit_bytes": 10 << 30})
	registry.Must(t, http.MethodPost, "/superuser/users/alice/quota", map[string]any{"limit_bytes": 10 << 30})
	registry.Must(t, http.MethodPut, "/repository/acme/app/permissions/team/devs", map[string]string{"role": "read"})
	registry.Simulator(t).AddServiceKey("clair", "registered by clair")
	c.add("all.tfquery.hcl", block.FindStringSubmatch(string(guide))[1])
	c.run(true, "query")
	if strings.Contains(c.printed.String(), "returned 0 results") {
		t.Errorf("some found nothing:\n%s", c.printed.String())
	}
}

// An action of an example is invoked by the command that the example names.
func TestAccActionInvoked(t *testing.T) {
	t.Parallel()
	const actionType = "quay_calculate_registry_size"
	text, err := os.ReadFile(filepath.Join(examples, "actions", actionType, "action.tf"))
	if err != nil {
		t.Fatal(err)
	}
	c := newCommandLine(t, exampleRegistry(t), string(text))
	c.require(acctest.QueriesAndActions)
	c.run(true, "apply", "-auto-approve")
	c.expect("Action complete: action." + actionType)
	c.run(true, "apply", "-auto-approve", "-invoke=action."+actionType+".now")
	c.expect("Action complete: action."+actionType+".now (triggered by CLI)", "Actions: 1 invoked.")
}

// Terraform shows an action's description, its progress and its error.
func TestAccActions(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	kid := registry.Simulator(t).AddServiceKey("clair", "registered by clair")
	c := newCommandLine(t, registry, "")
	c.use(map[string]string{"kid": kid})
	c.require(acctest.QueriesAndActions)
	c.run(true, "apply", "-auto-approve")
	c.expect("The key "+kid+" of the service clair is approved", "Quay has been asked to calculate.", "Actions: 2 invoked.")
	c.run(true, "plan", "-detailed-exitcode")
	c.run(false, "apply", "-auto-approve", "-invoke=action.quay_calculate_registry_size.wait")
	c.expect("The calculation is queued.", "it did not end within 1.1s. Quay's quotaregistrysizeworker continues it")
}
