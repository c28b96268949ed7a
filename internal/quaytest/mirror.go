package quaytest

import (
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// OrgMirror is FEATURE_ORG_MIRROR: organizations that mirror a namespace of another
// registry.
const OrgMirror Feature = "ORG_MIRROR"

// mirrorArea has the configurations of repository mirrors. The server never mirrors.
func mirrorArea() area {
	const path = "/repository/{repository}/mirror"
	return area{
		feature: RepoMirror,
		routes: []*route{
			get("getRepoMirrorConfig", path, getRepoMirrorConfig),
			post("createRepoMirrorConfig", path, createRepoMirrorConfig),
			put("changeRepoMirrorConfig", path, changeRepoMirrorConfig),
			post("syncNow", path+"/sync-now", syncRepoNow),
			post("syncCancel", path+"/sync-cancel", cancelRepoSync),
		},
		newState: func() any { return &mirrorState{mirrors: map[*repository]*mirror{}} },
		counts:   map[string]func(*store) int{"mirrors": func(st *store) int { return len(state[mirrorState](st).mirrors) }},
		onDelete: func(st *store, object any) {
			if r, ok := object.(*repository); ok {
				delete(state[mirrorState](st).mirrors, r)
			}
		},
		extendView: describeMirror,
	}
}

// organizationMirrorArea has the configurations of organization mirrors.
func organizationMirrorArea() area {
	const path = "/organization/{orgname}/mirror"
	return area{
		feature: OrgMirror,
		routes: []*route{
			get("getOrgMirrorConfig", path, getOrgMirrorConfig).since(Quay3_18),
			post("createOrgMirrorConfig", path, createOrgMirrorConfig).since(Quay3_18),
			put("updateOrgMirrorConfig", path, updateOrgMirrorConfig).since(Quay3_18),
			del("deleteOrgMirrorConfig", path, deleteOrgMirrorConfig).since(Quay3_18),
			post("syncOrgMirrorNow", path+"/sync-now", syncOrgMirrorNow).since(Quay3_18),
			post("cancelOrgMirrorSync", path+"/sync-cancel", cancelOrgMirrorSync).since(Quay3_18),
		},
		newState: func() any { return &organizationMirrorState{mirrors: map[*account]*organizationMirror{}} },
		counts: map[string]func(*store) int{
			"organization mirrors": func(st *store) int { return len(state[organizationMirrorState](st).mirrors) },
		},
		onDelete: func(st *store, object any) {
			if a, ok := object.(*account); ok {
				delete(state[organizationMirrorState](st).mirrors, a)
			}
		},
		onErase: func(st *store, a *account) { // Quay deletes a configuration with its robot
			maps.DeleteFunc(state[organizationMirrorState](st).mirrors, func(_ *account, m *organizationMirror) bool { return m.robot == a })
		},
	}
}

type mirrorState struct {
	mirrors map[*repository]*mirror
}

type organizationMirrorState struct {
	mirrors map[*account]*organizationMirror
}

// mirror is the configuration of a repository's mirror.
type mirror struct {
	robot   *account
	values  view // of the members that a request sets and a response shows
	config  pyjson.Object
	status  string
	retries int
}

// organizationMirror is the configuration of an organization's mirror.
type organizationMirror struct {
	robot    *account
	values   view
	password bool // whether there is a password
	start    string
	status   string
	created  time.Time
}

// The states of a synchronization.
const (
	neverRun      = "NEVER_RUN"
	syncNow       = "SYNC_NOW"
	syncCancelled = "CANCEL"
)

// maxRetries is how often Quay retries a synchronization.
const maxRetries = 3

// usedByMirror reports whether the mirror of a repository uses a robot.
func (st *store) usedByMirror(robot *account) bool {
	for _, m := range state[mirrorState](st).mirrors {
		if m.robot == robot {
			return true
		}
	}
	return false
}

// mirrorsOrganization reports whether an organization is the mirror of a namespace.
func (st *store) mirrorsOrganization(org *account) bool {
	return state[organizationMirrorState](st).mirrors[org] != nil
}

// detail returns a refusal with only a detail.
func detail(status int, text string) response { return jsonResponse(status, view{"detail": text}) }

const (
	badSyncDate   = "Incorrect DateTime format for sync_start_date."
	noSparseIndex = "Architecture filtering requires FEATURE_SPARSE_INDEX to be enabled."
)

// syncDate is the form of a date in a request.
var syncDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)

// mirrorSchema is the schema of a request, without the fields that an older Quay lacks.
func (c *call) mirrorSchema(required ...string) pyjson.Schema {
	properties := []pyjson.NamedSchema{
		pyjson.Property("is_enabled", pyjson.Type("boolean")),
		pyjson.Property("external_reference", pyjson.Type("string")),
		pyjson.Property("external_registry_username", pyjson.Type("string", "null")),
		pyjson.Property("external_registry_password", pyjson.Type("string", "null")),
		pyjson.Property("external_registry_config", pyjson.Type("object")),
		pyjson.Property("sync_interval", pyjson.Type("integer"), pyjson.Minimum(0)),
		pyjson.Property("sync_start_date", pyjson.Type("string")),
		pyjson.Property("robot_username", pyjson.Type("string")),
		pyjson.Property("root_rule", pyjson.Type("object"), pyjson.Required("rule_kind", "rule_value"), pyjson.Properties(
			pyjson.Property("rule_kind", pyjson.Type("string"), pyjson.Enum("tag_glob_csv")),
			pyjson.Property("rule_value", pyjson.Type("array")),
		)),
	}
	if !c.before(Quay3_16) {
		properties = append(properties, pyjson.Property("skopeo_timeout_interval", pyjson.Type("integer"), pyjson.Minimum(300)))
	}
	if !c.before(Quay3_18) {
		properties = append(properties, pyjson.Property("architecture_filter", pyjson.Type("array", "null")))
	}
	return pyjson.Schema{pyjson.Type("object"), pyjson.Required(required...), pyjson.Properties(properties...)}
}

// describeMirror adds the body of a request to the description of the API.
func describeMirror(c *call, object any, definitions view) {
	if _, ok := object.(apiDescription); !ok {
		return
	}
	properties := view{"external_reference": view{"type": "string"}}
	if !c.before(Quay3_16) {
		properties["skopeo_timeout_interval"] = view{"type": "integer"}
	}
	if !c.before(Quay3_18) {
		properties["architecture_filter"] = view{"type": []string{"array", "null"}}
	}
	for _, name := range []string{"CreateMirrorConfig", "UpdateMirrorConfig"} {
		definitions[name] = view{"type": "object", "properties": properties}
	}
}

// mirrorOfPath returns the repository of the path and its mirror.
func (c *call) mirrorOfPath() (*repository, *mirror, error) {
	r, err := c.existingRepository("admin")
	if err != nil {
		return nil, nil, err
	}
	m := state[mirrorState](c.store).mirrors[r]
	if m == nil {
		return nil, nil, notFound()
	}
	return r, m, nil
}

func getRepoMirrorConfig(c *call) (response, error) {
	_, m, err := c.mirrorOfPath()
	if err != nil {
		return response{}, err
	}
	v := view{
		"mirror_type":              "PULL",
		"external_registry_config": m.config,
		"sync_expiration_date":     nil,
		"sync_retries_remaining":   m.retries,
		"sync_status":              m.status,
		"robot_username":           m.robot.name,
	}
	maps.Copy(v, m.values)
	if !c.before(Quay3_18) {
		v["architecture_filter"] = []any{}
	}
	return ok(v)
}

// createRepoMirrorConfig makes a repository a mirror, which sets its state. Quay gives the
// robot the role write before it checks the fields. It fails for some fields.
func createRepoMirrorConfig(c *call) (response, error) {
	if _, err := c.administeredRepository(); err != nil {
		return response{}, err
	}
	required := []string{"external_reference", "sync_interval", "sync_start_date", "root_rule"}
	if !c.before(Quay3_16) {
		required = append(required, "skopeo_timeout_interval")
	}
	body, err := c.decode(c.mirrorSchema(required...))
	if err != nil {
		return response{}, err
	}
	r, err := c.existingRepository("admin")
	if err != nil {
		return response{}, err
	}
	if state[mirrorState](c.store).mirrors[r] != nil {
		return detail(http.StatusConflict, "Mirror configuration already exits for repository "+r.owner.name+"/"+r.name), nil
	}
	if !syncDate.MatchString(body.Text("sync_start_date")) {
		if c.before(Development) {
			return response{}, errInternal
		}
		return detail(http.StatusBadRequest, badSyncDate), nil
	}
	m := &mirror{
		values: view{"is_enabled": true, "external_registry_username": nil},
		config: pyjson.Object{}, status: neverRun, retries: maxRetries,
	}
	if refusal, err := m.set(c, r, body); err != nil || refusal != nil {
		return orResponse(refusal), err
	}
	known := []string{"is_enabled", "external_registry_password", "external_registry_config", "robot_username"}
	for name := range m.values {
		known = append(known, name)
	}
	if !c.before(Quay3_18) {
		known = append(known, "architecture_filter")
	}
	if m.robot == nil || slices.ContainsFunc(body, func(member pyjson.Member) bool { return !slices.Contains(known, member.Name) }) {
		return response{}, errInternal
	}
	if config, given := body.Get("external_registry_config"); given {
		m.config = slices.Clone(config.(pyjson.Object))
	}
	state[mirrorState](c.store).mirrors[r] = m
	r.state = "MIRROR"
	return jsonResponse(http.StatusCreated, ""), nil
}

// orResponse returns a refusal, or an empty response.
func orResponse(refusal *response) response {
	if refusal == nil {
		return response{}
	}
	return *refusal
}

func changeRepoMirrorConfig(c *call) (response, error) {
	if _, err := c.administeredRepository(); err != nil {
		return response{}, err
	}
	body, err := c.decode(c.mirrorSchema())
	if err != nil {
		return response{}, err
	}
	r, m, err := c.mirrorOfPath()
	if err != nil {
		return response{}, err
	}
	username, password := body.Has("external_registry_username"), body.Has("external_registry_password")
	newUsername, _ := body.Get("external_registry_username")
	newPassword, _ := body.Get("external_registry_password")
	switch {
	case username && newUsername == nil && newPassword != nil:
		return detail(http.StatusBadRequest, "Unable to delete username while setting a password."), nil
	case password && !username:
		return detail(http.StatusBadRequest, "Unable to set a new password without also specifying a username."), nil
	}
	if date, given := body.Get("sync_start_date"); given && !syncDate.MatchString(date.(string)) {
		return detail(http.StatusBadRequest, badSyncDate), nil
	}
	if interval, given := body.Get("sync_interval"); given {
		if n, err := interval.(json.Number).Int64(); err != nil || n >= 1<<31 {
			return response{}, errInternal
		}
	}
	if refusal, err := m.set(c, r, body); err != nil || refusal != nil {
		return orResponse(refusal), err
	}
	if config, given := body.Get("external_registry_config"); given {
		m.merge(config.(pyjson.Object))
	}
	return jsonResponse(http.StatusCreated, ""), nil
}

// set sets the members of a request, but not the configuration of the registry.
func (m *mirror) set(c *call, r *repository, body pyjson.Object) (refusal *response, err error) {
	if filter, _ := body.Get("architecture_filter"); !c.before(Quay3_18) && filter != nil && len(filter.([]any)) > 0 {
		resp := detail(http.StatusBadRequest, noSparseIndex)
		return &resp, nil
	}
	if reference, given := body.Get("external_reference"); given {
		switch {
		case !c.before(Development):
			if err := checkReference(reference.(string)); err != nil {
				return nil, err
			}
		case reference == "":
			resp := detail(http.StatusBadRequest, "Empty string is an invalid repository location.")
			return &resp, nil
		}
	}
	if rule, given := body.Get("root_rule"); given {
		if tags, _ := rule.(pyjson.Object).Get("rule_value"); len(tags.([]any)) == 0 {
			return nil, invalidRequest("validation failed: rule_value for TAG_GLOB_CSV must be a list with at least one rule")
		}
	}
	if body.Has("robot_username") {
		name := body.Text("robot_username")
		a := c.store.account(name, robot)
		if a == nil {
			return nil, refused("Could not find robot with specified username")
		}
		if namespace, _, _ := strings.Cut(name, "+"); namespace != r.owner.name {
			return nil, refused("Invalid robot")
		}
		c.store.grant(r, a, "write")
		m.robot = a
	}
	names := []string{"is_enabled", "external_reference", "external_registry_username", "sync_interval", "sync_start_date", "root_rule"}
	if !c.before(Quay3_16) {
		names = append(names, "skopeo_timeout_interval")
	}
	for _, name := range names {
		if value, given := body.Get(name); given {
			m.values[name] = value
		}
	}
	if body.Text("external_registry_password") != "" {
		c.store.recordSecret(body.Text("external_registry_password"))
	}
	return nil, nil //nolint:nilnil // no refusal
}

// merge changes the configuration of the registry. Quay drops the first value of a proxy if
// there was no proxy before.
func (m *mirror) merge(changes pyjson.Object) {
	for _, name := range []string{"verify_tls", "unsigned_images"} {
		if value, given := changes.Get(name); given {
			m.config = m.config.With(name, value)
		}
	}
	values, _ := changes.Get("proxy")
	changed, _ := values.(pyjson.Object)
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy"} {
		value, given := changed.Get(name)
		if !given {
			continue
		}
		old, _ := m.config.Get("proxy")
		proxy, exists := old.(pyjson.Object)
		if exists {
			proxy = slices.Clone(proxy).With(name, value)
		}
		m.config = m.config.With("proxy", append(pyjson.Object{}, proxy...))
	}
}

func syncRepoNow(c *call) (response, error) {
	_, m, err := c.mirrorOfPath()
	if err != nil {
		return response{}, err
	}
	m.status, m.retries = syncNow, max(m.retries, 1)
	return deleted() // a response without a body
}

func cancelRepoSync(c *call) (response, error) {
	_, m, err := c.mirrorOfPath()
	if err != nil {
		return response{}, err
	}
	if m.status != syncNow {
		return response{}, notFound()
	}
	m.status, m.retries = syncCancelled, 0
	if c.before(Quay3_16) {
		m.status, m.retries = neverRun, maxRetries
	}
	return deleted()
}

// checkReference returns the newest Quay's error about an external repository.
func checkReference(reference string) error {
	host, path, _ := strings.Cut(reference, "/")
	switch {
	case reference == "":
		return invalidRequest("External registry reference is required")
	case strings.ContainsAny(reference, " \t\r\n"):
		return invalidRequest("External registry reference must not include whitespace")
	case strings.Contains(reference, "://"):
		return invalidRequest("External registry reference must not include a URL scheme")
	case strings.ContainsAny(reference, "?#"):
		return invalidRequest("External registry reference contains an invalid character")
	case path == "":
		return invalidRequest("External registry reference must include a repository path")
	case strings.Contains(host, "@"):
		return invalidRequest("External registry reference must include a valid registry hostname")
	}
	host, port, hasPort := strings.Cut(host, ":")
	if n, err := strconv.Atoi(port); hasPort && (err != nil || n < 1 || n > 65535) {
		return invalidRequest("External registry reference contains an invalid registry port")
	}
	return checkUpstream(host, "location")
}

// checkUpstream returns Quay's error about the host of an upstream registry. The in-memory
// server resolves only names below example.com.
func checkUpstream(host, what string) error {
	address := net.ParseIP(host)
	switch {
	case host == "localhost", address != nil && (address.IsLoopback() || address.IsPrivate()):
		return invalidRequest("The provided registry %s is not allowed", what)
	case address == nil && !strings.HasSuffix(host, ".example.com"):
		return invalidRequest("Cannot resolve hostname '%s'", host)
	}
	return nil
}

// organizationMirrorSchema is the schema of a request.
func organizationMirrorSchema(required ...string) pyjson.Schema {
	return pyjson.Schema{pyjson.Type("object"), pyjson.Required(required...), pyjson.Properties(
		pyjson.Property("is_enabled", pyjson.Type("boolean")),
		pyjson.Property("external_registry_type", pyjson.Type("string"), pyjson.Enum("harbor", "quay")),
		pyjson.Property("external_registry_url", pyjson.Type("string")),
		pyjson.Property("external_namespace", pyjson.Type("string"), pyjson.MaxLength(255)),
		pyjson.Property("external_registry_username", pyjson.Type("string", "null")),
		pyjson.Property("external_registry_password", pyjson.Type("string", "null")),
		pyjson.Property("external_registry_config", pyjson.Type("object")),
		pyjson.Property("repository_filters", pyjson.Type("array")),
		pyjson.Property("robot_username", pyjson.Type("string")),
		pyjson.Property("visibility", pyjson.Type("string"), pyjson.Enum("public", "private")),
		pyjson.Property("sync_interval", pyjson.Type("integer"), pyjson.Minimum(60)),
		pyjson.Property("sync_start_date", pyjson.Type("string")),
		pyjson.Property("skopeo_timeout", pyjson.Type("integer"), pyjson.Minimum(30), pyjson.Maximum(3600)),
	)}
}

// mirroringOrganization returns the organization of the path to an administrator, and
// its mirror, which may be nil.
func (c *call) mirroringOrganization() (*account, *organizationMirror, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, nil, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return nil, nil, err
	}
	return org, state[organizationMirrorState](c.store).mirrors[org], nil
}

// organizationMirrorOfPath returns the mirror of the path's organization.
func (c *call) organizationMirrorOfPath() (*account, *organizationMirror, error) {
	org, m, err := c.mirroringOrganization()
	if err == nil && m == nil {
		err = notFound()
	}
	return org, m, err
}

func getOrgMirrorConfig(c *call) (response, error) {
	_, m, err := c.organizationMirrorOfPath()
	if err != nil {
		return response{}, err
	}
	counts := view{}
	for _, status := range []string{syncCancelled, "FAIL", neverRun, "SUCCESS", "SYNCING", syncNow, "SKIP"} {
		counts[status] = 0
	}
	v := view{
		"has_external_registry_password": m.password,
		"robot_username":                 m.robot.name,
		"sync_start_date":                m.start,
		"sync_expiration_date":           nil,
		"sync_status":                    m.status,
		"sync_retries_remaining":         maxRetries,
		"repo_sync_status_counts":        counts,
		"creation_date":                  formatMicroseconds(m.created),
	}
	maps.Copy(v, m.values)
	return ok(v)
}

// formatMicroseconds prints a time as Python's isoformat does.
func formatMicroseconds(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func createOrgMirrorConfig(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(organizationMirrorSchema("external_registry_type", "external_registry_url", "external_namespace", "robot_username", "visibility",
		"sync_interval", "sync_start_date"))
	if err != nil {
		return response{}, err
	}
	org, existing, err := c.mirroringOrganization()
	switch {
	case err != nil:
		return response{}, err
	case slices.ContainsFunc(state[repositoryState](c.store).repositories, func(r *repository) bool { return r.owner == org }):
		return response{}, invalidRequest("Cannot create organization mirror: the organization already contains repositories. Organization mirroring requires an empty organization.")
	case len(c.immutabilityPolicies().of(org)) > 0:
		return response{}, invalidRequest("Cannot create organization mirror: the organization has immutability policies configured. Remove all namespace immutability policies first.")
	case existing != nil:
		return response{}, invalidRequest("Mirror configuration already exists for this organization")
	}
	m := &organizationMirror{status: neverRun, created: c.store.now(), values: view{
		"is_enabled": true, "external_registry_username": nil, "external_registry_config": pyjson.Object{}, "repository_filters": []any{}, "skopeo_timeout": 300,
	}}
	if err := m.set(c, org, body, "external_registry_type"); err != nil {
		return response{}, err
	}
	state[organizationMirrorState](c.store).mirrors[org] = m
	return jsonResponse(http.StatusCreated, ""), nil
}

// updateOrgMirrorConfig changes the members of the request, but not the type.
func updateOrgMirrorConfig(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(organizationMirrorSchema())
	if err != nil {
		return response{}, err
	}
	org, m, err := c.organizationMirrorOfPath()
	if err == nil {
		err = m.set(c, org, body)
	}
	if err != nil {
		return response{}, err
	}
	return ok("")
}

// set sets the members of a request. Only a new mirror accepts the initial members.
func (m *organizationMirror) set(c *call, org *account, body pyjson.Object, initial ...string) error {
	if body.Has("external_registry_url") {
		if err := checkUpstreamURL(body.Text("external_registry_url")); err != nil {
			return err
		}
	}
	if body.Has("sync_start_date") && !syncDate.MatchString(body.Text("sync_start_date")) {
		return invalidRequest("Invalid sync_start_date format. Use ISO 8601: YYYY-MM-DDTHH:MM:SSZ")
	}
	if body.Has("robot_username") {
		name := body.Text("robot_username")
		a := c.store.account(name, robot)
		if a == nil {
			return invalidRequest("Invalid robot account: %s", name)
		}
		if namespace, _, _ := strings.Cut(name, "+"); namespace != org.name {
			return invalidRequest("Robot account must belong to the organization")
		}
		m.robot = a
	}
	for _, name := range append([]string{
		"is_enabled", "external_registry_url", "external_namespace", "external_registry_username", "external_registry_config", "repository_filters", "visibility",
		"sync_interval", "skopeo_timeout",
	}, initial...) {
		if value, given := body.Get(name); given {
			if value == "" && name == "external_registry_username" {
				value = nil
			}
			m.values[name] = value
		}
	}
	if body.Has("sync_start_date") {
		m.start = body.Text("sync_start_date")
	}
	if body.Has("external_registry_password") {
		password := body.Text("external_registry_password")
		if m.password = password != ""; m.password {
			c.store.recordSecret(password)
		}
	}
	return nil
}

// checkUpstreamURL returns Quay's error about the address of an upstream registry.
func checkUpstreamURL(text string) error {
	address, err := url.Parse(text)
	switch {
	case err != nil, address.Scheme != "http" && address.Scheme != "https":
		scheme, _, found := strings.Cut(text, "://")
		if !found {
			scheme = ""
		}
		return invalidRequest("Invalid URL scheme '%s': only HTTP and HTTPS are allowed", scheme)
	case address.User != nil:
		return invalidRequest("URLs with embedded credentials are not allowed")
	}
	return checkUpstream(address.Hostname(), "URL")
}

func deleteOrgMirrorConfig(c *call) (response, error) {
	org, _, err := c.organizationMirrorOfPath()
	if err != nil {
		return response{}, err
	}
	delete(state[organizationMirrorState](c.store).mirrors, org)
	return deleted()
}

// syncOrgMirrorNow sets the start to now, with microseconds, which no request can set.
func syncOrgMirrorNow(c *call) (response, error) {
	_, m, err := c.organizationMirrorOfPath()
	if err != nil {
		return response{}, err
	}
	m.status, m.start = syncNow, formatMicroseconds(c.store.now())
	return deleted()
}

func cancelOrgMirrorSync(c *call) (response, error) {
	_, m, err := c.organizationMirrorOfPath()
	if err != nil {
		return response{}, err
	}
	if m.status == syncCancelled {
		return response{}, invalidRequest("Cannot cancel: mirror is already cancelled")
	}
	m.status = syncCancelled
	return deleted()
}
