package permission_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

func TestRobotFunction(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	long := strings.Repeat("a", 127)
	for _, c := range []struct{ namespace, name, want string }{
		{"acme", "ci", "acme+ci"},
		{"a.b-c_d", "x.y-z_0", "a.b-c_d+x.y-z_0"},
		{"a", "c-", "a+c-"},             // as older registries have them
		{long, long, long + "+" + long}, // 255 characters
	} {
		got, failure := p.Call("robot", c.namespace, c.name)
		if failure != nil || !got.Equal(tftypes.NewValue(tftypes.String, c.want)) {
			t.Errorf("robot(%q, %q) = %s, %+v; want %q", c.namespace, c.name, got, failure, c.want)
		}
	}
	for _, c := range []struct {
		namespace, name string
		argument        int64
		words           string
	}{
		{"Acme", "ci", 0, "must be 1 to 255 lower-case letters"},
		{"", "ci", 0, "must be 1 to 255 lower-case letters"},
		{"acme", "CI", 1, "must be 1 to 255 lower-case letters"},
		{"acme", "c/i", 1, "must be 1 to 255 lower-case letters"},
		{"..", "ci", 0, "must be 1 to 255 lower-case letters"},
		{"acme", "acme+ci", 1, "must be 1 to 255 lower-case letters"},
		{long, long + "a", 1, "make 256 characters together with the + between them, and Quay stores 255"},
	} {
		_, failure := p.Call("robot", c.namespace, c.name)
		if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != c.argument || !strings.Contains(failure.Text, c.words) {
			t.Errorf("robot(%q, %q): %+v; want an error on argument %d, with %q", c.namespace, c.name, failure, c.argument, c.words)
		}
	}
}

func TestParseRepositoryFunction(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"namespace": tftypes.String, "name": tftypes.String}}
	for text, want := range map[string][2]string{
		"acme/app":      {"acme", "app"},
		"acme/team/app": {"acme", "team/app"},
	} {
		got, failure := p.Call("parse_repository", text)
		if failure != nil || !got.Equal(tftypes.NewValue(typ, map[string]tftypes.Value{
			"namespace": tftypes.NewValue(tftypes.String, want[0]), "name": tftypes.NewValue(tftypes.String, want[1]),
		})) {
			t.Errorf("parse_repository(%q) = %s, %+v; want %q", text, got, failure, want)
		}
	}
	for _, text := range []string{"", "app", "/app", "acme/", "acme//app", "acme/app/", "acme/App", "acme/app:latest", "acme/app ", "Acme/app"} {
		_, failure := p.Call("parse_repository", text)
		const want = "must be namespace/name"
		if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != 0 || !strings.HasPrefix(failure.Text, want) {
			t.Errorf("parse_repository(%q): %+v; want %q on the argument", text, failure, want)
		}
	}
}

// A configuration uses the functions for a robot's permission in a repository that is known
// only after apply. The next plan is empty.
func TestAccNameFunctions(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository := registry.Repository(t, organization, "team/app")
	registry.Robot(t, organization, "ci")
	refuse := func(call, words string) resource.TestStep {
		return resource.TestStep{Config: registry.Config("output \"refused\" { value = %s }\n", call), ExpectError: acctest.ErrorContains(words)}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.Functions,
		Steps: []resource.TestStep{
			refuse(`provider::quay::robot("acme", "CI")`, `Invalid value for "name" parameter: must be 1 to 255 lower-case letters`),
			refuse(`provider::quay::robot(null, "ci")`, `Invalid value for "namespace" parameter: argument must not be null`),
			refuse(`provider::quay::parse_repository("app")`, `Invalid value for "repository" parameter: must be namespace/name.`),
			{
				Config: registry.Config(`
					resource "terraform_data" "repository" { input = %q }
					locals { repository = provider::quay::parse_repository(terraform_data.repository.output) }
					resource "quay_repo_user_permission" "test" {
					  repository = terraform_data.repository.output
					  username   = provider::quay::robot(local.repository.namespace, "ci")
					  role       = "write"
					}
					output "name" { value = local.repository.name }
				`, repository),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute("quay_repo_user_permission.test", "username", knownvalue.StringExact(organization+"+ci")),
					statecheck.ExpectKnownOutputValue("name", knownvalue.StringExact("team/app")),
				},
			},
		},
	})
}
