package client

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
)

// Repository names a repository: Namespace is a user's or an organization's
// name, Name may contain slashes.
type Repository struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// ParseRepository reads "namespace/name". Everything behind the first slash is
// the name, so "acme/team/app" is the repository "team/app" of acme.
func ParseRepository(text string) (Repository, error) {
	namespace, name, found := strings.Cut(text, "/")
	if !found || namespace == "" || slices.Contains(strings.Split(name, "/"), "") {
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
	return found(c.do(ctx, request{operation: getRepo, args: []any{repository}}, &struct{}{}))
}

// ListRepositories yields the repositories of a namespace that the token's
// user can see, by GET /repository (listRepos), 100 a call. A namespace that
// does not exist has none. It ends after the first error.
func (c *Client) ListRepositories(ctx context.Context, namespace string) iter.Seq2[Repository, error] {
	return pages[Repository](ctx, c, request{operation: listRepos, query: url.Values{"namespace": {namespace}}}, "repositories")
}
