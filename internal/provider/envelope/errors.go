package envelope

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// explained is an error with words for the user, perhaps on an attribute.
type explained struct {
	attribute string
	words     string
	cause     error
}

// Explain returns an error that tells the user what is wrong in words of the
// resource's own, on the attribute that is at fault, or on none if that is
// empty. The cause, which may be nil, is shown behind them.
func Explain(attribute, words string, cause error) error {
	return &explained{attribute, words, cause}
}

// At returns an error that stands on an attribute and tells what its cause does.
func At(attribute string, cause error) error {
	return &explained{attribute, "", cause}
}

// NoSuch returns an error that, if it is [client.Gone], tells the user that the
// registry has no such object, on the attribute that names it.
func NoSuch(attribute, noun, name string, err error) error {
	if errors.Is(err, client.Gone) {
		return Explain(attribute, fmt.Sprintf("There is no %s %q in the registry.", noun, name), err)
	}
	return err
}

func (e *explained) Error() string {
	switch {
	case e.cause == nil:
		return e.words
	case e.words == "":
		return e.cause.Error()
	}
	return e.words + ": " + e.cause.Error()
}

func (e *explained) Unwrap() error { return e.cause }

// diagnose turns an error into a diagnostic about one object.
func (r *declaredResource[M]) diagnose(verb string, object tftypes.Value, err error) diag.Diagnostic {
	id := r.id(object)
	if verb == "create" && errors.Is(err, client.Exists) {
		err = Explain("", fmt.Sprintf("It exists already. To manage it with Terraform, import it:\n\n"+
			"import {\n  to = quay_%s.example\n  id = %q\n}", r.declaration.Name, id), err)
	}
	summary := fmt.Sprintf("Unable to %s Quay %s", verb, r.declaration.Noun)
	if id != "" {
		summary += fmt.Sprintf(" %q", id)
	}
	return diagnostic(summary, err, r.declaration.Schema.Attributes)
}

// diagnostic builds a diagnostic from an error: words of the resource's own,
// what Quay answered, and what to do. It stands on the attribute that the
// error names, or Quay's words point at, if it is among the attributes.
func diagnostic[A any](summary string, err error, attributes map[string]A) diag.Diagnostic {
	var (
		detail    []string
		attribute string
		own       *explained
		call      *client.Error
	)
	isExplained, isCall := false, errors.As(err, &call)
	if errors.As(err, &own) {
		attribute = own.attribute
		if own.words != "" {
			isExplained = true
			detail = append(detail, own.words)
		}
	}
	switch {
	case isCall:
		whose := "Quay's answer to "
		if call.Status == 0 {
			whose = "No answer to "
		}
		detail = append(detail, whose+call.Error())
		// The words of the resource's own are about what a server fault hides.
		if remedy := call.Remedy(); remedy != "" && (!isExplained || call.Kind != client.ServerFault) {
			detail = append(detail, remedy)
		}
		for _, name := range []string{call.Field, call.Field + "_wo"} {
			if _, ok := attributes[name]; ok && attribute == "" {
				attribute = name
			}
		}
	case !isExplained:
		detail = append(detail, err.Error())
	}
	text := strings.Join(detail, "\n\n")
	if attribute == "" {
		return diag.NewErrorDiagnostic(summary, text)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), summary, text)
}
