package robot_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// The data source has all values of a robot.
func TestRobotData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
	created := registry.Must(t, http.MethodPut, "/organization/acme/robots/ci", map[string]any{
		"description": "Builds", "unstructured_metadata": map[string]string{"owner": "devs"},
	}).(map[string]any)
	state, diags := registry.Serve(t, nil).ReadData("quay_organization_robot", acctest.Attributes{"organization": "acme", "name": "ci"})
	acctest.NoErrors(t, diags)
	state.CheckValues(t, map[string]any{
		"username": "acme+ci", "description": "Builds", "token": created["token"], "metadata": map[string]any{"owner": "devs"},
	})
}
