package superuserconfig_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/superuserconfig"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, superuserconfig.Area(), acctest.Case{
		Type: "quay_superuser_config",
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				skipHidden(t, registry)
				return nil
			},
			Example: func(t testing.TB, registry *acctest.Registry) map[string]string {
				skipHidden(t, registry)
				return nil
			},
		},
	}, acctest.Case{
		Type:          "quay_capabilities",
		OptionalCalls: []string{"getRegistryCapabilities"}, DataSource: &acctest.DataSource{Config: acctest.NoConfig},
	})
}

// skipHidden skips a test on a registry that does not show its configuration.
func skipHidden(t testing.TB, registry *acctest.Registry) {
	t.Helper()
	if acctest.Version(t) < quaytest.Quay3_16 {
		t.Skip("this version of Quay does not show its configuration")
	}
	if status, _ := registry.Call(t, http.MethodGet, "/superuser/config", nil); status == http.StatusForbidden {
		t.Skip("the registry does not show its configuration")
	}
}

// The data source tells which features are on and nothing of the server's environment.
func TestSuperuserConfig(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18), quaytest.WithoutFeatures(quaytest.QuotaManagement))
	state, diags := registry.Serve(t, nil).ReadData("quay_superuser_config", nil)
	acctest.NoErrors(t, diags)
	text := state.Value.String()
	for _, want := range []string{
		`"FEATURE_QUOTA_MANAGEMENT":tftypes.Bool<"false">`, `"FEATURE_AUTO_PRUNE":tftypes.Bool<"true">`, `"Database"`, `"admin"`, `"4w"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
	if strings.Contains(text, "SECRET") {
		t.Errorf("the environment is in %s", text)
	}
}

// The error names the setting if the registry hides its configuration, and the version if Quay
// is too old.
func TestSuperuserConfig_notAllowed(t *testing.T) {
	t.Parallel()
	for want, option := range map[string]quaytest.Option{
		"FEATURE_SUPERUSER_CONFIGDUMP is off": quaytest.WithoutFeatures(quaytest.SuperuserConfigDump),
		"It exists since Quay 3.15":           quaytest.WithVersion(quaytest.Quay3_12),
	} {
		_, diags := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_18), option).Serve(t, nil).ReadData("quay_superuser_config", nil)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, want) {
			t.Errorf("%s is not in %v", want, diags)
		}
	}
}
