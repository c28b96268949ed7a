package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// These tests check folders, pages, make targets and workflows, which no compiler checks.

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files returns the files of patterns. Each pattern must match a file.
func files(t *testing.T, patterns ...string) []string {
	t.Helper()
	var all []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Clean(pattern))
		if err != nil || len(found) == 0 {
			t.Errorf("there is no %s (%v)", pattern, err)
		}
		all = append(all, found...)
	}
	return all
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// notAreas are the folders of the provider that all areas use, and that of its tests.
var notAreas = []string{"account", "acctest", "envelope", "policy", "testdata"}

// Every area has its place in the client, in the Quay in memory and in the provider,
// and runs the contract of its types.
func TestAreas(t *testing.T) {
	t.Parallel()
	registration := read(t, "internal/provider/provider.go")
	constructor := regexp.MustCompile(`(?m)^func (new\w*(?:Resource|DataSource|Action|Function))\(\) `)
	areas := 0
	for _, folder := range files(t, "internal/provider/*") {
		area := filepath.Base(folder)
		if slices.Contains(notAreas, area) || strings.HasSuffix(area, ".go") {
			continue
		}
		areas++
		for _, file := range []string{"internal/client/" + area + ".go", "internal/quaytest/" + area + ".go"} {
			if !exists(file) {
				t.Errorf("the area %s has no %s", area, file)
			}
		}
		if !strings.Contains(registration, area+".Area(),") {
			t.Errorf("provider.go does not list the area %s", area)
		}
		if contract := folder + "/contract_test.go"; !exists(contract) || !strings.Contains(read(t, contract), "acctest.Contract(t, "+area+".Area(),") {
			t.Errorf("%s does not run the contract of the area", contract)
		}
		tests, constructors := 0, 0
		for _, file := range files(t, folder+"/*.go") {
			if strings.HasSuffix(file, "_test.go") {
				tests++
				continue
			}
			for _, found := range constructor.FindAllStringSubmatch(read(t, file), -1) {
				constructors++
				if !regexp.MustCompile(`\b` + found[1] + `\b`).MatchString(read(t, folder+"/area.go")) {
					t.Errorf("%s/area.go does not offer %s", folder, found[1])
				}
			}
		}
		if tests == 0 || constructors == 0 {
			t.Errorf("the area %s has %d files of tests and %d constructors", area, tests, constructors)
		}
	}
	if areas < 8 {
		t.Errorf("there are %d areas", areas)
	}
	for _, name := range notAreas {
		if !exists("internal/provider/" + name) {
			t.Errorf("%s is an exception, and is not there", name)
		}
	}
}

// pages are what people read.
func pages(t *testing.T) []string {
	t.Helper()
	return files(t, "*.md", ".github/*.md", "docs/*.md", "docs/guides/*.md", "templates/guides/*.tmpl")
}

// The targets of all links in pages exist.
func TestLinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	seen := 0
	for _, page := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(read(t, page), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			seen++
			target := filepath.Join(filepath.Dir(page), found[1])
			// A registry shows the documentation without the ending.
			shown := strings.HasPrefix(page, "docs") || strings.HasPrefix(page, "templates")
			target = strings.Replace(target, "templates", "docs", 1)
			if !exists(target) && (!shown || !exists(target+".md")) {
				t.Errorf("%s links to %s, which is not there", page, found[1])
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d links were found", seen)
	}
}

// The files and tests that CONTRIBUTING.md names exist.
func TestContributing(t *testing.T) {
	t.Parallel()
	page := read(t, "CONTRIBUTING.md")
	example := strings.NewReplacer("<area>", "user", "<name>", "*")
	paths := regexp.MustCompile("`((?:internal|examples|templates|docs|\\.ci)/[^` ]*)`").FindAllStringSubmatch(page, -1)
	if len(paths) < 10 {
		t.Errorf("%d paths were found", len(paths))
	}
	for _, found := range paths {
		files(t, example.Replace(found[1]))
	}
	var tests strings.Builder
	for _, file := range files(t, "*_test.go", "internal/*/*_test.go", "internal/*/*/*_test.go") {
		tests.WriteString(read(t, file))
	}
	named := regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(page, -1)
	if len(named) < 10 {
		t.Errorf("%d tests were found", len(named))
	}
	for _, found := range named {
		if !strings.Contains(tests.String(), "func "+found+"(") && found != "TestAcc" {
			t.Errorf("CONTRIBUTING.md names %s, which is no test", found)
		}
	}
}

// Every make target that a page, a workflow or a script names exists.
func TestMakeTargets(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	call := regexp.MustCompile("(?m)(?:`|^|run: |    )make ([a-z][a-z-]*)")
	seen := map[string]bool{}
	for _, file := range slices.Concat(pages(t), files(t, ".ci/*", ".github/workflows/*.yml", ".goreleaser.yml")) {
		for _, found := range call.FindAllStringSubmatch(read(t, file), -1) {
			seen[found[1]] = true
			if !strings.Contains(makefile, "\n"+found[1]+":") {
				t.Errorf("%s says make %s, which GNUmakefile does not have", file, found[1])
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("%d targets were found: %v", len(seen), seen)
	}
	phony := strings.Fields(regexp.MustCompile(`(?m)^\.PHONY:(.*)$`).FindStringSubmatch(makefile)[1])
	targets := regexp.MustCompile(`(?m)^([a-z-]+):(?: |$)`).FindAllStringSubmatch(makefile, -1)
	for _, found := range targets {
		if !slices.Contains(phony, found[1]) {
			t.Errorf("%s is missing in .PHONY", found[1])
		}
	}
	if len(targets) < len(phony) {
		t.Errorf("%d targets are in .PHONY, and %d were found", len(phony), len(targets))
	}
}

// Workflows use other people's actions at one commit each, may do no more than
// read, and end.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	commits := map[string]string{}
	for _, file := range files(t, ".github/workflows/*.yml") {
		text := read(t, file)
		if !strings.Contains(text, "\npermissions:\n  contents: read\n") {
			t.Errorf("%s may do more than read", file)
		}
		for _, found := range regexp.MustCompile(`uses: (\S+)(.*)`).FindAllStringSubmatch(text, -1) {
			if strings.HasPrefix(found[1], "./") {
				continue
			}
			action, commit, _ := strings.Cut(found[1], "@")
			if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(commit) || !regexp.MustCompile(`^ # v\d+\.\d+\.\d+$`).MatchString(found[2]) {
				t.Errorf("%s does not say at which commit, and which version, it uses %s", file, action)
			}
			if other, ok := commits[action]; ok && other != commit {
				t.Errorf("%s is used at two commits", action)
			}
			commits[action] = commit
		}
		_, jobs, _ := strings.Cut(text, "\njobs:\n")
		if named, separate := len(regexp.MustCompile(`(?m)^  [a-z-]+:$`).FindAllString(jobs, -1)), strings.Count(jobs, "\n\n  ")+1; named != separate {
			t.Errorf("%s has %d jobs, and %d paragraphs of jobs", file, named, separate)
		}
		for job := range strings.SplitSeq(jobs, "\n\n  ") {
			if !strings.Contains(job, "timeout-minutes:") && !strings.Contains(job, "uses: ./") {
				name, _, _ := strings.Cut(strings.TrimSpace(job), ":")
				t.Errorf("the job %s of %s may run for hours", name, file)
			}
		}
	}
	if len(commits) < 3 {
		t.Errorf("%d actions were found: %v", len(commits), commits)
	}
	version := regexp.MustCompile(`goreleaser/v2@(v\S+)`).FindStringSubmatch(read(t, "GNUmakefile"))
	if version == nil || !strings.Contains(read(t, ".github/workflows/release.yml"), "version: "+version[1]+" ") {
		t.Errorf("a release is not made with the GoReleaser that make release-check tries: %v", version)
	}
}

// Each entry of the changelog has a kind of .changie.yaml, and one line of whole sentences.
func TestChangelogEntries(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, found := range regexp.MustCompile(`label: (\w+)`).FindAllStringSubmatch(read(t, ".changie.yaml"), -1) {
		kinds = append(kinds, found[1])
	}
	if len(kinds) < 3 {
		t.Errorf("kinds %q", kinds)
	}
	entry := regexp.MustCompile(`\Akind: (\w+)\nbody: (.+)\ntime: (\S+)\n\z`)
	entries, err := filepath.Glob(".changes/unreleased/[^.]*") // there are none after a release
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range entries {
		fields := entry.FindStringSubmatch(read(t, file))
		if filepath.Ext(file) != ".yaml" || fields == nil {
			t.Errorf("%s is no entry with kind, body and time, each in one line", file)
			continue
		}
		if !slices.Contains(kinds, fields[1]) {
			t.Errorf("%s: there is no kind %s", file, fields[1])
		}
		if !regexp.MustCompile("^['\"]?[A-Z`].*[.]['\"]?$").MatchString(fields[2]) {
			t.Errorf("%s: the body is no sentence", file)
		}
		if _, err := time.Parse(time.RFC3339, strings.Trim(fields[3], `"`)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// The tests that `make test-smoke` names exist, in the packages that it names.
func TestSmoke(t *testing.T) {
	t.Parallel()
	makefile := strings.ReplaceAll(read(t, "GNUmakefile"), "\\\n", " ")
	words := func(variable string) []string {
		found := regexp.MustCompile(`(?m)^` + variable + ` := (.*)$`).FindStringSubmatch(makefile)
		if found == nil {
			t.Fatalf("GNUmakefile has no %s", variable)
		}
		return strings.Fields(found[1])
	}
	patterns := []string{"internal/provider/*_test.go"}
	for _, area := range words("SMOKE_AREAS") {
		patterns = append(patterns, "internal/provider/"+area+"/*_test.go")
	}
	var all strings.Builder
	for _, file := range files(t, patterns...) {
		all.WriteString(read(t, file))
	}
	for _, name := range words("SMOKE") {
		if !strings.Contains(all.String(), "func "+name+"(t *testing.T)") {
			t.Errorf("there is no test %s", name)
		}
	}
}

// Each release has states of most types for the check "states" of the contract.
func TestStates(t *testing.T) {
	t.Parallel()
	const folder = "internal/provider/testdata/states/"
	releases := regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\]`).FindAllStringSubmatch(read(t, "CHANGELOG.md"), -1)
	for _, release := range releases {
		if !exists(folder + release[1]) {
			t.Errorf("there are no states of %s: run make states VERSION=%s", release[1], release[1])
		}
	}
	for _, version := range files(t, folder+"*") {
		if n := len(files(t, version+"/quay_*.json")); n < 30 {
			t.Errorf("%s has states of %d types", version, n)
		}
	}
}
