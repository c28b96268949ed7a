package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/terraform"
)

// folder is shared by several tests, and is deleted at the end.
var folder string

func TestMain(m *testing.M) { os.Exit(acctest.RunIn(m, &folder)) }

// buildProvider builds the provider once for all tests that need it as a
// program, and returns a Terraform CLI configuration that uses it.
var buildProvider = sync.OnceValues(func() (config string, err error) {
	return terraform.Build(context.Background(), filepath.Join("..", ".."), folder)
})

// commandLine is Terraform as a user runs it, in a folder of its own, with all
// that it prints and logs kept.
type commandLine struct {
	*testing.T
	cli     terraform.CLI
	printed bytes.Buffer
}

func newCommandLine(t *testing.T, registry *acctest.Registry, body string) *commandLine {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	path := terraform.OnPath()
	if path == "" {
		t.Skip("there is neither terraform nor tofu on PATH")
	}
	config, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := &commandLine{T: t, cli: terraform.CLI{Path: path, Dir: dir, Env: []string{
		"TF_CLI_CONFIG_FILE=" + config, "TF_LOG_PATH=" + filepath.Join(dir, "log"),
		"QUAY_URL=" + registry.URL, "QUAY_TOKEN=" + registry.Token,
	}}}
	c.write(body)
	return c
}

// requireVersion skips the test if the command line is too old.
func (c *commandLine) requireVersion(checks []tfversion.TerraformVersionCheck) {
	c.Helper()
	output, err := c.cli.Command(c.Context(), "version", "-json").Output()
	if err != nil {
		c.Fatal(err)
	}
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		c.Fatal(err)
	}
	for _, check := range checks {
		var resp tfversion.CheckTerraformVersionResponse
		check.CheckTerraformVersion(c.Context(), tfversion.CheckTerraformVersionRequest{TerraformVersion: version.Must(version.NewVersion(answer.Version))}, &resp)
		if resp.Skip != "" {
			c.Skip(resp.Skip)
		}
	}
}

// write replaces the configuration.
func (c *commandLine) write(body string) {
	c.Helper()
	if err := os.WriteFile(filepath.Join(c.cli.Dir, "main.tf"), []byte(terraform.Requirement+body), 0o600); err != nil {
		c.Fatal(err)
	}
}

// use replaces the configuration by that of the folder testdata/<test>/all, and
// gives its variables values.
func (c *commandLine) use(variables map[string]string) {
	c.Helper()
	source := filepath.Join("testdata", c.Name(), "all")
	if err := os.Remove(filepath.Join(c.cli.Dir, "main.tf")); err != nil {
		c.Fatal(err)
	}
	if err := os.CopyFS(c.cli.Dir, os.DirFS(source)); err != nil {
		c.Fatal(err)
	}
	c.add("requirement.tf", terraform.Requirement)
	for name, value := range variables {
		c.cli.Env = append(c.cli.Env, "TF_VAR_"+name+"="+value)
	}
}

// run runs a command and expects it to succeed or to fail.
func (c *commandLine) run(succeeds bool, args ...string) {
	c.Helper()
	output, err := c.cli.Command(c.Context(), append(args, "-no-color")...).CombinedOutput()
	c.printed.Write(output)
	if (err == nil) != succeeds {
		c.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

// providerLog returns the lines of the log that the provider wrote, or the
// framework in its process. Terraform's own lines, which the provider cannot
// change, are left out.
func (c *commandLine) providerLog() string {
	c.Helper()
	data, err := os.ReadFile(filepath.Join(c.cli.Dir, "log"))
	if err != nil {
		c.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, "provider.terraform-provider-quay") || strings.Contains(line, "tf_provider_addr") {
			lines = append(lines, line)
		}
	}
	if len(lines) < 50 {
		c.Errorf("the provider logged %d lines only", len(lines))
	}
	return strings.Join(lines, "")
}

// An interrupt ends Terraform soon, even if the registry does not answer.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1)
	hanging := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/config" { // which the plan asks for
			http.NotFound(w, r)
			return
		}
		select {
		case asked <- struct{}{}:
		default:
		}
		acctest.Hang(r)
	}))
	t.Cleanup(hanging.Close)
	c := newCommandLine(t, acctest.At(hanging.URL, "t"), `resource "quay_user" "test" { username = "alice" }`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := c.cli.Command(ctx, "apply", "-auto-approve", "-no-color")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	began := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil {
		t.Error("it succeeded")
	}
	// Allows time for the provider's cleanup and for Terraform's own end.
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %s\n%s", took, output.String())
	}
	if !strings.Contains(output.String(), "Unable to create Quay user") {
		t.Errorf("printed %s", output.String())
	}
}

// If the provider is killed before it gets the response to a creation, the next apply says
// what to import.
func TestAccKilledProvider(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("processes cannot be looked up here")
	}
	quay := quaytest.New()
	var terraform atomic.Int64 // its process
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		quay.ServeHTTP(httptest.NewRecorder(), r)
		if parent := terraform.Swap(0); parent != 0 && r.Method == http.MethodPost {
			killProvider(t, int(parent))
		}
		w.WriteHeader(http.StatusBadGateway) // which nobody reads
	}))
	t.Cleanup(registry.Close)
	plain := httptest.NewServer(quay)
	t.Cleanup(plain.Close)

	c := newCommandLine(t, acctest.At(registry.URL, quay.Token), `resource "quay_user" "test" { username = "alice" }`)
	command := c.cli.Command(t.Context(), "apply", "-auto-approve", "-no-color")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	terraform.Store(int64(command.Process.Pid))
	if err := command.Wait(); err == nil {
		t.Errorf("it succeeded:\n%s", output.String())
	}
	if quay.Objects()["users"] != 2 { // the superuser, and the one that was made
		t.Fatalf("the user was not made:\n%s", output.String())
	}

	c.cli.Env = append(c.cli.Env, "QUAY_URL="+plain.URL)
	c.run(false, "apply", "-auto-approve")
	if !strings.Contains(c.printed.String(), "import {\n  to = quay_user.example\n  id = \"alice\"\n}") {
		t.Fatalf("the error does not say what to import:\n%s", c.printed.String())
	}
	c.write("resource \"quay_user\" \"test\" { username = \"alice\" }\nimport {\n  to = quay_user.test\n  id = \"alice\"\n}\n")
	c.run(true, "apply", "-auto-approve")
	c.run(true, "plan", "-detailed-exitcode")
}

// killProvider kills the provider that a Terraform process has started.
func killProvider(t *testing.T, terraform int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Error(err)
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …
		before, after, _ := strings.Cut(string(stat), " (")
		_, after, _ = strings.Cut(after, ") ")
		fields := strings.Fields(after)
		pid, _ := strconv.Atoi(before)
		if len(fields) > 1 && fields[1] == strconv.Itoa(terraform) {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
	}
}

// While the provider waits for a name, the log says why.
func TestAccHeldNameLogged(t *testing.T) {
	t.Parallel()
	quay := quaytest.New(quaytest.WithVersion(quaytest.Development), quaytest.WithNameHold(2*time.Second))
	registry := httptest.NewServer(quay)
	t.Cleanup(registry.Close)
	c := newCommandLine(t, acctest.At(registry.URL, quay.Token), `resource "quay_user" "test" { username = "alice" }`)
	c.cli.Env = append(c.cli.Env, "TF_LOG_PROVIDER=INFO")
	c.run(true, "apply", "-auto-approve")
	c.run(true, "apply", "-auto-approve", "-replace=quay_user.test")
	log, err := os.ReadFile(filepath.Join(c.cli.Dir, "log"))
	if err != nil || !strings.Contains(string(log), "waiting: Quay reserves the name") || !strings.Contains(string(log), "name=alice") {
		t.Errorf("the log is %s, %v", log, err)
	}
}
