package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// NoUserError explains an error of Quay which says that a user or a robot does not exist. The
// result is on the attribute that names the user. If the users come from a directory, it tells
// how a person gets a user. The noun is "user" or "user or robot".
func NoUserError(ctx context.Context, c *client.Client, attribute, noun, name string, err error) error {
	words := fmt.Sprintf("There is no %s %q in the registry.", noun, name)
	if !strings.Contains(name, "+") {
		words += directoryHint(c.GetUserSource(ctx), name)
	}
	return envelope.WithDetail(attribute, words, err)
}

// directoryHint tells how a person of a directory gets a user. It is empty if the users come
// from Quay's own database.
func directoryHint(source client.UserSource, name string) string {
	switch {
	case !source.IsDirectory():
		return ""
	case source.CanLookUp():
		return fmt.Sprintf(" The users of this registry come from %s. Somebody who has never signed in to Quay has no user yet. If %[1]s has this person, "+
			"create the user with this resource, and refer to its username here:\n\nresource \"quay_user\" \"example\" {\n  username = %[2]q\n}", source, name)
	default:
		return fmt.Sprintf(" The users of this registry come from %s. Quay creates the user when the person signs in for the first time, and cannot look up anybody before. "+
			"Apply again after the person has signed in.", source)
	}
}
