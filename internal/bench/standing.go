//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/terraform"
)

// Terraform itself takes hours to apply ten thousand objects at once. Of a
// scenario of that size only the plan is measured: its objects are made through
// the API, and the state is written as an apply would have left it.

// instance is an object in a state.
type instance struct {
	IndexKey   int            `json:"index_key"`
	Version    int            `json:"schema_version"`
	Attributes map[string]any `json:"attributes"`
}

// managed is a resource in a state.
type managed struct {
	Mode      string     `json:"mode"`
	Type      string     `json:"type"`
	Name      string     `json:"name"`
	Provider  string     `json:"provider"`
	Instances []instance `json:"instances"`
}

// writeState writes a state of resources into the folder of a configuration.
func writeState(cli *terraform.CLI, resources ...managed) error {
	text, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "bench", "outputs": map[string]any{}, "resources": resources,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(cli.Dir, "terraform.tfstate"), text, 0o600)
}

// floorState is the state of as many terraform_data.
func floorState(objects int) managed {
	r := managed{Mode: "managed", Type: "terraform_data", Name: "floor", Provider: `provider["terraform.io/builtin/terraform"]`}
	for i := range objects {
		value := map[string]any{"value": i, "type": "number"}
		r.Instances = append(r.Instances, instance{i, 0, map[string]any{"id": fmt.Sprintf("bench-%d", i), "input": value, "output": value, "triggers_replace": nil}})
	}
	return r
}

// grant makes the permissions of a standing scenario, half of them of robots and
// half of teams, and returns their state.
func (s *scenario) grant(ctx context.Context, registry *quaytest.Front, path, org string) ([]managed, error) {
	address := "registry.terraform.io"
	if strings.HasSuffix(path, "tofu") {
		address = "registry.opentofu.org"
	}
	provider := fmt.Sprintf("provider[%q]", address+"/terraform-provider-quay/quay")
	robots := managed{Mode: "managed", Type: "quay_repo_user_permission", Name: "p", Provider: provider}
	teams := managed{Mode: "managed", Type: "quay_repo_team_permission", Name: "t", Provider: provider}
	var calls []request
	for i := range s.objects / 2 {
		repository := fmt.Sprintf("%s/app%d", org, i%s.needs.repositories)
		robot, team := fmt.Sprintf("%s+robot%d", org, i/s.needs.repositories), fmt.Sprintf("team%d", i/s.needs.repositories)
		role := map[string]string{"role": "read"}
		calls = append(calls,
			request{http.MethodPut, "/repository/" + repository + "/permissions/user/" + robot, role},
			request{http.MethodPut, "/repository/" + repository + "/permissions/team/" + team, role})
		robots.Instances = append(robots.Instances, instance{i, 0, map[string]any{"repository": repository, "username": robot, "role": "read"}})
		teams.Instances = append(teams.Instances, instance{i, 0, map[string]any{"repository": repository, "team": team, "role": "read"}})
	}
	return []managed{robots, teams}, each(ctx, registry.API, calls)
}
