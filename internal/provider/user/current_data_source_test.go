package user_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// What Quay tells depends on the scopes of the token. A password needs none.
func TestCurrentUser(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithNameHold(0))
	server := registry.Simulator(t)
	server.AddOrganization("acme", "acme@example.com", "admin")
	for name, c := range map[string]struct {
		settings acctest.Attributes
		want     []string
	}{
		"all scopes": {nil, []string{`"email":tftypes.String<"admin@example.com">`, `"super_user":tftypes.Bool<"true">`, `"is_admin":tftypes.Bool<"true">`}},
		"user:read": {
			acctest.Attributes{"token": server.AddToken("admin", "user:read")},
			[]string{`"email":tftypes.String<null>`, `"super_user":tftypes.Bool<null>`, `"is_admin":tftypes.Bool<null>`, `"can_create_repositories":tftypes.Bool<"false">`},
		},
		"password": {
			acctest.Attributes{"token": nil, "username": "admin", "password": quaytest.SuperuserPassword},
			[]string{`"username":tftypes.String<"admin">`, `"super_user":tftypes.Bool<"true">`},
		},
	} {
		state, diags := registry.Serve(t, c.settings).ReadData("quay_current_user", nil)
		acctest.NoErrors(t, diags)
		for _, want := range c.want {
			if text := state.Value.String(); !strings.Contains(text, want) {
				t.Errorf("%s: %s is not in %s", name, want, text)
			}
		}
	}
	_, diags := registry.Serve(t, acctest.Attributes{"token": server.AddToken("admin", "super:user")}).ReadData("quay_current_user", nil)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "only if the token has the scope user:read") {
		t.Errorf("without the scope: %v", diags)
	}
}
