package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that the page of promises names exists, and so does every check of the
// contract of types.
func TestPromisesNameTests(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/guides/promises.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	err = filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	contract, err := os.ReadFile("acctest/contract.go")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`(Test\\w+)(?:/\\*/(\\w+))?`").FindAllStringSubmatch(string(page), -1)
	if len(names) < 20 {
		t.Errorf("the page names %d tests", len(names))
	}
	for _, name := range names {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("there is no %s", name[1])
		}
		if check := name[2]; check != "" && !strings.Contains(string(contract), `check("`+check+`", `) {
			t.Errorf("there is no check %s in the contract of types", check)
		}
	}
}
