package client

import (
	"context"
	"errors"
	"net/http"
)

const featureQuota = "FEATURE_QUOTA_MANAGEMENT"

// superuserQuota declares a call on the quota of a namespace. The lists of users and of
// organizations contain quotas. The paths of users and of organizations both work for every
// namespace.
func superuserQuota(name, method, path string) Operation {
	op := superuser(name, method, path).needs(featureQuota)
	if method != http.MethodGet {
		op = op.changes(userList, organizationList)
	}
	return op
}

// quotaLimit declares a call on the limits of a quota. Only superusers can make it. Quay has
// it only under the path of organizations, which also works for users.
func quotaLimit(name, method, path string) Operation {
	return Operation{
		Name: name, Method: method, Path: "/organization/{orgname}/quota/{quota_id}/limit" + path,
		Scope: scopeSuperUser, Feature: featureQuota, Repeat: Idempotent,
	}.changes(userList, organizationList)
}

var quotaExists = rule(`^Quota for '.*' already exists$`, Exists, "")

var (
	listOrganizationQuotaSuperUser   = superuserQuota("listOrganizationQuotaSuperUser", "GET", "/organization/{namespace}/quota")
	createOrganizationQuotaSuperUser = superuserQuota("createOrganizationQuotaSuperUser", "POST", "/organization/{namespace}/quota").creates().refuses(quotaExists)
	changeOrganizationQuotaSuperUser = superuserQuota("changeOrganizationQuotaSuperUser", "PUT", "/organization/{namespace}/quota/{quota_id}")
	deleteOrganizationQuotaSuperUser = superuserQuota("deleteOrganizationQuotaSuperUser", "DELETE", "/organization/{namespace}/quota/{quota_id}")

	listUserQuotaSuperUser   = superuserQuota("listUserQuotaSuperUser", "GET", "/users/{namespace}/quota")
	createUserQuotaSuperUser = superuserQuota("createUserQuotaSuperUser", "POST", "/users/{namespace}/quota").creates().refuses(quotaExists)
	changeUserQuotaSuperUser = superuserQuota("changeUserQuotaSuperUser", "PUT", "/users/{namespace}/quota/{quota_id}")
	deleteUserQuotaSuperUser = superuserQuota("deleteUserQuotaSuperUser", "DELETE", "/users/{namespace}/quota/{quota_id}")

	createOrganizationQuotaLimit = quotaLimit("createOrganizationQuotaLimit", "POST", "").
					refuses(rule(`^Quota limit already exists$`, Exists, "limits")) // so the client can repeat the call
	changeOrganizationQuotaLimit = quotaLimit("changeOrganizationQuotaLimit", "PUT", "/{limit_id}")
	deleteOrganizationQuotaLimit = quotaLimit("deleteOrganizationQuotaLimit", "DELETE", "/{limit_id}")

	listOrganizationQuota = organization("listOrganizationQuota", "GET", "/quota").needs(featureQuota)
)

var quotaArea = area{operations: []Operation{
	listOrganizationQuotaSuperUser, createOrganizationQuotaSuperUser, changeOrganizationQuotaSuperUser, deleteOrganizationQuotaSuperUser,
	listUserQuotaSuperUser, createUserQuotaSuperUser, changeUserQuotaSuperUser, deleteUserQuotaSuperUser,
	createOrganizationQuotaLimit, changeOrganizationQuotaLimit, deleteOrganizationQuotaLimit,
	listOrganizationQuota,
}}

// Namespace is an organization or a user as the owner of a quota. Quay has the same calls
// under two paths, and both paths work for every namespace.
type Namespace struct {
	name                         string
	list, create, change, delete Operation
	// hasAdministrators tells whether the namespace's administrators have a call of their own
	// to read the quota.
	hasAdministrators bool
	// cached returns the namespace's quotas from a list of all namespaces.
	cached func(ctx context.Context, c *Client, name string) []Quota
}

// OrganizationNamespace returns the namespace of an organization.
func OrganizationNamespace(name string) Namespace {
	return Namespace{
		name,
		listOrganizationQuotaSuperUser, createOrganizationQuotaSuperUser,
		changeOrganizationQuotaSuperUser, deleteOrganizationQuotaSuperUser,
		true,
		func(ctx context.Context, c *Client, name string) []Quota {
			organization, _ := c.cachedOrganization(ctx, name)
			return organization.Quotas
		},
	}
}

// UserNamespace returns the namespace of a user.
func UserNamespace(username string) Namespace {
	return Namespace{
		username,
		listUserQuotaSuperUser, createUserQuotaSuperUser,
		changeUserQuotaSuperUser, deleteUserQuotaSuperUser,
		false,
		func(ctx context.Context, c *Client, name string) []Quota {
			user, _ := c.cachedUser(ctx, name)
			return user.Quotas
		},
	}
}

// String returns the namespace's name.
func (n Namespace) String() string { return n.name }

// lock returns the key of the lock for writes to a namespace's quota.
func (n Namespace) lock() string { return "quota of " + n.name }

// Quota is the storage quota of a namespace.
type Quota struct {
	// ID is nil for the server-wide default, which applies to namespaces without their own
	// quota.
	ID         *int64 `json:"id"`
	LimitBytes Bytes  `json:"limit_bytes"`
	IsDefault  bool   `json:"default_config"`
	// Limits are in Quay's order. Quay can hold one limit several times.
	Limits []QuotaLimit `json:"limits"`
}

// The types of the limits of a quota.
const (
	QuotaWarning = "Warning"
	QuotaReject  = "Reject"
)

// QuotaLimit is a percentage of a quota, and what Quay does when the namespace uses
// more: it warns, or it rejects pushes.
type QuotaLimit struct {
	ID      int64  `json:"id"`
	Type    string `json:"type"`
	Percent int64  `json:"limit_percent"`
}

// body returns the limit as the body of a call. Quay gives the percentage another name in
// requests.
func (l QuotaLimit) body() any {
	return map[string]any{"type": l.Type, "threshold_percent": l.Percent}
}

// quotaSize is a limit in bytes as the body of a call. Quay also accepts a text such as "10
// GiB", but rounds it as a float.
type quotaSize struct {
	LimitBytes int64 `json:"limit_bytes"`
}

// GetQuota reads a namespace's own quota, of which there is at most one, by GET
// /superuser/organization/{namespace}/quota or GET /superuser/users/{namespace}/quota
// (listOrganizationQuotaSuperUser, listUserQuotaSuperUser). If Quay denies this call, GetQuota
// reads an organization's quota as GetOrganizationQuota does. The error is [NotFound] if the
// namespace has no quota or does not exist. The cause is [ErrNoQuota] if the namespace exists.
// The server-wide default does not count as a quota.
func (c *Client) GetQuota(ctx context.Context, namespace Namespace) (*Quota, error) {
	if quota := ownQuota(namespace.cached(ctx, c, namespace.name)); quota != nil {
		return quota, nil
	}
	quota, err := c.getQuota(ctx, request{operation: namespace.list, args: []any{namespace.name}})
	if namespace.hasAdministrators && errors.Is(err, Denied) {
		if quota, ownErr := c.GetOrganizationQuota(ctx, namespace.name); ownErr == nil || errors.Is(ownErr, NotFound) {
			return quota, ownErr
		}
	}
	return quota, err
}

// GetOrganizationQuota reads an organization's own quota as one of its
// administrators, by GET /organization/{orgname}/quota (listOrganizationQuota).
// Its errors are those of GetQuota.
func (c *Client) GetOrganizationQuota(ctx context.Context, name string) (*Quota, error) {
	return c.getQuota(ctx, request{operation: listOrganizationQuota, args: []any{name}})
}

func (c *Client) getQuota(ctx context.Context, r request) (*Quota, error) {
	quotas, err := fetch[[]Quota](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if quota := ownQuota(*quotas); quota != nil {
		return quota, nil
	}
	return nil, r.failed(NotFound, "the namespace has no quota of its own", ErrNoQuota)
}

// ownQuota returns the quota that is the namespace's own, or nil.
func ownQuota(quotas []Quota) *Quota {
	for _, quota := range quotas {
		if quota.ID != nil && !quota.IsDefault {
			return &quota
		}
	}
	return nil
}

// CreateQuota gives a namespace its quota, by POST /superuser/organization/{namespace}/quota
// or the same path under users (createOrganizationQuotaSuperUser, createUserQuotaSuperUser).
// The error is [Exists] if the namespace has a quota, and [InternalError] if the namespace
// does not exist.
func (c *Client) CreateQuota(ctx context.Context, namespace Namespace, limitBytes int64) error {
	return c.do(ctx, request{operation: namespace.create, args: []any{namespace.name}, body: quotaSize{limitBytes}, writes: namespace.lock()}, nil)
}

// ChangeQuota changes the limit of a namespace's quota, by PUT
// /superuser/organization/{namespace}/quota/{quota_id} or the same path under users
// (changeOrganizationQuotaSuperUser, changeUserQuotaSuperUser).
func (c *Client) ChangeQuota(ctx context.Context, namespace Namespace, id, limitBytes int64) error {
	return c.do(ctx, request{operation: namespace.change, args: []any{namespace.name, id}, body: quotaSize{limitBytes}, writes: namespace.lock()}, nil)
}

// DeleteQuota removes a namespace's quota, by DELETE
// /superuser/organization/{namespace}/quota/{quota_id} or the same path under users
// (deleteOrganizationQuotaSuperUser, deleteUserQuotaSuperUser).
func (c *Client) DeleteQuota(ctx context.Context, namespace Namespace, id int64) error {
	return c.do(ctx, request{operation: namespace.delete, args: []any{namespace.name, id}, writes: namespace.lock()}, nil)
}

// CreateQuotaLimit adds a limit to a namespace's quota, by
// POST /organization/{orgname}/quota/{quota_id}/limit (createOrganizationQuotaLimit).
// The error is [Exists] if the quota has a limit of the same type and percentage, and
// [NotFound] if there is no such quota.
func (c *Client) CreateQuotaLimit(ctx context.Context, namespace Namespace, quotaID int64, limit QuotaLimit) error {
	return c.do(ctx, request{
		operation: createOrganizationQuotaLimit, args: []any{namespace.name, quotaID}, body: limit.body(), writes: namespace.lock(),
	}, nil)
}

// ChangeQuotaLimit changes type and percentage of the limit with the id of the given
// one, by PUT /organization/{orgname}/quota/{quota_id}/limit/{limit_id}
// (changeOrganizationQuotaLimit). The error is [NotFound] if there is no such limit or
// no such quota.
func (c *Client) ChangeQuotaLimit(ctx context.Context, namespace Namespace, quotaID int64, limit QuotaLimit) error {
	return c.do(ctx, request{
		operation: changeOrganizationQuotaLimit, args: []any{namespace.name, quotaID, limit.ID}, body: limit.body(), writes: namespace.lock(),
	}, nil)
}

// DeleteQuotaLimit removes a limit of a namespace's quota, by
// DELETE /organization/{orgname}/quota/{quota_id}/limit/{limit_id}
// (deleteOrganizationQuotaLimit). The error is [NotFound] if there is no such limit or
// no such quota.
func (c *Client) DeleteQuotaLimit(ctx context.Context, namespace Namespace, quotaID, id int64) error {
	return c.do(ctx, request{
		operation: deleteOrganizationQuotaLimit, args: []any{namespace.name, quotaID, id}, writes: namespace.lock(),
	}, nil)
}
