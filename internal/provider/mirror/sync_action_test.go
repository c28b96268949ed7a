package mirror_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const (
	syncAction   = "quay_sync_mirror"
	cancelAction = "quay_cancel_mirror_sync"
)

// actionCase returns the case of an action on a mirror.
func actionCase(typeName string) acctest.Case {
	return acctest.Case{Type: typeName, Action: &acctest.Action{
		Config: func(simulator *quaytest.Server) acctest.Attributes {
			simulator.AddOrganization("acme", "acme@example.com", "admin")
			simulator.AddRepository("acme", "app", "admin")
			simulator.AddRobot("acme", "mirror")
			addMirror(func(body map[string]any) bool {
				api := quaytest.API{URL: simulator.URL, Token: simulator.Token}
				status, _, err := api.Call(context.Background(), http.MethodPost, "/repository/acme/app/mirror", body)
				return err == nil && status == http.StatusCreated
			}, "acme+mirror")
			return acctest.Attributes{"repository": "acme/app"}
		},
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{acctest.RepositoryRule("repository"), acctest.NameRule("organization")},
			Invalid: []acctest.Invalid{
				{Config: acctest.Attributes{"repository": nil}, Error: "No attribute specified when one (and only one) of"},
				{Config: acctest.Attributes{"organization": "acme"}, Error: "2 attributes specified when one (and only one) of"},
			},
		},
		Example: func(t testing.TB, registry *acctest.Registry) map[string]string {
			exampleMirror(t, registry)
			return exampleOrganizationMirror(t, registry)
		},
	}}
}

// An action synchronizes, and reports it. It refuses a mirror that is disabled.
func TestAccSyncActions_repository(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p, config := f.Serve(t, nil), acctest.Attributes{"repository": f.repository}
	_, diags := p.Invoke(syncAction, config)
	wantRefusal(t, "no mirror", diags, "There is no repository mirror", "repository")
	f.addMirror(t)
	path := "/repository/" + f.repository
	checkActions(t, p, config, func() any { return f.mirror(t)["sync_status"] })
	f.Must(t, http.MethodPut, path+"/changestate", map[string]string{"state": "NORMAL"})
	_, diags = p.Invoke(syncAction, config)
	wantRefusal(t, "another state", diags, "is disabled", "repository")
	f.Must(t, http.MethodPut, path+"/changestate", map[string]string{"state": "MIRROR"})
	f.Must(t, http.MethodPut, path+"/mirror", map[string]bool{"is_enabled": false})
	_, diags = p.Invoke(syncAction, config)
	wantRefusal(t, "disabled", diags, "is disabled", "repository")
}

func TestAccSyncActions_organization(t *testing.T) {
	t.Parallel()
	f := newOrganizationFixture(t, acctest.Start(t))
	p, config := f.Serve(t, nil), acctest.Attributes{"organization": f.organization}
	_, diags := p.Invoke(cancelAction, config)
	wantRefusal(t, "no mirror", diags, "There is no organization mirror", "organization")
	f.addMirror(t)
	checkActions(t, p, config, func() any { return f.Object(t, f.path())["sync_status"] })
	f.Must(t, http.MethodPut, f.path(), map[string]bool{"is_enabled": false})
	_, diags = p.Invoke(syncAction, config)
	wantRefusal(t, "disabled", diags, "is disabled", "organization")
}

// checkActions synchronizes a mirror, and cancels that twice.
func checkActions(t *testing.T, p *acctest.Provider, config acctest.Attributes, status func() any) {
	t.Helper()
	for _, step := range []struct {
		action, words string
		due           bool
	}{
		{syncAction, "Quay synchronizes the ", true},
		{cancelAction, "Quay has cancelled the synchronization of the ", false},
		{cancelAction, "Quay has no synchronization of the ", false},
	} {
		progress, diags := p.Invoke(step.action, config)
		acctest.NoErrors(t, diags)
		if len(progress) != 1 || !strings.HasPrefix(progress[0], step.words) {
			t.Errorf("%s tells %q", step.action, progress)
		}
		if got := status(); (got == "SYNC_NOW") != step.due {
			t.Errorf("after %s the status is %v", step.action, got)
		}
	}
}
