package client_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

func FuzzBytes(f *testing.F) {
	for _, seed := range []string{"0", "5368709120.0", "5e+18", "1.5", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e999", "null", `"5"`, "9007199254740993.0", "0E10000000000000000000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b client.Bytes
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			if n, ok := new(big.Int).SetString(text, 10); ok && n.IsInt64() && json.Valid([]byte(text)) {
				t.Errorf("%s is refused: %v", text, err)
			}
			return
		}
		text = strings.TrimSpace(text)
		if text == "null" {
			return
		}
		if !strings.ContainsAny(text, ".eE") { // an integer is read exactly
			if want, ok := new(big.Int).SetString(text, 10); !ok || want.Cmp(big.NewInt(int64(b))) != 0 {
				t.Errorf("%s is read as %d", text, b)
			}
			return
		}
		// Bytes reads a decimal as the nearest float, because Quay writes only floats.
		want, _, err := big.ParseFloat(text, 10, 53, big.ToNearestEven)
		if err != nil { // an exponent past big's own range: nothing but zero fits
			want = new(big.Float)
		}
		if want.Cmp(new(big.Float).SetInt64(int64(b))) != 0 {
			t.Errorf("%s is read as %d, want %v", text, b, want)
		}
	})
}

func FuzzParseRepository(f *testing.F) {
	for _, seed := range []string{"", "/", "acme", "acme/app", "acme/nested/app", "acme/", "/app", "a//b", "ü/✓"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		repository, err := client.ParseRepository(text)
		if err != nil {
			if repository != (client.Repository{}) {
				t.Errorf("%q is %+v beside the error %v", text, repository, err)
			}
			return
		}
		if repository.String() != text || repository.Name == "" || repository.Namespace == "" || strings.Contains(repository.Namespace, "/") || strings.Contains(text, "//") || strings.ContainsAny(text, " \n:@\\%+") {
			t.Errorf("%q is %+v", text, repository)
		}
	})
}

func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{"https://quay.example.com", "http://[::1]:8080/quay/", "https://me:pw@quay.example.com", "https://quay.example.com?", "//x", "a:b@c", "https://x/%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := client.ParseURL(text)
		if err != nil {
			return
		}
		if base.Scheme != "http" && base.Scheme != "https" || base.Hostname() == "" || base.User != nil || strings.Contains(base.String(), "?") {
			t.Errorf("%q is accepted as %s", text, base)
		}
	})
}
