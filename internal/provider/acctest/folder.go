package acctest

import (
	"os"
	"testing"
)

// RunIn runs the tests of a package and returns their exit code. It sets folder to a new
// folder for all tests, and deletes it at the end.
func RunIn(m *testing.M, folder *string) (code int) {
	var err error
	if *folder, err = os.MkdirTemp("", "quay-tests-"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(*folder) }()
	return m.Run()
}
