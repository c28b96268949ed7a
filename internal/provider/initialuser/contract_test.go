package initialuser_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/initialuser"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, initialuser.Area(), acctest.Case{
		Type:          "quay_initial_user",
		EmptyDatabase: true,
		Config: func(testing.TB, *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{"username": "admin", "email": "admin@example.com", "password_wo": quaytest.SuperuserPassword}
		},
		FaultCases: 80,
		Inputs: acctest.Inputs{Rules: []acctest.Rule{
			{
				Attribute: "password_wo", Error: "must have at least 8 characters without white space",
				Refused: []string{"", "short", "with a space"}, Accepted: []string{"password", strings.Repeat("x", 200)},
			},
		}},
		Example: func(t testing.TB, registry *acctest.Registry) map[string]string {
			t.Helper()
			registry.Simulator(t).SetPassword("admin", "change-me-soon") // the registry of examples has its users
			return nil
		},
	})
}
