package client

import (
	"context"
	"iter"
)

const organizationList listKind = "organizations"

// organizationGone is the response of every release. The development version of Quay answers
// 404 instead.
var organizationGone = rule(`^Organization does not exist: `, NotFound, "")

var (
	listAllOrganizations = superuser("listAllOrganizations", "GET", "/organizations/")
	changeOrganization   = superuser("changeOrganization", "PUT", "/organizations/{orgname}").changes(organizationList).
				refuses(organizationGone).refuses(nameRules...)
	deleteOrganization = superuser("deleteOrganization", "DELETE", "/organizations/{orgname}").changes(organizationList).
				refuses(organizationGone)

	createOrganization = Operation{Name: "createOrganization", Method: "POST", Path: "/organization/", Scope: scopeUserAdmin}.changes(organizationList).
				refuses(rule(`^A user or organization with this name already exists$`, Exists, "name")).refuses(nameRules...).refuses(emailRules...)
	getOrganization           = organization("getOrganization", "GET", "")
	changeOrganizationDetails = organization("changeOrganizationDetails", "PUT", "").changes(organizationList).
					refuses(rule(`^Invalid tag expiration option$`, Invalid, "tag_expiration_s")).refuses(emailRules...)
	deleteAdminedOrganization = organization("deleteAdminedOrganization", "DELETE", "").changes(organizationList)
)

var organizationArea = area{operations: []Operation{
	listAllOrganizations, changeOrganization, deleteOrganization,
	createOrganization, getOrganization, changeOrganizationDetails, deleteAdminedOrganization,
}}

// Organization is an organization as one of its administrators sees it.
type Organization struct {
	Name                string `json:"name"`
	Email               string `json:"email"`
	InvoiceEmail        bool   `json:"invoice_email"`
	InvoiceEmailAddress string `json:"invoice_email_address"`
	// TagExpirationSeconds is how long Quay can restore deleted tags.
	TagExpirationSeconds int64 `json:"tag_expiration_s"`
	// IsAdmin tells whether the token's user administers the organization. If it is false,
	// Quay leaves the other fields empty.
	IsAdmin bool `json:"is_admin"`
}

// Hidden returns an error that is [Denied] if Quay shows only the organization's name.
func (o *Organization) Hidden() error {
	if o.IsAdmin {
		return nil
	}
	r := request{operation: getOrganization, args: []any{o.Name}}
	return r.failed(Denied, "Quay shows the name of the organization and nothing else", nil)
}

// ListedOrganization is an organization as the list for superusers shows it.
type ListedOrganization struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	// Quotas has the organization's own quota, if there is one. It is nil if the registry has
	// no quotas.
	Quotas []Quota `json:"quotas"`
}

// CreateOrganization creates an organization that belongs to the token's user, by POST
// /organization/ (createOrganization). With an empty email, the organization has no address.
// The token needs the scope user:admin. The error is [Exists] if a user or an organization has
// the name already. It is [NameReserved] if the name belonged to a user or an organization
// deleted a moment ago.
func (c *Client) CreateOrganization(ctx context.Context, name, email string) error {
	body := map[string]string{"name": name}
	if email != "" {
		body["email"] = email
	}
	return c.do(ctx, request{operation: createOrganization, body: body}, nil)
}

// GetOrganization reads an organization, by GET /organization/{orgname} (getOrganization). If
// the token's user does not administer it, IsAdmin is false and most fields are empty. The
// error is [NotFound] if there is none, and for a user's name. With a list cache, GetTeam also
// uses the response.
func (c *Client) GetOrganization(ctx context.Context, name string) (*Organization, error) {
	teams := cacheOf[Team](c, teamLists, name)
	began := teams.writes.Load()
	view, err := fetch[struct {
		Organization
		Teams map[string]Team `json:"teams"`
	}](ctx, c, request{operation: getOrganization, args: []any{name}})
	if err != nil {
		return nil, err
	}
	if c.cached && view.Teams != nil {
		teams.fill(began, view.Teams)
	}
	return &view.Organization, nil
}

// OrganizationChange is a change of an organization. Quay keeps the value of a nil field.
type OrganizationChange struct {
	// Email removes the address if it points to an empty text.
	Email        *string `json:"email,omitempty"`
	InvoiceEmail *bool   `json:"invoice_email,omitempty"`
	// InvoiceEmailAddress removes the address if it points to an empty text.
	InvoiceEmailAddress  *string `json:"invoice_email_address,omitempty"`
	TagExpirationSeconds *int64  `json:"tag_expiration_s,omitempty"`
}

// ChangeOrganization changes an organization and returns the changed organization, by PUT
// /organization/{orgname} (changeOrganizationDetails). Quay's reference names the call
// changeOrganization for this, but that call changes only the name.
func (c *Client) ChangeOrganization(ctx context.Context, name string, change OrganizationChange) (*Organization, error) {
	return fetch[Organization](ctx, c, request{operation: changeOrganizationDetails, args: []any{name}, body: change})
}

// RenameOrganization gives an organization another name, by PUT
// /superuser/organizations/{orgname} (changeOrganization). The error is [InternalError] if the
// organization does not exist, or if the name is taken.
func (c *Client) RenameOrganization(ctx context.Context, name, newName string) error {
	return c.do(ctx, request{operation: changeOrganization, args: []any{name}, body: map[string]string{"name": newName}}, nil)
}

// DeleteOrganization deletes an organization with everything in it, by
// DELETE /superuser/organizations/{orgname} (deleteOrganization).
func (c *Client) DeleteOrganization(ctx context.Context, name string) error {
	return c.do(ctx, request{operation: deleteOrganization, args: []any{name}}, nil)
}

// DeleteOwnOrganization deletes an organization with a token of one of its administrators, by
// DELETE /organization/{orgname} (deleteAdminedOrganization).
func (c *Client) DeleteOwnOrganization(ctx context.Context, name string) error {
	return c.do(ctx, request{operation: deleteAdminedOrganization, args: []any{name}}, nil)
}

// ListOrganizations yields all organizations of the registry, by
// GET /superuser/organizations/ (listAllOrganizations), 100 a call. It ends
// after the first error.
func (c *Client) ListOrganizations(ctx context.Context) iter.Seq2[ListedOrganization, error] {
	return pages[ListedOrganization](ctx, c, request{operation: listAllOrganizations}, "organizations")
}

// cachedOrganization looks for an organization in the list of all organizations, if the client
// has a list cache.
func (c *Client) cachedOrganization(ctx context.Context, name string) (organization ListedOrganization, found bool) {
	read := pagesOf(c, request{operation: listAllOrganizations}, "organizations", func(o ListedOrganization) string { return o.Name })
	return findCached(ctx, c, cacheOf[ListedOrganization](c, organizationList, ""), name, read)
}

// renames remembers the organizations that a client renames or plans to rename, and the former
// names of organizations.
type renames struct {
	newNames   record[string] // by the name before
	successors record[string] // the present name by a former name
}

// RecordRename notes that an organization is renamed, for [Client.RenamedTo].
func (c *Client) RecordRename(name, newName string) { c.renames.newNames.set(name, newName) }

// RenamedTo returns the new name of an organization, and whether a rename was
// recorded.
func (c *Client) RenamedTo(name string) (newName string, renamed bool) {
	return c.renames.newNames.get(name)
}

// RecordFormerNames notes names that an organization had before, for [Client.SuccessorOf].
func (c *Client) RecordFormerNames(name string, former []string) {
	for _, formerName := range former {
		if formerName != name {
			c.renames.successors.set(formerName, name)
		}
	}
}

// SuccessorOf returns the present name of the organization that had a name before. It returns
// an empty text if no former name was recorded.
func (c *Client) SuccessorOf(formerName string) string {
	successor, _ := c.renames.successors.get(formerName)
	return successor
}
