package client

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"regexp"
	"strings"
)

var (
	getRepo   = repository("getRepo", "GET", "", scopeRepoRead)
	listRepos = Operation{Name: "listRepos", Method: "GET", Path: "/repository", Scope: scopeRepoRead, Repeat: Idempotent}
)

var repositoryArea = area{operations: []Operation{getRepo, listRepos}}

// Repository names a repository: Namespace is a user's or an organization's
// name, Name may contain slashes.
type Repository struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// repositoryPattern is Quay's rule for the name of a repository, without its
// namespace.
var repositoryPattern = regexp.MustCompile(`^[a-z0-9][.a-z0-9_-]*(?:/[a-z0-9][.a-z0-9_-]*)*$`)

// ParseRepository reads "namespace/name". Everything behind the first slash is
// the name, so "acme/team/app" is the repository "team/app" of acme. Its error
// tells the rule, as what follows the name of an attribute, and not the text.
func ParseRepository(text string) (Repository, error) {
	namespace, name, found := strings.Cut(text, "/")
	switch {
	case !found:
		return Repository{}, errors.New("must be namespace/name")
	case !isName(namespace):
		return Repository{}, errors.New("must be namespace/name: the namespace is 1 to 255 lower-case letters, digits, '.', '_' and '-'")
	case len(name) > maxName || !repositoryPattern.MatchString(name):
		return Repository{}, errors.New("must be namespace/name, without a tag: the name is 1 to 255 lower-case letters, digits, '.', '_' and '-', " +
			"and may have further parts after '/'; each part begins with a letter or a digit")
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
	return existsUnlessNotFound(c.do(ctx, request{operation: getRepo, args: []any{repository}}, &struct{}{}))
}

// ListRepositories yields the repositories of a namespace that the token's
// user can see, by GET /repository (listRepos), 100 a call. A namespace that
// does not exist has none. It ends after the first error.
func (c *Client) ListRepositories(ctx context.Context, namespace string) iter.Seq2[Repository, error] {
	return pages[Repository](ctx, c, request{operation: listRepos, query: url.Values{"namespace": {namespace}}}, "repositories")
}
