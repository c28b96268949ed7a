package user_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Where people come from LDAP, the resource makes the user of a person. The e-mail address
// is that of LDAP.
func TestAccUser_ldap(t *testing.T) {
	t.Parallel()
	registry := acctest.StartWithUsersFrom(t, quaytest.LDAPUsers)
	name := registry.NewUser(t)
	config := func(settings string) string {
		return registry.Config("resource \"quay_user\" \"test\" {\n  username = %q\n%s}\n", name, settings)
	}
	email := acctest.Attribute(address, "email", knownvalue.StringExact(name+"@example.com"))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		CheckDestroy:             notFound(t, registry, name),
		Steps: []resource.TestStep{
			{
				Config:            config(""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{email, acctest.Attribute(address, "initial_password", knownvalue.Null())},
				Check:             onServer(t, registry, name, map[string]any{"email": name + "@example.com", "enabled": true}),
			},
			{
				Config:            config("enabled = false\n"),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{email},
				Check:             onServer(t, registry, name, map[string]any{"email": name + "@example.com", "enabled": false}),
			},
			{ // the address that LDAP has may stand in the configuration
				Config:           config(fmt.Sprintf("enabled = false\nemail = \"%s@example.com\"\n", name)),
				ConfigPlanChecks: acctest.PlannedNothing(),
			},
			{
				ResourceName: address, ImportState: true, ImportStateId: name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "username",
			},
			{ // deleted outside: linked again
				PreConfig:         func() { registry.DeleteUser(t, name) },
				Config:            config(""),
				ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{email},
			},
		},
	})
}

// A person who has signed in has a user. Terraform can import the user without changes, with
// or without the e-mail address in the configuration.
func TestAccUser_directoryImport(t *testing.T) {
	t.Parallel()
	for _, source := range []quaytest.UserSource{quaytest.LDAPUsers, quaytest.OIDCUsers} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			registry := acctest.StartWithUsersFrom(t, source)
			name := registry.User(t)
			p := registry.Serve(t, nil)
			importBlock := fmt.Sprintf("import {\n  to = quay_user.example\n  id = %q", name)
			if _, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": name})); len(diags) != 1 || !strings.Contains(diags[0].Detail, importBlock) {
				t.Errorf("creating a user who exists: %v", diags)
			}
			state, diags := p.ImportByID("quay_user", name)
			acctest.NoErrors(t, diags)
			state, diags = p.Read("quay_user", state)
			acctest.NoErrors(t, diags)
			for _, config := range []acctest.Attributes{{"username": name}, {"username": name, "email": name + "@example.com"}} {
				if plan := p.Plan("quay_user", state, config); !plan.IsEmpty() || len(plan.Diagnostics) > 0 {
					t.Errorf("with %v, planned %s (%v)", config, plan.Value, plan.Diagnostics)
				}
			}
		})
	}
}

// The plan refuses attributes that a directory decides, on the attribute.
func TestAccUser_directoryRefuses(t *testing.T) {
	t.Parallel()
	type refused struct {
		prior         acctest.Attributes // nil for a user to create
		config        acctest.Attributes
		attribute, is string
	}
	cases := map[quaytest.UserSource]map[string]refused{
		quaytest.LDAPUsers: {
			"no such person":     {nil, acctest.Attributes{"username": "zz" + acctest.Name("nobody")}, "username", "The users of this registry come from LDAP, where Quay finds no person"},
			"another address":    {nil, acctest.Attributes{"email": "other@example.com"}, "email", "The e-mail address comes from LDAP, and Quay cannot change it. Leave email out"},
			"a password":         {nil, acctest.Attributes{"password_wo": "long-enough", "password_wo_version": 1}, "password_wo", "People sign in with their passwords in LDAP, and Quay cannot set"},
			"changed address":    {acctest.Attributes{}, acctest.Attributes{"email": "other@example.com"}, "email", "The e-mail address comes from LDAP"},
			"password, later":    {acctest.Attributes{}, acctest.Attributes{"password_wo": "long-enough", "password_wo_version": 1}, "password_wo", "People sign in with their passwords in LDAP"},
			"both, when enabled": {acctest.Attributes{"enabled": false}, acctest.Attributes{"email": "other@example.com"}, "email", "The e-mail address comes from LDAP"},
		},
		quaytest.OIDCUsers: {
			"nobody can be looked up": {nil, acctest.Attributes{"username": "zz" + acctest.Name("nobody")}, "username", "Quay creates the user when the person signs in for the first time"},
		},
	}
	for source, cases := range cases {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			registry := acctest.StartWithUsersFrom(t, source)
			p := registry.Serve(t, nil)
			for name, c := range cases {
				if c.config["username"] == nil {
					c.config["username"] = registry.NewUser(t)
				}
				prior := p.Absent("quay_user")
				if c.prior != nil {
					c.prior["username"] = c.config["username"]
					prior = p.Create("quay_user", c.prior)
				}
				plan := p.Plan("quay_user", prior, c.config)
				if len(plan.Diagnostics) != 1 || !strings.Contains(plan.Diagnostics[0].Detail, c.is) || plan.Diagnostics[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", c.attribute) {
					t.Errorf("%s: %v", name, plan.Diagnostics)
				}
				if c.prior == nil {
					registry.NotFound(t, fmt.Sprintf("/superuser/users/%s", c.config["username"]))
				}
			}
		})
	}
}

// If a gateway hides /config, only the apply finds out that the users come from a directory.
// It links the person, or refuses with the same words.
func TestUser_hiddenDirectory(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithUsersFrom(quaytest.LDAPUsers))
	simulator := registry.Simulator(t)
	linked, mailed, withPassword := registry.NewUser(t), registry.NewUser(t), registry.NewUser(t)
	simulator.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/config" {
			return false
		}
		http.NotFound(w, r)
		return true
	})
	p := registry.Serve(t, nil)
	state := p.Create("quay_user", acctest.Attributes{"username": linked})
	if email, _ := state.Text(t, "email"); !strings.HasSuffix(email, "@example.com") {
		t.Errorf("the e-mail address is %q", email)
	}
	if plan := p.Plan("quay_user", state, acctest.Attributes{"username": linked}); !plan.IsEmpty() || len(plan.Diagnostics) != 1 {
		t.Errorf("the same configuration plans %s, %v", plan.Value, plan.Diagnostics)
	}
	for name, config := range map[string]acctest.Attributes{
		"another address": {"username": mailed, "email": "other@example.com"},
		"a password":      {"username": withPassword, "password_wo": "long-enough", "password_wo_version": 1},
		"no such person":  {"username": "nobody"},
	} {
		_, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", p.Absent("quay_user"), config))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "a directory") {
			t.Errorf("%s: %v", name, diags)
		}
		registry.NotFound(t, fmt.Sprintf("/superuser/users/%s", config["username"]))
	}
	for name, change := range map[string]acctest.Attributes{
		"address":  {"email": "other@example.com"},
		"password": {"password_wo": "long-enough", "password_wo_version": 1},
	} {
		change["username"] = linked
		_, diags := p.Apply(t.Context(), "quay_user", p.Plan("quay_user", state, change))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "the users of this registry come from a directory") {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// If an organization has the person's name, Quay gives the user a different name. The plan
// refuses that if the token's user can read the organization. Otherwise, the apply reports the
// user's name.
func TestUser_nameOfAnOrganization(t *testing.T) {
	t.Parallel()
	for seen, words := range map[bool]string{
		true:  `An organization has the name "alice", so Quay would give the user of this person another name.`,
		false: `The name "alice" is taken in Quay, so Quay has given the user of this person the name "alice0". Import that user.`,
	} {
		options := []quaytest.Option{quaytest.WithUsersFrom(quaytest.LDAPUsers), quaytest.WithVersion(quaytest.Quay3_18)}
		if !seen {
			options = append(options, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
		}
		registry := acctest.Start(t, options...)
		simulator := registry.Simulator(t)
		simulator.AddUser("bob", "bob@example.com")
		simulator.AddOrganization("alice", "acme@example.com", "bob")
		simulator.AddPerson("alice")
		p := registry.Serve(t, nil)
		plan := p.Plan("quay_user", p.Absent("quay_user"), acctest.Attributes{"username": "alice"})
		diags := plan.Diagnostics
		if !seen {
			_, diags = p.Apply(t.Context(), "quay_user", plan)
		}
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, words) || diags[0].Attribute.String() != `AttributeName("username")` {
			t.Errorf("diagnostics: %v", diags)
		}
	}
}

// Quay's search shows at most ten people. The provider finds a person among eleven people
// whose names begin with the same text.
func TestUser_manySimilarNames(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithUsersFrom(quaytest.LDAPUsers))
	simulator := registry.Simulator(t)
	for i := range 11 {
		simulator.AddPerson(fmt.Sprintf("user-%02d", i))
		simulator.AddUser(fmt.Sprintf("user-a%02d", i), "")
	}
	simulator.AddPerson("user-zz")
	p := registry.Serve(t, nil)
	p.Create("quay_user", acctest.Attributes{"username": "user-zz"})
	simulator.AddPerson("user")
	p.Create("quay_user", acctest.Attributes{"username": "user"})
}

// The address of a person is no difference when it changes in LDAP, and costs a plan one
// call for all users.
func TestUser_emailChangesInLDAP(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithUsersFrom(quaytest.LDAPUsers))
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	configs := map[string]acctest.State{}
	for range 5 {
		name := registry.NewUser(t)
		configs[name] = p.Create("quay_user", acctest.Attributes{"username": name})
		simulator.ChangePerson(name, "new-"+name+"@example.com")
	}
	p = p.OneRun()
	simulator.ResetCalls()
	for name, state := range configs {
		read, diags := p.Read("quay_user", state)
		acctest.NoErrors(t, diags)
		if email, _ := read.Text(t, "email"); email != "new-"+name+"@example.com" {
			t.Errorf("read %q", email)
		}
		if plan := p.Plan("quay_user", read, acctest.Attributes{"username": name}); !plan.IsEmpty() {
			t.Errorf("planned %s", plan.Value)
		}
	}
	if calls := simulator.Calls(); calls["GET /config"] != 1 {
		t.Errorf("calls: %v", calls)
	}
}
