package apptoken_test

import (
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// A refresh of all tokens takes one call, and keeps their secrets. After an import, each token
// takes one more call, which returns the secret.
func TestAppTokens_calls(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	var states []acctest.State
	for _, title := range []string{"laptop", "phone", "tablet"} {
		states = append(states, p.Create("quay_app_token", acctest.Attributes{"title": title}))
	}
	run := p.OneRun()
	simulator.ResetCalls()
	for _, state := range states {
		read, diags := run.Read("quay_app_token", state)
		acctest.NoErrors(t, diags)
		if !read.Value.Equal(state.Value) {
			t.Error("a token is read otherwise than it was created")
		}
	}
	if calls := simulator.Calls(); len(simulator.Requests()) != 1 || calls["GET /user/apptoken"] != 1 {
		t.Errorf("calls %v", calls)
	}
	uuid, _ := states[0].Text(t, "uuid")
	imported, diags := run.ImportByID("quay_app_token", uuid)
	acctest.NoErrors(t, diags)
	if !imported.Value.Equal(states[0].Value) || len(simulator.Requests()) != 2 {
		t.Errorf("imported otherwise than created, with the calls %v", simulator.Calls())
	}
}
