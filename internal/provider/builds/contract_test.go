package builds_test

import (
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/builds"
)

func TestContract(t *testing.T) {
	t.Parallel()
	ofBuild := func(typeName string) acctest.Case {
		return acctest.Case{Type: typeName, DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"build_uuid": shownBuild(t, registry, registry.Repository(t, registry.Organization(t), "app"))}
			},
			Example: func(t testing.TB, registry *acctest.Registry) map[string]string {
				return map[string]string{"83262bb9-f06c-4e30-a362-1457f647b222": shownBuild(t, registry, "acme/app")}
			},
		}}
	}
	acctest.Contract(t, builds.Area(), ofBuild("quay_build"), ofBuild("quay_build_status"), ofBuild("quay_build_logs"))
}

// shownBuild starts a build. It skips the test if Quay does not show the build.
func shownBuild(t testing.TB, registry *acctest.Registry, repository string) string {
	t.Helper()
	uuid := start(t, registry, repository)
	if failure(t, registry, uuid) != nil {
		t.Skip("Quay up to version 3.16 does not show a build without a trigger")
	}
	return uuid
}
