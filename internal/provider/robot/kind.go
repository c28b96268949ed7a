package robot

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// kind is a kind of robots: for organizations, or for the token's user.
type kind struct {
	name      string // in the names of types
	whose     string // in descriptions
	identity  []string
	importID  string
	namespace string // the attribute that names the organization, if any
	version   int64  // of the resource's schema
}

var (
	organizationKind = kind{
		name: "organization", whose: "an organization",
		identity: []string{"organization", "name"}, importID: "organization:name", namespace: "organization",
		version: 1, // version 0 is the schema of enthought/quay
	}
	userKind = kind{name: "user", whose: "the access token's own user", identity: []string{"name"}, importID: "name"}
)

// hasOrganization tells whether robots of the kind belong to an organization.
func (k kind) hasOrganization() bool { return k.namespace != "" }

// organizationName is the part of a model that names the organization, in types for
// robots of organizations.
type organizationName struct {
	Organization types.String `tfsdk:"organization"`
}

func (o *organizationName) owner() client.RobotOwner {
	return client.OrganizationRobots(o.Organization.ValueString())
}

func (o *organizationName) organization() types.String { return o.Organization }

func (o *organizationName) setOrganization(name types.String) { o.Organization = name }

// noOrganization replaces organizationName in types for robots of the token's user.
type noOrganization struct{}

func (noOrganization) owner() client.RobotOwner { return client.UserRobots() }

func (noOrganization) organization() types.String { return types.StringNull() }

func (noOrganization) setOrganization(types.String) {}

// ownerModel is an organizationName or a noOrganization.
type ownerModel interface {
	owner() client.RobotOwner
	organization() types.String
	setOrganization(name types.String)
}

// displayName is the name of an owner's robot in messages.
func displayName(owner ownerModel, name types.String) string {
	if owner.organization().IsNull() {
		return name.ValueString()
	}
	return owner.organization().ValueString() + "+" + name.ValueString()
}
