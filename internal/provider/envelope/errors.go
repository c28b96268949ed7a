package envelope

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// detailedError is an error with words for the user, perhaps on an attribute.
type detailedError struct {
	attribute string
	words     string
	cause     error
}

// WithDetail returns an error with words for the user, on an attribute or, if attribute is
// empty, on no attribute. The diagnostic shows the cause after the words. The cause can be
// nil.
func WithDetail(attribute, words string, cause error) error {
	return &detailedError{attribute, words, cause}
}

// Refusal returns an error on an attribute that the provider refuses without asking Quay.
func Refusal(attribute, format string, args ...any) error {
	return WithDetail(attribute, fmt.Sprintf(format, args...), nil)
}

// OnAttribute returns the cause as an error on an attribute.
func OnAttribute(attribute string, cause error) error {
	return &detailedError{attribute, "", cause}
}

// NotFoundError adds words to an error that is [client.NotFound]: the registry has no such
// object. The error is on the attribute that names the object. It returns any other error
// unchanged.
func NotFoundError(attribute, noun, name string, err error) error {
	if errors.Is(err, client.NotFound) {
		return WithDetail(attribute, fmt.Sprintf("There is no %s %q in the registry.", noun, name), err)
	}
	return err
}

// ExistsError returns an error with the identity of the existing object. It is for objects of
// which Quay chooses a part of the identity. The cause must be [client.Exists].
func ExistsError(cause error, identity ...string) error { return &existsError{cause, identity} }

type existsError struct {
	error
	identity []string
}

func (e *existsError) Unwrap() error { return e.error }

func (e *detailedError) Error() string {
	switch {
	case e.cause == nil:
		return e.words
	case e.words == "":
		return e.cause.Error()
	}
	return e.words + ": " + e.cause.Error()
}

func (e *detailedError) Unwrap() error { return e.cause }

// diagnose turns an error into a diagnostic about one object.
func (r *declaredResource[M]) diagnose(verb string, object tftypes.Value, err error) diag.Diagnostic {
	key := r.key(object)
	summary := fmt.Sprintf("Unable to %s %s", verb, r.displayName(key.id))
	if verb == "create" && errors.Is(err, client.Exists) {
		if existing, ok := errors.AsType[*existsError](err); ok {
			key = objectKey{r.kind(), r.importID.join(existing.identity)}
		}
		err = WithDetail("", r.existsDetail(key), err)
	}
	return r.run.diagnostic(summary, err, attributeNames(r.declaration.Schema.Attributes))
}

// withWords returns an error with more words at its end.
func withWords(problem diag.Diagnostic, words string) diag.Diagnostic {
	detail := problem.Detail() + "\n\n" + words
	if at, ok := problem.(diag.DiagnosticWithPath); ok {
		return diag.NewAttributeErrorDiagnostic(at.Path(), problem.Summary(), detail)
	}
	return diag.NewErrorDiagnostic(problem.Summary(), detail)
}

// displayName is the name of an object in messages. The id can be empty.
func (r *declaredResource[M]) displayName(id string) string {
	if id == "" {
		return "Quay " + r.declaration.Noun
	}
	return fmt.Sprintf("Quay %s %q", r.declaration.Noun, id)
}

// existsDetail says what to do if an object with the key exists already.
func (r *declaredResource[M]) existsDetail(key objectKey) string {
	if how := r.run.writtenAs(key); how != "" {
		return fmt.Sprintf("Another resource of this configuration has just %s the object. Remove one of the two resources from the configuration, "+
			"or give them different names.", how)
	}
	return fmt.Sprintf("The object exists already. If the configuration manages it at another address, or managed it there before, add a moved block. "+
		"If somebody created it outside Terraform, import it:\n\nimport {\n  to = quay_%s.example\n  id = %q\n}", r.declaration.Name, key.id)
}

// attributeNames returns the set of attributes' names.
func attributeNames[A any](attributes map[string]A) map[string]bool {
	names := make(map[string]bool, len(attributes))
	for name := range attributes {
		names[name] = true
	}
	return names
}

// explanation collects the messages of an error and its causes, each once.
type explanation struct {
	attribute string
	words     []string
	calls     []*client.Error
	plain     []string // other errors, shown only without words and calls
}

// collect adds the messages of an error, from the outside in.
func (e *explanation) collect(err error) {
	switch err := err.(type) { //nolint:errorlint // it looks at each error of the chain by itself
	case nil:
	case *detailedError:
		e.attribute = cmp.Or(e.attribute, err.attribute)
		if err.words != "" && !slices.Contains(e.words, err.words) {
			e.words = append(e.words, err.words)
		}
		e.collect(err.cause)
	case *client.Error:
		e.calls = append(e.calls, err)
	case interface{ Unwrap() []error }:
		for _, cause := range err.Unwrap() {
			e.collect(cause)
		}
	default:
		cause := errors.Unwrap(err)
		if cause == nil || !errors.As(cause, new(*detailedError)) && !errors.As(cause, new(*client.Error)) {
			e.plain = append(e.plain, err.Error())
			return
		}
		e.collect(cause)
	}
}

// diagnostic builds a diagnostic from an error: the resource's words, Quay's response, and
// what to do. If attributes has the attribute that the error or Quay's words name, the
// diagnostic is on it. Only the first such error of a run says what to do, because hundreds of
// errors can have one cause.
func (r *Run) diagnostic(summary string, err error, attributes map[string]bool) diag.Diagnostic {
	var e explanation
	e.collect(err)
	detail := e.words
	var remedies []string
	for _, call := range e.calls {
		whose := "Quay's answer to "
		if call.Status == 0 {
			whose = "No answer to "
		}
		detail = append(detail, whose+call.Error())
		// After an internal error, the resource's own words explain the cause.
		if remedy := call.Remedy(); remedy != "" && (len(e.words) == 0 || call.Kind != client.InternalError) && r.firstTime(remedy) {
			remedies = append(remedies, remedy)
		}
		for _, name := range []string{call.Field, call.Field + "_wo"} {
			if attributes[name] && e.attribute == "" {
				e.attribute = name
			}
		}
	}
	detail = append(detail, remedies...)
	if len(detail) == 0 {
		detail = e.plain
	}
	text := strings.Join(detail, "\n\n")
	if e.attribute == "" {
		return diag.NewErrorDiagnostic(summary, text)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(e.attribute), summary, text)
}
