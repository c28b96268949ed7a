package logs

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Whatever the dates, the window begins before it ends, or there is an error.
func FuzzWindow(f *testing.F) {
	for _, dates := range [][2]string{
		{"", ""},
		{"2026-11-23", "2026-11-24"},
		{"2026-11-23", "2026-11-23"},
		{"2026-11-23T10:00:00Z", "2026-11-23T09:00:00+02:00"},
		{"0000-01-01", "9999-12-31"},
		{"", "0000-10-01"},
		{"9000-01-01", "9999-12-31"},
		{"", "9999-12-31"},
		{"11/23/2026", "tomorrow"},
	} {
		f.Add(dates[0], dates[1])
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, start, end string) {
		m := logsModel{Start: types.StringNull(), End: types.StringNull()}
		if start != "" {
			m.Start = types.StringValue(start)
		}
		if end != "" {
			m.End = types.StringValue(end)
		}
		from, to, err := m.window(now)
		if err == nil && !from.Before(to) {
			t.Errorf("from %q to %q is %s to %s", start, end, from, to)
		}
	})
}
