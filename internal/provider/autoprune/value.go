package autoprune

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// byAge is the method of policies whose value is an age.
const byAge = "creation_date"

var (
	errNumber = errors.New("must be a number of tags from 1 to 999999999, such as 10, where method is " + client.AutopruneByNumber)
	errAge    = errors.New("must be an age such as 7d where method is " + byAge + ": a whole number of at least 1 and one of s, m, h, d, w, y, " +
		"at most 1000 years")
	errNumberOrAge = errors.New("must be a number of tags (1 to 999999999), or an age such as 7d, at most 1000 years")

	numberPattern = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)
	agePattern    = regexp.MustCompile(`^[1-9][0-9]{0,10}[smhdwy]$`)
)

// maxAge is the longest age in seconds. Quay fails for much longer ages.
const maxAge = 1000 * 365 * 86400

// checkNumber is the rule for a number of tags.
func checkNumber(value string) error {
	if !numberPattern.MatchString(value) {
		return errNumber
	}
	return nil
}

// checkAge is the rule for an age.
func checkAge(value string) error {
	if !agePattern.MatchString(value) {
		return errAge
	}
	last := len(value) - 1
	seconds := map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 7 * 86400, 'y': 365 * 86400}[value[last]]
	if n, err := strconv.ParseInt(value[:last], 10, 64); err != nil || n > maxAge/seconds {
		return errAge
	}
	return nil
}

// checkValue is the rule for the value of a method, which may not be known.
func checkValue(method, value string) error {
	switch method {
	case client.AutopruneByNumber:
		return checkNumber(value)
	case byAge:
		return checkAge(value)
	}
	if checkNumber(value) != nil && checkAge(value) != nil {
		return errNumberOrAge
	}
	return nil
}

// valueRule validates the attribute value together with the method.
type valueRule struct{}

func (valueRule) Description(context.Context) string { return "a value that fits the method" }

func (r valueRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (valueRule) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var method types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("method"), &method)...)
	if err := checkValue(method.ValueString(), req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", fmt.Sprintf("%s %s.", req.Path, err))
	}
}

// checkPattern is the rule for a tag pattern. It refuses white space around the pattern, which
// Quay removes. The registry's database decides whether the pattern is valid.
func checkPattern(pattern string) error {
	isSpace := func(r rune) bool { return unicode.IsSpace(r) || '\x1c' <= r && r <= '\x1f' } // white space in Python
	if pattern == "" || strings.TrimFunc(pattern, isSpace) != pattern || strings.ContainsRune(pattern, 0) {
		return errors.New("must not be empty, and must not begin or end with white space")
	}
	return nil
}

// matchesRule validates the attribute tag_pattern_matches together with the pattern.
type matchesRule struct{}

func (matchesRule) Description(context.Context) string { return "true where there is no tag pattern" }

func (r matchesRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (matchesRule) ValidateBool(ctx context.Context, req validator.BoolRequest, resp *validator.BoolResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.ValueBool() {
		return
	}
	var pattern types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("tag_pattern"), &pattern)...)
	if pattern.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", fmt.Sprintf("%s must be true where there is no tag_pattern.", req.Path))
	}
}
