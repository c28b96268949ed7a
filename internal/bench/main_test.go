//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestMain lets this program stand for the provider, as the benchmark does.
func TestMain(m *testing.M) {
	if standIn() {
		return
	}
	os.Exit(m.Run())
}

// The benchmark measures a scenario in both steps, and writes its rows.
func TestAccBench(t *testing.T) {
	skipWithoutMemory(t)
	out := filepath.Join(t.TempDir(), "rows.json")
	t.Chdir(filepath.Join("..", ".."))
	if err := run(t.Context(), "few-of-many", out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil || len(rows) != 2 {
		t.Fatalf("rows %s, %v", text, err)
	}
	apply, plan := rows[0], rows[1]
	if apply.Name != "few-of-many" || apply.Step != "apply" || apply.Calls != 5 || apply.Objects != 3 { // two of them ask where users come from
		t.Errorf("apply: %+v", apply)
	}
	if plan.Step != "plan" || plan.Calls < 3 || plan.Calls > 6 || plan.MinCalls != 3 || plan.SingleCalls != 3 {
		t.Errorf("plan: %+v", plan)
	}
	for _, r := range rows {
		if r.PeakMB < 5 || r.PeakMB > 200 || r.Seconds <= 0 || r.FloorSeconds <= 0 || r.BareSeconds <= 0 {
			t.Errorf("measured %+v", r)
		}
	}
}

// The pages show the rows of the last run.
func TestPages(t *testing.T) {
	t.Parallel()
	text := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var rows []row
	if err := json.Unmarshal([]byte(text("rows.json")), &rows); err != nil || len(rows) != 2*len(scenarios) {
		t.Fatalf("%d rows of %d scenarios, %v", len(rows), len(scenarios), err)
	}
	guide, readme := text("../../templates/guides/plan-costs.md.tmpl"), strings.ReplaceAll(text("../../README.md"), ",", "")
	shown := 0
	for _, r := range rows {
		if !strings.Contains(guide, r.String()) {
			t.Errorf("the guide lacks the row\n%s", r)
		}
		if strings.Contains(readme, fmt.Sprintf("| %d | %d | %d | %.1f |", r.Objects, r.SingleCalls, r.Calls, r.Seconds)) {
			shown++
		}
	}
	if shown != 5 {
		t.Errorf("README shows %d of its five rows as they were measured", shown)
	}
}

// A plan of many objects takes only the promised calls, in any order of Terraform's reads.
func TestAccCallsOfPlans(t *testing.T) {
	skipWithoutMemory(t)
	t.Chdir(filepath.Join("..", ".."))
	b, err := newBench(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	most := map[string]int64{"many-repositories": 8, "organization": 60}
	for _, s := range scenarios {
		if most[s.name] == 0 {
			continue
		}
		s.free, s.uncompared = true, true
		rows, err := b.measure(t.Context(), &s)
		if err != nil {
			t.Fatal(s.name, err)
		}
		if plan := rows[1]; plan.Calls > most[s.name] || plan.SingleCalls != int64(s.objects()) {
			t.Errorf("%s: the plan takes %d calls and not at most %d, where single reads take %d", s.name, plan.Calls, most[s.name], plan.SingleCalls)
		}
		delete(most, s.name)
	}
	if len(most) > 0 {
		t.Errorf("there are no scenarios %v", most)
	}
}

func skipWithoutMemory(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" || os.Getenv("QUAY_URL") != "" {
		t.Skip("needs Terraform, and a Quay in memory")
	}
}

func TestUnknownScenario(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), "users,nothing", ""); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("error %v", err)
	}
}

// The scenarios and their floors have the expected names and numbers of objects.
func TestScenarios(t *testing.T) {
	t.Parallel()
	want := []string{
		"team-permissions 300", "many-repositories 400", "user-permissions 300", "users 1000", "org-quotas 500", "service-keys 200", "few-of-many 3", "mixed 2000",
		"organization 1248", "no-latency 10000",
	}
	var got []string
	count := regexp.MustCompile(`count = (\d+)`)
	for _, s := range scenarios {
		got = append(got, fmt.Sprint(s.name, " ", s.objects()))
		if strings.Contains(s.config(), "%!") {
			t.Errorf("%s: %s", s.name, s.config())
		}
		floor := s.like("terraform_data", floorBody).config()
		if counts, floor := count.FindAllString(s.config(), -1), count.FindAllString(floor, -1); len(counts) != len(s.blocks) || !slices.Equal(counts, floor) {
			t.Errorf("%s: counts %v, of the floor %v", s.name, counts, floor)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("scenarios %v", got)
	}
}
