package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// rotationGuide returns the configuration of the guide whose block begins with a text.
func rotationGuide(t *testing.T, begin string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(guides, "rotating-access-tokens.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile("(?ms)^```hcl\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(match[1], begin) {
			return match[1]
		}
	}
	t.Fatalf("the guide has no configuration that begins with %q", begin)
	return ""
}

// rotationTest is a registry, a vault and rotations for the configurations of the guide.
type rotationTest struct {
	t         *testing.T
	registry  *acctest.Registry
	vault     *vault
	rotations *rotations
	offset    atomic.Int64 // of the registry's clock
}

func newRotationTest(t *testing.T) *rotationTest {
	t.Helper()
	r := &rotationTest{t: t, vault: &vault{}, rotations: &rotations{}}
	now := func() time.Time { return time.Now().Add(time.Duration(r.offset.Load())) }
	r.registry = acctest.Start(t, quaytest.WithClock(now), quaytest.WithNameHold(0))
	simulator := r.registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddApplication("acme", "7K30KPDXOMR8C043U40E", "terraform")
	return r
}

// providers serves the provider with the registry's URL, and the stubs.
func (r *rotationTest) providers() map[string]func() (tfprotov6.ProviderServer, error) {
	providers := maps.Clone(r.registry.Providers())
	providers["vault"], providers["time"] = r.vault.provider().server, r.rotations.provider().server
	return providers
}

// tokens returns the names of the application's tokens by UUID.
func (r *rotationTest) tokens() map[string]string {
	r.t.Helper()
	names := map[string]string{}
	for _, token := range r.registry.Object(r.t, "/organization/acme/applications/7K30KPDXOMR8C043U40E/tokens")["tokens"].([]any) {
		token := token.(map[string]any)
		names[token["uuid"].(string)] = token["name"].(string)
	}
	return names
}

// step is a step of a test, with a configuration of the guide.
func (r *rotationTest) step(config string, fault vaultFault, prepare func(), step resource.TestStep) resource.TestStep {
	step.Config, step.ExpectNonEmptyPlan = config, acctest.ListsOpened(config)
	step.PreConfig = func() {
		r.vault.failWith(fault)
		if prepare != nil {
			prepare()
		}
	}
	return step
}

// later moves the registry's clock to a time when nobody has used an old token for an hour.
func (r *rotationTest) later() { r.offset.Add(int64(2 * time.Hour)) }

// The provider's token rotates itself, even if the vault refuses the next token, or if the
// vault's response is lost. No secret is in the state.
func TestAccGuideRotation(t *testing.T) {
	t.Parallel()
	r := newRotationTest(t)
	if acctest.Version(t) < quaytest.Quay3_18 {
		t.Skip("needs a registry with tokens of applications")
	}
	r.vault.secret = map[string]string{"token": r.registry.Token, "uuid": ""}
	config := rotationGuide(t, "ephemeral")
	uuid := "" // of the token in the vault
	// check expects a number of tokens, and another token in the vault or not.
	check := func(count int, another bool) resource.TestCheckFunc {
		return func(s *terraform.State) error {
			secret, _ := r.vault.read()
			if (secret["uuid"] != uuid) != another {
				return fmt.Errorf("the vault has another token: %v", !another)
			}
			uuid = secret["uuid"]
			tokens := r.tokens()
			if want := "terraform (" + r.rotations.current().Format(time.RFC3339) + ")"; tokens[uuid] != want || len(tokens) != count {
				return fmt.Errorf("the vault has %s of the tokens %v, and not %s of %d", uuid, tokens, want, count)
			}
			if status, _ := acctest.At(r.registry.URL, secret["token"]).Call(t, http.MethodGet, "/organization/acme/applications", nil); status != http.StatusOK {
				return fmt.Errorf("the token of the vault does not work: %d", status)
			}
			text := fmt.Sprint(s)
			for _, hidden := range append(r.registry.Simulator(t).Secrets(), secret["token"]) {
				if strings.Contains(text, hidden) {
					return errors.New("the state holds a secret")
				}
			}
			return nil
		}
	}
	rotated, fails := acctest.Planned("vault_kv_secret_v2.quay", plancheck.ResourceActionUpdate), acctest.ErrorContains("The vault fails")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: r.providers(),
		TerraformVersionChecks:   acctest.WriteOnly,
		Steps: []resource.TestStep{
			r.step(config, vaultWorks, nil, resource.TestStep{Check: check(1, true)}),
			r.step(config, vaultWorks, nil, resource.TestStep{ConfigPlanChecks: acctest.PlannedNothing(), Check: check(1, false)}),
			// A rotation keeps the token that the run uses, and a later run revokes it.
			r.step(config, vaultWorks, r.rotations.next, resource.TestStep{ConfigPlanChecks: rotated, Check: check(2, true)}),
			r.step(config, vaultWorks, r.later, resource.TestStep{ConfigPlanChecks: acctest.PlannedNothing(), Check: check(1, false)}),
			// Nobody knows the token that the vault does not take. The next run revokes it.
			r.step(config, vaultRefuses, r.rotations.next, resource.TestStep{ExpectError: fails}),
			r.step(config, vaultWorks, nil, resource.TestStep{ConfigPlanChecks: rotated, Check: check(2, true)}),
			r.step(config, vaultWorks, r.later, resource.TestStep{Check: check(1, false)}),
			// Where only the answer of the vault is lost, the next run writes the same token.
			r.step(config, vaultLosesAnswer, r.rotations.next, resource.TestStep{ExpectError: fails}),
			r.step(config, vaultWorks, nil, resource.TestStep{ConfigPlanChecks: rotated, Check: check(2, true)}),
			r.step(config, vaultWorks, r.later, resource.TestStep{ConfigPlanChecks: acctest.PlannedNothing(), Check: check(1, false)}),
			// Two failed rotations in a row.
			r.step(config, vaultRefuses, r.rotations.next, resource.TestStep{ExpectError: fails}),
			r.step(config, vaultRefuses, r.rotations.next, resource.TestStep{ExpectError: fails}),
			r.step(config, vaultWorks, r.later, resource.TestStep{ConfigPlanChecks: rotated, Check: check(2, true)}),
		},
	})
	if _, writes := r.vault.read(); writes != 6 {
		t.Errorf("the vault was written %d times", writes)
	}
}

// A robot gets another token, and a service key is replaced, when it is time.
func TestAccGuideRotation_robotsAndKeys(t *testing.T) {
	t.Parallel()
	r := newRotationTest(t)
	for begin, attribute := range map[string][2]string{
		`resource "time_rotating" "robot"`: {"quay_organization_robot.deploy", "token"},
		`resource "time_rotating" "key"`:   {"quay_service_key.mirror", "kid"},
	} {
		config := rotationGuide(t, begin)
		var values []string
		remember := func(s *terraform.State) error {
			values = append(values, s.RootModule().Resources[attribute[0]].Primary.Attributes[attribute[1]])
			return nil
		}
		action := plancheck.ResourceActionUpdate
		if attribute[1] == "kid" {
			action = plancheck.ResourceActionCreateBeforeDestroy
		}
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: r.providers(),
			Steps: []resource.TestStep{
				r.step(config, vaultWorks, nil, resource.TestStep{Check: remember}),
				r.step(config, vaultWorks, nil, resource.TestStep{ConfigPlanChecks: acctest.PlannedNothing(), Check: remember}),
				r.step(config, vaultWorks, r.rotations.next, resource.TestStep{ConfigPlanChecks: acctest.Planned(attribute[0], action), Check: remember}),
			},
		})
		if len(values) != 3 || values[0] != values[1] || values[1] == values[2] {
			t.Errorf("%s of %s changed where it must not, or the other way round", attribute[1], attribute[0])
		}
	}
}
