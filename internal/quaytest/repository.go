package quaytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func repositoryArea() area {
	return area{
		routes: []*route{
			get("listRepos", "/repository", listRepos),
			post("createRepo", "/repository", createRepo),
			get("getRepo", "/repository/{repository}", getRepo),
			put("updateRepo", "/repository/{repository}", updateRepo),
			del("deleteRepository", "/repository/{repository}", deleteRepository),
			post("changeRepoVisibility", "/repository/{repository}/changevisibility", changeRepoVisibility),
			get("listRepoTags", "/repository/{repository}/tag/", listRepoTags),
		},
		newState: func() any { return &repositoryState{} },
		counts: map[string]func(*store) int{
			"repositories": func(st *store) int { return len(state[repositoryState](st).repositories) },
		},
		onDelete: func(st *store, object any) {
			if a, ok := object.(*account); ok {
				st.deleteRepositories(func(r *repository) bool { return r.owner == a })
			}
		},
	}
}

// RepoMirror is FEATURE_REPO_MIRROR. Without it, Quay has no call that changes the state of a
// repository.
const RepoMirror Feature = "REPO_MIRROR"

// repositoryModeArea has the call that changes the state of a repository.
func repositoryModeArea() area {
	return area{
		feature: RepoMirror,
		routes:  []*route{put("changeRepoState", "/repository/{repository}/changestate", changeRepoState)},
	}
}

type repositoryState struct {
	repositories []*repository // by their id
}

// repository is a repository.
type repository struct {
	id          int
	owner       *account
	name        string
	kind        string // image or application
	description string
	public      bool
	state       string // NORMAL, READ_ONLY or MIRROR
	statusToken string
	tags        []*tag // the newest first
}

// repository returns the repository with a name, or nil.
func (st *store) repository(namespace, name string) *repository {
	for _, r := range state[repositoryState](st).repositories {
		if r.name == name && r.owner.name == namespace {
			return r
		}
	}
	return nil
}

func (st *store) addRepository(owner *account, name string, creator *account) *repository {
	r := &repository{id: st.id("repository"), owner: owner, name: name, kind: imageKind, state: "NORMAL", statusToken: newUUID()}
	s := state[repositoryState](st)
	s.repositories = append(s.repositories, r)
	if creator != nil {
		st.grant(r, creator, "admin")
	}
	st.applyDefaultPermissions(r, creator)
	return r
}

// deleteRepositories deletes the repositories for which a function returns true.
func (st *store) deleteRepositories(doomed func(*repository) bool) {
	s := state[repositoryState](st)
	s.repositories = slices.DeleteFunc(s.repositories, func(r *repository) bool {
		if !doomed(r) {
			return false
		}
		st.deleteDependents(r)
		return true
	})
}

// repository returns the namespace and the name of the path's repository.
func (c *call) repository() (namespace, name string) {
	namespace, name, _ = strings.Cut(c.params["repository"], "/")
	return namespace, name
}

var repositoryExpression = regexp.MustCompile(`^[a-z0-9][\.a-z0-9_-]*(?:\/[a-z0-9][\.a-z0-9_-]*)*$`)

func validRepositoryName(name string) bool {
	return len(name) <= 255 && repositoryExpression.MatchString(name)
}

// AddRepository adds a private repository to a namespace. The creator gets the
// role admin on it, unless creator is "".
func (s *Server) AddRepository(namespace, name, creator string) {
	s.change(func(st *store) {
		owner := must(st.namespace(namespace), "AddRepository: no namespace %q", namespace)
		if !validRepositoryName(name) {
			panic(fmt.Sprintf("quaytest: AddRepository: bad name %q", name))
		}
		if st.repository(namespace, name) != nil {
			panic(fmt.Sprintf("quaytest: AddRepository: %s/%s exists", namespace, name))
		}
		var by *account
		if creator != "" {
			by = must(st.account(creator, user), "AddRepository: no user %q", creator)
		}
		st.addRepository(owner, name, by)
	})
}

// The kinds of repositories. After 3.16, Quay no longer creates repositories of applications.
const (
	imageKind       = "image"
	applicationKind = "application"
)

func createRepositorySchema(kinds ...any) pyjson.Schema {
	return pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Required("repository", "visibility", "description"),
		pyjson.Properties(
			pyjson.Property("repository", pyjson.Type("string")),
			pyjson.Property("visibility", pyjson.Type("string"), pyjson.Enum("public", "private")),
			pyjson.Property("namespace", pyjson.Type("string")),
			pyjson.Property("description", pyjson.Type("string")),
			pyjson.Property("repo_kind", pyjson.Type("string", "null"), pyjson.Enum(kinds...)),
		),
	}
}

var (
	stateSchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Required("state"),
		pyjson.Properties(pyjson.Property("state", pyjson.Type("string"), pyjson.Enum("NORMAL", "READ_ONLY", "MIRROR"))),
	}
	repositorySchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Required("description"),
		pyjson.Properties(pyjson.Property("description", pyjson.Type("string"))),
	}
	visibilitySchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Required("visibility"),
		pyjson.Properties(pyjson.Property("visibility", pyjson.Type("string"), pyjson.Enum("public", "private"))),
	}
)

func createRepo(c *call) (response, error) {
	kinds := []any{imageKind, nil}
	if c.before(Quay3_18) {
		kinds = []any{imageKind, applicationKind, nil}
	}
	body, err := c.decode(createRepositorySchema(kinds...))
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
	if !validRepositoryName(name) {
		return response{}, invalidRequest("Invalid repository name")
	}
	owner := c.store.namespace(namespace)
	switch {
	case owner == nil:
		return response{}, errInternal
	case c.store.mirrorsOrganization(owner):
		return response{}, invalidRequest("Cannot create repository: organization is managed by organization-level mirroring")
	}
	r := c.store.addRepository(owner, name, c.user)
	r.description = body.Text("description")
	r.public = body.Text("visibility") == "public"
	if kind := body.Text("repo_kind"); kind != "" {
		r.kind = kind
	}
	c.log("create_repo", owner, view{"repo": name, "namespace": namespace})
	return jsonResponse(http.StatusCreated, view{"namespace": namespace, "name": name, "kind": r.kind}), nil
}

// repositoriesPerPage is the number of repositories in a page of a list.
const repositoriesPerPage = 100

func listRepos(c *call) (response, error) {
	namespace, _ := c.query("namespace")
	starred, public := c.flag("starred", false), c.flag("public", false)
	switch {
	case namespace == "" && !starred && !public:
		return response{}, invalidRequest("namespace, starred or public are required for this API call")
	case starred && c.user == nil:
		return response{}, &plainError{http.StatusBadRequest, badRequest}
	case starred: // the registry has no call to star a repository
		return ok(view{"repositories": []view{}})
	}
	kind, given := c.query("repo_kind")
	switch {
	case !given:
		kind = imageKind
	case kind != imageKind && kind != applicationKind:
		return response{}, refused("Unknown repository kind")
	}
	var visible []*repository
	for _, r := range state[repositoryState](c.store).repositories {
		if namespace != "" && r.owner.name != namespace || r.kind != kind {
			continue
		}
		if public && r.public || c.listsRepository(r) {
			visible = append(visible, r)
		}
	}
	body := view{}
	p := page{limit: repositoriesPerPage, start: c.pageStart()}
	visible, next := pageOf(p, visible, func(r *repository) int { return r.id })
	if next != 0 {
		body["next_page"] = c.store.pageToken(next)
	}
	views := make([]view, len(visible))
	for i, r := range visible {
		views[i] = c.repositoryEntry(r)
	}
	body["repositories"] = views
	return ok(body)
}

// listsRepository reports whether the user's list has a repository. This depends only on the
// user, and not on the token's scopes. Before 3.18 full access does not include the lists of
// other namespaces.
func (c *call) listsRepository(r *repository) bool {
	if c.user == nil {
		return false
	}
	return c.fullAccess() && !c.before(Quay3_18) ||
		len(c.store.rolesOn(c.user, r.owner.name, r.name)) > 0 ||
		slices.Contains(c.store.rolesIn(c.user, r.owner.name), "admin")
}

func (c *call) repositoryEntry(r *repository) view {
	v := view{
		"namespace":   r.owner.name,
		"name":        r.name,
		"description": r.description,
		"is_public":   r.public,
		"kind":        r.kind,
		"state":       r.state,
	}
	if c.flag("last_modified", false) {
		v["last_modified"] = nil
		if active := r.activeTags(c.store.now()); len(active) > 0 {
			v["last_modified"] = active[0].start.Unix()
		}
	}
	if c.flag("popularity", false) {
		v["popularity"] = json.Number("0.0")
	}
	if c.user != nil {
		v["is_starred"] = false
	}
	c.extendView(r, v)
	return v
}

// existingRepository returns the repository of the path to a user who has a role
// on it.
func (c *call) existingRepository(role string) (*repository, error) {
	namespace, name := c.repository()
	r := c.store.repository(namespace, name)
	readable := role == "read" && r != nil && r.public
	if !readable && !c.hasRepositoryRole(namespace, name, role) {
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
		"kind":             r.kind,
		"description":      r.description,
		"is_public":        r.public,
		"is_organization":  r.owner.kind == organization,
		"is_starred":       false,
		"status_token":     r.statusToken,
		"trust_enabled":    false,
		"tag_expiration_s": c.store.settingsOf(r.owner).tagExpiration,
		"is_free_account":  true,
		"state":            r.state,
		"can_write":        r.state == "NORMAL" && c.hasRepositoryRole(r.owner.name, r.name, "write"),
		"can_admin":        c.hasRepositoryRole(r.owner.name, r.name, "admin"),
	}
	if r.public {
		v["status_token"] = ""
	}
	if c.flag("includeTags", true) {
		tags := view{}
		for _, t := range r.activeTags(c.store.now()) {
			tags[t.name] = t.summary()
		}
		v["tags"] = tags
	}
	if c.flag("includeStats", false) {
		v["stats"] = c.statistics()
	}
	return ok(v)
}

// statistics returns the actions on a repository by day. The in-memory server does not count
// them.
func (c *call) statistics() []view {
	const days = 91
	counts := make([]view, days)
	for i := range counts {
		counts[i] = view{"date": c.store.now().AddDate(0, 0, -1-i).Format(time.DateOnly), "count": 0}
	}
	return counts
}

func updateRepo(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.hasRepositoryRole(namespace, name, "write") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(repositorySchema)
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
	if !c.hasRepositoryRole(namespace, name, "admin") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(visibilitySchema)
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

func changeRepoState(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.hasRepositoryRole(namespace, name, "admin") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(stateSchema)
	if err != nil {
		return response{}, err
	}
	r, err := c.existingRepository("admin")
	if err != nil {
		return response{}, err
	}
	r.state = body.Text("state")
	c.log("change_repo_state", r.owner, view{"repo": r.name, "namespace": r.owner.name, "state_changed": r.state})
	return ok(view{"success": true})
}

func deleteRepository(c *call) (response, error) {
	namespace, name := c.repository()
	if !c.hasRepositoryRole(namespace, name, "admin") {
		return response{}, c.unauthorized()
	}
	owner := c.store.namespace(namespace)
	if owner == nil {
		return response{}, errInternal
	}
	// Quay reports no error if the repository does not exist.
	c.store.deleteRepositories(func(r *repository) bool { return r.owner == owner && r.name == name })
	c.log("delete_repo", owner, view{"repo": name, "namespace": namespace})
	return deleted()
}
