package defaultpermission_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/defaultpermission"
)

func TestContract(t *testing.T) {
	t.Parallel()
	organization := acctest.NameRule("organization")
	acctest.Contract(t, defaultpermission.Area(), acctest.Case{
		Type:     typeName,
		Identity: []string{"organization", "id"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			organization := registry.Organization(t)
			return acctest.Attributes{"organization": organization, "delegate_team": registry.Team(t, organization, "devs"), "role": "write"}
		},
		Change:     acctest.Attributes{"role": "read"},
		Variants:   []acctest.Attributes{{}, {"delegate_team": nil, "delegate_user": "admin", "creator": "admin"}},
		Unique:     true,
		FaultCases: 168,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			risk := map[string]float64{}
			for _, rule := range rulesOf(t, registry, config["organization"].(string)) {
				risk["rules"]++
				risk["role"] = max(risk["role"], acctest.Risk("role", rule["role"], nil, "read", "write", "admin")["role"])
			}
			return risk
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, fmt.Sprintf("/organization/%s/prototypes/%s", identity["organization"], identity["id"]), nil)
		},
		Parent: func(config acctest.Attributes) string {
			return fmt.Sprintf("/superuser/organizations/%s", config["organization"])
		},
		InvalidIDs: map[string]string{
			"acme": "Write it as organization:id", "acme:": "Write it as organization:id", "acme:7": "id must be a UUID",
			"Acme:aff0604d-4de0-4db1-9eaa-b55021c20504": "organization must be 1 to 255",
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				organization,
				acctest.NameRule("delegate_user"),
				acctest.NameRule("delegate_team"),
				acctest.GranteeRule("creator"),
				{
					Attribute: "delegate_robot", Error: "must be the name of a robot as namespace+name",
					Refused: []string{"", "ci", "acme+", "+ci", "a+b+c", "Acme+ci", "acme+ci "}, Accepted: []string{"acme+ci", "a_+b-"},
				},
				{
					Attribute: "role", Error: `must be one of "read", "write", "admin".`,
					Refused: []string{"", "owner", "ADMIN"}, Accepted: []string{"read", "write", "admin"},
				},
				acctest.UUIDRule("id"),
			},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"delegate_team": nil}, Error: "No attribute specified when one (and only one) of"},
				{
					Config:    acctest.Attributes{"delegate_robot": "acme+ci"},
					Attribute: "delegate_user", Error: "2 attributes specified when one (and only one) of",
				},
			},
		},
		Example: acctest.ExampleUser("alice"),
		List: &acctest.List{
			Finds:  map[string]string{"organization": "organization"},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{organization}},
			Example: func(t testing.TB, registry *acctest.Registry) map[string]string {
				addRule(t, registry, "acme", "devs", "write")
				return nil
			},
		},
	}, acctest.Case{
		Type: typeName + "s",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				organization := registry.Organization(t)
				addRule(t, registry, organization, registry.Team(t, organization, "devs"), "read")
				return acctest.Attributes{"organization": organization}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{organization}},
		},
	})
}
