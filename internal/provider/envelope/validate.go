package envelope

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// These validators replace the framework's validators, whose messages repeat the value. A
// value can come from a sensitive variable, and Terraform does not tell the provider. So no
// message repeats a value.

// TextRule is a rule for a text: a validator of attributes and of parameters of
// functions.
type TextRule struct {
	check func(text string) error
}

var (
	_ validator.String                  = TextRule{}
	_ function.StringParameterValidator = TextRule{}
)

// Text returns the rule that a function checks. The function's error must tell the rule and
// not the text. It must read as the continuation of the attribute's name ("must be …").
func Text(check func(text string) error) TextRule { return TextRule{check} }

// Matches returns the rule that a text matches a pattern. The words have the form of an error
// for [Text].
func Matches(pattern, words string) TextRule {
	expression := regexp.MustCompile(pattern)
	return Text(func(text string) error {
		if !expression.MatchString(text) {
			return errors.New(words)
		}
		return nil
	})
}

// NotEmpty returns the rule that a text is not empty.
func NotEmpty() TextRule { return Matches(`(?s).`, "must not be empty") }

// OneOf returns the rule that a text is one of texts.
func OneOf(texts ...string) TextRule {
	return oneOf(texts, true, `must be one of "`+strings.Join(texts, `", "`)+`"`)
}

// NoneOf returns the rule that a text is none of texts.
func NoneOf(texts ...string) TextRule {
	return oneOf(texts, false, `must be none of "`+strings.Join(texts, `", "`)+`"`)
}

func oneOf(texts []string, want bool, words string) TextRule {
	return Text(func(text string) error {
		if slices.Contains(texts, text) != want {
			return errors.New(words)
		}
		return nil
	})
}

// Duration returns the rule that [CheckDuration] accepts a text.
func Duration() TextRule { return Text(CheckDuration) }

// CheckDuration returns an error unless a text is a duration above zero for
// [time.ParseDuration].
func CheckDuration(text string) error {
	if parsed, err := time.ParseDuration(text); err != nil || parsed <= 0 {
		return errors.New("must be a duration such as 90s or 2m, above zero")
	}
	return nil
}

// Timestamp returns the rule that a text is a date and time by RFC 3339, in
// whole seconds.
func Timestamp() TextRule {
	return Text(func(text string) error {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return errors.New("must be a date and time such as 2030-01-31T00:00:00Z (RFC 3339)")
		}
		if parsed.Nanosecond() != 0 {
			return errors.New("must be in whole seconds, such as 2030-01-31T00:00:00Z")
		}
		return nil
	})
}

// Description describes the rule to the framework, which shows it in its log.
func (TextRule) Description(context.Context) string { return "a rule for a text" }

// MarkdownDescription is Description.
func (r TextRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateString validates an attribute.
func (r TextRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := r.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, invalidValue, message(req.Path, err))
	}
}

// ValidateParameterString validates a parameter of a function.
func (r TextRule) ValidateParameterString(_ context.Context, req function.StringParameterValidatorRequest, resp *function.StringParameterValidatorResponse) {
	if req.Value.IsNull() || req.Value.IsUnknown() {
		return
	}
	if err := r.check(req.Value.ValueString()); err != nil {
		resp.Error = function.NewArgumentFuncError(req.ArgumentPosition, err.Error())
	}
}

// numberRule is a rule for a whole number.
type numberRule struct {
	valid func(number int64) bool
	words string
}

// Between returns the rule that a number is in a range.
func Between(least, most int64) validator.Int64 {
	return numberRule{func(number int64) bool { return least <= number && number <= most }, fmt.Sprintf("must be between %d and %d", least, most)}
}

// AtLeast returns the rule that a number is at least least.
func AtLeast(least int64) validator.Int64 {
	return numberRule{func(number int64) bool { return least <= number }, fmt.Sprintf("must be at least %d", least)}
}

func (r numberRule) Description(context.Context) string { return r.words }

func (r numberRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r numberRule) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if !r.valid(req.ConfigValue.ValueInt64()) {
		resp.Diagnostics.AddAttributeError(req.Path, invalidValue, message(req.Path, errors.New(r.words)))
	}
}

const invalidValue = "Invalid value"

// message puts the name of an attribute before the problem. It omits the keys of maps, because
// they may be secret too.
func message(at path.Path, problem error) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(path.PathStepAttributeName); ok {
			names = append(names, string(name))
		}
	}
	return fmt.Sprintf("%s %s.", strings.Join(names, "."), problem)
}
