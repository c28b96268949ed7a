// Command demo shows the provider at work. It applies examples/demo to a registry, plans
// again, repairs manual changes, and destroys everything. The registry is an in-memory Quay
// server or, if QUAY_URL and QUAY_TOKEN are set, a real Quay. The command takes Terraform or
// OpenTofu from PATH, and otherwise downloads Terraform.
//
// It runs in the root of the source tree, and ends with status 1 at the first failed step.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/terraform"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "quay-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	registry, err := quaytest.NewProxy()
	if err != nil {
		return err
	}
	defer registry.Close()
	fmt.Println("Registry  ", registry)
	scene := newScene(registry.API)
	if registry.Memory != nil {
		scene.upstream = "registry.example.com" // the in-memory Quay server resolves this name
	}
	cli, err := newTour(ctx, dir, registry.API, scene)
	if err != nil {
		return err
	}
	// Deletes the demo's objects in any case, even after an interrupt.
	defer func() { err = errors.Join(err, scene.clear(context.WithoutCancel(ctx))) }()

	step := func(verb, object string, run func() (string, error)) {
		if err != nil {
			return
		}
		registry.Calls.Store(0)
		var outcome string
		if outcome, err = run(); err == nil {
			fmt.Printf("%-8s %-34s %-30s %3d calls\n", verb, object, outcome, registry.Calls.Load())
		}
	}
	step("apply", "examples/demo", cli.apply)
	step("plan", "the same again", cli.plan(0))
	step("by hand", "a user, a quota and a role", func() (string, error) { return "3 changed or removed", scene.drift(ctx) })
	step("plan", "to repair them", cli.plan(3))
	step("apply", "the repair", cli.apply)
	step("plan", "the same again", cli.plan(0))
	step("apply", "the organization under a new name", cli.rename(scene))
	step("by hand", "a look at the robot's token", func() (string, error) { return "the same as before", scene.sameToken(ctx) })
	step("plan", "the same again", cli.plan(0))
	step("query", "the log of the organization", cli.queryLog)
	step("destroy", "everything", cli.destroy)
	if err != nil {
		return err
	}
	left, err := scene.objectsLeft(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d objects left\n", left)
	if left != 0 {
		return errors.New("the demo left objects behind")
	}
	return nil
}

// scene has the names of the objects in the demo's configuration.
type scene struct {
	api          quaytest.API
	organization string
	renamed      string            // the organization's later name
	users        map[string]string // role by name
	first        string            // one of the users
	token        any               // the robot's token before the rename of the organization
	upstream     string            // the host of a registry to mirror, or empty for the host from the environment, if any
}

func newScene(api quaytest.API) *scene {
	suffix := strings.ToLower(rand.Text()[:6])
	return &scene{
		api:          api,
		organization: "demo" + suffix,
		renamed:      "show" + suffix,
		users:        map[string]string{"alice" + suffix: "admin", "bob" + suffix: "write", "carol" + suffix: "read"},
		first:        "alice" + suffix,
	}
}

// must makes a call that must succeed.
func (s *scene) must(ctx context.Context, method, path string, body any) (any, error) {
	status, answer, err := s.api.Call(ctx, method, path, body)
	if err == nil && status >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %d %v", method, path, status, answer)
	}
	return answer, err
}

// robotToken returns the token of the robot of an organization.
func (s *scene) robotToken(ctx context.Context, organization string) (any, error) {
	robot, err := s.must(ctx, http.MethodGet, "/organization/"+organization+"/robots/ci", nil)
	if err != nil {
		return nil, err
	}
	return robot.(map[string]any)["token"], nil
}

// sameToken returns an error if the rename of the organization has changed the robot's token.
func (s *scene) sameToken(ctx context.Context) error {
	token, err := s.robotToken(ctx, s.renamed)
	if err == nil && token != s.token {
		err = errors.New("the token of the robot has changed")
	}
	return err
}

// drift disables a user, removes the quota and makes the robot an administrator. It records
// the robot's token.
func (s *scene) drift(ctx context.Context) (err error) {
	if s.token, err = s.robotToken(ctx, s.organization); err != nil {
		return err
	}
	quotas, err := s.must(ctx, http.MethodGet, "/superuser/organization/"+s.organization+"/quota", nil)
	if err != nil {
		return err
	}
	id := quotas.([]any)[0].(map[string]any)["id"]
	_, first := s.must(ctx, http.MethodPut, "/superuser/users/"+s.first, map[string]bool{"enabled": false})
	_, second := s.must(ctx, http.MethodDelete, fmt.Sprintf("/superuser/organization/%s/quota/%v", s.organization, id), nil)
	_, third := s.must(ctx, http.MethodPut, "/repository/"+s.organization+"/team/service/permissions/user/"+s.organization+"+ci",
		map[string]string{"role": "admin"})
	return errors.Join(first, second, third)
}

// objectsLeft counts the demo's organizations and users that are still in the registry. Quay
// deletes all other objects with their organization.
func (s *scene) objectsLeft(ctx context.Context) (int, error) {
	left := 0
	for _, path := range s.paths("/organization/") {
		status, _, err := s.api.Call(ctx, http.MethodGet, path, nil)
		if err != nil {
			return 0, err
		}
		if status != http.StatusNotFound {
			left++
		}
	}
	keys, err := s.must(ctx, http.MethodGet, "/superuser/keys", nil)
	if err != nil {
		return 0, err
	}
	for _, key := range keys.(map[string]any)["keys"].([]any) {
		name := key.(map[string]any)["name"]
		if name == "CI of "+s.organization || name == "CI of "+s.renamed {
			left++
		}
	}
	return left, nil
}

// clear deletes the objects of a failed run.
func (s *scene) clear(ctx context.Context) error {
	var errs []error
	for _, path := range s.paths("/superuser/organizations/") {
		status, answer, err := s.api.Call(ctx, http.MethodDelete, path, nil)
		gone := status == http.StatusNotFound || strings.Contains(fmt.Sprint(answer), "does not exist") // releases answer 400
		if err == nil && status != http.StatusNoContent && !gone {
			err = fmt.Errorf("DELETE %s: %d %v", path, status, answer)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// paths returns the paths of the organization, with both names, and of the users.
func (s *scene) paths(organizations string) []string {
	var paths []string
	for _, organization := range []string{s.organization, s.renamed} {
		paths = append(paths, organizations+organization, organizations+organization+"-cache")
	}
	for username := range s.users {
		paths = append(paths, "/superuser/users/"+username)
	}
	return paths
}

// tour has the steps of the demo that use the command line.
type tour struct {
	terraform.CLI
	ctx context.Context //nolint:containedctx // context of the whole run
}

func newTour(ctx context.Context, dir string, api quaytest.API, scene *scene) (*tour, error) {
	path, err := terraform.Find(ctx, dir)
	if err != nil {
		return nil, err
	}
	config, err := terraform.Build(ctx, ".", dir)
	if err != nil {
		return nil, err
	}
	demo := filepath.Join(dir, "demo")
	if err := os.CopyFS(demo, os.DirFS(filepath.Join("examples", "demo"))); err != nil {
		return nil, err
	}
	users, err := json.Marshal(scene.users)
	if err != nil {
		return nil, err
	}
	t := &tour{terraform.CLI{Path: path, Dir: demo, Env: []string{
		"TF_CLI_CONFIG_FILE=" + config,
		"TF_VAR_organization=" + scene.organization, "TF_VAR_users=" + string(users),
		"QUAY_URL=" + api.URL, "QUAY_TOKEN=" + api.Token,
	}}, ctx}
	if scene.upstream != "" {
		t.Env = append(t.Env, "TF_VAR_upstream="+scene.upstream)
	}
	version, _, err := t.Run(ctx, "version")
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(version, "\n")
	fmt.Printf("Terraform  %s (%s)\n\n", first, path)
	_, _, err = t.Run(ctx, "get") // the module of the organization
	return t, err
}

// summary matches Terraform's summaries of plans and applies.
var summary = regexp.MustCompile(`(?m)^(?:Apply complete! Resources: |Destroy complete! Resources: |Plan: )(.*?)\.$`)

// summarize returns the last summary without its zero counts.
func summarize(output string) (string, error) {
	matches := summary.FindAllStringSubmatch(output, -1)
	if matches == nil {
		return "", fmt.Errorf("no summary in what Terraform printed:\n%s", output)
	}
	parts := strings.Split(matches[len(matches)-1][1], ", ")
	parts = slices.DeleteFunc(parts, func(part string) bool { return strings.HasPrefix(part, "0 ") })
	return strings.Join(parts, ", "), nil
}

func (t *tour) apply() (string, error) {
	output, _, err := t.Run(t.ctx, "apply", "-auto-approve", "-no-color")
	if err != nil {
		return "", err
	}
	return summarize(output)
}

// rename applies with the organization's new name. Later commands keep this name. It fails if
// Terraform replaces an object.
func (t *tour) rename(scene *scene) func() (string, error) {
	return func() (string, error) {
		t.Env = append(t.Env, "TF_VAR_organization="+scene.renamed)
		done, err := t.apply()
		if strings.Contains(done, "added") || strings.Contains(done, "destroyed") {
			return "", fmt.Errorf("the new name replaces objects: %s", done)
		}
		return done, err
	}
}

// queryLog reads the registry's usage log.
func (t *tour) queryLog() (string, error) {
	if _, _, err := t.Run(t.ctx, "apply", "-auto-approve", "-no-color", "-var", "show_log=true"); err != nil {
		return "", err
	}
	output, _, err := t.Run(t.ctx, "output", "-json", "log")
	if err != nil {
		return "", err
	}
	var entries []string
	if err := json.Unmarshal([]byte(output), &entries); err != nil {
		return "", err
	}
	if len(entries) == 0 {
		return "", errors.New("the registry logged nothing")
	}
	return fmt.Sprintf("%d log entries", len(entries)), nil
}

func (t *tour) destroy() (string, error) {
	output, _, err := t.Run(t.ctx, "destroy", "-auto-approve", "-no-color")
	if err != nil {
		return "", err
	}
	return summarize(output)
}

// plan expects a number of objects to change.
func (t *tour) plan(changes int) func() (string, error) {
	return func() (string, error) {
		output, code, err := t.Run(t.ctx, "plan", "-detailed-exitcode", "-no-color")
		if err != nil {
			return "", err
		}
		if code == 0 {
			if changes != 0 {
				return "", fmt.Errorf("the plan is empty:\n%s", output)
			}
			return "no changes", nil
		}
		text, err := summarize(output)
		if err != nil {
			return "", err
		}
		total := 0
		for _, number := range regexp.MustCompile(`\d+`).FindAllString(text, -1) {
			n, err := strconv.Atoi(number)
			if err != nil {
				return "", err
			}
			total += n
		}
		if total != changes {
			return "", fmt.Errorf("the plan has %d changes, not %d:\n%s", total, changes, output)
		}
		return text, nil
	}
}
