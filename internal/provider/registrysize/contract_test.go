package registrysize_test

import (
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/registrysize"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, registrysize.Area(), acctest.Case{
		Type:       "quay_registry_size_calculation",
		Config:     acctest.NoConfig,
		Variants:   []acctest.Attributes{{"triggers": map[string]string{"a": "b"}, "wait": false}},
		FaultCases: 56,
	}, acctest.Case{
		Type:       "quay_registry_size",
		DataSource: &acctest.DataSource{Config: acctest.NoConfig},
	}, acctest.Case{
		Type:   "quay_calculate_registry_size",
		Action: &acctest.Action{Config: func(*quaytest.Server) acctest.Attributes { return nil }},
	})
}
