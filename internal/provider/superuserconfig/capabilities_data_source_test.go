package superuserconfig_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// Every version tells its features and its calls, and from 3.16 on also its number.
func TestCapabilities(t *testing.T) {
	t.Parallel()
	for _, v := range quaytest.Versions() {
		registry := acctest.Start(t, quaytest.WithVersion(v), quaytest.WithoutFeatures(quaytest.QuotaManagement))
		state, diags := registry.Serve(t, nil).ReadData("quay_capabilities", nil)
		acctest.NoErrors(t, diags)
		text := state.Value.String()
		for _, want := range []string{`"FEATURE_QUOTA_MANAGEMENT":tftypes.Bool<"false">`, `"FEATURE_SUPERUSERS_FULL_ACCESS":tftypes.Bool<"true">`, `"Database"`, `"createInstallUser"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%v: %s is not in %s", v, want, text)
			}
		}
		version := `"version":tftypes.String<"` + v.String() + `">`
		if v < quaytest.Quay3_16 {
			version = `"version":tftypes.String<null>`
		}
		if !strings.Contains(text, version) {
			t.Errorf("%v: %s is not in %s", v, version, text)
		}
		if has := strings.Contains(text, `"createOrganizationApplicationToken"`); has != (v >= quaytest.Quay3_18) {
			t.Errorf("%v: the call for tokens exists: %t", v, has)
		}
		if tells := strings.Contains(text, `"mirror_architectures":tftypes.List[tftypes.String]<tftypes.String<"amd64">`); tells != (v >= quaytest.Quay3_18) {
			t.Errorf("%v: the registry tells of architectures: %t: %s", v, tells, text)
		}
	}
}
