package quaytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// repository holds images; here it only holds permissions.
type repository struct {
	id          int
	owner       *account
	name        string
	description string
	public      bool
	statusToken string
	users       []*permission
	teams       []*permission
}

// repository returns a repository by its name, or nil.
func (st *store) repository(namespace, name string) *repository {
	for _, r := range st.repositories {
		if r.name == name && r.owner.name == namespace {
			return r
		}
	}
	return nil
}

func (st *store) addRepository(owner *account, name string, creator *account) *repository {
	r := &repository{id: st.id("repository"), owner: owner, name: name, statusToken: newUUID()}
	st.repositories = append(st.repositories, r)
	if creator != nil {
		st.grant(r, creator, "admin")
	}
	return r
}

var repositoryExpression = regexp.MustCompile(`^[a-z0-9][\.a-z0-9_-]*(?:\/[a-z0-9][\.a-z0-9_-]*)*$`)

func goodRepositoryName(name string) bool {
	return len(name) <= 255 && repositoryExpression.MatchString(name)
}

// AddRepository adds a private repository to a namespace. The creator, who may
// be "" for nobody, has the role admin on it.
func (s *Server) AddRepository(namespace, name, creator string) {
	s.change(func(st *store) {
		owner := must(st.namespace(namespace), "AddRepository: no namespace %q", namespace)
		if !goodRepositoryName(name) {
			panic(fmt.Sprintf("quaytest: AddRepository: bad name %q", name))
		}
		if st.repository(namespace, name) != nil {
			panic(fmt.Sprintf("quaytest: AddRepository: %s/%s exists", namespace, name))
		}
		var by *account
		if creator != "" {
			by = must(st.named(creator, user), "AddRepository: no user %q", creator)
		}
		st.addRepository(owner, name, by)
	})
}

var createRepositorySchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("repository", "visibility", "description"),
	pyjson.Properties(
		pyjson.Property("repository", pyjson.Type("string")),
		pyjson.Property("visibility", pyjson.Type("string"), pyjson.Enum("public", "private")),
		pyjson.Property("namespace", pyjson.Type("string")),
		pyjson.Property("description", pyjson.Type("string")),
		pyjson.Property("repo_kind", pyjson.Type("string", "null"), pyjson.Enum("image", nil)),
	),
}

func createRepo(c *call) (response, error) {
	body, err := c.decode(createRepositorySchema)
	if err != nil {
		return response{}, err
	}
	namespace := c.user.name
	if body.Has("namespace") {
		namespace = body.Text("namespace")
	}
	if !c.createsIn(namespace) {
		return response{}, c.unauthorized()
	}
	name := body.Text("repository")
	if c.store.repository(namespace, name) != nil {
		return response{}, invalidRequest("Repository already exists")
	}
	if !goodRepositoryName(name) {
		return response{}, invalidRequest("Invalid repository name")
	}
	owner := c.store.namespace(namespace)
	if owner == nil {
		return response{}, errInternal
	}
	r := c.store.addRepository(owner, name, c.user)
	r.description = body.Text("description")
	r.public = body.Text("visibility") == "public"
	c.log("create_repo", owner, view{"repo": name, "namespace": namespace})
	return jsonResponse(http.StatusCreated, view{"namespace": namespace, "name": name, "kind": "image"}), nil
}

// repositoriesPerPage is how many repositories a list call answers with.
const repositoriesPerPage = 100

func listRepos(c *call) (response, error) {
	namespace, _ := c.query("namespace")
	starred, public := c.flag("starred", false), c.flag("public", false)
	switch {
	case namespace == "" && !starred && !public:
		return response{}, invalidRequest("namespace, starred or public are required for this API call")
	case starred && c.user == nil:
		return response{}, &plainError{http.StatusBadRequest, badRequest}
	case starred: // nobody can star a repository here
		return ok(view{"repositories": []view{}})
	}
	var visible []*repository
	for _, r := range c.store.repositories {
		if namespace != "" && r.owner.name != namespace {
			continue
		}
		if public && r.public || c.listsRepository(r) {
			visible = append(visible, r)
		}
	}
	body := view{}
	p := page{limit: repositoriesPerPage, start: c.pageStart()}
	visible, next := cut(p, visible, func(r *repository) int { return r.id })
	if next != 0 {
		body["next_page"] = pageToken(next)
	}
	views := make([]view, len(visible))
	for i, r := range visible {
		views[i] = c.repositoryEntry(r)
	}
	body["repositories"] = views
	return ok(body)
}

// listsRepository reports whether a repository is in the caller's list. As in
// Quay this depends on who calls and not on the token's scopes.
func (c *call) listsRepository(r *repository) bool {
	if c.user == nil {
		return false
	}
	return c.fullAccess() || len(r.rolesOf(c.user)) > 0 || len(adminTeams(r.owner, c.user)) > 0
}

func (c *call) repositoryEntry(r *repository) view {
	v := view{
		"namespace":   r.owner.name,
		"name":        r.name,
		"description": r.description,
		"is_public":   r.public,
		"kind":        "image",
		"state":       "NORMAL",
	}
	if c.user != nil {
		v["is_starred"] = false
	}
	if c.srv.has(QuotaManagement) {
		v["quota_report"] = view{"quota_bytes": 0, "configured_quota": c.configuredQuota(r.owner)}
	}
	return v
}

// existingRepository returns the repository of the path to a caller who has a
// role on it.
func (c *call) existingRepository(role string) (*repository, error) {
	namespace, name := c.repository()
	r := c.store.repository(namespace, name)
	readable := role == "read" && r != nil && r.public
	if !readable && !c.mayRepository(namespace, name, role) {
		return nil, c.unauthorized()
	}
	if r == nil {
		return nil, notFound()
	}
	return r, nil
}

func getRepo(c *call) (response, error) {
	r, err := c.existingRepository("read")
	if err != nil {
		return response{}, err
	}
	v := view{
		"namespace":        r.owner.name,
		"name":             r.name,
		"kind":             "image",
		"description":      r.description,
		"is_public":        r.public,
		"is_organization":  r.owner.kind == organization,
		"is_starred":       false,
		"status_token":     r.statusToken,
		"trust_enabled":    false,
		"tag_expiration_s": r.owner.tagExpiration,
		"is_free_account":  true,
		"state":            "NORMAL",
		"can_write":        c.mayRepository(r.owner.name, r.name, "write"),
		"can_admin":        c.mayRepository(r.owner.name, r.name, "admin"),
	}
	if r.public {
		v["status_token"] = ""
	}
	if c.flag("includeTags", true) {
		v["tags"] = view{}
	}
	return ok(v)
}

func updateRepo(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.mayRepository(namespace, name, "write") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(pyjson.Schema{pyjson.Type("object"), pyjson.Required("description"), pyjson.Properties(pyjson.Property("description", pyjson.Type("string")))})
	if err != nil {
		return response{}, err
	}
	r, err := c.existingRepository("write")
	if err != nil {
		return response{}, err
	}
	r.description = body.Text("description")
	c.log("set_repo_description", r.owner, view{"repo": r.name, "namespace": r.owner.name, "description": r.description})
	return ok(view{"success": true})
}

func changeRepoVisibility(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.mayRepository(namespace, name, "admin") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(pyjson.Schema{
		pyjson.Type("object"), pyjson.Required("visibility"), pyjson.Properties(pyjson.Property("visibility", pyjson.Type("string"), pyjson.Enum("public", "private"))),
	})
	if err != nil {
		return response{}, err
	}
	r := c.store.repository(namespace, name)
	if r == nil {
		return ok(json.RawMessage("null"))
	}
	r.public = body.Text("visibility") == "public"
	c.log("change_repo_visibility", r.owner, view{
		"repo": r.name, "namespace": r.owner.name, "visibility": body.Text("visibility"),
	})
	return ok(view{"success": true})
}

func deleteRepository(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.mayRepository(namespace, name, "admin") {
		return response{}, c.unauthorized()
	}
	owner := c.store.namespace(namespace)
	if owner == nil {
		return response{}, errInternal
	}
	// A repository that doesn't exist is deleted without a word.
	c.store.repositories = slices.DeleteFunc(c.store.repositories, func(r *repository) bool {
		return r.owner == owner && r.name == name
	})
	c.log("delete_repo", owner, view{"repo": name, "namespace": namespace})
	return deleted()
}
