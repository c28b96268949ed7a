package logs_test

import (
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/logs"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, logs.Area(), acctest.Case{
		Type: "quay_logs",
		DataSource: &acctest.DataSource{
			Config: acctest.NoConfig,
			Inputs: acctest.Inputs{
				Rules: []acctest.Rule{acctest.GranteeRule("performer"), acctest.NameRule("namespace")},
				Invalid: []acctest.Invalid{
					{Config: acctest.Attributes{"max_entries": 0}, Attribute: "max_entries", Error: "max_entries must be at least 1."},
				},
			},
		},
	})
}
