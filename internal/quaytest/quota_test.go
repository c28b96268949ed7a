package quaytest

import "testing"

func TestSizes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"5": 5, "1K": 1e3, "1 KiB": 1024, "2Gi": 2 << 30, "3 TB": 3e12, "1ZB": 1e21} {
		if got, ok := parseSize(text); !ok || got != want {
			t.Errorf("%s: want %v, got %v, %v", text, want, got, ok)
		}
	}
	for _, text := range []string{"", "B", "5B", "5 B", "1ZiB", "1.5G", "5k", "5  G", "5iB"} {
		if got, ok := parseSize(text); ok {
			t.Errorf("%s: %v", text, got)
		}
	}
	for bytes, want := range map[int64]string{0: "0.0 Byte", 1 << 50: "1.0 PiB", 1<<50 - 1: "1024.0 TiB", 1536: "1.5 KiB"} {
		if got := formatSize(bytes); got != want {
			t.Errorf("%d: want %s, got %s", bytes, want, got)
		}
	}
}
