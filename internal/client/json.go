package client

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Bytes is a number of bytes. Quay writes it as an integer, or as a float if Quay has read it
// as text. Bytes reads both forms exactly.
type Bytes int64

// UnmarshalJSON reads 5368709120, 5368709120.0 and 5e+18. A fraction, and a
// number beyond 2^63-1, are errors.
func (b *Bytes) UnmarshalJSON(data []byte) error {
	text := string(bytes.TrimSpace(data))
	if text == "null" {
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		*b = Bytes(n)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || f >= 1<<63 || f <= -1<<63 {
		return fmt.Errorf("%s is not a whole number of bytes below 2^63", text)
	}
	*b = Bytes(f)
	return nil
}

// Time is a date in either of the two formats that Quay writes:
// "Mon, 23 Nov 2026 01:09:36 -0000" and "Mon, 23 Nov 2026 00:58:16 GMT".
type Time struct{ time.Time }

// UnmarshalJSON reads a date into UTC. null leaves the time unchanged.
func (t *Time) UnmarshalJSON(data []byte) error {
	text := string(bytes.TrimSpace(data))
	if text == "null" {
		return nil
	}
	text, err := strconv.Unquote(text)
	if err != nil {
		return fmt.Errorf("%s is not a date", data)
	}
	for _, layout := range []string{time.RFC1123, time.RFC1123Z} {
		if parsed, err := time.Parse(layout, text); err == nil {
			t.Time = parsed.UTC()
			return nil
		}
	}
	return fmt.Errorf("%q is not a date as Quay writes it", text)
}
