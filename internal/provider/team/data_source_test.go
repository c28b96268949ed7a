package team_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// The data sources have all values of teams.
func TestTeamData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).AddOrganization("acme", "acme@example.com", "admin")
	registry.Must(t, http.MethodPut, "/organization/acme/team/devs", map[string]string{"role": "creator", "description": "Writes *code*"})
	devs := map[string]any{"name": "devs", "role": "creator", "description": "Writes *code*"}
	owners := map[string]any{"name": "owners", "role": "admin", "description": ""}
	p := registry.Serve(t, nil)
	state, diags := p.ReadData("quay_organization_team", acctest.Attributes{"organization": "acme", "name": "devs"})
	acctest.NoErrors(t, diags)
	state.CheckValues(t, devs)
	state, diags = p.ReadData("quay_organization_teams", acctest.Attributes{"organization": "acme"})
	acctest.NoErrors(t, diags)
	state.CheckValues(t, map[string]any{"teams": []any{devs, owners}})
}
