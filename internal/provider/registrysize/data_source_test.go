package registrysize_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const address = "data.quay_registry_size.test"

func TestAccRegistrySize(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config: registry.Config(`data "quay_registry_size" "test" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute(address, "size_bytes", knownvalue.NotNull()),
				acctest.Attribute(address, "running", knownvalue.NotNull()),
				acctest.Attribute(address, "queued", knownvalue.NotNull()),
			},
		}},
	})
}

// The size before the first calculation, and after it.
func TestRegistrySize_states(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	config := registry.Config(`data "quay_registry_size" "test" {}`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "size_bytes", knownvalue.Int64Exact(0)),
					acctest.Attribute(address, "last_ran", knownvalue.Null()),
					acctest.Attribute(address, "queued", knownvalue.Bool(false)),
				},
			},
			{
				PreConfig: func() { registry.Must(t, http.MethodPost, "/superuser/registrysize/", map[string]any{}) },
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "last_ran", knownvalue.Null()),
					acctest.Attribute(address, "queued", knownvalue.Bool(true)),
				},
			},
			{
				PreConfig: func() { simulator.FinishRegistrySize(123456789012345) },
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "size_bytes", knownvalue.Int64Exact(123456789012345)),
					acctest.Attribute(address, "last_ran", knownvalue.NotNull()),
					acctest.Attribute(address, "queued", knownvalue.Bool(false)),
				},
			},
		},
	})
}
