package builds_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

const missing = "00000000-0000-0000-0000-000000000005"

// start starts a build in a repository of the test's and returns its UUID. It
// waits for ever: there is no archive at the address.
func start(t testing.TB, registry *acctest.Registry, repository string) string {
	t.Helper()
	build := registry.Must(t, http.MethodPost, "/repository/"+repository+"/build/", map[string]any{
		"archive_url": "http://127.0.0.1:1/ctx.tar.gz", "docker_tags": []string{"latest"},
	}).(map[string]any)
	return build["id"].(string)
}

// failure returns the error to expect for a build without a trigger, or nil. Quay up
// to version 3.16 does not show such a build.
func failure(t testing.TB, registry *acctest.Registry, uuid string) *regexp.Regexp {
	t.Helper()
	if status, _ := registry.Call(t, http.MethodGet, "/superuser/"+uuid+"/build", nil); status != http.StatusInternalServerError {
		return nil
	}
	return acctest.ErrorContains("Quay up to version 3.16 fails with 500 for every build that was started without a trigger.")
}

func TestAccBuild(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	repository := registry.Repository(t, registry.Organization(t), "team/app")
	uuid := start(t, registry, repository)
	for _, typeName := range []string{"quay_build", "quay_build_status"} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			address := "data." + typeName + ".test"
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:      registry.Config("data %q \"test\" {\n  build_uuid = %q\n}\n", typeName, uuid),
					ExpectError: failure(t, registry, uuid),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Attribute(address, "id", knownvalue.StringExact(uuid)),
						acctest.Attribute(address, "phase", knownvalue.NotNull()),
						acctest.Attribute(address, "started", knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
						acctest.Attribute(address, "display_name", knownvalue.NotNull()),
						acctest.Attribute(address, "repository", knownvalue.StringExact(repository)),
						acctest.Attribute(address, "status_json", knownvalue.StringRegexp(regexp.MustCompile(`^\{`))),
						acctest.Attribute(address, "is_writer", knownvalue.Bool(true)),
						acctest.Attribute(address, "tags", knownvalue.NotNull()),
						acctest.Attribute(address, "trigger_id", knownvalue.Null()),
						acctest.Attribute(address, "trigger_service", knownvalue.Null()),
						acctest.Attribute(address, "pull_robot", knownvalue.Null()),
						acctest.Attribute(address, "resource_key", knownvalue.Null()),
					},
				}},
			})
		})
	}
}

// A build that is cancelled shows at the next read.
func TestAccBuild_cancelled(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	repository := registry.Repository(t, registry.Organization(t), "app")
	uuid := start(t, registry, repository)
	config := registry.Config(`
		data "quay_build" "test" { build_uuid = %[1]q }
		data "quay_build_status" "test" { build_uuid = %[1]q }
	`, uuid)
	phase := func(phase string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			acctest.Attribute("data.quay_build.test", "phase", knownvalue.StringExact(phase)),
			acctest.Attribute("data.quay_build_status.test", "phase", knownvalue.StringExact(phase)),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: failure(t, registry, uuid), ConfigStateChecks: phase("waiting")},
			{
				PreConfig:         func() { registry.Must(t, http.MethodDelete, "/repository/"+repository+"/build/"+uuid, nil) },
				Config:            config,
				ExpectError:       failure(t, registry, uuid),
				ConfigStateChecks: phase("cancelled"),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

func TestAccBuildLogs(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	uuid := start(t, registry, registry.Repository(t, registry.Organization(t), "app"))
	address := "data.quay_build_logs.test"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		Steps: []resource.TestStep{{
			Config:      registry.Config("data \"quay_build_logs\" \"test\" {\n  build_uuid = %q\n}\n", uuid),
			ExpectError: failure(t, registry, uuid),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Attribute(address, "start", knownvalue.Int64Exact(0)),
				acctest.Attribute(address, "total", knownvalue.NotNull()),
				acctest.Attribute(address, "entries", knownvalue.NotNull()),
			},
		}},
	})
}

func TestAccBuild_missing(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	for _, typeName := range []string{"quay_build", "quay_build_status", "quay_build_logs"} {
		for uuid, words := range map[string]string{
			missing:                `There is no build "` + missing + `" in the registry.`,
			"users":                "must be a UUID such as",
			missing + "/x":         "must be a UUID such as",
			"":                     "must be a UUID such as",
			"a" + missing:          "must be a UUID such as",
			missing + `\n` + "abc": "must be a UUID such as",
		} {
			t.Run(typeName+" "+uuid, func(t *testing.T) {
				t.Parallel()
				resource.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Providers(),
					Steps: []resource.TestStep{{
						Config:      registry.Config("data %q \"test\" {\n  build_uuid = \"%s\"\n}\n", typeName, uuid),
						PlanOnly:    true,
						ExpectError: regexp.MustCompile(`(?s)\d+: *build_uuid = .*` + acctest.ErrorContains(words).String()),
					}},
				})
			})
		}
	}
}

// answer makes the registry answer every call with JSON.
func answer(t *testing.T, registry *acctest.Registry, body string) {
	t.Helper()
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
		return true
	})
}

// All that Quay can tell of a build, and as little as it can.
func TestBuild_whole(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	for name, c := range map[string]struct {
		body string
		want map[string]string // what is not here is null
	}{
		"all": {
			`{"id": "` + missing + `", "phase": "building", "started": "Mon, 23 Nov 2026 01:09:36 -0000", "display_name": "734645e",
			"status": {"total_commands": 3}, "subdirectory": "/b", "dockerfile_path": "/b/Dockerfile", "context": "/b", "tags": ["latest", "v1"],
			"manual_user": "alice", "is_writer": true, "trigger": {"id": "t-1", "service": "github", "config": {}}, "trigger_metadata": {},
			"resource_key": "key", "pull_robot": {"name": "acme+ci", "kind": "user", "is_robot": true},
			"repository": {"namespace": "acme", "name": "team/app"}, "error": "Redis may be down", "archive_url": "https://storage/ctx?signature=s"}`,
			map[string]string{
				"id": missing, "phase": "building", "started": "2026-11-23T01:09:36Z", "display_name": "734645e",
				"status_json": `{"total_commands": 3}`, "subdirectory": "/b", "dockerfile_path": "/b/Dockerfile", "context": "/b",
				"manual_user": "alice", "trigger_id": "t-1", "trigger_service": "github", "resource_key": "key", "pull_robot": "acme+ci",
				"repository": "acme/team/app", "error": "Redis may be down", "archive_url": "https://storage/ctx?signature=s",
			},
		},
		"little": {
			`{"id": "` + missing + `", "phase": "waiting", "started": null, "display_name": "", "status": {}, "subdirectory": "", "dockerfile_path": "",
			"context": "", "tags": [], "manual_user": null, "is_writer": false, "trigger": null, "trigger_metadata": null, "resource_key": null,
			"pull_robot": null, "repository": null, "error": null}`,
			map[string]string{"id": missing, "phase": "waiting", "status_json": "{}"},
		},
	} {
		answer(t, registry, c.body)
		for _, typeName := range []string{"quay_build", "quay_build_status"} {
			state, diags := p.ReadData(typeName, acctest.Attributes{"build_uuid": missing})
			acctest.NoErrors(t, diags)
			for _, attribute := range []string{
				"id", "phase", "started", "display_name", "status_json", "subdirectory", "dockerfile_path", "context", "manual_user",
				"trigger_id", "trigger_service", "resource_key", "pull_robot", "repository", "error", "archive_url",
			} {
				want, wanted := c.want[attribute]
				if got, ok := state.Text(t, attribute); got != want || ok != wanted {
					t.Errorf("%s, %s: %s is %q, null: %t", typeName, name, attribute, got, !ok)
				}
			}
			want := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{})
			if name == "all" {
				want = tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{
					tftypes.NewValue(tftypes.String, "latest"), tftypes.NewValue(tftypes.String, "v1"),
				})
			}
			if got := attributes(t, state)["tags"]; !got.Equal(want) {
				t.Errorf("%s, %s: tags are %s", typeName, name, got)
			}
		}
	}
}

func TestBuildLogs_entries(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	p := registry.Serve(t, nil)
	answer(t, registry, `{"start": 0, "total": 2, "logs": [
		{"message": "build-scheduled", "type": "phase", "data": {"datetime": "2026-11-23"}}, {"message": "Step 1\n"}
	]}`)
	state, diags := p.ReadData("quay_build_logs", acctest.Attributes{"build_uuid": missing})
	acctest.NoErrors(t, diags)
	var entries []tftypes.Value
	if err := attributes(t, state)["entries"].As(&entries); err != nil || len(entries) != 2 {
		t.Fatal(entries, err)
	}
	for i, want := range [][2]string{{"phase", "build-scheduled"}, {"", "Step 1\n"}} {
		entry := acctest.State{Value: entries[i]}
		entryType, typed := entry.Text(t, "type")
		if message, _ := entry.Text(t, "message"); entryType != want[0] || typed != (want[0] != "") || message != want[1] {
			t.Errorf("entry %d is %s", i, entries[i])
		}
	}

	answer(t, registry, `{"logs_url": "https://storage/logs?signature=s"}`)
	state, diags = p.ReadData("quay_build_logs", acctest.Attributes{"build_uuid": missing})
	acctest.NoErrors(t, diags)
	for _, name := range []string{"start", "total", "entries"} {
		if got := attributes(t, state)[name]; !got.IsNull() {
			t.Errorf("of archived logs, %s is %s", name, got)
		}
	}
	if got, _ := state.Text(t, "logs_url"); got != "https://storage/logs?signature=s" { // which the schema calls sensitive
		t.Errorf("of archived logs, the address is %q", got)
	}
}

func attributes(t *testing.T, state acctest.State) map[string]tftypes.Value {
	t.Helper()
	var values map[string]tftypes.Value
	if err := state.Value.As(&values); err != nil {
		t.Fatal(err)
	}
	return values
}
