package account

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Password returns Quay's rules for a password.
func Password() []validator.String {
	return []validator.String{envelope.Text(func(password string) error {
		if utf8.RuneCountInString(password) < 8 || strings.ContainsFunc(password, unicode.IsSpace) {
			return errors.New("must have at least 8 characters without white space")
		}
		return nil
	})}
}

// ClientID returns the rules for the client ID of an OAuth application.
func ClientID() []validator.String {
	return []validator.String{envelope.Matches(`^[A-Za-z0-9]{1,255}$`, "must be a client ID: 1 to 255 letters and digits")}
}

// ScopesDescription describes the scopes of an access token.
const ScopesDescription = "Scopes of the token: at least one of `repo:read`, `repo:write`, `repo:admin`, `repo:create`, `user:read`, `user:admin`, `org:admin`, `super:user`."

// Scopes returns the rules for the scopes of an access token.
func Scopes() []validator.Set {
	return []validator.Set{
		setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(),
		setvalidator.ValueStringsAre(envelope.OneOf("repo:read", "repo:write", "repo:admin", "repo:create", "user:read", "user:admin", "org:admin", "super:user")),
	}
}

// KeepOwnToken returns an error if the client uses a token that Terraform is about to revoke.
// After that, all other calls of the run would fail.
func KeepOwnToken(c *client.Client, token string) error {
	if !c.Uses(token) {
		return nil
	}
	return envelope.WithDetail("token", "The provider itself uses this token, so it does not revoke the token. If a new token replaces this one, let the provider use the new token and apply again. "+
		"Otherwise let the provider use another token, and apply again.", nil)
}
