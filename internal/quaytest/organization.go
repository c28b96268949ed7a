package quaytest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func organizationArea() area {
	return area{
		routes: []*route{
			get("listAllOrganizations", "/superuser/organizations/", listAllOrganizations).hide(),
			put("changeOrganization", "/superuser/organizations/{name}", changeOrganization),
			del("deleteOrganization", "/superuser/organizations/{name}", deleteOrganization),
			post("createOrganization", "/organization/", createOrganization),
			get("getOrganization", "/organization/{orgname}", getOrganization),
			put("changeOrganizationDetails", "/organization/{orgname}", changeOrganizationDetails),
			del("deleteAdminedOrganization", "/organization/{orgname}", deleteAdminedOrganization).fresh(),
		},
		newState: func() any { return &organizationState{settings: map[*account]*namespaceSettings{}} },
		counts:   map[string]func(*store) int{"organizations": countAccounts(organization)},
		onErase:  func(st *store, a *account) { delete(state[organizationState](st).settings, a) },
	}
}

type organizationState struct {
	settings map[*account]*namespaceSettings
}

// namespaceSettings are the settings of a user or an organization. Only the calls
// for organizations change them.
type namespaceSettings struct {
	invoiceEmail   bool
	invoiceAddress any   // a string or nil
	tagExpiration  int64 // in seconds
}

// defaultTagExpiration is two weeks, in seconds.
const defaultTagExpiration = 14 * 24 * 60 * 60

// settingsOf returns the settings of a user or an organization.
func (st *store) settingsOf(a *account) *namespaceSettings {
	all := state[organizationState](st).settings
	if all[a] == nil {
		all[a] = &namespaceSettings{tagExpiration: defaultTagExpiration}
	}
	return all[a]
}

// createOrganization adds an organization and its team of owners. If email is "", Quay
// generates a random address.
func (st *store) createOrganization(name, email string, owner *account) (*account, error) {
	if err := st.checkNewName(name); err != nil {
		return nil, err
	}
	if email == "" {
		email = newUUID()
	}
	if st.uniqueOrganizationEmails && st.emailTaken(email, nil) {
		return nil, errEmailTaken
	}
	org := st.addAccount(organization, name, email)
	owners := st.addTeam(org, "owners", "admin", "")
	owners.members = append(owners.members, owner)
	return org, nil
}

// AddOrganization adds an organization that a user owns. If email is "", the
// organization gets a random address.
func (s *Server) AddOrganization(name, email, owner string) {
	s.change(func(st *store) {
		u := must(st.account(owner, user), "AddOrganization: no user %q", owner)
		if _, err := st.createOrganization(name, email, u); err != nil {
			panic(fmt.Sprintf("quaytest: AddOrganization: %v", err))
		}
	})
}

// looksLikeEmail is Quay's check of the e-mail address of an organization. Quay
// also uses it to recognize random addresses.
func looksLikeEmail(email string) bool {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || len(email) > 254 || local == "" || strings.Contains(domain, "@") {
		return false
	}
	labels := strings.Split(domain, ".")
	return len(labels) >= 2 && !slices.Contains(labels, "")
}

// superuserOrganizationView returns the view of an organization for the superuser.
func (c *call) superuserOrganizationView(org *account) view {
	v := view{"name": org.name, "email": org.email, "avatar": org.organizationAvatar()}
	c.extendView(org, v)
	return v
}

func listAllOrganizations(c *call) (response, error) {
	return c.listAccounts("organizations", organization, true, c.superuserOrganizationView)
}

var renameSchema = pyjson.Schema{pyjson.Type("object"), pyjson.Properties(pyjson.Property("name", pyjson.Type("string")))}

// changeOrganization renames an organization. It cannot change anything else.
func changeOrganization(c *call) (response, error) {
	body, err := c.decode(renameSchema)
	if err != nil {
		return response{}, err
	}
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	org := c.store.accounts[c.params["name"]]
	if org == nil {
		return response{}, errInternal
	}
	name, renamed := body.Get("name")
	c.log("org_change_name", org, view{"old_name": org.name, "new_name": name, "superuser": c.user.name})
	if org.kind != organization {
		return response{}, refused("Organization does not exist: %s", org.name)
	}
	if renamed {
		name := name.(string)
		if p := nameProblem(name, "Namespace"); p != "" {
			return response{}, refused("Invalid username %s: %s", name, p)
		}
		if other := c.store.accounts[name]; other != nil && other != org {
			return response{}, errInternal
		}
		c.store.renameAccount(org, name)
	}
	return ok(c.superuserOrganizationView(org))
}

func deleteOrganization(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	org := c.store.account(c.params["name"], organization)
	switch {
	case org != nil:
		return c.logAndDeleteOrganization(org)
	case c.before(Development):
		return response{}, refused("Organization does not exist: %s", c.params["name"])
	default:
		return response{}, notFound()
	}
}

func deleteAdminedOrganization(c *call) (response, error) {
	if !c.administersSettings(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	return c.logAndDeleteOrganization(org)
}

func (c *call) logAndDeleteOrganization(org *account) (response, error) {
	c.logSince(Development, "org_delete", org, view{"namespace": org.name})
	c.store.deleteAccount(org)
	return deleted()
}

// organizationOfPath returns the organization of the path.
func (c *call) organizationOfPath() (*account, error) {
	if org := c.store.account(c.params["orgname"], organization); org != nil {
		return org, nil
	}
	return nil, notFound()
}

var createOrganizationSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("name"),
	pyjson.Properties(
		pyjson.Property("name", pyjson.Type("string")),
		pyjson.Property("email", pyjson.Type("string")),
		pyjson.Property("contact_email", pyjson.Type("string")),
		pyjson.Property("recaptcha_response", pyjson.Type("string")),
	),
}

func createOrganization(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	body, err := c.decode(createOrganizationSchema)
	if err != nil {
		return response{}, err
	}
	name := body.Text("name")
	if c.store.accounts[name] != nil {
		return response{}, invalidRequest("A user or organization with this name already exists")
	}
	var email any // the logs have null if there is no address
	if e := body.Text(emailMember(c, body)); e != "" {
		if !c.before(Quay3_18) && !looksLikeEmail(e) {
			return response{}, invalidRequest("Invalid email address")
		}
		email = e
	}
	address, _ := email.(string)
	org, err := c.store.createOrganization(name, address, c.user)
	if errors.Is(err, errEmailTaken) {
		err = c.emailTaken(address)
	}
	if err != nil {
		return response{}, asInvalidRequest(err)
	}
	c.log("org_create", org, view{"email": email, "namespace": name})
	return created()
}

// organizationView returns the view of an organization that the user may see.
func (c *call) organizationView(org *account) view {
	// Before 3.16, full access does not show an organization of other users.
	admin := c.fullAccess() && !c.before(Quay3_16) || c.hasNamespaceRole(org.name, "admin")
	member := admin || c.hasNamespaceRole(org.name, "member")
	v := view{
		"name":      org.name,
		"email":     "",
		"avatar":    org.avatar(),
		"is_admin":  admin,
		"is_member": member,
	}
	if member {
		teams := view{}
		names := []string{}
		for _, t := range c.store.teamsOf(org) {
			teams[t.name] = c.teamEntry(t, admin)
			names = append(names, t.name)
		}
		v["teams"] = teams
		v["ordered_teams"] = names
	}
	if admin || member && !c.before(Quay3_12) {
		c.extendView(org, v)
	}
	if admin {
		settings := c.store.settingsOf(org)
		v["email"] = c.organizationEmail(org)
		v["invoice_email"] = settings.invoiceEmail
		v["invoice_email_address"] = settings.invoiceAddress
		v["tag_expiration_s"] = settings.tagExpiration
		v["is_free_account"] = true
	}
	return v
}

func getOrganization(c *call) (response, error) {
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(c.organizationView(org))
}

var changeOrganizationSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Properties(
		pyjson.Property("email", pyjson.Type("string")),
		pyjson.Property("contact_email", pyjson.Type("string", "null")),
		pyjson.Property("invoice_email", pyjson.Type("boolean")),
		pyjson.Property("invoice_email_address", pyjson.Type("string", "null")),
		pyjson.Property("tag_expiration_s", pyjson.Type("integer"), pyjson.Minimum(0)),
	),
}

// tagExpirationOptions are the values of TAG_EXPIRATION_OPTIONS, in seconds.
var tagExpirationOptions = []int64{0, 24 * 60 * 60, 7 * 24 * 60 * 60, defaultTagExpiration, 28 * 24 * 60 * 60}

func changeOrganizationDetails(c *call) (response, error) {
	body, err := c.decode(changeOrganizationSchema)
	if err != nil {
		return response{}, err
	}
	if !c.administersSettings(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	settings := c.store.settingsOf(org)
	c.store.touch(&org.row)
	if v, ok := body.Get("invoice_email"); ok {
		settings.invoiceEmail = v.(bool)
		c.log("org_change_invoicing", org, view{"invoice_email": v, "namespace": org.name})
	}
	if v, ok := body.Get("invoice_email_address"); ok && v != settings.invoiceAddress {
		settings.invoiceAddress = v
		if v == "" {
			settings.invoiceAddress = nil
		}
		c.log("org_change_invoicing", org, view{"invoice_email_address": v, "namespace": org.name})
	}
	if err := c.changeOrganizationEmail(org, body); err != nil {
		return response{}, err
	}
	if v, ok := body.Get("tag_expiration_s"); ok {
		seconds, _ := v.(json.Number).Int64()
		if !slices.Contains(tagExpirationOptions, seconds) {
			return response{}, refused("Invalid tag expiration option")
		}
		settings.tagExpiration = seconds
		c.log("org_change_tag_expiration", org, view{"tag_expiration": seconds, "namespace": org.name})
	}
	return ok(c.organizationView(org))
}

// emailMember returns the member of a request that has an organization's e-mail address. From
// 3.18 on, there are two such members.
func emailMember(c *call, body pyjson.Object) string {
	if !c.before(Quay3_18) && body.Text("contact_email") != "" {
		return "contact_email"
	}
	return "email"
}

// organizationEmail returns the e-mail address that Quay shows of an organization. From 3.18
// on, Quay hides a random address.
func (c *call) organizationEmail(org *account) string {
	if c.before(Quay3_18) || looksLikeEmail(org.email) {
		return org.email
	}
	return ""
}

// changeOrganizationEmail changes the e-mail address of an organization. Before 3.18, Quay
// accepts any text that no other account has.
func (c *call) changeOrganizationEmail(org *account, body pyjson.Object) error {
	member := "email"
	if !c.before(Quay3_18) && body.Has("contact_email") {
		member = "contact_email"
	}
	if !body.Has(member) {
		return nil
	}
	old, email := c.organizationEmail(org), body.Text(member)
	switch {
	case email == old:
		return nil
	case c.before(Quay3_18):
		if c.store.emailTaken(email, org) {
			return invalidRequest("E-mail address already used")
		}
		c.store.setEmail(org, email)
	case email != "" && !looksLikeEmail(email):
		return invalidRequest("Invalid email address")
	default:
		c.store.setEmail(org, cmp.Or(email, newUUID()))
	}
	c.log("org_change_email", org, view{"email": email, "namespace": org.name, "old_email": old})
	return nil
}
