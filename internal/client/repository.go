package client

import (
	"context"
	"fmt"
	"strings"
)

// Repository names a repository: Namespace is a user's or an organization's
// name, Name may contain slashes.
type Repository struct {
	Namespace string
	Name      string
}

// ParseRepository reads "namespace/name". Everything behind the first slash is
// the name, so "acme/team/app" is the repository "team/app" of acme.
func ParseRepository(text string) (Repository, error) {
	namespace, name, found := strings.Cut(text, "/")
	if !found || namespace == "" || name == "" {
		return Repository{}, fmt.Errorf("%q is not a repository: write it as namespace/name", text)
	}
	return Repository{Namespace: namespace, Name: name}, nil
}

// String returns "namespace/name".
func (r Repository) String() string {
	return r.Namespace + "/" + r.Name
}

// RepositoryExists tells whether a repository exists, by
// GET /repository/{repository} (getRepo).
func (c *Client) RepositoryExists(ctx context.Context, repository Repository) (bool, error) {
	return found(c.do(ctx, request{operation: getRepo, args: []any{repository}}, nil))
}
