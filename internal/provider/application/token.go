package application

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// longestLife is how long a token is valid by default, and at most: ten years.
const longestLife = 87660 * time.Hour

const (
	scopesDescription = account.ScopesDescription + " Quay creates a token only with scopes that the provider's own access token has."
	tokenDescription  = "The access token for Quay's API. It acts as the user of the provider's own access token."
)

// checkTokenName is Quay's rule for the name of a token. Quay removes spaces around it.
func checkTokenName(name string) error {
	if name == "" || strings.TrimSpace(name) != name || utf8.RuneCountInString(name) > 255 {
		return errors.New("must be 1 to 255 characters, and must not begin or end with white space")
	}
	return nil
}

// validForRules returns the rules for the lifetime of a token.
func validForRules() []validator.String {
	return []validator.String{envelope.Text(func(text string) error {
		validity, err := time.ParseDuration(text)
		if err != nil || validity < time.Second || validity > longestLife {
			return errors.New("must be a duration such as 12h or 2160h, from 1s to 87660h (ten years)")
		}
		return nil
	})}
}

// lifeOf returns the lifetime of a token from an attribute.
func lifeOf(validFor types.String) time.Duration {
	life, err := time.ParseDuration(validFor.ValueString())
	if err != nil {
		return longestLife
	}
	return life
}

// newToken is a token to create.
type newToken struct {
	organization, clientID string
	name                   string
	scopes                 []string // sorted
	life                   time.Duration
}

// tokenKey is the key of the creations of an application's tokens.
type tokenKey struct{ organization, clientID string }

// create creates the token.
func (n newToken) create(ctx context.Context, c *client.Client) (*client.ApplicationToken, error) {
	created, err := envelope.SecretCreation[client.ApplicationToken, *client.ApplicationToken]{
		Key: tokenKey{n.organization, n.clientID},
		List: func(ctx context.Context) ([]client.ApplicationToken, error) {
			return c.NewestApplicationTokens(ctx, n.organization, n.clientID)
		},
		ID: func(t client.ApplicationToken) string { return t.UUID },
		IsLike: func(t client.ApplicationToken) bool {
			return t.Name == n.name && slices.Equal(slices.Sorted(slices.Values(t.Scopes())), n.scopes)
		},
		Call: func(ctx context.Context) (*client.ApplicationToken, error) {
			created, err := c.CreateApplicationToken(ctx, n.organization, n.clientID, client.NewApplicationToken{
				// Rounds up, because Quay's lifetime is in whole seconds.
				Name: n.name, Scope: strings.Join(n.scopes, " "), Expiration: int64((n.life + time.Second - 1) / time.Second),
			})
			return created, n.explain(err)
		},
		Revoke: func(ctx context.Context, t client.ApplicationToken) error {
			return revoke(ctx, c, openedToken{n.organization, n.clientID, t.UUID, t.ExpiresAt})
		},
		Unlisted: fmt.Sprintf("It is not known whether Quay has created the token. If the application has a token named %q that is new and not used, revoke that token. "+
			"Then apply again.", n.name),
		Several: func(number int) string {
			return fmt.Sprintf("During the creation, %d tokens with this name and these scopes have appeared. One of them may be a token that nobody knows. "+
				"Revoke the tokens that are not used, and apply again.", number)
		},
	}.Create(ctx)
	return created, notFound(n.organization, n.clientID, err)
}

// explain says which scopes may be missing if Quay denies the creation. Quay has listed the
// application's tokens before, so the provider's token can administer the application.
func (n newToken) explain(err error) error {
	if !errors.Is(err, client.Denied) {
		return err
	}
	missing := fmt.Sprintf("That is not so for the scope %q.", n.scopes[0])
	if len(n.scopes) > 1 {
		missing = fmt.Sprintf(`That is not so for at least one of the scopes "%s".`, strings.Join(n.scopes, `", "`))
	}
	return envelope.WithDetail("scopes", fmt.Sprintf("Quay does not create this token for the application %q. The provider's own access token must have each scope of the new token. The user of the provider's token must have the rights of each scope in "+
		"the organization. %s",
		n.organization+":"+n.clientID, missing), nil)
}

// openedToken is a token that Close revokes.
type openedToken struct {
	Organization string    `json:"organization"`
	ClientID     string    `json:"client_id"`
	UUID         string    `json:"uuid"` // empty for a token that stays
	ExpiresAt    time.Time `json:"expires_at"`
}

// revoke revokes a token that is in no state. The run may have renamed the organization since
// the creation of the token.
func revoke(ctx context.Context, c *client.Client, token openedToken) error {
	call := func(organization string) error {
		return envelope.Revoke(ctx, func(ctx context.Context) error {
			return c.RevokeApplicationToken(ctx, organization, token.ClientID, token.UUID)
		})
	}
	err := call(token.Organization)
	if newName, renamed := c.RenamedTo(token.Organization); renamed && errors.Is(err, client.NotFound) {
		err = call(newName)
	}
	if err == nil || errors.Is(err, client.NotFound) {
		return nil
	}
	return envelope.WithDetail("", fmt.Sprintf("The token %s of the application %q may be left in the registry, where it is valid until %s. "+
		"To be rid of it sooner, revoke it in Quay.", token.UUID, token.Organization+":"+token.ClientID, token.ExpiresAt.Format(time.RFC3339)), err)
}
