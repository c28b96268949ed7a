package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// recorder counts the errors that a check reports.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.errors++ }

// The checks of inputs report a provider that accepts or refuses too much. They also report a
// repeated error, a repeated value, and an error without an attribute.
func TestChecksOfInputs(t *testing.T) {
	t.Parallel()
	schema := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		{Name: "name", Type: tftypes.String, Optional: true}, {Name: "size", Type: tftypes.Number, Optional: true},
	}}}
	refusal := func(detail, attribute string) *tfprotov6.Diagnostic {
		diag := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid value", Detail: detail}
		if attribute != "" {
			diag.Attribute = tftypes.NewAttributePath().WithAttributeName(attribute)
		}
		return diag
	}
	// of returns a configuration that refuses all numbers and all names but "a". The
	// parameters set the words, the number of errors, and whether they are on the attribute.
	of := func(words string, times int, located bool) configuration {
		return configuration{name: "test", schema: schema, validate: func(config *tfprotov6.DynamicValue) (diags []*tfprotov6.Diagnostic) {
			value, err := config.Unmarshal(schema.ValueType())
			if err != nil {
				t.Error(err)
			}
			for name, value := range attributesOf(t, value) {
				text := fmt.Sprint(value) // with the type in front, and quoted
				if value.IsNull() || name == "name" && value.Equal(tftypes.NewValue(tftypes.String, "a")) {
					continue
				}
				at := name
				if !located {
					at = ""
				}
				for range times {
					diags = append(diags, refusal(name+" "+strings.ReplaceAll(words, "%", text), at))
				}
			}
			return diags
		}}
	}
	rule := Rule{"name", "must be", []string{"A"}, []string{"a"}}
	invalid := Invalid{Attributes{"name": "A"}, "name", "must be"}
	for name, test := range map[string]struct {
		configuration configuration
		rule          Rule
		invalid       Invalid
		want          bool // errors
	}{
		"in order":          {of("must be a whole number", 1, true), rule, invalid, false},
		"nothing refused":   {of("", 0, true), rule, invalid, true},
		"other words":       {of("is wrong", 1, true), rule, invalid, true},
		"twice":             {of("must be a whole number", 2, true), rule, invalid, true},
		"on no attribute":   {of("must be a whole number", 1, false), rule, invalid, true},
		"the value":         {of("must be a whole number, not %", 1, true), rule, invalid, true},
		"accepts too much":  {of("must be a whole number", 1, true), Rule{"name", "must be", []string{"a"}, []string{"a"}}, invalid, true},
		"refuses too much":  {of("must be a whole number", 1, true), Rule{"name", "must be", []string{"A"}, []string{"B"}}, invalid, true},
		"rule of nothing":   {of("must be a whole number", 1, true), Rule{"name", "must be", nil, nil}, invalid, true},
		"invalid elsewhere": {of("must be a whole number", 1, true), rule, Invalid{Attributes{"name": "A"}, "size", "must be"}, true},
	} {
		r := &recorder{TB: t}
		test.configuration.checkRule(r, test.rule)
		test.configuration.checkInvalid(r, nil, test.invalid)
		test.configuration.checkOneErrorEach(r)
		test.configuration.checkValuesStayOut(r)
		test.configuration.checkWholeNumbers(r)
		if (r.errors > 0) != test.want {
			t.Errorf("%s: %d errors", name, r.errors)
		}
	}
}

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
