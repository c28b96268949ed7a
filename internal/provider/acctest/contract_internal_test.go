package acctest

import (
	"testing"
)

// A type without a case, a case without a type, and a case that lacks something are
// problems.
func TestUncovered(t *testing.T) {
	t.Parallel()
	names := offered{resourceKind: {"quay_a"}, listKind: {"quay_a"}, dataSourceKind: {"quay_b"}, ephemeralKind: {"quay_c"}, actionKind: {"quay_d"}}
	whole := func() []Case {
		return []Case{
			{
				Type: "quay_a", Config: NoConfig, Identity: []string{"name"}, List: &List{}, InvalidIDs: map[string]string{"": ""},
				Delete: func(testing.TB, *Registry, map[string]string) {},
			},
			{Type: "quay_b", DataSource: &DataSource{}},
			{Type: "quay_c", Ephemeral: &EphemeralResource{}},
			{Type: "quay_d", Action: &Action{}},
		}
	}
	if problems := uncovered(names, whole()); len(problems) > 0 {
		t.Errorf("problems: %q", problems)
	}
	for name, change := range map[string]func(cases []Case) []Case{
		"no resource":       func(cases []Case) []Case { cases[0].Config = nil; return cases },
		"no list":           func(cases []Case) []Case { cases[0].List = nil; return cases },
		"no deletion":       func(cases []Case) []Case { cases[0].Delete = nil; return cases },
		"no invalid id":     func(cases []Case) []Case { cases[0].InvalidIDs = nil; return cases },
		"a reason for none": func(cases []Case) []Case { cases[0].NotListed = "it is listed"; return cases },
		"no data source":    func(cases []Case) []Case { return append(cases[:1], cases[2:]...) },
		"no ephemeral":      func(cases []Case) []Case { cases[2].Ephemeral = nil; return cases },
		"no action":         func(cases []Case) []Case { return cases[:3] },
		"two cases":         func(cases []Case) []Case { return append(cases, cases[1]) },
		"another type":      func(cases []Case) []Case { cases[1].Type = "quay_bb"; return cases },
		"another kind":      func(cases []Case) []Case { cases[3].DataSource = &DataSource{}; return cases },
		"an empty case":     func(cases []Case) []Case { return append(cases, Case{Type: "quay_e"}) },
	} {
		if problems := uncovered(names, change(whole())); len(problems) == 0 {
			t.Errorf("%s: there is no problem", name)
		}
	}
}

func TestLessSafe(t *testing.T) {
	t.Parallel()
	type risk = map[string]float64
	for name, test := range map[string]struct {
		before, after, succeeded risk
		want                     int
	}{
		"account enabled":          {risk{"a": 0}, risk{"a": 1}, risk{"a": 0}, 1},
		"account to be enabled":    {risk{"a": 0}, risk{"a": 1}, risk{"a": 1}, 0},
		"account to be deleted":    {risk{"a": 0}, risk{"a": 1}, risk{}, 1},
		"account to be made":       {risk{}, risk{"a": 1}, risk{"a": 0}, 1},
		"account nobody asked for": {risk{}, risk{"a": 0}, risk{}, 1},
		"quota lost":               {risk{"q": -1. / 5}, risk{"q": 0}, risk{"q": -1. / 7}, 1},
		"quota lowered":            {risk{"q": -1. / 5}, risk{"q": -1. / 3}, risk{"q": -1. / 3}, 0},
		"role removed":             {risk{"r": 3}, risk{}, risk{}, 0},
	} {
		if got := lessSafe(test.before, test.after, test.succeeded); len(got) != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
