package autoprune

import "testing"

func TestCheckValue(t *testing.T) {
	t.Parallel()
	for method, values := range map[string]struct{ accepted, refused []string }{
		"number_of_tags": {[]string{"1", "10", "999999999"}, []string{"", "0", "-1", "01", "+1", "1.0", "1e3", "1000000000", "7d", " 1", "1\n", "١"}},
		"creation_date": {
			[]string{"1s", "90m", "24h", "7d", "2w", "1y", "1000y", "365000d", "31536000000s"},
			[]string{"", "7", "d", "0d", "-5d", "07d", "7D", "7 d", "7d ", "7d\n", "1.5d", "1001y", "365001d", "31536000001s", "99999999999y", "7mo"},
		},
		"": {[]string{"1", "7d"}, []string{"", "0", "0d", "-1"}}, // the method is not known yet
	} {
		for _, value := range values.accepted {
			if err := checkValue(method, value); err != nil {
				t.Errorf("%s %q: %v", method, value, err)
			}
		}
		for _, value := range values.refused {
			if checkValue(method, value) == nil {
				t.Errorf("%s %q is accepted", method, value)
			}
		}
	}
}
