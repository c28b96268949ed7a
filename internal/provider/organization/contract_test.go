package organization_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/organization"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, organization.Area(), acctest.Case{
		Type:     "quay_organization",
		Identity: []string{"name"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			name := registry.NewOrganization(t)
			return acctest.Attributes{"name": name, "email": name + "@example.com", "invoice_email": true, "tag_expiration_s": 604800}
		},
		Change:   acctest.Attributes{"invoice_email": false},
		Rename:   "name",
		Variants: []acctest.Attributes{{"invoice_email_address": "invoices@example.com", "force_destroy": true}},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			registry.Call(t, http.MethodDelete, "/superuser/organizations/"+identity["name"], nil)
		},
		InvalidIDs: map[string]string{"acme/": "name must be 2 to 255"},
		FaultCases: 224,
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				{
					Attribute: "name", Error: "must be 2 to 255 characters: lower-case letters and digits",
					Refused:  []string{"", "a", "Acme", "-acme", "a..b", "a/b", "acme+ci", "acme ", strings.Repeat("0", 256)},
					Accepted: []string{"ab", "a.b-c_d", strings.Repeat("0", 255)},
				},
				{
					Attribute: "email", Error: "must not be a UUID",
					Refused: []string{"482f1bee-8b13-4db5-ac6c-883e9519ba60"}, Accepted: []string{"acme@example.com"},
				},
				{Attribute: "email", Error: "must not be empty", Refused: []string{""}, Accepted: []string{"acme@example.com"}},
				{Attribute: "invoice_email_address", Error: "must not be empty", Refused: []string{""}, Accepted: []string{"acme@example.com"}},
			},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"tag_expiration_s": -1}, Attribute: "tag_expiration_s", Error: "tag_expiration_s must be at least 0."},
				{
					Config:    acctest.Attributes{"tag_expiration_s": 604800. / 11},
					Attribute: "tag_expiration_s", Error: "tag_expiration_s must be a whole number. The functions floor and ceil make one.",
				},
				{
					Config:    acctest.Attributes{"tag_expiration_s": 1e30},
					Attribute: "tag_expiration_s", Error: "must be a whole number from -9223372036854775808 to 9223372036854775807.",
				},
			},
		},
		List: &acctest.List{
			Finds:  map[string]string{"prefix": "name"},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.PrefixRule("prefix")}},
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"name": registry.Organization(t)}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("name")}},
		},
	}, acctest.Case{
		Type:       "quay_all_organizations",
		DataSource: &acctest.DataSource{Config: acctest.NoConfig},
	})
}
