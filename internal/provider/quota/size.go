package quota

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
)

// unitFactors are Quay's units: decimal units of 1000 and binary units of 1024. No unit, and
// B, mean bytes.
var unitFactors = func() map[string]*big.Int {
	factors := map[string]*big.Int{"": big.NewInt(1), "B": big.NewInt(1)}
	for i, prefix := range "KMGTPEZY" {
		exponent := big.NewInt(int64(i + 1))
		decimal := new(big.Int).Exp(big.NewInt(1000), exponent, nil)
		binary := new(big.Int).Exp(big.NewInt(1024), exponent, nil)
		factors[string(prefix)], factors[string(prefix)+"B"] = decimal, decimal
		factors[string(prefix)+"i"], factors[string(prefix)+"iB"] = binary, binary
	}
	return factors
}()

var sizePattern = regexp.MustCompile(`^(\d+)\s?([A-Za-z]*)$`)

var (
	errTooMuch = errors.New("must be at most 9223372036854775807 bytes (just under 8 EiB)")
	errNoLimit = errors.New("must be more than 0: to have no quota, leave the resource out")
)

// parseLimit reads the size of a quota. It refuses 0 bytes.
func parseLimit(text string) (int64, error) {
	size, err := parseSize(text)
	if err == nil && size == 0 {
		return 0, errNoLimit
	}
	return size, err
}

// parseSize reads a size such as "10 GiB" into bytes, exactly.
func parseSize(text string) (int64, error) {
	match := sizePattern.FindStringSubmatch(text)
	if match == nil {
		return 0, errors.New(`must be a whole number and a unit, such as "10 GiB" or "500 MB". Instead of 1.5 GiB, write "1536 MiB"`)
	}
	factor, known := unitFactors[match[2]]
	if !known {
		return 0, errors.New("has a unit that Quay does not know: use B, KiB, MiB, GiB, TiB, PiB, EiB (of 1024) or KB, MB, GB, TB, PB, EB (of 1000)")
	}
	number, _ := new(big.Int).SetString(match[1], 10) // the pattern matches only digits
	size := number.Mul(number, factor)
	if !size.IsInt64() {
		return 0, errTooMuch
	}
	return size.Int64(), nil
}

// countBytes reads a number of bytes, exactly.
func countBytes(number *big.Float) (int64, error) {
	size, accuracy := number.Int64()
	switch {
	case number.Sign() < 0:
		return 0, errors.New("must be at least 0")
	case !number.IsInt():
		return 0, errors.New("must be a whole number of bytes")
	case accuracy != big.Exact:
		return 0, errTooMuch
	}
	return size, nil
}

// formatSize writes bytes exactly, with the unit that gives the smallest number: 10737418240
// is "10 GiB", 5000000000 is "5 GB".
func formatSize(bytes int64) string {
	number, unit := bytes, "B"
	for _, family := range []struct {
		base   int64
		suffix string
	}{{1024, "iB"}, {1000, "B"}} {
		rest := bytes
		for _, prefix := range "KMGTPE" {
			if rest == 0 || rest%family.base != 0 {
				break
			}
			rest /= family.base
			if rest < number {
				number, unit = rest, string(prefix)+family.suffix
			}
		}
	}
	return fmt.Sprintf("%d %s", number, unit)
}
