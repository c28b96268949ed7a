package member_test

import (
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/member"
)

func TestContract(t *testing.T) {
	t.Parallel()
	of := func(typeName string) acctest.Case {
		return acctest.Case{Type: typeName, DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"organization": registry.Organization(t)}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule("organization")}},
		}}
	}
	acctest.Contract(t, member.Area(), of("quay_organization_members"), of("quay_organization_collaborators"))
}
