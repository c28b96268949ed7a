package quaytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// createOrganization adds an organization with its team of owners. Without an
// e-mail address it gets one that is random.
func (st *store) createOrganization(name, email string, owner *account) (*account, error) {
	if err := st.takeName(name); err != nil {
		return nil, err
	}
	if email == "" {
		email = newUUID()
	}
	org := st.add(organization, name, email)
	owners := st.addTeam(org, "owners", "admin", "")
	owners.members = append(owners.members, owner)
	return org, nil
}

// AddOrganization adds an organization that a user owns. Without an e-mail
// address it gets one that is random.
func (s *Server) AddOrganization(name, email, owner string) {
	s.change(func(st *store) {
		u := must(st.named(owner, user), "AddOrganization: no user %q", owner)
		if _, err := st.createOrganization(name, email, u); err != nil {
			panic(fmt.Sprintf("quaytest: AddOrganization: %v", err))
		}
	})
}

// looksLikeEmail is Quay's check of the e-mail address of an organization. It
// is also how Quay tells the random ones.
func looksLikeEmail(email string) bool {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || len(email) > 254 || local == "" || strings.Contains(domain, "@") {
		return false
	}
	labels := strings.Split(domain, ".")
	return len(labels) >= 2 && !slices.Contains(labels, "")
}

// superuserOrganizationView is an organization as the superuser lists it.
func (c *call) superuserOrganizationView(org *account) view {
	v := view{"name": org.name, "email": org.email, "avatar": org.organizationAvatar()}
	c.addQuota(v, org)
	return v
}

func listAllOrganizations(c *call) (response, error) {
	return c.list("organizations", organization, true, c.superuserOrganizationView)
}

var renameSchema = pyjson.Schema{pyjson.Type("object"), pyjson.Properties(pyjson.Property("name", pyjson.Type("string")))}

// changeOrganization renames an organization; it can't do anything else.
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
		c.store.rename(org, name)
	}
	return ok(c.superuserOrganizationView(org))
}

func deleteOrganization(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	org := c.store.named(c.params["name"], organization)
	switch {
	case org != nil:
		return c.removeOrganization(org)
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
	return c.removeOrganization(org)
}

func (c *call) removeOrganization(org *account) (response, error) {
	c.log("org_delete", org, view{"namespace": org.name})
	c.store.remove(org)
	return deleted()
}

// organizationOfPath returns the organization that a call is about.
func (c *call) organizationOfPath() (*account, error) {
	if org := c.store.named(c.params["orgname"], organization); org != nil {
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
	if !c.mayUser("admin") {
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
	var email any // null if there is none, in the log
	if e := cmp.Or(body.Text("contact_email"), body.Text("email")); e != "" {
		if !looksLikeEmail(e) {
			return response{}, invalidRequest("Invalid email address")
		}
		email = e
	}
	address, _ := email.(string)
	org, err := c.store.createOrganization(name, address, c.user)
	if err != nil {
		return response{}, asInvalidRequest(err)
	}
	c.log("org_create", org, view{"email": email, "namespace": name})
	return created()
}

// organizationView is an organization as far as the caller may see it.
func (c *call) organizationView(org *account) view {
	admin := c.administersSettings(org.name)
	member := admin || c.hasRole(org.name, "member")
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
		for _, t := range org.teams {
			teams[t.name] = c.teamEntry(t, admin)
			names = append(names, t.name)
		}
		v["teams"] = teams
		v["ordered_teams"] = names
		c.addQuota(v, org)
	}
	if admin {
		if looksLikeEmail(org.email) {
			v["email"] = org.email
		}
		v["invoice_email"] = org.invoiceEmail
		v["invoice_email_address"] = org.invoiceAddress
		v["tag_expiration_s"] = org.tagExpiration
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
	c.store.touch(&org.row)
	if v, ok := body.Get("invoice_email"); ok {
		org.invoiceEmail = v.(bool)
		c.log("org_change_invoicing", org, view{"invoice_email": v, "namespace": org.name})
	}
	if v, ok := body.Get("invoice_email_address"); ok && v != org.invoiceAddress {
		org.invoiceAddress = v
		if v == "" {
			org.invoiceAddress = nil
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
		org.tagExpiration = seconds
		c.log("org_change_tag_expiration", org, view{"tag_expiration": seconds, "namespace": org.name})
	}
	return ok(c.organizationView(org))
}

func (c *call) changeOrganizationEmail(org *account, body pyjson.Object) error {
	member := "email"
	if body.Has("contact_email") {
		member = "contact_email"
	}
	if !body.Has(member) {
		return nil
	}
	old, email := "", body.Text(member)
	if looksLikeEmail(org.email) {
		old = org.email
	}
	if email == old {
		return nil
	}
	if email != "" && !looksLikeEmail(email) {
		return invalidRequest("Invalid email address")
	}
	if c.before(Quay3_18) && c.store.emailTaken(email, org) {
		return invalidRequest("E-mail address already used")
	}
	c.store.setEmail(org, cmp.Or(email, newUUID()))
	c.log("org_change_email", org, view{"email": email, "namespace": org.name, "old_email": old})
	return nil
}
