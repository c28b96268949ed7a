package logs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

const address = "data.quay_logs.test"

func TestAccLogs(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	organization := registry.Organization(t)
	repository := registry.Repository(t, organization, "app")
	start := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) // a real registry's clock may be behind
	count := func(n int) knownvalue.Check { return knownvalue.ListSizeExact(n) }
	for name, c := range map[string]struct {
		filters string
		entries knownvalue.Check
	}{
		"by namespace":                  {fmt.Sprintf("namespace = %q", organization), count(2)},
		"by namespace and kind":         {fmt.Sprintf("namespace = %q\nkinds = [\"create_repo\"]", organization), count(1)},
		"by namespace and kinds":        {fmt.Sprintf("namespace = %q\nkinds = [\"create_repo\", \"org_create\", \"org_delete\"]", organization), count(2)},
		"by namespace and another kind": {fmt.Sprintf("namespace = %q\nkinds = [\"org_delete\"]", organization), count(0)},
		"by namespace and start":        {fmt.Sprintf("namespace = %q\nstart = %q", organization, start), count(2)},
		"by a part of the namespace":    {fmt.Sprintf("namespace = %q", organization[:8]), count(0)},
		"by an unknown performer":       {fmt.Sprintf("performer = %q", acctest.Name("tfuser")), count(0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: registry.Providers(),
				Steps: []resource.TestStep{{
					Config: registry.Config("data \"quay_logs\" \"test\" {\n%s\n}\n", c.filters),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Attribute(address, "entries", c.entries),
						acctest.Attribute(address, "truncated", knownvalue.Bool(false)),
					},
				}},
			})
		})
	}
	t.Run("an entry", func(t *testing.T) {
		t.Parallel()
		attribute := func(name string, check resource.CheckResourceAttrWithFunc) resource.TestCheckFunc {
			return resource.TestCheckResourceAttrWith(address, "entries.0."+name, check)
		}
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: registry.Providers(),
			Steps: []resource.TestStep{{
				ConfigDirectory: acctest.Directory("read"),
				ConfigVariables: acctest.Variables(map[string]any{"namespace": organization}),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "entries.0.kind", "create_repo"), // the newer one
					resource.TestCheckResourceAttr(address, "entries.1.kind", "org_create"),
					resource.TestCheckResourceAttr(address, "entries.0.namespace", organization),
					resource.TestCheckResourceAttrSet(address, "entries.0.performer"),
					resource.TestCheckResourceAttrSet(address, "entries.0.ip"),
					attribute("datetime", func(text string) error {
						date, err := time.Parse(time.RFC3339, text)
						if err == nil && time.Since(date).Abs() > time.Hour {
							err = fmt.Errorf("the date is %s", date)
						}
						return err
					}),
					attribute("metadata_json", func(text string) error {
						var metadata struct{ Namespace, Repo string }
						err := json.Unmarshal([]byte(text), &metadata)
						if err == nil && metadata.Namespace+"/"+metadata.Repo != repository {
							err = fmt.Errorf("the metadata are %s", text)
						}
						return err
					}),
				),
			}},
		})
	})
}

// clock is a registry's, to be set.
type clock struct {
	mutex sync.Mutex
	now   time.Time
}

func (c *clock) time() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

func (c *clock) set(t *testing.T, text string) {
	t.Helper()
	now, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = now
}

// start starts a registry with a settable clock, and returns a function that reads logs. The
// function returns the state, a note of each query, and diagnostics.
func start(t *testing.T) (*clock, *acctest.Registry, func(acctest.Attributes) (acctest.State, []url.Values, []*tfprotov6.Diagnostic)) {
	t.Helper()
	c := &clock{}
	c.set(t, "2024-02-28T12:00:00Z")
	registry := acctest.Start(t, quaytest.WithClock(c.time))
	simulator := registry.Simulator(t)
	p := registry.Serve(t, nil)
	return c, registry, func(config acctest.Attributes) (acctest.State, []url.Values, []*tfprotov6.Diagnostic) {
		t.Helper()
		var queries []url.Values
		simulator.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
			queries = append(queries, r.URL.Query())
			return false
		})
		defer simulator.Intercept(nil)
		state, diags := p.ReadData("quay_logs", config)
		return state, queries, diags
	}
}

// texts returns a text of each entry.
func texts(t *testing.T, state acctest.State, attribute string) []string {
	t.Helper()
	var attributes map[string]tftypes.Value
	var entries []tftypes.Value
	if err := state.Value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["entries"].As(&entries); err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, entry := range entries {
		text, _ := acctest.State{Value: entry}.Text(t, attribute)
		list = append(list, text)
	}
	return list
}

func truncated(t *testing.T, state acctest.State) bool {
	t.Helper()
	var attributes map[string]tftypes.Value
	var value bool
	if err := state.Value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["truncated"].As(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// The provider requests whole days, and cuts the result to the exact times.
func TestLogs_window(t *testing.T) {
	t.Parallel()
	const (
		lastOfThe28th = "2024-02-28T23:59:59Z"
		midnight      = "2024-02-29T00:00:00Z"
		noon          = "2024-02-29T12:00:00Z"
		lastOfThe29th = "2024-02-29T23:59:59Z"
		march         = "2024-03-01T00:00:00Z"
	)
	clock, registry, read := start(t)
	for _, moment := range []string{lastOfThe28th, midnight, noon, lastOfThe29th, march} {
		clock.set(t, moment)
		name := acctest.Name("tforg")
		registry.Must(t, http.MethodPost, "/organization/", map[string]string{"name": name, "email": name + "@example.com"})
	}
	now := time.Now().UTC()
	for _, c := range []struct {
		start, end any
		days       [2]string // what Quay is asked for; not checked where empty
		want       []string
	}{
		{"2024-02-29", "2024-02-29", [2]string{"02/29/2024", "02/29/2024"}, []string{lastOfThe29th, noon, midnight}},
		{nil, "2024-02-29", [2]string{"02/29/2024", "02/29/2024"}, []string{lastOfThe29th, noon, midnight}},
		{"2024-02-28", "2024-03-01", [2]string{"02/28/2024", "03/01/2024"}, []string{march, lastOfThe29th, noon, midnight, lastOfThe28th}},
		{noon, lastOfThe29th, [2]string{"02/29/2024", "02/29/2024"}, []string{noon}},
		{midnight, march, [2]string{"02/29/2024", "02/29/2024"}, []string{lastOfThe29th, noon, midnight}},
		{noon, "2024-03-01", [2]string{"02/29/2024", "03/01/2024"}, []string{march, lastOfThe29th, noon}},
		{"2024-02-29", noon, [2]string{"02/29/2024", "02/29/2024"}, []string{midnight}},
		{nil, "2024-03-01T00:00:01Z", [2]string{"02/29/2024", "03/01/2024"}, []string{march, lastOfThe29th, noon}},
		// 23:59:59 and 00:00:00 in UTC
		{"2024-02-29T00:59:59+01:00", "2024-02-29T19:00:00-05:00", [2]string{"02/28/2024", "02/29/2024"}, []string{lastOfThe29th, noon, midnight, lastOfThe28th}},
		{"2024-02-29T12:00:00.5Z", "2024-03-01T00:00:00.5Z", [2]string{"02/29/2024", "03/01/2024"}, []string{march, lastOfThe29th}},
		// Quay ignores the year 0 and fails on the last day of all.
		{"0000-01-01", "2024-02-28", [2]string{"01/01/1970", "02/28/2024"}, []string{lastOfThe28th}},
		{march, "9999-12-31", [2]string{}, []string{march}},
		{march, nil, [2]string{}, []string{march}},
		{nil, nil, [2]string{now.AddDate(0, 0, -1).Format("01/02/2006"), now.AddDate(0, 0, 1).Format("01/02/2006")}, []string{}},
	} {
		state, queries, diags := read(acctest.Attributes{"start": c.start, "end": c.end})
		acctest.NoErrors(t, diags)
		if got := texts(t, state, "datetime"); !slices.Equal(got, c.want) {
			t.Errorf("from %v to %v: %v, not %v", c.start, c.end, got, c.want)
		}
		// Quay names a next page behind every page that is not empty.
		if len(queries) < 1 || len(queries) > 2 {
			t.Fatalf("from %v to %v: %d calls", c.start, c.end, len(queries))
		}
		days := [2]string{queries[0].Get("starttime"), queries[0].Get("endtime")}
		if c.days != [2]string{} && c.days != days {
			t.Errorf("from %v to %v: Quay was asked for %v, not %v", c.start, c.end, days, c.days)
		}
		for _, day := range days {
			if _, err := time.Parse("01/02/2006", day); err != nil {
				t.Errorf("from %v to %v: Quay does not read %q", c.start, c.end, day)
			}
		}
	}
}

// The provider reads the entries that it returns, and one more to find out whether there are
// more.
func TestLogs_maxEntries(t *testing.T) {
	t.Parallel()
	clock, registry, read := start(t)
	enter := func(moment string, n int) {
		clock.set(t, moment)
		for range n {
			name := acctest.Name("tforg")
			registry.Must(t, http.MethodPost, "/organization/", map[string]string{"name": name, "email": name + "@example.com"})
		}
	}
	enter("2024-02-29T01:00:00Z", 20)
	enter("2024-02-29T02:00:00Z", 5)
	enter("2024-02-29T03:00:00Z", 20) // 45 in all, and 20 on a page, with an empty page behind the last
	for name, c := range map[string]struct {
		config    acctest.Attributes
		entries   int
		truncated bool
		calls     int
	}{
		"default":             {acctest.Attributes{}, 45, false, 4},
		"one":                 {acctest.Attributes{"max_entries": 1}, 1, true, 1},
		"less than a page":    {acctest.Attributes{"max_entries": 19}, 19, true, 1},
		"a page":              {acctest.Attributes{"max_entries": 20}, 20, true, 2},
		"two pages":           {acctest.Attributes{"max_entries": 40}, 40, true, 3},
		"one too few":         {acctest.Attributes{"max_entries": 44}, 44, true, 3},
		"exactly":             {acctest.Attributes{"max_entries": 45}, 45, false, 4},
		"others do not count": {acctest.Attributes{"max_entries": 1, "performer": "nobody"}, 0, false, 4},
		"older are not read":  {acctest.Attributes{"start": "2024-02-29T02:00:00Z"}, 25, false, 2},
		"newer are skipped":   {acctest.Attributes{"end": "2024-02-29T03:00:00Z"}, 25, false, 4},
	} {
		if c.config["end"] == nil {
			c.config["end"] = "2024-02-29"
		}
		state, queries, diags := read(c.config)
		acctest.NoErrors(t, diags)
		if got := len(texts(t, state, "kind")); got != c.entries || truncated(t, state) != c.truncated || len(queries) != c.calls {
			t.Errorf("%s: %d entries, truncated: %t, %d calls", name, got, truncated(t, state), len(queries))
		}
		if warned := len(diags) == 1 && strings.Contains(diags[0].Detail, "Set max_entries higher"); warned != c.truncated {
			t.Errorf("%s: diagnostics: %v", name, diags)
		}
	}
}

// The provider reads the log of one namespace, and only as many entries as needed. If the
// token may not read this log, or if the namespace does not exist, it reads the registry's
// log.
func TestLogs_namespace(t *testing.T) {
	t.Parallel()
	const own, whole = "GET /organization/{orgname}/logs", "GET /superuser/logs"
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.SuperusersFullAccess))
	simulator := registry.Simulator(t)
	ours := registry.Organization(t)
	simulator.AddUser("somebody", "somebody@example.com")
	theirs := "theirs"
	simulator.AddOrganization(theirs, "theirs@example.com", "somebody")
	registry.Repository(t, ours, "app")
	gone := registry.Organization(t)
	registry.Must(t, http.MethodDelete, "/superuser/organizations/"+gone, nil)
	simulator.AddLogEntries(300)

	p := registry.Serve(t, nil)
	for name, c := range map[string]struct {
		config  acctest.Attributes
		entries int
		calls   map[string]int
	}{
		"its administrator":    {acctest.Attributes{"namespace": ours}, 2, map[string]int{own: 2}},
		"no more than asked":   {acctest.Attributes{"namespace": ours, "max_entries": 1}, 1, map[string]int{own: 1}},
		"not its own":          {acctest.Attributes{"namespace": theirs}, 0, map[string]int{own: 1, whole: 17}},
		"gone":                 {acctest.Attributes{"namespace": gone}, 0, map[string]int{own: 1, whole: 17}},
		"stops at max_entries": {acctest.Attributes{"max_entries": 300}, 300, map[string]int{whole: 16}},
	} {
		simulator.ResetCalls()
		state, diags := p.ReadData("quay_logs", c.config)
		acctest.NoErrors(t, diags)
		entries := len(texts(t, state, "kind"))
		if calls := simulator.Calls(); !maps.Equal(calls, c.calls) {
			t.Errorf("%s: %v, want %v", name, calls, c.calls)
		}
		if entries != c.entries {
			t.Errorf("%s: %d entries, want %d", name, entries, c.entries)
		}
	}
}

// An entry can lack these values.
func TestLogs_absent(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"logs": [{"kind": "pull_repo", "metadata": {}, "ip": null, "datetime": %q}]}`, time.Now().UTC().Format(time.RFC1123Z))
		return true
	})
	p := registry.Serve(t, nil)
	state, diags := p.ReadData("quay_logs", acctest.Attributes{})
	acctest.NoErrors(t, diags)
	for attribute, want := range map[string]string{"kind": "pull_repo", "metadata_json": "{}", "ip": "", "performer": "", "namespace": ""} {
		if got := texts(t, state, attribute); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q", attribute, got)
		}
	}
	state, diags = p.ReadData("quay_logs", acctest.Attributes{"performer": "admin"})
	acctest.NoErrors(t, diags)
	if got := texts(t, state, "kind"); len(got) != 0 {
		t.Errorf("an entry without a performer is one of admin: %v", got)
	}
}

func TestLogs_refused(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	registry.Simulator(t).RevokeToken(registry.Token)
	_, diags := registry.Serve(t, nil).ReadData("quay_logs", acctest.Attributes{})
	if len(diags) != 1 || diags[0].Summary != "Unable to read Quay logs" || !strings.Contains(diags[0].Detail, "QUAY_TOKEN") {
		t.Errorf("diagnostics: %v", diags)
	}
}

// Bad inputs are refused before Quay is called.
func TestAccLogs_badInputs(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	date := "must be a date such as 2026-11-23, or a date and time such as 2026-11-23T08:00:00Z (RFC 3339)."
	for _, c := range []struct{ body, attribute, words string }{
		{`start = "11/23/2026"`, "start", "start " + date},
		{`start = "yesterday"`, "start", "start " + date},
		{`end = "2026-02-30"`, "end", "end " + date},
		{`end = "2026-11-23T08:00:00"`, "end", "end " + date},
		{`end = ""`, "end", "end " + date},
		{"start = \"2026-11-23\"\nend = \"2026-11-22\"", "end", "end (2026-11-22) must be later than start (2026-11-23)."},
		{"start = \"2026-11-23T08:00:00Z\"\nend = \"2026-11-23T08:00:00Z\"", "end", "end (2026-11-23T08:00:00Z) must be later than start (2026-11-23T08:00:00Z)."},
		{`start = "2999-01-01"`, "start", "start (2999-01-01) is still to come."},
		{"start = \"2999-01-01\"\nend = \"2999-01-02\"", "start", "start (2999-01-01) is still to come."},
		{`end = "1969-10-01"`, "end", "end (1969-10-01) must be later than 1970-01-01."},
		{`kinds = []`, "kinds", "set must contain at least 1 elements"},
		{`kinds = [""]`, "kinds", "kinds must not be empty."},
		{`kinds = [null]`, "kinds", "This attribute contains a null value."},
		{`performer = ""`, "performer", "performer must be the name of a user, or of a robot"},
		{`namespace = ""`, "namespace", "namespace must be 1 to 255 lower-case letters"},
		{`max_entries = 0`, "max_entries", "max_entries must be at least 1."},
		{`max_entries = -1`, "max_entries", "max_entries must be at least 1."},
	} {
		t.Run(c.body, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Providers(),
				Steps: []resource.TestStep{{
					Config:      registry.Config("data \"quay_logs\" \"test\" {\n%s\n}\n", c.body),
					PlanOnly:    true,
					ExpectError: regexp.MustCompile(`(?s)\d+: *` + c.attribute + `\s+= .*` + acctest.ErrorContains(c.words).String()),
				}},
			})
		})
	}
}
