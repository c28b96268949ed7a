package application_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	applicationType    = "quay_oauth_application"
	applicationAddress = applicationType + ".test"
	tokenType          = "quay_oauth_application_token"
)

// configOf returns a configuration of an application with settings.
func configOf(registry *acctest.Registry, organization, settings string) string {
	return registry.Config("resource %q \"test\" {\n  organization = %q\n%s\n}\n", applicationType, organization, settings)
}

// Terraform changes an application in place. Only a change of rotation changes the client
// secret.
func TestAccApplication(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	var secrets, clientIDs []string
	remember := func(s *terraform.State) error {
		attributes := s.RootModule().Resources[applicationAddress].Primary.Attributes
		secrets = append(secrets, attributes["client_secret"])
		clientIDs = append(clientIDs, attributes["client_id"])
		return nil
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: configOf(registry, organization, `name = "ci"`),
				Check:  remember,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(applicationAddress, "description", knownvalue.StringExact("")),
					acctest.Attribute(applicationAddress, "avatar_email", knownvalue.Null()),
				},
			},
			{ // setting rotation first keeps the client secret
				Config:           configOf(registry, organization, "name = \"ci\"\ndescription = \"builds\"\navatar_email = \"ci@example.com\"\nrotation = \"1\""),
				ConfigPlanChecks: acctest.Planned(applicationAddress, plancheck.ResourceActionUpdate),
				Check:            remember,
			},
			{
				Config:           configOf(registry, organization, "name = \"ci\"\nrotation = \"2\""),
				ConfigPlanChecks: acctest.Planned(applicationAddress, plancheck.ResourceActionUpdate),
				Check:            remember,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(applicationAddress, "description", knownvalue.StringExact("")),
					acctest.Attribute(applicationAddress, "avatar_email", knownvalue.Null()),
				},
			},
			{ // changed outside Terraform
				PreConfig: func() {
					body := map[string]any{"name": "by hand", "redirect_uri": "", "application_uri": ""}
					registry.Must(t, http.MethodPut, applicationPath(organization, clientIDs[0]), body)
				},
				Config:           configOf(registry, organization, "name = \"ci\"\nrotation = \"2\""),
				ConfigPlanChecks: acctest.Planned(applicationAddress, plancheck.ResourceActionUpdate),
				Check:            remember,
			},
		},
	})
	if len(secrets) != 4 || secrets[0] != secrets[1] || secrets[1] == secrets[2] || secrets[2] != secrets[3] {
		t.Error("the client secret changed where it must not, or the other way round")
	}
	for _, clientID := range clientIDs {
		if clientID != clientIDs[0] {
			t.Errorf("the application was replaced: %v", clientIDs)
		}
	}
}

// The provider refuses a second application with the same settings, and shows the import of
// the existing one. One different setting is enough for a creation.
func TestAccApplication_sameSettings(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	existing := newApplication(t, registry, organization)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config:      configOf(registry, organization, `name = "tfacc"`),
				ExpectError: acctest.ErrorContains(fmt.Sprintf("id = %q", organization+":"+existing)),
			},
			{Config: configOf(registry, organization, "name = \"tfacc\"\ndescription = \"another one\"")},
		},
	})
}

func TestAccApplication_noOrganization(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config:      configOf(registry, "tfacc-nosuchorg", `name = "ci"`),
			ExpectError: acctest.ErrorContains(`There is no organization "tfacc-nosuchorg" in the registry.`),
		}},
	})
}

func TestAccApplicationData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	clientID := newApplication(t, registry, organization)
	data := func(name string) string {
		return registry.Config("data %q \"test\" {\n organization = %q\n name = %q\n}\ndata \"quay_oauth_applications\" \"test\" {\n organization = %q\n}\n",
			applicationType, organization, name, organization)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: data("tfacc"),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute("data."+applicationAddress, "client_id", knownvalue.StringExact(clientID)),
					acctest.Attribute("data."+applicationAddress, "client_secret", knownvalue.NotNull()),
					acctest.Attribute("data.quay_oauth_applications.test", "applications", knownvalue.ListExact([]knownvalue.Check{
						knownvalue.ObjectExact(map[string]knownvalue.Check{
							"client_id": knownvalue.StringExact(clientID), "name": knownvalue.StringExact("tfacc"), "description": knownvalue.StringExact(""),
							"application_uri": knownvalue.StringExact(""), "redirect_uri": knownvalue.StringExact(""), "avatar_email": knownvalue.Null(),
						}),
					})),
				},
			},
			{Config: data("nosuchname"), ExpectError: acctest.ErrorContains("has 0 OAuth applications with this name, and must have one.")},
			{
				PreConfig:   func() { newApplication(t, registry, organization) },
				Config:      data("tfacc"),
				ExpectError: acctest.ErrorContains("has 2 OAuth applications with this name, and must have one."),
			},
		},
	})
}

// A refresh of applications takes one call for all.
func TestApplications_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	p := registry.Serve(t, nil)
	var states []acctest.State
	for _, name := range []string{"ci", "portal", "backup"} {
		states = append(states, p.Create(applicationType, acctest.Attributes{"organization": "acme", "name": name}))
	}
	run := p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := run.Read(applicationType, state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Error("an application is read otherwise than it was created")
		}
	}
	if calls := simulator.Calls(); len(simulator.Requests()) != 1 || calls["GET /organization/{orgname}/applications"] != 1 {
		t.Errorf("calls %v", calls)
	}
}

// A change of rotation alone takes one call. If the response is lost, a read shows the new
// client secret.
func TestApplication_resetWithLostAnswer(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	p := registry.Serve(t, acctest.Attributes{"max_retries": 0})
	config := acctest.Attributes{"organization": "acme", "name": "ci", "rotation": "1"}
	state := p.Create(applicationType, config)
	before, _ := state.Text(t, "client_secret")
	clientID, _ := state.Text(t, "client_id")

	config["rotation"] = "2"
	plan := p.Plan(applicationType, state, config)
	loseAnswer(simulator, "/resetclientsecret")
	simulator.ResetCalls()
	state, diags := p.Apply(t.Context(), applicationType, plan)
	acctest.NoErrors(t, diags)
	after, _ := state.Text(t, "client_secret")
	stored := registry.Object(t, applicationPath("acme", clientID))["client_secret"]
	if after == before || after != stored {
		t.Error("the state does not hold the new client secret")
	}
	if calls := simulator.Calls(); calls["PUT /organization/{orgname}/applications/{client_id}"] != 0 {
		t.Errorf("calls %v", calls)
	}
}

// loseAnswer lets Quay carry out the next call to a path with an ending, and loses the
// response.
func loseAnswer(simulator *quaytest.Server, end string) {
	simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet || !strings.HasSuffix(r.URL.Path, end) {
			return false
		}
		simulator.Intercept(nil)
		simulator.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
}
