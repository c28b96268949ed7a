package acctest_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// TestMain runs the sweepers if -sweep names a registry, and the tests otherwise.
func TestMain(m *testing.M) {
	acctest.AddSweepers()
	resource.TestMain(m)
}
