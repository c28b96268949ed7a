package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// repositoryLists are the lists of the repositories of each namespace.
const repositoryLists listKind = "repositories"

// privateRepositoriesUsedUp replaces Quay's message "Payment Required". Quay limits private
// repositories if it sells plans, as on quay.io.
const privateRepositoriesUsedUp = "the plan of the namespace allows no further private repository: make the repository public, " +
	"delete a private one, or choose a larger plan"

var (
	listRepos  = Operation{Name: "listRepos", Method: "GET", Path: "/repository", Scope: scopeRepoRead, Repeat: Idempotent}
	createRepo = Operation{Name: "createRepo", Method: "POST", Path: "/repository", Scope: scopeRepoCreate}.
			changes(repositoryLists).refuses(
		rule(`^Repository already exists$`, Exists, "name"),
		// Quay says this if another call creates the repository at the same time.
		rule(`^Could not create repository$`, Exists, "name"),
		rule(`^Invalid repository name$`, Invalid, "name"),
	)
	getRepo              = repository("getRepo", "GET", "", scopeRepoRead)
	updateRepo           = repository("updateRepo", "PUT", "", scopeRepoWrite).changes(repositoryLists)
	changeRepoVisibility = repository("changeRepoVisibility", "POST", "/changevisibility", scopeRepoAdmin).changes(repositoryLists).
				checks(nullIsNotFound)
	changeRepoState  = repository("changeRepoState", "PUT", "/changestate", scopeRepoAdmin).needs("FEATURE_REPO_MIRROR").changes(repositoryLists)
	deleteRepository = repository("deleteRepository", "DELETE", "", scopeRepoAdmin).changes(repositoryLists)
	listRepoTags     = repository("listRepoTags", "GET", "/tag/", scopeRepoRead)
)

var repositoryArea = area{
	operations: []Operation{listRepos, createRepo, getRepo, updateRepo, changeRepoVisibility, changeRepoState, deleteRepository, listRepoTags},
	staleAfter: map[listKind][]Operation{
		repositoryLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteInstallUser},
	},
}

// nullIsNotFound judges null as [NotFound]: Quay answers null if the object to change does not
// exist.
func nullIsNotFound(body []byte) (Kind, string) {
	if string(bytes.TrimSpace(body)) == "null" {
		return NotFound, "Quay has no such repository"
	}
	return 0, ""
}

// Repository names a repository. Namespace is a user's or an organization's name. Name can
// contain slashes.
type Repository struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// repositoryPattern is Quay's rule for the name of a repository, without its
// namespace.
var repositoryPattern = regexp.MustCompile(`^[a-z0-9][.a-z0-9_-]*(?:/[a-z0-9][.a-z0-9_-]*)*$`)

// nameOfRepository tells the rule for the name of a repository.
const nameOfRepository = "1 to 255 lower-case letters, digits, '.', '_', '-' and '/', and each part begins with a letter or digit"

// ParseRepository reads "namespace/name". Everything after the first slash is the name, so
// "acme/team/app" is the repository "team/app" of acme. The error tells the rule and not the
// text. It reads as the continuation of an attribute's name.
func ParseRepository(text string) (Repository, error) {
	namespace, name, found := strings.Cut(text, "/")
	switch {
	case !found:
		return Repository{}, errors.New("must be namespace/name")
	case !isName(namespace):
		return Repository{}, errors.New("must be namespace/name: the namespace is 1 to 255 lower-case letters, digits, '.', '_' and '-'")
	case !isRepositoryName(name):
		return Repository{}, errors.New("must be namespace/name, without a tag: the name is " + nameOfRepository)
	}
	return Repository{Namespace: namespace, Name: name}, nil
}

func isRepositoryName(text string) bool {
	return len(text) <= maxName && repositoryPattern.MatchString(text)
}

// pathsBelowRepositories are the ends of the paths that have a GET, PUT or DELETE below
// /repository/{repository}, with * for a parameter. If the name of a repository ends like
// this, Quay takes a call on it for a call on another object. The list omits paths with a
// digest, because no name can contain ":".
var pathsBelowRepositories = []string{
	"aggregatelogs", "autoprunepolicy", "autoprunepolicy/*", "build", "build/*", "build/*/logs", "build/*/status", "changestate",
	"immutabilitypolicy", "immutabilitypolicy/*", "logs", "mirror", "notification", "notification/*", "permissions/team",
	"permissions/team/*", "permissions/user", "permissions/user/*", "permissions/user/*/transitive", "tag", "tag/*", "tokens",
	"tokens/*", "trigger", "trigger/*", "trigger/*/builds", "trigger/*/namespaces",
}

// CheckRepositoryName returns an error unless a text can be the name of a repository, without
// its namespace, that Quay can read, change and delete. The error tells the rule and not the
// text. It reads as the continuation of an attribute's name.
func CheckRepositoryName(text string) error {
	if !isRepositoryName(text) {
		return errors.New("must be " + nameOfRepository)
	}
	parts := strings.Split(text, "/")
	for _, path := range pathsBelowRepositories {
		if endsLike(parts, strings.Split(path, "/")) {
			return fmt.Errorf("must not end like the path /%s of Quay's API: Quay would take the calls that read, change or delete the repository "+
				"for calls on a part of another repository", path)
		}
	}
	return nil
}

// endsLike tells whether the parts of a name end like those of a path, with at
// least one part before.
func endsLike(parts, path []string) bool {
	if len(parts) <= len(path) {
		return false
	}
	return slices.EqualFunc(parts[len(parts)-len(path):], path, func(part, want string) bool { return want == "*" || part == want })
}

// String returns "namespace/name".
func (r Repository) String() string {
	return r.Namespace + "/" + r.Name
}

// RepositoryDetails is a repository with the details that Quay's lists have.
type RepositoryDetails struct {
	Repository

	// Description is a text in Markdown.
	Description string `json:"description"`
	IsPublic    bool   `json:"is_public"`
	// Kind is "image". Quay up to 3.16 also has "application".
	Kind string `json:"kind"`
	// State is "NORMAL", "READ_ONLY", "MIRROR" or, in an organization that is a mirror,
	// "ORG_MIRROR".
	State string `json:"state"`
}

func visibility(public bool) string {
	if public {
		return "public"
	}
	return "private"
}

// Visibility returns "public" or "private".
func (d RepositoryDetails) Visibility() string { return visibility(d.IsPublic) }

// CreateRepository creates a repository, by POST /repository (createRepo), in the state
// NORMAL. Quay gives the token's user the role admin on it. The result is the kind of the
// repository. The error is [Exists] if there is one, and [InternalError] if the namespace does
// not exist. Quay 3.9 answers [Denied] instead.
func (c *Client) CreateRepository(ctx context.Context, repository Repository, description string, public bool) (kind string, err error) {
	created, err := fetch[RepositoryDetails](ctx, c, request{operation: createRepo, body: map[string]string{
		"namespace": repository.Namespace, "repository": repository.Name, "description": description, "visibility": visibility(public),
	}})
	if err != nil {
		return "", err
	}
	return created.Kind, nil
}

// GetRepository reads a repository, by GET /repository/{repository} (getRepo). The
// error is [NotFound] if there is none.
func (c *Client) GetRepository(ctx context.Context, repository Repository) (*RepositoryDetails, error) {
	in := cacheOf[RepositoryDetails](c, repositoryLists, repository.Namespace)
	byName := func(d RepositoryDetails) string { return d.Name }
	if found, ok := findCached(ctx, c, in, repository.Name, pagesOf(c, RepositoryFilter{Namespace: repository.Namespace}.request(), "repositories", byName)); ok {
		return &found, nil
	}
	return fetch[RepositoryDetails](ctx, c, readRepository(repository))
}

func readRepository(repository Repository) request {
	return request{operation: getRepo, args: []any{repository}, query: url.Values{"includeTags": {"false"}}}
}

// RepositoryExists tells whether a repository exists, by
// GET /repository/{repository} (getRepo).
func (c *Client) RepositoryExists(ctx context.Context, repository Repository) (bool, error) {
	return existsUnlessNotFound(c.do(ctx, readRepository(repository), &struct{}{}))
}

// DescribeRepository changes the description of a repository, by
// PUT /repository/{repository} (updateRepo). The error is [NotFound] if there is none.
func (c *Client) DescribeRepository(ctx context.Context, repository Repository, description string) error {
	return c.do(ctx, request{operation: updateRepo, args: []any{repository}, body: map[string]string{"description": description}}, nil)
}

// SetRepositoryVisibility makes a repository public or private, by
// POST /repository/{repository}/changevisibility (changeRepoVisibility). The error
// is [NotFound] if there is none.
func (c *Client) SetRepositoryVisibility(ctx context.Context, repository Repository, public bool) error {
	return c.do(ctx, request{operation: changeRepoVisibility, args: []any{repository}, body: map[string]string{"visibility": visibility(public)}}, nil)
}

// SetRepositoryState sets the state "NORMAL", "READ_ONLY" or "MIRROR" of a
// repository, by PUT /repository/{repository}/changestate (changeRepoState). The
// error is [NotFound] if there is no such repository.
func (c *Client) SetRepositoryState(ctx context.Context, repository Repository, state string) error {
	return c.do(ctx, request{operation: changeRepoState, args: []any{repository}, body: map[string]string{"state": state}}, nil)
}

// DeleteRepository deletes a repository with its tags and permissions, by DELETE
// /repository/{repository} (deleteRepository). Quay also reports success if the repository
// does not exist. The error is [InternalError] if the namespace does not exist.
func (c *Client) DeleteRepository(ctx context.Context, repository Repository) error {
	return c.do(ctx, request{operation: deleteRepository, args: []any{repository}}, nil)
}

// RepositoryFilter says which repositories to list. Quay requires Namespace or Public.
type RepositoryFilter struct {
	// Namespace is a user or an organization, or empty for all namespaces.
	Namespace string
	// Public adds the public repositories on which the token's user has no role.
	Public bool
	// Kind is "image", which is the default, or "application".
	Kind string
}

func (f RepositoryFilter) request() request {
	query := url.Values{}
	if f.Namespace != "" {
		query.Set("namespace", f.Namespace)
	}
	if f.Public {
		query.Set("public", "true")
	}
	if f.Kind != "" {
		query.Set("repo_kind", f.Kind)
	}
	return request{operation: listRepos, query: query}
}

// FindRepositories yields the matching repositories that the token's user can see, by GET
// /repository (listRepos), 100 a call. It yields none for a namespace that does not exist. It
// ends after the first error.
func (c *Client) FindRepositories(ctx context.Context, filter RepositoryFilter) iter.Seq2[RepositoryDetails, error] {
	return pages[RepositoryDetails](ctx, c, filter.request(), "repositories")
}

// ListRepositories yields the repositories of a namespace, as FindRepositories does.
func (c *Client) ListRepositories(ctx context.Context, namespace string) iter.Seq2[RepositoryDetails, error] {
	return c.FindRepositories(ctx, RepositoryFilter{Namespace: namespace})
}

// Tag is a tag of a repository.
type Tag struct {
	Name string `json:"name"`
	// Digest is that of the manifest, such as "sha256:…".
	Digest string `json:"manifest_digest"`
	// IsList tells that the manifest is a list of manifests for several platforms.
	IsList bool `json:"is_manifest_list"`
	// Size is that of the compressed layers in bytes, or nil if Quay does not know.
	Size *int64 `json:"size"`
	// Start is when the tag got this manifest, in Unix seconds.
	Start int64 `json:"start_ts"`
	// End is when the tag expires, in Unix seconds, or nil if it does not.
	End *int64 `json:"end_ts"`
}

// ListTags yields the tags of a repository that have not expired, the newest first,
// by GET /repository/{repository}/tag/ (listRepoTags), 100 a call. It ends after the
// first error, which is [NotFound] if there is no such repository.
func (c *Client) ListTags(ctx context.Context, repository Repository) iter.Seq2[Tag, error] {
	return func(yield func(Tag, error) bool) {
		for page := 1; ; page++ { // Quay numbers these pages
			tags, more, err := c.readTags(ctx, repository, url.Values{"page": {strconv.Itoa(page)}})
			if err != nil {
				yield(Tag{}, err)
				return
			}
			for _, tag := range tags {
				if !yield(tag, nil) {
					return
				}
			}
			if !more || len(tags) == 0 {
				return
			}
		}
	}
}

// GetTag reads a tag that has not expired, by GET /repository/{repository}/tag/
// (listRepoTags). Quay has no call for one tag. The error is [NotFound] if there is no such
// tag or no such repository.
func (c *Client) GetTag(ctx context.Context, repository Repository, name string) (*Tag, error) {
	query := url.Values{"specificTag": {name}}
	tags, _, err := c.readTags(ctx, repository, query)
	if err != nil {
		return nil, err
	}
	for _, tag := range tags {
		if tag.Name == name {
			return &tag, nil
		}
	}
	return nil, tagsRequest(repository, query).failed(NotFound, "the repository has no such tag", nil)
}

func tagsRequest(repository Repository, query url.Values) request {
	query.Set("onlyActiveTags", "true")
	query.Set("limit", pageSize)
	return request{operation: listRepoTags, args: []any{repository}, query: query}
}

// readTags reads the tags that a query asks for, and whether there are more.
func (c *Client) readTags(ctx context.Context, repository Repository, query url.Values) (tags []Tag, more bool, err error) {
	r := tagsRequest(repository, query)
	answer, err := fetch[struct {
		Tags []Tag `json:"tags"`
		More bool  `json:"has_additional"`
	}](ctx, c, r)
	if err != nil {
		return nil, false, err
	}
	if answer.Tags == nil {
		return nil, false, r.notAListError()
	}
	return answer.Tags, answer.More, nil
}
