package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Where a person has never signed in, Quay knows no user of the name. Whatever refers to the
// user tells how the person gets one, and links nobody by itself.
func TestAccPersonWithoutUser(t *testing.T) {
	t.Parallel()
	for source, words := range map[quaytest.UserSource]string{
		quaytest.LDAPUsers: "resource \"quay_user\" \"example\" {\n  username = %q\n}",
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
				want := words
				if source == quaytest.LDAPUsers {
					want = fmt.Sprintf(words, name)
				} else {
					want = fmt.Sprintf(words, name, c.noun)
				}
				if len(diags) != 1 || !strings.Contains(diags[0].Detail, want) || diags[0].Attribute.String() != fmt.Sprintf("AttributeName(%q)", c.attribute) {
					t.Errorf("%s: %v", c.typeName, diags)
				}
			}
			registry.NotFound(t, "/superuser/users/"+name)
		})
	}
}
