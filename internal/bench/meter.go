//go:build unix

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/terraform"
)

// Terraform runs the benchmark's own program as the provider. This program runs the real
// provider, and records the peak of its memory.
const (
	providerVariable = "QUAY_BENCH_PROVIDER" // the provider's program
	peaksVariable    = "QUAY_BENCH_PEAKS"    // the file for the peaks, one line each, in bytes
)

// install installs this program in dir, where Terraform looks for the provider.
func install(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return os.Symlink(self, filepath.Join(dir, terraform.ProviderFile))
}

// standIn runs the provider if Terraform has started this program as the provider. It returns
// whether it has run the provider.
func standIn() bool {
	if filepath.Base(os.Args[0]) != terraform.ProviderFile {
		return false
	}
	signal.Ignore(os.Interrupt)                           // Terraform ends the provider
	provider := exec.Command(os.Getenv(providerVariable)) //nolint:gosec,noctx // of the benchmark
	provider.Stdin, provider.Stdout, provider.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := provider.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	usage, ok := provider.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return true
	}
	bytes := usage.Maxrss
	if runtime.GOOS != "darwin" { // macOS reports bytes
		bytes *= 1024
	}
	peaks, err := os.OpenFile(os.Getenv(peaksVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // of the benchmark
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true
	}
	defer peaks.Close()
	fmt.Fprintln(peaks, bytes)
	return true
}

// peak returns the highest of the peaks in a file, in bytes, and removes it.
func peak(file string) (highest int64, err error) {
	peaks, err := os.Open(file) //nolint:gosec // of the benchmark
	if err != nil {
		return 0, err
	}
	defer peaks.Close()
	for lines := bufio.NewScanner(peaks); lines.Scan(); {
		bytes, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64)
		if err != nil {
			return 0, err
		}
		highest = max(highest, bytes)
	}
	return highest, os.Remove(file)
}
