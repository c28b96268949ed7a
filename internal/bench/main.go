//go:build unix

// Command bench measures what Terraform and the provider cost a registry. It applies
// configurations of hundreds of objects, plans them again, and prints:
//
//   - the calls, the calls of a provider that reads each object alone, and the fewest calls
//     that the API allows,
//   - the same times for a provider that reads each object alone, for as many terraform_data,
//     and for a provider that does nothing,
//   - the memory.
//
// The registry is an in-memory Quay server with the speed of a real one: a call takes a
// quarter of a second in one of two slots. If QUAY_URL and QUAY_TOKEN are set, it is a real
// Quay. Then the benchmark deletes its objects at the end.
//
// It runs in the root of the source tree. It ends with status 1 if a second plan is not empty,
// or if it takes more calls than twice the fewest plus two.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/terraform"
)

// The cost of a call with a token on a real Quay with two cores.
const (
	callCost = 250 * time.Millisecond
	slots    = 2
)

func main() {
	if standIn() {
		return
	}
	only := flag.String("only", "", "names of the scenarios to run, with commas; none means all")
	out := flag.String("out", "", "JSON file to write the rows to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

// row is the measurement of one step of a scenario.
type row struct {
	Name        string `json:"name"`
	Step        string `json:"step"` // "apply" or "plan"
	Objects     int    `json:"objects"`
	SingleCalls int64  `json:"single_calls"` // of a provider that reads each object alone
	Calls       int64  `json:"calls"`
	MinCalls    int    `json:"min_calls"` // the fewest calls that the API allows
	// SingleSeconds is the time of a provider that reads each object alone.
	SingleSeconds float64 `json:"single_seconds"`
	Seconds       float64 `json:"seconds"`
	FloorSeconds  float64 `json:"floor_seconds"` // for as many terraform_data
	FloorRatio    float64 `json:"floor_ratio"`   // Seconds divided by FloorSeconds
	BareSeconds   float64 `json:"bare_seconds"`  // for as many objects of a provider that does nothing
	BareRatio     float64 `json:"bare_ratio"`
	PeakMB        float64 `json:"peak_mb"` // of the provider's memory
}

// columns are the heads of the printed table, and how it shows a row.
const columns = "| %-17s | %-5s | %7s | %6s | %5s | %5s | %7s | %7s | %7s | %5s | %7s | %5s | %7s |\n"

// printHead prints the head of the table.
func printHead() {
	fmt.Printf("\n"+columns, "scenario", "step", "objects", "single", "calls", "least", "single", "seconds", "floor", "ratio", "bare", "ratio", "peak MB")
	fmt.Printf(columns, strings.Repeat("-", 17), strings.Repeat("-", 5), "------:", "-----:", "----:", "----:", "------:", "------:", "------:", "----:", "------:", "----:", "------:")
}

// String returns the row of the table.
func (r row) String() string {
	number := func(decimals int, n float64) string { return strconv.FormatFloat(n, 'f', decimals, 64) }
	return fmt.Sprintf(columns, r.Name, r.Step, strconv.Itoa(r.Objects), strconv.FormatInt(r.SingleCalls, 10), strconv.FormatInt(r.Calls, 10), strconv.Itoa(r.MinCalls),
		number(1, r.SingleSeconds), number(1, r.Seconds), number(1, r.FloorSeconds), number(1, r.FloorRatio), number(1, r.BareSeconds), number(2, r.BareRatio), number(0, r.PeakMB))
}

func run(ctx context.Context, only, out string) error {
	chosen := scenarios
	if only != "" {
		names := strings.Split(only, ",")
		chosen = slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool { return !slices.Contains(names, s.name) })
		if len(chosen) != len(names) {
			return fmt.Errorf("there is no such scenario as one of %q", names)
		}
	}
	dir, err := os.MkdirTemp("", "quay-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBench(ctx, dir)
	if err != nil {
		return err
	}
	printHead()
	rows := []row{}
	for _, s := range chosen {
		measured, runErr := b.measure(ctx, &s)
		rows = append(rows, measured...)
		if err = runErr; err != nil {
			err = fmt.Errorf("%s: %w", s.name, err)
			break
		}
	}
	if out == "" {
		return err
	}
	text, jsonErr := json.MarshalIndent(rows, "", "  ")
	if jsonErr == nil {
		jsonErr = os.WriteFile(out, append(text, '\n'), 0o600)
	}
	return errors.Join(err, jsonErr)
}

// bench has the common data of all scenarios.
type bench struct {
	dir    string
	path   string // of Terraform
	config string // of its command line
	// The programs of the providers, and the files with the peaks of their memory.
	quay, single, bare program
}

// program is a provider's program, and the file with the peaks of its memory.
type program struct{ path, peaks string }

// environment returns the variables with which the benchmark's own program runs a provider's
// program.
func (p program) environment() []string {
	return []string{providerVariable + "=" + p.path, peaksVariable + "=" + p.peaks}
}

func newBench(ctx context.Context, dir string) (*bench, error) {
	path, err := terraform.Find(ctx, dir)
	if err != nil {
		return nil, err
	}
	build := func(root, name string, flags ...string) (program, error) {
		built := filepath.Join(dir, name)
		if err := os.Mkdir(built, 0o700); err != nil {
			return program{}, err
		}
		_, err := terraform.Build(ctx, root, built, flags...)
		return program{filepath.Join(built, terraform.ProviderFile), filepath.Join(dir, name+"-peaks")}, err
	}
	b := &bench{dir: dir, path: path}
	if b.quay, err = build(".", "quay"); err != nil {
		return nil, err
	}
	if b.single, err = build(".", "single", "-ldflags=-X github.com/terraform-provider-quay/terraform-provider-quay/internal/client.sharedReads=off"); err != nil {
		return nil, err
	}
	if b.bare, err = build(filepath.Join("internal", "bench", "bare"), "bare"); err != nil {
		return nil, err
	}
	used := filepath.Join(dir, "used")
	if err := os.Mkdir(used, 0o700); err != nil {
		return nil, err
	}
	if err := install(used); err != nil {
		return nil, err
	}
	b.config, err = terraform.UseFrom(used)
	return b, err
}

// folder returns the command line in a new folder with a configuration. Terraform stores the
// state at an address.
func (b *bench) folder(ctx context.Context, name, config, state string, env ...string) (*terraform.CLI, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	cli := &terraform.CLI{Path: b.path, Dir: dir, Env: append(env, "TF_CLI_CONFIG_FILE="+b.config, "TF_HTTP_ADDRESS="+state,
		// Clears the variables of the developer's own states.
		"TF_HTTP_UPDATE_METHOD=", "TF_HTTP_LOCK_ADDRESS=", "TF_HTTP_UNLOCK_ADDRESS=", "TF_HTTP_USERNAME=", "TF_HTTP_PASSWORD=")}
	if err := os.WriteFile(filepath.Join(dir, "backend.tf"), []byte("terraform {\n  backend \"http\" {}\n}\n"), 0o600); err != nil {
		return nil, err
	}
	// Runs before the configuration exists, because no registry has the provider.
	if _, _, err := cli.Run(ctx, "init", "-no-color"); err != nil {
		return nil, err
	}
	return cli, os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600)
}

// step is a command of Terraform.
type step struct {
	name string
	args []string
}

// measure runs a scenario, prints its rows, and returns them.
func (b *bench) measure(ctx context.Context, s *scenario) (rows []row, err error) {
	random := "b" + strings.ToLower(rand.Text()[:8])
	org := random + "org"
	kept := httptest.NewServer(&states{})
	defer kept.Close()
	state := kept.URL + "/" + rand.Text() // a path that nobody can guess, because the state has passwords
	floor, err := b.folder(ctx, s.name+"-floor", s.like("terraform_data", floorBody).config(), state+"/floor")
	if err != nil {
		return nil, err
	}
	bare, err := b.folder(ctx, s.name+"-bare", terraform.Requirement+s.like("quay_object", bareBody).config(), state+"/bare", b.bare.environment()...)
	if err != nil {
		return nil, err
	}
	registry, err := quaytest.NewProxy(quaytest.WithKeyBits(1024))
	if err != nil {
		return nil, err
	}
	defer registry.Close()
	defer func() {
		if registry.Memory == nil {
			err = errors.Join(err, s.clear(context.WithoutCancel(ctx), registry, org))
		}
	}()
	if err := s.setUp(ctx, registry, org); err != nil {
		return nil, err
	}
	cli, err := b.folder(ctx, s.name, terraform.Requirement+strings.NewReplacer("{org}", org, "{run}", random).Replace(s.config()), state+"/objects",
		append(b.quay.environment(), "QUAY_URL="+registry.URL, "QUAY_TOKEN="+registry.Token)...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if registry.Memory == nil {
			_, _, destroyErr := cli.Run(context.WithoutCancel(ctx), "destroy", "-auto-approve", "-no-color")
			err = errors.Join(err, destroyErr)
		}
	}()
	if registry.Memory != nil && !s.free {
		registry.Memory.SetCost(callCost, slots)
	}
	steps := []step{
		{"apply", []string{"apply", "-auto-approve", "-no-color"}},
		{"plan", []string{"plan", "-detailed-exitcode", "-no-color"}},
	}
	for _, step := range steps {
		r := row{Name: s.name, Step: step.name, Objects: s.objects(), MinCalls: s.applyCalls}
		if err := r.compare(ctx, s, floor, bare, step); err != nil {
			return rows, err
		}
		registry.Calls.Store(0)
		if r.Seconds, err = timed(ctx, cli, step.args); err != nil {
			return rows, err
		}
		r.Calls = registry.Calls.Load()
		r.SingleCalls, r.SingleSeconds = r.Calls, r.Seconds // an apply of new objects does not use the list cache
		if step.name == "plan" {
			if err := r.comparePlan(ctx, b, s, cli, step, registry); err != nil {
				return rows, err
			}
		}
		bytes, err := peak(b.quay.peaks)
		if err != nil {
			return rows, err
		}
		r.FloorRatio, r.BareRatio, r.PeakMB = r.Seconds/r.FloorSeconds, r.Seconds/r.BareSeconds, float64(bytes)/(1<<20)
		fmt.Print(r)
		rows = append(rows, r)
		if r.Calls > int64(2*r.MinCalls+2) {
			return rows, fmt.Errorf("%s took %d calls, where %d would do", step.name, r.Calls, r.MinCalls)
		}
	}
	return rows, nil
}

// comparePlan runs a plan with a provider that reads each object alone, and records its calls
// and seconds, and the fewest calls that the API allows.
func (r *row) comparePlan(ctx context.Context, b *bench, s *scenario, cli *terraform.CLI, plan step, registry *quaytest.Proxy) (err error) {
	single := *cli
	single.Env = append(slices.Clone(cli.Env), b.single.environment()...)
	registry.Calls.Store(0)
	if r.SingleSeconds, err = timed(ctx, &single, plan.args); err != nil {
		return err
	}
	r.SingleCalls = registry.Calls.Load()
	if registry.Memory != nil {
		registry.Memory.SetCost(0, slots)
	}
	held, err := count(ctx, registry.API)
	r.MinCalls = s.planCalls(held)
	return err
}

// compare measures a step for the objects of the floor and of the provider that does nothing.
func (r *row) compare(ctx context.Context, s *scenario, floor, bare *terraform.CLI, step step) (err error) {
	if s.uncompared {
		return nil
	}
	if r.FloorSeconds, err = timed(ctx, floor, step.args); err != nil {
		return err
	}
	r.BareSeconds, err = timed(ctx, bare, step.args)
	return err
}

// timed runs a command and returns its time in seconds. A plan must be empty.
func timed(ctx context.Context, cli *terraform.CLI, args []string) (float64, error) {
	began := time.Now()
	output, code, err := cli.Run(ctx, args...)
	if err == nil && code != 0 {
		err = fmt.Errorf("the second plan is not empty:\n%s", output)
	}
	return time.Since(began).Seconds(), err
}

// count returns the number of users and organizations in a registry.
func count(ctx context.Context, api quaytest.API) (c census, err error) {
	for path, total := range map[string]*int{"users": &c.users, "organizations": &c.organizations} {
		status, answer, err := api.Call(ctx, http.MethodGet, "/superuser/"+path+"/", nil)
		if err != nil {
			return c, err
		}
		list, ok := answer.(map[string]any)[path].([]any)
		if status != http.StatusOK || !ok {
			return c, fmt.Errorf("the list of %s: %d", path, status)
		}
		*total = len(list)
	}
	return c, nil
}
