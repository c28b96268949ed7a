package account

import (
	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
)

const organizationDescription = "Name of the organization."

// DataOrganization is the attribute of a data source that names an organization.
func DataOrganization() data.StringAttribute {
	return data.StringAttribute{Required: true, MarkdownDescription: organizationDescription, Validators: Reference()}
}

// ListOrganization is the attribute of a list that names an organization.
func ListOrganization() list.StringAttribute {
	return list.StringAttribute{Required: true, MarkdownDescription: organizationDescription, Validators: Reference()}
}
