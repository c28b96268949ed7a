package repository_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// read reads a data source.
func read(t *testing.T, p *acctest.Provider, typeName string, config acctest.Attributes) acctest.State {
	t.Helper()
	state, diags := p.ReadData(typeName, config)
	acctest.NoErrors(t, diags)
	return state
}

// The data sources have all values of repositories. The list has repositories of one kind, and
// public repositories of others.
func TestRepositoryData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithVersion(quaytest.Quay3_16)) // later versions create no applications
	simulator := registry.Simulator(t)
	simulator.AddUser("plain", "plain@example.com")
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	for _, body := range []map[string]any{
		{"repository": "app", "description": "The *app*", "visibility": "public"},
		{"repository": "team/tool", "description": "", "visibility": "private"},
		{"repository": "chart", "description": "", "visibility": "public", "repo_kind": "application"},
	} {
		body["namespace"] = "acme"
		registry.Must(t, http.MethodPost, "/repository", body)
	}
	registry.Must(t, http.MethodPut, "/repository/acme/team/tool/changestate", map[string]string{"state": "READ_ONLY"})
	app := map[string]any{"namespace": "acme", "name": "app", "description": "The *app*", "visibility": "public", "state": "NORMAL", "kind": "image"}
	tool := map[string]any{"namespace": "acme", "name": "team/tool", "description": "", "visibility": "private", "state": "READ_ONLY", "kind": "image"}
	chart := map[string]any{"namespace": "acme", "name": "chart", "description": "", "visibility": "public", "state": "NORMAL", "kind": "application"}

	p := registry.Serve(t, nil)
	for _, want := range []map[string]any{app, tool} {
		read(t, p, typeName, acctest.Attributes{"namespace": "acme", "name": want["name"]}).CheckValues(t, want)
	}
	all := acctest.Attributes{"namespace": "acme"}
	read(t, p, "quay_repositories", all).CheckValues(t, map[string]any{"repositories": []any{app, tool}})
	read(t, p, "quay_repositories", acctest.Attributes{"namespace": "acme", "kind": "application"}).CheckValues(t, map[string]any{"repositories": []any{chart}})
	plain := registry.Serve(t, acctest.Attributes{"token": simulator.AddToken("plain")})
	read(t, plain, "quay_repositories", all).CheckValues(t, map[string]any{"repositories": []any{app}})
}

// The data sources have all values of tags.
func TestTagData(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	simulator.AddRepository("acme", "app", "admin")
	started := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	simulator.AddTag("acme", "app", quaytest.Tag{Name: "v1", Digest: digest, Size: 1234, Start: started, Expiration: time.Date(2036, 1, 2, 3, 4, 5, 0, time.UTC)})
	simulator.AddTag("acme", "app", quaytest.Tag{Name: "v2", Digest: digest, IsList: true, Start: started.Add(time.Hour)})
	v1 := map[string]any{
		"name": "v1", "digest": digest, "is_manifest_list": false, "size": 1234, "start": "2026-03-04T05:06:07Z", "expiration": "2036-01-02T03:04:05Z",
	}
	v2 := map[string]any{"name": "v2", "digest": digest, "is_manifest_list": true, "start": "2026-03-04T06:06:07Z", "expiration": nil}
	p := registry.Serve(t, nil)
	for _, want := range []map[string]any{v1, v2} {
		read(t, p, "quay_repository_tag", acctest.Attributes{"repository": "acme/app", "name": want["name"]}).CheckValues(t, want)
	}
	read(t, p, "quay_repository_tags", acctest.Attributes{"repository": "acme/app"}).CheckValues(t, map[string]any{"tags": []any{v2, v1}})
}

// A list for queries leaves out a repository whose name Quay reads as a path of its API. No
// resource can manage it.
func TestRepositoryList(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	simulator := registry.Simulator(t)
	simulator.AddOrganization("acme", "acme@example.com", "admin")
	for _, name := range []string{"app", "app/mirror", "team/tag"} {
		simulator.AddRepository("acme", name, "admin")
	}
	found, diags := registry.Serve(t, nil).List(typeName, acctest.Attributes{"namespace": "acme"}, 10, false)
	acctest.NoErrors(t, diags)
	if len(found) != 1 || found[0].Name != "acme/app (private)" {
		t.Errorf("the list has %d repositories: %v", len(found), found)
	}
}
