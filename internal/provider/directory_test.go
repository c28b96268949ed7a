package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// A person who has never signed in has no user in Quay. Every type that refers to the user
// tells how the person gets one, and does not link the person itself.
func TestAccPersonWithoutUser(t *testing.T) {
	t.Parallel()
	for source, words := range map[quaytest.UserSource]string{
		quaytest.LDAPUsers: "There is no %[2]s %[1]q in the registry. The users of this registry come from LDAP. Somebody who has never signed in to Quay has no user yet. " +
			"If LDAP has this person, create the user with this resource, and refer to its username here:\n\nresource \"quay_user\" \"example\" {\n  username = %[1]q\n}",
		quaytest.OIDCUsers: "There is no %[2]s %[1]q in the registry. The users of this registry come from OIDC. Quay creates the user when the person signs in for the first time",
	} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			registry := acctest.StartWithUsersFrom(t, source)
			organization := registry.Organization(t)
			repository, team := registry.Repository(t, organization, "app"), registry.Team(t, organization, "devs")
			name := acctest.Name("tfuser")
			if source == quaytest.LDAPUsers {
				name = registry.NewUser(t)
			}
			p := registry.Serve(t, nil)
			for _, c := range []struct {
				typeName  string
				config    acctest.Attributes
				noun      string
				attribute string
			}{
				{"quay_repo_user_permission", acctest.Attributes{"repository": repository, "username": name, "role": "read"}, "user or robot", "username"},
				{"quay_repository_permissions", acctest.Attributes{"repository": repository, "users": map[string]string{"admin": "admin", name: "read"}}, "user or robot", "users"},
				{"quay_organization_team", acctest.Attributes{"organization": organization, "name": "ops", "role": "member", "members": []string{name}}, "user or robot", "members"},
				{"quay_organization_team_member", acctest.Attributes{"organization": organization, "team": team, "member": name}, "user or robot", "member"},
				{"quay_organization_default_permission", acctest.Attributes{"organization": organization, "role": "read", "delegate_user": name}, "user", "delegate_user"},
				{"quay_organization_default_permission", acctest.Attributes{"organization": organization, "role": "read", "delegate_team": team, "creator": name}, "user or robot account", "creator"},
			} {
				_, diags := p.Apply(t.Context(), c.typeName, p.Plan(c.typeName, p.Absent(c.typeName), c.config))
				want := fmt.Sprintf(words, name, c.noun)
				if len(diags) != 1 || !strings.Contains(diags[0].Detail, want) || diags[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", c.attribute) {
					t.Errorf("%s: %v", c.typeName, diags)
				}
			}
			registry.NotFound(t, "/superuser/users/"+name)
		})
	}
}

// useExample replaces the configuration by that of a folder of examples.
func (c *commandLine) useExample(folder string) {
	c.Helper()
	if err := os.Remove(filepath.Join(c.cli.Dir, "main.tf")); err != nil {
		c.Fatal(err)
	}
	if err := os.CopyFS(c.cli.Dir, os.DirFS(filepath.Join("../../examples", folder))); err != nil {
		c.Fatal(err)
	}
}

// The configuration of the guide "LDAP and OIDC" can be applied with either, and stays
// without a change after Quay has synchronized the team.
func TestAccGuideDirectory(t *testing.T) {
	t.Parallel()
	for source, group := range map[quaytest.UserSource]string{quaytest.LDAPUsers: "group_dn=" + quaytest.DevsGroup, quaytest.OIDCUsers: "group_name=developers"} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			if source == quaytest.OIDCUsers && acctest.Version(t) < quaytest.Quay3_12 {
				t.Skip("Quay 3.9 has no synchronization with OIDC")
			}
			registry := acctest.Start(t, quaytest.WithUsersFrom(source))
			simulator := registry.Simulator(t)
			guest := acctest.Name("tfuser")
			if source == quaytest.LDAPUsers {
				simulator.AddPerson(guest)
				simulator.AddPerson("dev", quaytest.DevsGroup)
			} else {
				simulator.SignIn(guest)
			}
			c := newCommandLine(t, registry, "")
			c.useExample("directory")
			c.cli.Env = append(c.cli.Env, "TF_VAR_organization=acme", fmt.Sprintf("TF_VAR_guests={%q=\"read\"}", guest),
				fmt.Sprintf("TF_VAR_link_guests=%t", source == quaytest.LDAPUsers), "TF_VAR_"+group)
			c.run(true, "apply", "-auto-approve")
			c.run(true, "plan", "-detailed-exitcode")
			simulator.SyncTeams()
			if source == quaytest.LDAPUsers {
				members := registry.Object(t, "/organization/acme/team/developers/members")["members"].([]any)
				if len(members) != 3 { // the robot, the superuser and dev
					t.Errorf("the members are %v", members)
				}
			}
			c.run(true, "plan", "-detailed-exitcode")
			c.run(true, "destroy", "-auto-approve")
			if left := simulator.Objects()["organizations"]; left != 0 {
				t.Errorf("%d organizations are left", left)
			}
		})
	}
}

// The demo works where people come from LDAP: its users are linked in place of being
// created, and everything in its organization refers to them.
func TestAccDemoInLDAP(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithUsersFrom(quaytest.LDAPUsers), quaytest.WithVersion(quaytest.Quay3_18))
	simulator := registry.Simulator(t)
	before := simulator.Objects()
	for _, name := range []string{"alice", "bob"} {
		simulator.AddPerson(name)
	}
	c := newCommandLine(t, registry, "")
	c.useExample("demo")
	c.cli.Env = append(c.cli.Env, "TF_VAR_organization=acme", `TF_VAR_users={"alice"="admin","bob"="write"}`, "TF_VAR_upstream=registry.example.com")
	c.run(true, "get") // the module in the folder
	c.run(true, "apply", "-auto-approve")
	c.run(true, "plan", "-detailed-exitcode")
	registry.Must(t, "PUT", "/superuser/users/alice", map[string]bool{"enabled": false})
	registry.DeleteUser(t, "bob")
	c.run(true, "apply", "-auto-approve")
	c.run(true, "plan", "-detailed-exitcode")
	c.printed.Reset()
	c.run(true, "apply", "-auto-approve", "-var=organization=renamed")
	if !strings.Contains(c.printed.String(), "Resources: 0 added, ") || !strings.Contains(c.printed.String(), " changed, 0 destroyed") {
		t.Errorf("the new name replaces objects: %s", &c.printed)
	}
	c.run(true, "plan", "-detailed-exitcode", "-var=organization=renamed")
	c.run(true, "destroy", "-auto-approve")
	for kind, n := range simulator.Objects() {
		if n != before[kind] && kind != "log_entries" {
			t.Errorf("there are %d %s, and before there were %d", n, kind, before[kind])
		}
	}
}
