package notification

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// maxTitle is the maximum length of a title in characters. Quay fails for longer titles.
const maxTitle = 255

// checkTitle is the rule for a title.
func checkTitle(title string) error {
	if n := utf8.RuneCountInString(title); n < 1 || n > maxTitle || strings.ContainsRune(title, 0) {
		return fmt.Errorf("must be 1 to %d characters", maxTitle)
	}
	return nil
}

var errAddress = errors.New("must be a URL with a host that begins with http:// or https://")

// checkAddress is the rule for an address that Quay posts to.
func checkAddress(text string) error {
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Hostname() == "" {
		return errAddress
	}
	return nil
}

// checkWebhookURL is the rule for the URL of a webhook.
func checkWebhookURL(text string) error {
	if err := checkAddress(text); err != nil {
		return err
	}
	address, _ := url.Parse(text) // the previous rule has parsed it
	if slices.Contains([]string{"localhost", "127.0.0.1"}, strings.ToLower(address.Hostname())) {
		return errors.New("must not have the host localhost or 127.0.0.1, which Quay refuses")
	}
	return nil
}

// checkTemplate is the rule for the template of a webhook.
func checkTemplate(text string) error {
	switch {
	case !json.Valid([]byte(text)):
		return errors.New("must be JSON")
	case strings.Contains(text, "${}"):
		return errors.New("must not have an empty expression ${}")
	}
	return nil
}

// root returns a text of a configuration. It is null or unknown if the text is.
func root(ctx context.Context, config tfsdk.Config, name string, diags *diag.Diagnostics) types.String {
	var text types.String
	diags.Append(config.GetAttribute(ctx, path.Root(name), &text)...)
	return text
}

// presence is the rule that an attribute is set only with certain values of a second
// attribute.
type presence struct {
	attribute string   // the other attribute
	values    []string // values of the other attribute that allow the attribute
	required  bool     // whether the attribute is required with these values
}

// configures returns the rule for the configuration of a method.
func configures(method string) presence { return presence{"method", []string{method}, true} }

// filters returns the rule for the filter of some events.
func filters(events ...string) presence { return presence{"event", events, false} }

// filtersRequired returns the rule for a filter that an event needs.
func filtersRequired(event string) presence { return presence{"event", []string{event}, true} }

var (
	_ validator.Object = presence{}
	_ validator.String = presence{}
	_ validator.Int64  = presence{}
)

func (presence) Description(context.Context) string {
	return "a value where another attribute needs it"
}

func (p presence) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

func (p presence) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	p.validate(ctx, req.Config, req.Path, req.ConfigValue, &resp.Diagnostics)
}

func (p presence) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	p.validate(ctx, req.Config, req.Path, req.ConfigValue, &resp.Diagnostics)
}

func (p presence) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	p.validate(ctx, req.Config, req.Path, req.ConfigValue, &resp.Diagnostics)
}

func (p presence) validate(ctx context.Context, config tfsdk.Config, at path.Path, value attr.Value, diags *diag.Diagnostics) {
	other := root(ctx, config, p.attribute, diags)
	if other.IsNull() || other.IsUnknown() || value.IsUnknown() {
		return
	}
	switch applies := slices.Contains(p.values, other.ValueString()); {
	case applies && p.required && value.IsNull():
		diags.AddAttributeError(at, "Missing value", fmt.Sprintf("%s must be given where %s is %s.", at, p.attribute, p.values[0]))
	case !applies && !value.IsNull():
		words := strings.Join(p.values, ", ")
		if len(p.values) > 1 {
			words = "one of " + words
		}
		diags.AddAttributeError(at, "Invalid value", fmt.Sprintf("%s must be left out unless %s is %s.", at, p.attribute, words))
	}
}

// oneTarget is the rule that a notification within Quay has one target.
type oneTarget struct{}

func (oneTarget) Description(context.Context) string { return "one target" }

func (o oneTarget) MarkdownDescription(ctx context.Context) string { return o.Description(ctx) }

func (oneTarget) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	known, unknown := 0, 0
	for _, value := range req.ConfigValue.Attributes() {
		switch {
		case value.IsUnknown():
			unknown++
		case !value.IsNull():
			known++
		}
	}
	if known > 1 || known+unknown == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", fmt.Sprintf("%s must have exactly one of user, team, organization.", req.Path))
	}
}

// ownOrganization is the rule that a notified organization is the notification's own
// organization.
type ownOrganization struct{ kind kind }

func (ownOrganization) Description(context.Context) string { return "the organization itself" }

func (o ownOrganization) MarkdownDescription(ctx context.Context) string { return o.Description(ctx) }

func (o ownOrganization) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	owner := root(ctx, req.Config, o.kind.owner.name, &resp.Diagnostics)
	if owner.IsNull() || owner.IsUnknown() {
		return
	}
	namespace, words := owner.ValueString(), "the organization itself"
	if o.kind.isRepositorys() {
		repository, err := client.ParseRepository(namespace)
		if err != nil {
			return // the rule of the attribute repository reports the error
		}
		namespace, words = repository.Namespace, "the organization of the repository"
	}
	if req.ConfigValue.ValueString() != namespace {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", fmt.Sprintf("%s must be %s: Quay notifies no other organization.", req.Path, words))
	}
}
