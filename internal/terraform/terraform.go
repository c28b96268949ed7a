// Package terraform runs the command line of Terraform or OpenTofu, for the demo, the
// benchmark, and some tests.
package terraform

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// OnPath returns TF_ACC_TERRAFORM_PATH, or the path of Terraform or OpenTofu from PATH. It
// returns an empty text if there is none.
func OnPath() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Find returns the result of [OnPath]. If it is empty, Find downloads Terraform into dir.
func Find(ctx context.Context, dir string) (path string, err error) {
	if path = OnPath(); path != "" {
		return path, nil
	}
	fmt.Println("Fetching Terraform, as there is neither terraform nor tofu on PATH")
	return (&releases.LatestVersion{Product: product.Terraform, InstallDir: dir}).Install(ctx)
}

// ProviderFile is the name of the provider's program.
const ProviderFile = "terraform-provider-quay"

// Build builds the provider from the source tree at root into dir. It returns the file of a
// CLI configuration that uses this provider. Build passes the flags to go build.
func Build(ctx context.Context, root, dir string, flags ...string) (config string, err error) {
	args := append([]string{"build", "-o", filepath.Join(dir, ProviderFile)}, flags...)
	build := exec.CommandContext(ctx, "go", append(args, ".")...) //nolint:gosec // a folder of its own
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return UseFrom(dir)
}

// Requirement is the block of a configuration with the provider's source address, for the CLI
// configuration of [UseFrom].
const Requirement = `terraform {
  required_providers {
    quay = { source = "terraform-provider-quay/quay" }
  }
}
`

// UseFrom returns the file of a CLI configuration, in dir, that uses the
// provider in dir.
func UseFrom(dir string) (config string, err error) {
	config = filepath.Join(dir, "terraform.rc")
	return config, os.WriteFile(config, fmt.Appendf(nil, `provider_installation {
  dev_overrides {
    "registry.terraform.io/terraform-provider-quay/quay" = %[1]q
    "registry.opentofu.org/terraform-provider-quay/quay" = %[1]q
  }
  direct {}
}
`, dir), 0o600)
}

// CLI is the command line in a folder with a configuration.
type CLI struct {
	Path string   // of the program
	Dir  string   // the folder with the configuration
	Env  []string // variables added to the environment, such as TF_CLI_CONFIG_FILE
}

// Command returns a command that is ready to run. The end of the context interrupts the
// command.
func (c *CLI) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.Path, args...) //nolint:gosec // Terraform
	command.Dir = c.Dir
	command.Env = append(os.Environ(), append([]string{"TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"}, c.Env...)...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command
}

// Run runs a command and returns what it prints and its exit code. Exit code 2 is no error,
// because a plan with changes ends with it.
func (c *CLI) Run(ctx context.Context, args ...string) (output string, code int, err error) {
	command := c.Command(ctx, args...)
	printed, err := command.CombinedOutput()
	code = command.ProcessState.ExitCode()
	if err != nil && code != 2 {
		return string(printed), code, fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, printed)
	}
	return string(printed), code, nil
}
