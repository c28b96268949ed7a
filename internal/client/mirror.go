package client

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// repositoryMirror declares a call on the mirror of a repository.
func repositoryMirror(name, method, path string) Operation {
	op := repository(name, method, "/mirror"+path, scopeRepoAdmin).needs("FEATURE_REPO_MIRROR")
	if method == http.MethodGet {
		return op
	}
	return op.changes()
}

// changesMirror returns a call that creates or changes the mirror of a repository, with Quay's
// refusals. Such a call can set the state of the repository. It gives the robot the role
// write.
func (op Operation) changesMirror() Operation {
	return op.changes(repositoryLists, userPermissionLists).refuses(
		rule(`^External registry reference `, Invalid, "external_reference"),
		rule(`^Cannot resolve hostname |^The provided registry location is not allowed$`, Invalid, "external_reference").withMessage(upstreamRefused),
		rule(`^Could not find robot with specified username$`, Invalid, "robot").withMessage("there is no such robot account"),
		rule(`^Invalid robot$`, Invalid, "robot").withMessage("the robot account belongs to another namespace"),
		rule(`^Incorrect DateTime format for sync_start_date`, Invalid, "sync_start_date"),
		rule(`^validation failed: rule_value for TAG_GLOB_CSV `, Invalid, "tags"),
		rule(`^Architecture filtering requires FEATURE_SPARSE_INDEX`, Invalid, "architecture_filter").
			withMessage("the registry filters by architecture only with FEATURE_SPARSE_INDEX: true in its config.yaml"),
	)
}

// upstreamRefused replaces Quay's message about the upstream registry.
const upstreamRefused = "Quay refuses the other registry: Quay cannot resolve its name, or does not allow its address"

// organizationMirror declares a call on the mirror of an organization.
func organizationMirror(name, method, path string) Operation {
	op := organization(name, method, "/mirror"+path).needs("FEATURE_ORG_MIRROR").from("3.17")
	if method == http.MethodGet {
		return op
	}
	return op.changes()
}

// organizationMirrorRules are Quay's refusals of an organization's mirror.
var organizationMirrorRules = []badRequestRule{
	rule(`^Cannot resolve hostname |^The provided registry URL is not allowed$`, Invalid, "external_registry_url").withMessage(upstreamRefused),
	rule(`^Invalid URL scheme |^URLs with embedded credentials are not allowed$`, Invalid, "external_registry_url"),
	rule(`^Invalid robot account: `, Invalid, "robot").withMessage("there is no such robot account"),
	rule(`^Robot account must belong to the organization$`, Invalid, "robot"),
	rule(`^Invalid sync_start_date format`, Invalid, "sync_start_date"),
}

var (
	getRepoMirrorConfig    = repositoryMirror("getRepoMirrorConfig", "GET", "")
	createRepoMirrorConfig = repositoryMirror("createRepoMirrorConfig", "POST", "").creates().changesMirror()
	changeRepoMirrorConfig = repositoryMirror("changeRepoMirrorConfig", "PUT", "").changesMirror()
	syncNow                = repositoryMirror("syncNow", "POST", "/sync-now")
	syncCancel             = repositoryMirror("syncCancel", "POST", "/sync-cancel")

	getOrgMirrorConfig    = organizationMirror("getOrgMirrorConfig", "GET", "")
	createOrgMirrorConfig = organizationMirror("createOrgMirrorConfig", "POST", "").creates().refuses(organizationMirrorRules...).refuses(
		rule(`^Mirror configuration already exists for this organization$`, Exists, ""),
		rule(`^Cannot create organization mirror: `, Invalid, "organization"), // the organization has repositories, a proxy cache or immutability policies
	)
	updateOrgMirrorConfig = organizationMirror("updateOrgMirrorConfig", "PUT", "").refuses(organizationMirrorRules...)
	deleteOrgMirrorConfig = organizationMirror("deleteOrgMirrorConfig", "DELETE", "").changes(repositoryLists)
	syncOrgMirrorNow      = organizationMirror("syncOrgMirrorNow", "POST", "/sync-now")
	cancelOrgMirrorSync   = organizationMirror("cancelOrgMirrorSync", "POST", "/sync-cancel").refuses(
		rule(`^Cannot cancel: mirror is already cancelled$`, NotFound, ""),
	)
)

var mirrorArea = area{operations: []Operation{
	getRepoMirrorConfig, createRepoMirrorConfig, changeRepoMirrorConfig, syncNow, syncCancel,
	getOrgMirrorConfig, createOrgMirrorConfig, updateOrgMirrorConfig, deleteOrgMirrorConfig, syncOrgMirrorNow, cancelOrgMirrorSync,
}}

// An older Quay lacks these fields, and fails to create a mirror with such a field.
var (
	skopeoTimeoutField      = bodyField{body: "CreateMirrorConfig", name: "skopeo_timeout_interval", field: "skopeo_timeout", since: "3.16"}
	architectureFilterField = bodyField{body: "CreateMirrorConfig", name: "architecture_filter", field: "architecture_filter", since: "3.17"}
)

// defaultSkopeoTimeout is in seconds.
const defaultSkopeoTimeout = 300

// MirrorRegistry says how Quay reaches the registry that it mirrors.
type MirrorRegistry struct {
	// VerifyTLS is nil if Quay has no value, which means true.
	VerifyTLS *bool `json:"verify_tls"`
	// Proxy is nil if Quay has no values.
	Proxy *MirrorProxy `json:"proxy"`
}

// MirrorProxy is the proxy through which Quay mirrors. A nil field is not set.
type MirrorProxy struct {
	HTTP  *string `json:"http_proxy"`
	HTTPS *string `json:"https_proxy"`
	No    *string `json:"no_proxy"`
}

// MirrorCredentials are the credentials for the upstream registry.
type MirrorCredentials struct {
	// Username is nil for no user. Quay then also removes the password.
	Username *string
	// SetPassword tells to set the password, or to remove it if it is nil.
	SetPassword bool
	Password    *string
}

// addTo adds the credentials to a body. Quay accepts a password only with the user.
func (m *MirrorCredentials) addTo(body map[string]any, r *request) {
	if m == nil {
		return
	}
	body["external_registry_username"] = m.Username
	if m.SetPassword || m.Username == nil {
		body["external_registry_password"] = m.Password
	}
	if m.Password != nil {
		r.secrets = []string{*m.Password}
	}
}

// MirrorStatus is the state of a mirror's synchronization.
type MirrorStatus struct {
	// Status is "NEVER_RUN", "SYNC_NOW", "SYNCING", "SUCCESS", "FAIL" or "CANCEL".
	Status string `json:"sync_status"`
	// RetriesRemaining is how often Quay tries a failed synchronization again.
	RetriesRemaining int64 `json:"sync_retries_remaining"`
	// Expires is when a running synchronization counts as failed. It is nil if none runs.
	Expires *time.Time `json:"sync_expiration_date"`
}

// RepositoryMirror is the configuration of a repository that mirrors an external repository.
type RepositoryMirror struct {
	IsEnabled bool `json:"is_enabled"`
	// ExternalReference is the external repository with its registry, such as
	// "quay.io/acme/app".
	ExternalReference string         `json:"external_reference"`
	Username          *string        `json:"external_registry_username"`
	Registry          MirrorRegistry `json:"external_registry_config"`
	// SyncInterval is in seconds.
	SyncInterval int64 `json:"sync_interval"`
	// SyncStartDate is when the next synchronization is due. Quay moves it.
	SyncStartDate time.Time `json:"sync_start_date"`
	Rule          struct {
		Tags []string `json:"rule_value"`
	} `json:"root_rule"`
	// Robot is the robot with its namespace, such as "acme+mirror".
	Robot string `json:"robot_username"`
	// SkopeoTimeout is in seconds. It is nil on Quay before 3.16.
	SkopeoTimeout      *int64   `json:"skopeo_timeout_interval"`
	ArchitectureFilter []string `json:"architecture_filter"`
	MirrorStatus
}

// RepositoryMirrorChange is a change of a repository's mirror. Quay keeps the value of a nil
// field.
type RepositoryMirrorChange struct {
	IsEnabled         *bool
	ExternalReference *string
	Credentials       *MirrorCredentials
	Registry          *MirrorRegistry
	SyncInterval      *int64
	SyncStartDate     *time.Time // in whole seconds
	Tags              []string
	Robot             *string
	// SkopeoTimeout needs Quay 3.16 or later.
	SkopeoTimeout *int64
	// ArchitectureFilter needs Quay 3.17 or later unless it is empty.
	ArchitectureFilter []string
	// AllArchitectures removes the filter.
	AllArchitectures bool
}

// addTo adds the change to a body. It first checks that the registry has the fields.
func (m *RepositoryMirrorChange) addTo(ctx context.Context, c *Client, body map[string]any, r *request) error {
	m.Credentials.addTo(body, r)
	add(body, "is_enabled", m.IsEnabled)
	add(body, "external_reference", m.ExternalReference)
	add(body, "external_registry_config", m.Registry)
	add(body, "sync_interval", m.SyncInterval)
	addDate(body, m.SyncStartDate)
	add(body, "robot_username", m.Robot)
	if m.Tags != nil {
		body["root_rule"] = map[string]any{"rule_kind": "tag_glob_csv", "rule_value": m.Tags}
	}
	if m.SkopeoTimeout != nil {
		body["skopeo_timeout_interval"] = *m.SkopeoTimeout
		if err := c.checkField(ctx, *r, skopeoTimeoutField); err != nil {
			return err
		}
	}
	switch {
	case m.AllArchitectures:
		body["architecture_filter"] = []string{}
	case len(m.ArchitectureFilter) > 0:
		body["architecture_filter"] = m.ArchitectureFilter
		return c.checkField(ctx, *r, architectureFilterField)
	}
	return nil
}

// add adds a field to a body unless its value is nil.
func add[T any](body map[string]any, name string, value *T) {
	if value != nil {
		body[name] = value
	}
}

// addDate adds the date of the next synchronization, in the only form that Quay reads.
func addDate(body map[string]any, date *time.Time) {
	if date != nil {
		body["sync_start_date"] = date.UTC().Format("2006-01-02T15:04:05Z")
	}
}

// GetMirrorRobot returns the robot, with its namespace, that mirrors to a repository, by GET
// /repository/{repository}/mirror (getRepoMirrorConfig). The error is [NotFound] if the
// repository is no mirror or does not exist, or if repository mirroring is off.
func (c *Client) GetMirrorRobot(ctx context.Context, repository Repository) (robot string, err error) {
	op := getRepoMirrorConfig
	op.Feature = "" // skips the check of the feature, because the result is the same without it
	mirror, err := fetch[struct {
		Robot string `json:"robot_username"`
	}](ctx, c, request{operation: op, args: []any{repository}})
	if err != nil {
		return "", err
	}
	return mirror.Robot, nil
}

// GetRepositoryMirror reads the mirror of a repository, by GET /repository/{repository}/mirror
// (getRepoMirrorConfig). The error is [NotFound] if the repository is no mirror or does not
// exist. Quay mirrors only if the repository's state is "MIRROR".
func (c *Client) GetRepositoryMirror(ctx context.Context, repository Repository) (*RepositoryMirror, error) {
	return fetch[RepositoryMirror](ctx, c, request{operation: getRepoMirrorConfig, args: []any{repository}})
}

// CreateRepositoryMirror makes a repository the mirror of an external repository, by POST
// /repository/{repository}/mirror (createRepoMirrorConfig). Quay sets the repository's state
// to "MIRROR" and gives the robot the role write. The result is the timeout in seconds. It is
// 300 if the mirror sets no timeout, and nil on Quay before 3.16. The error is [Exists] if the
// repository has a mirror, even a disabled one, and [NotFound] if there is no such repository.
func (c *Client) CreateRepositoryMirror(ctx context.Context, repository Repository, mirror RepositoryMirrorChange) (skopeoTimeout *int64, err error) {
	body, r := map[string]any{}, request{operation: createRepoMirrorConfig, args: []any{repository}}
	if mirror.SkopeoTimeout == nil {
		switch err := c.checkField(ctx, r, skopeoTimeoutField); {
		case err == nil: // Quay 3.16 and later need the field
			mirror.SkopeoTimeout = new(int64(defaultSkopeoTimeout))
		case !errors.Is(err, Invalid):
			return nil, err
		}
	}
	if err := mirror.addTo(ctx, c, body, &r); err != nil {
		return nil, err
	}
	r.body = body
	return mirror.SkopeoTimeout, c.do(ctx, r, nil)
}

// ChangeRepositoryMirror changes the mirror of a repository, by PUT
// /repository/{repository}/mirror (changeRepoMirrorConfig). Quay merges Registry: it keeps a
// value whose field is nil. It drops the HTTP proxy if the mirror had no proxy before. The
// error is [NotFound] if the repository is no mirror or does not exist.
func (c *Client) ChangeRepositoryMirror(ctx context.Context, repository Repository, change RepositoryMirrorChange) error {
	body, r := map[string]any{}, request{operation: changeRepoMirrorConfig, args: []any{repository}}
	if err := change.addTo(ctx, c, body, &r); err != nil {
		return err
	}
	r.body = body
	return c.do(ctx, r, nil)
}

// SyncRepositoryMirror has Quay synchronize a repository soon, by POST
// /repository/{repository}/mirror/sync-now (syncNow). Quay also reports success for a disabled
// mirror. The error is [NotFound] if the repository is no mirror or does not exist.
func (c *Client) SyncRepositoryMirror(ctx context.Context, repository Repository) error {
	return c.do(ctx, request{operation: syncNow, args: []any{repository}}, nil)
}

// CancelRepositoryMirrorSync ends the synchronization of a repository, by POST
// /repository/{repository}/mirror/sync-cancel (syncCancel). The error is [NotFound] if no
// synchronization runs, or if the repository is no mirror or does not exist.
func (c *Client) CancelRepositoryMirrorSync(ctx context.Context, repository Repository) error {
	return c.do(ctx, request{operation: syncCancel, args: []any{repository}}, nil)
}

// OrganizationMirror is the configuration of an organization that mirrors a namespace of
// another registry.
type OrganizationMirror struct {
	IsEnabled bool `json:"is_enabled"`
	// RegistryType is "harbor" or "quay".
	RegistryType string         `json:"external_registry_type"`
	RegistryURL  string         `json:"external_registry_url"`
	Namespace    string         `json:"external_namespace"`
	Username     *string        `json:"external_registry_username"`
	HasPassword  bool           `json:"has_external_registry_password"`
	Registry     MirrorRegistry `json:"external_registry_config"`
	// RepositoryFilters are patterns of names, or empty for all repositories.
	RepositoryFilters []string `json:"repository_filters"`
	// Robot is the robot with its namespace, such as "acme+mirror".
	Robot string `json:"robot_username"`
	// Visibility of new repositories is "public" or "private".
	Visibility string `json:"visibility"`
	// SyncInterval is in seconds.
	SyncInterval int64 `json:"sync_interval"`
	// SyncStartDate is when the next synchronization is due. Quay moves it.
	SyncStartDate time.Time `json:"sync_start_date"`
	// SkopeoTimeout is in seconds.
	SkopeoTimeout int64 `json:"skopeo_timeout"`
	MirrorStatus
	// RepositoryCounts are how many repositories have each status.
	RepositoryCounts map[string]int64 `json:"repo_sync_status_counts"`
}

// OrganizationMirrorChange is a change of an organization's mirror. Quay keeps the value of a
// nil field.
type OrganizationMirrorChange struct {
	IsEnabled *bool
	// RegistryType can be set only when the mirror is created.
	RegistryType      *string
	RegistryURL       *string
	Namespace         *string
	Credentials       *MirrorCredentials
	Registry          *MirrorRegistry
	RepositoryFilters []string
	Robot             *string
	Visibility        *string
	SyncInterval      *int64
	SyncStartDate     *time.Time // in whole seconds
	SkopeoTimeout     *int64
}

// request returns the call that sets the change.
func (m *OrganizationMirrorChange) request(op Operation, organization string) request {
	body, r := map[string]any{}, request{operation: op, args: []any{organization}}
	m.Credentials.addTo(body, &r)
	add(body, "is_enabled", m.IsEnabled)
	add(body, "external_registry_type", m.RegistryType)
	add(body, "external_registry_url", m.RegistryURL)
	add(body, "external_namespace", m.Namespace)
	add(body, "external_registry_config", m.Registry)
	add(body, "robot_username", m.Robot)
	add(body, "visibility", m.Visibility)
	add(body, "sync_interval", m.SyncInterval)
	addDate(body, m.SyncStartDate)
	add(body, "skopeo_timeout", m.SkopeoTimeout)
	if m.RepositoryFilters != nil {
		body["repository_filters"] = m.RepositoryFilters
	}
	r.body = body
	return r
}

// GetOrganizationMirror reads the mirror of an organization, by GET
// /organization/{orgname}/mirror (getOrgMirrorConfig). The error is [NotFound] if the
// organization is no mirror or does not exist.
func (c *Client) GetOrganizationMirror(ctx context.Context, organization string) (*OrganizationMirror, error) {
	return fetch[OrganizationMirror](ctx, c, request{operation: getOrgMirrorConfig, args: []any{organization}})
}

// CreateOrganizationMirror makes an organization the mirror of a namespace, by
// POST /organization/{orgname}/mirror (createOrgMirrorConfig). The error is [Exists] if the
// organization is a mirror already, and [NotFound] if there is no such organization.
func (c *Client) CreateOrganizationMirror(ctx context.Context, organization string, mirror OrganizationMirrorChange) error {
	return c.do(ctx, mirror.request(createOrgMirrorConfig, organization), nil)
}

// ChangeOrganizationMirror changes the mirror of an organization, by PUT
// /organization/{orgname}/mirror (updateOrgMirrorConfig). Quay replaces Registry as a whole.
// The error is [NotFound] if the organization is no mirror or does not exist.
func (c *Client) ChangeOrganizationMirror(ctx context.Context, organization string, change OrganizationMirrorChange) error {
	return c.do(ctx, change.request(updateOrgMirrorConfig, organization), nil)
}

// DeleteOrganizationMirror ends the mirror of an organization, whose repositories stay, by
// DELETE /organization/{orgname}/mirror (deleteOrgMirrorConfig). The error is [NotFound] if
// the organization is no mirror or does not exist.
func (c *Client) DeleteOrganizationMirror(ctx context.Context, organization string) error {
	return c.do(ctx, request{operation: deleteOrgMirrorConfig, args: []any{organization}}, nil)
}

// SyncOrganizationMirror has Quay synchronize an organization soon, by POST
// /organization/{orgname}/mirror/sync-now (syncOrgMirrorNow), which sets SyncStartDate. The
// error is [NotFound] if the organization is no mirror or does not exist.
func (c *Client) SyncOrganizationMirror(ctx context.Context, organization string) error {
	return c.do(ctx, request{operation: syncOrgMirrorNow, args: []any{organization}}, nil)
}

// CancelOrganizationMirrorSync ends the synchronization of an organization, by POST
// /organization/{orgname}/mirror/sync-cancel (cancelOrgMirrorSync). The error is [NotFound] if
// no synchronization runs, or if the organization is no mirror or does not exist.
func (c *Client) CancelOrganizationMirrorSync(ctx context.Context, organization string) error {
	return c.do(ctx, request{operation: cancelOrgMirrorSync, args: []any{organization}}, nil)
}
