package main_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/terraform"
)

// stamped is the version of the provider that the tests build.
const stamped = "1.2.3-test"

// folder is for what several tests use. It goes with the last of them.
var folder string

func TestMain(m *testing.M) { os.Exit(acctest.RunIn(m, &folder)) }

// release builds the provider once, with the linker's flags of a release, and
// returns its program.
var release = sync.OnceValues(func() (path string, err error) {
	settings, err := os.ReadFile(".goreleaser.yml")
	if err != nil {
		return "", err
	}
	flags := regexp.MustCompile(`ldflags: \["(.*)"\]`).FindStringSubmatch(string(settings))
	if flags == nil {
		return "", os.ErrNotExist
	}
	_, err = terraform.Build(context.Background(), ".", folder, "-ldflags", strings.ReplaceAll(flags[1], "{{ .Version }}", stamped))
	return filepath.Join(folder, terraform.ProviderFile), err
})

func program(t *testing.T) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	built, err := release()
	if err != nil {
		t.Fatal("the provider cannot be built as .goreleaser.yml says:", err)
	}
	return built
}

// The version of a release is in the program that is released.
func TestAccVersion(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), program(t), "-version").CombinedOutput()
	if err != nil || string(output) != "terraform-provider-quay "+stamped+"\n" {
		t.Errorf("-version prints %q, %v", output, err)
	}
}

// Terraform works with a provider that runs separately, as in a debugger. The registry gets
// the provider's version.
func TestAccDebug(t *testing.T) {
	t.Parallel()
	path := program(t)
	cli := &terraform.CLI{Path: terraform.OnPath(), Dir: t.TempDir()}
	if cli.Path == "" {
		t.Skip("there is neither terraform nor tofu on PATH")
	}
	registry := quaytest.Start(t)
	var agents sync.Map
	registry.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		agents.Store(r.UserAgent(), true)
		return false
	})
	// The whole address, because OpenTofu's default registry is different.
	err := os.WriteFile(filepath.Join(cli.Dir, "main.tf"), []byte(`
		terraform {
		  required_providers {
		    quay = { source = "registry.terraform.io/terraform-provider-quay/quay" }
		  }
		}
		resource "quay_user" "test" { username = "alice" }
	`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	// Excludes the developer's own settings, which may override the provider.
	settings := filepath.Join(cli.Dir, "terraform.rc")
	if err := os.WriteFile(settings, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// The provider needs its own variables, because Terraform does not pass them on.
	reattach, end := debug(t, path, "QUAY_URL="+registry.URL, "QUAY_TOKEN="+registry.Token)
	cli.Env = []string{"TF_REATTACH_PROVIDERS=" + reattach, "TF_CLI_CONFIG_FILE=" + settings}
	for _, step := range []struct {
		command string
		code    int
	}{
		{"plan -detailed-exitcode", 2},
		{"apply -auto-approve", 0},
		{"plan -detailed-exitcode", 0},
		{"destroy -auto-approve", 0},
	} {
		output, code, err := cli.Run(t.Context(), append(strings.Fields(step.command), "-no-color")...)
		if err != nil || code != step.code {
			t.Fatalf("terraform %s: exit code %d, %v\n%s", step.command, code, err, output)
		}
	}
	end()

	agents.Range(func(agent, _ any) bool {
		if !regexp.MustCompile(`^terraform-provider-quay/` + regexp.QuoteMeta(stamped) + ` \(Terraform \d+\.\d+\.\d+`).MatchString(agent.(string)) {
			t.Errorf("the registry was called by %q", agent)
		}
		return true
	})
	if registry.Objects()["users"] != 1 || len(registry.Calls()) < 3 {
		t.Errorf("there are %d users after %v", registry.Objects()["users"], registry.Calls())
	}
}

// The provider logs only the level that Terraform shows, because Terraform drops all other
// entries.
func TestAccLogs(t *testing.T) {
	t.Parallel()
	built := program(t)
	cli := &terraform.CLI{Path: terraform.OnPath(), Dir: t.TempDir()}
	if cli.Path == "" || runtime.GOOS == "windows" {
		t.Skip("needs terraform or tofu on PATH, and a shell")
	}
	registry := quaytest.Start(t)
	logged := filepath.Join(cli.Dir, "logged")
	// Records the provider's logs before Terraform gets them.
	script := fmt.Sprintf("#!/bin/sh\nexec %q 2>>%q\n", built, logged)
	if err := os.WriteFile(filepath.Join(cli.Dir, terraform.ProviderFile), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	config, err := terraform.UseFrom(cli.Dir)
	if err != nil {
		t.Fatal(err)
	}
	body := terraform.Requirement + `resource "quay_user" "test" { username = "alice" }`
	if err := os.WriteFile(filepath.Join(cli.Dir, "main.tf"), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	cli.Env = environment(config, registry)
	if _, _, err := cli.Run(t.Context(), "apply", "-auto-approve"); err != nil {
		t.Fatal(err)
	}

	const protocol, framework, calls = "sdk.proto", "sdk.framework", "quay"
	for _, test := range []struct {
		env  string
		want []string
	}{
		{"TF_LOG=", nil},
		{"TF_LOG=WARN", nil},
		{"TF_LOG_PROVIDER=OFF TF_LOG=TRACE", nil},
		{"TF_LOG_PROVIDER=DEBUG", []string{framework, calls}},
		{"TF_LOG=JSON", []string{protocol, framework, calls}},
		{"TF_LOG_SDK=TRACE", []string{protocol, framework}},
		{"TF_LOG_SDK=WARN TF_LOG=TRACE", []string{calls}},
		{"TF_LOG_SDK_PROTO=TRACE", []string{protocol}},
		{"TF_LOG_PROVIDER_QUAY=DEBUG", []string{calls}},
		{"TF_TEMP_LOG_PATH=" + filepath.Join(cli.Dir, "none"), []string{protocol, framework, calls}},
	} {
		if err := os.WriteFile(logged, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		cli.Env = append(environment(config, registry), strings.Fields(test.env)...)
		if _, _, err := cli.Run(t.Context(), "plan"); err != nil {
			t.Fatal(err)
		}
		log, err := os.ReadFile(logged)
		if err != nil {
			t.Fatal(err)
		}
		for _, module := range []string{protocol, framework, calls} {
			if got := bytes.Contains(log, []byte(`"@module":"`+module+`"`)); got != slices.Contains(test.want, module) {
				t.Errorf("%s: logs of %s: %t\n%.2000s", test.env, module, got, log)
			}
		}
	}
}

// environment returns the environment of a Terraform without logs.
func environment(config string, registry *quaytest.Server) []string {
	return []string{
		"TF_CLI_CONFIG_FILE=" + config, "QUAY_URL=" + registry.URL, "QUAY_TOKEN=" + registry.Token,
		"TF_LOG=", "TF_LOG_PROVIDER=", "TF_LOG_PATH=" + os.DevNull, "TF_TEMP_LOG_PATH=",
		"TF_LOG_SDK=", "TF_LOG_SDK_PROTO=", "TF_LOG_SDK_FRAMEWORK=", "TF_LOG_PROVIDER_QUAY=",
	}
}

// debug starts the provider with -debug. It returns the provider's address for Terraform, and
// a function that ends the provider as Ctrl-C does.
func debug(t *testing.T, path string, env ...string) (reattach string, end func()) {
	t.Helper()
	server := exec.CommandContext(context.Background(), path, "-debug") // not the test's: it is to be interrupted
	server.Env = append(os.Environ(), env...)
	// Omits the logs: without Terraform, the provider logs every level.
	output, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	// Ends the test if the provider prints nothing.
	hung := time.AfterFunc(time.Minute, func() { _ = server.Process.Kill() })
	ended := false
	t.Cleanup(func() {
		hung.Stop()
		if !ended {
			_ = server.Process.Kill()
			_ = server.Wait()
		}
	})
	line := regexp.MustCompile(`TF_REATTACH_PROVIDERS='(\{.*\})'`)
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if found := line.FindStringSubmatch(lines.Text()); found != nil {
			reattach = found[1]
			break
		}
	}
	if reattach == "" {
		t.Fatal("the provider ended, and did not say how to reach it")
	}
	hung.Stop()
	return reattach, func() {
		ended = true
		if err := server.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		hung := time.AfterFunc(10*time.Second, func() { _ = server.Process.Kill() })
		defer hung.Stop()
		if err := server.Wait(); err != nil {
			t.Errorf("after an interrupt: %v", err)
		}
	}
}

// The demo leaves no objects behind, and prints the output in README.md.
func TestAccDemo(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	if os.Getenv("QUAY_URL") != "" {
		t.Skip("counts calls to a Quay in memory")
	}
	if terraform.OnPath() == "" {
		t.Skip("there is neither terraform nor tofu on PATH")
	}
	demo := exec.CommandContext(t.Context(), "go", "run", "./internal/demo")
	demo.Env = append(os.Environ(), "TF_LOG=", "TF_LOG_PATH_MASK=") // which would log into what is read
	output, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	_, shown, _ := strings.Cut(read(t, "README.md"), "```text\napply ")
	shown, _, _ = strings.Cut(shown, "```")
	if shown = "apply " + shown; strings.Count(shown, "\n") < 10 || !strings.Contains(string(output), shown) {
		t.Errorf("README.md shows\n%s\nbut the demo prints\n%s", shown, output)
	}
}
