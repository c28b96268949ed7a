package quota

import (
	"math"
	"strings"
	"testing"
)

func TestParseSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"0": 0, "0 GiB": 0, "5": 5, "5B": 5, "5 B": 5, "010 GiB": 10 << 30,
		"5K": 5000, "5KB": 5000, "5Ki": 5120, "5 KiB": 5120,
		"5M": 5e6, "5Mi": 5 << 20, "5G": 5e9, "5GiB": 5 << 30,
		"5T": 5e12, "5Ti": 5 << 40, "5P": 5e15, "5PiB": 5 << 50, "5EB": 5e18, "7 EiB": 7 << 60,
		"1024 MiB": 1 << 30,
		// Through a float, as Quay reads them, these lose their last digit.
		"9007199254740993":      9007199254740993,
		"9223372036854775807 B": math.MaxInt64,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for text, words := range map[string]string{
		"":                               "whole number and a unit",
		"five":                           "whole number and a unit",
		"1.5 GiB":                        `Instead of 1.5 GiB, write "1536 MiB"`,
		"-5 GiB":                         "whole number and a unit",
		"5  GiB":                         "whole number and a unit",
		" 5 GiB":                         "whole number and a unit",
		"1,000 MB":                       "whole number and a unit",
		"5 gib":                          "has a unit that Quay does not know",
		"5 kB":                           "has a unit that Quay does not know",
		"5 bytes":                        "has a unit that Quay does not know",
		"8 EiB":                          "at most 9223372036854775807",
		"1 ZiB":                          "at most 9223372036854775807",
		"9223372036854775808":            "at most 9223372036854775807",
		"99999999999999999999999999 YiB": "at most 9223372036854775807",
	} {
		if got, err := parseSize(text); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("parseSize(%q) = %d, %v; want an error with %q", text, got, err, words)
		}
	}
}

// No quota has a limit of 0, though a size may be.
func TestParseLimit(t *testing.T) {
	t.Parallel()
	if got, err := parseLimit("1 KiB"); err != nil || got != 1024 {
		t.Errorf("1 KiB is %d, %v", got, err)
	}
	for text, words := range map[string]string{"0": "more than 0", "0 GiB": "more than 0", "5 gib": "does not know"} {
		if got, err := parseLimit(text); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("parseLimit(%q) = %d, %v; want an error with %q", text, got, err, words)
		}
	}
}

func TestFormatSize(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		0: "0 B", 1: "1 B", 1023: "1023 B", 1024: "1 KiB", 1000: "1 KB", 10 << 30: "10 GiB", 5e9: "5 GB",
		1 << 60: "1 EiB", math.MaxInt64: "9223372036854775807 B", 1500000000: "1500 MB", 1536 << 20: "1536 MiB",
	} {
		if got := formatSize(bytes); got != want {
			t.Errorf("formatSize(%d) = %q, want %q", bytes, got, want)
		}
	}
}

func FuzzSize(f *testing.F) {
	for _, bytes := range []int64{0, 1, 1000, 1024, 5e9, 10 << 30, math.MaxInt64} {
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes int64) {
		if bytes < 0 {
			t.Skip()
		}
		if got, err := parseSize(formatSize(bytes)); err != nil || got != bytes {
			t.Errorf("%d is written %q, which reads %d, %v", bytes, formatSize(bytes), got, err)
		}
	})
}

// Whatever a text is, it is refused with words or is some bytes, which have a
// text of their own.
func FuzzParseSize(f *testing.F) {
	for _, text := range []string{"10 GiB", "0", "5K", "9223372036854775807 B", "8 EiB", "1.5 GiB", "", "\u0665 GB", "99999999999999999999999999 YiB"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := parseSize(text)
		if err != nil {
			if err.Error() == "" || size != 0 {
				t.Errorf("parseSize(%q) = %d, %v", text, size, err)
			}
			return
		}
		if got, err := parseSize(formatSize(size)); err != nil || got != size || size < 0 {
			t.Errorf("%q is %d bytes, written %q, which reads %d, %v", text, size, formatSize(size), got, err)
		}
	})
}
