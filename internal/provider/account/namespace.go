// Package account has the common rules for users and organizations. Quay stores users and
// organizations in one table of names and e-mail addresses.
package account

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// MaxLength is the maximum length of a name. A robot's name includes its namespace and "+".
const MaxLength = 255

var newName = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

// Name validates the name of a new user or organization, by Quay's rule for new names.
func Name() []validator.String {
	return []validator.String{envelope.Text(func(text string) error {
		if len(text) < 2 || len(text) > MaxLength || !newName.MatchString(text) {
			return errors.New("must be 2 to 255 characters: lower-case letters and digits, with single '.', '_' or '-' between them")
		}
		return nil
	})}
}

// Reference validates a name that refers to a user, an organization, a team or a
// robot without its namespace. See [client.CheckName].
func Reference() []validator.String { return []validator.String{envelope.Text(client.CheckName)} }

// GranteeReference validates a name that refers to a user, or to a robot with
// its namespace.
func GranteeReference() []validator.String {
	return []validator.String{envelope.Text(client.CheckGrantee)}
}

// ReferenceParameter is [Reference] for a parameter of a function.
func ReferenceParameter() []function.StringParameterValidator {
	return []function.StringParameterValidator{envelope.Text(client.CheckName)}
}

// Email validates an e-mail address. Quay checks little of it.
func Email() []validator.String { return []validator.String{envelope.Text(checkEmail)} }

func checkEmail(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("must not be empty: to have no e-mail address, leave it out")
	case strings.TrimSpace(text) != text:
		return errors.New("must not begin or end with white space")
	case strings.ContainsFunc(text, unicode.IsControl):
		return errors.New("must not hold line breaks or other control characters")
	case client.IsPlaceholderEmail(text): // a refresh would read it as a missing address
		return errors.New("must not be a UUID, which is what Quay stores where there is no e-mail address: leave it out instead")
	}
	return nil
}

// EmailValue returns an e-mail address from Quay. It returns null for a UUID or an empty text,
// which Quay shows for a missing address.
func EmailValue(email string) types.String {
	if email == "" || client.IsPlaceholderEmail(email) {
		return types.StringNull()
	}
	return types.StringValue(email)
}

// ForceDestroy is the attribute force_destroy of a "user" or an "organization".
func ForceDestroy(noun string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		Computed: true,
		Default:  booldefault.StaticBool(false),
		MarkdownDescription: fmt.Sprintf("Whether to delete the %s even if it still has repositories. Quay then deletes the repositories with all images. Apply this change before you "+
			"destroy the resource. Defaults to `false`.", noun),
	}
}

// shownRepositories is the maximum number of repositories that an error names.
const shownRepositories = 5

// EnsureEmpty returns an error that counts and names the repositories of a
// namespace, if it has any that the token's user can see.
func EnsureEmpty(ctx context.Context, c *client.Client, noun, name string) error {
	var repositories []string
	for repository, err := range c.ListRepositories(ctx, name) {
		if err != nil {
			return err
		}
		repositories = append(repositories, repository.Name)
	}
	if len(repositories) == 0 {
		return nil
	}
	count, shown, more := "1 repository", repositories, ""
	if n := len(repositories); n > 1 {
		count = fmt.Sprintf("%d repositories", n)
		if n > shownRepositories {
			shown, more = repositories[:shownRepositories], ", …"
		}
	}
	return envelope.WithDetail("", fmt.Sprintf("The %s still has %s (%s%s), which would be lost with all images. "+
		"Delete or move them first, or set force_destroy = true and apply that before destroying.",
		noun, count, strings.Join(shown, ", "), more), nil)
}

// OnNameAttribute puts an error about a namespace's name on the attribute with the name.
func OnNameAttribute(attribute string, err error) error {
	var refused *client.Error
	if errors.As(err, &refused) && (refused.Field == "username" || refused.Field == "name") {
		return envelope.OnAttribute(attribute, err)
	}
	return err
}
