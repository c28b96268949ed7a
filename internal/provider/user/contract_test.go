package user_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/user"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	variants := []acctest.Attributes{{"password_wo": "a-long-password", "password_wo_version": 2, "force_destroy": true}}
	secrets := []string{"initial_password"}
	if acctest.UsersFromDirectory() { // where Quay has no passwords
		variants, secrets = nil, nil
	}
	acctest.Contract(t, user.Area(), acctest.Case{
		Type:     "quay_user",
		Identity: []string{"username"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			config := acctest.Attributes{"username": registry.NewUser(t), "enabled": false}
			if registry.UsersFrom(t) == quaytest.DatabaseUsers {
				config["email"] = fmt.Sprintf("%s@example.com", config["username"])
			}
			return config
		},
		Change:   acctest.Attributes{"enabled": true},
		Variants: variants,
		Secrets:  secrets,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			user := registry.Object(t, fmt.Sprintf("/superuser/users/%s", config["username"]))
			return acctest.Risk("the account is enabled", user["enabled"], false, true)
		},
		RiskError: "The user is enabled, although",
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.DeleteUser(t, identity["username"])
		},
		InvalidIDs: map[string]string{"a/b": "username must be 2 to 255"},
		FaultCases: 252,
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				{
					Attribute: "username", Error: "must be 2 to 255 characters: lower-case letters and digits, with single '.', '_' or '-' between them",
					Refused: []string{
						"", "a", "Alice", "-alice", "alice-", "a..b", "a__b", "..", "a/b", "a:b", "acme+ci", "alice ", "alice\n", "a\x00b", strings.Repeat("0", 256),
					},
					Accepted: []string{"al", "a.b-c_d", "4711", strings.Repeat("0", 255)},
				},
				{
					Attribute: "email", Error: "must not begin or end with white space",
					Refused: []string{" a@example.com", "a@example.com\n"}, Accepted: []string{"a@example.com", "a+b@example.com"},
				},
				{
					Attribute: "email", Error: "must not be empty: to have no e-mail address, leave it out.",
					Refused: []string{"", "\n"}, Accepted: []string{"a@example.com"},
				},
				{
					Attribute: "email", Error: "must not hold line breaks",
					Refused: []string{"a@exam\nple.com", "a@\x00"}, Accepted: []string{"a@example.com"},
				},
				{
					Attribute: "email", Error: "must not be a UUID",
					Refused: []string{"482f1bee-8b13-4db5-ac6c-883e9519ba60"}, Accepted: []string{"482f1bee@example.com"},
				},
			},
			Invalid: []acctest.Invalid{
				{
					Config:    acctest.Attributes{"password_wo": "short", "password_wo_version": 1},
					Attribute: "password_wo", Error: "password_wo must have at least 8 characters without white space.",
				},
				{
					Config:    acctest.Attributes{"password_wo": "white space pw", "password_wo_version": 1},
					Attribute: "password_wo", Error: "password_wo must have at least 8 characters without white space.",
				},
				{
					Config:    acctest.Attributes{"password_wo": "long-enough"},
					Attribute: "password_wo", Error: `Attribute "password_wo_version" must be specified`,
				},
				{
					Config:    acctest.Attributes{"password_wo_version": 1},
					Attribute: "password_wo_version", Error: `Attribute "password_wo" must be specified`,
				},
				{
					Config:    acctest.Attributes{"password_wo": "long-enough", "password_wo_version": 1.5},
					Attribute: "password_wo_version", Error: "password_wo_version must be a whole number.",
				},
			},
		},
		List: &acctest.List{
			Finds:  map[string]string{"prefix": "username"},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.PrefixRule("prefix")}},
			Example: func(t testing.TB, registry *acctest.Registry) map[string]string {
				registry.Simulator(t).AddUser("alice", "alice@example.com")
				registry.Must(t, http.MethodPut, "/superuser/users/alice", map[string]bool{"enabled": false})
				return nil
			},
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"username": registry.User(t)}
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("username")}},
			Example: acctest.ExampleUser("alice"),
		},
	}, acctest.Case{
		Type:       "quay_all_users",
		DataSource: &acctest.DataSource{Config: acctest.NoConfig},
	}, acctest.Case{
		Type:       "quay_current_user",
		DataSource: &acctest.DataSource{Config: acctest.NoConfig},
	})
}
