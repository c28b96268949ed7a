package account

import (
	"context"
	"iter"

	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
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

// OrganizationFilter is the configuration of a list of what an organization has.
type OrganizationFilter struct {
	Organization types.String `tfsdk:"organization"`
}

// OrganizationFilterSchema is the schema of a list with an [OrganizationFilter].
func OrganizationFilterSchema(description string) list.Schema {
	return list.Schema{MarkdownDescription: description, Attributes: map[string]list.Attribute{"organization": ListOrganization()}}
}

// InOrganization is an object of the API with the organization that has it.
type InOrganization[T any] struct {
	Organization types.String
	Object       T
}

// ObjectsIn returns a function that yields what a call lists in an organization. If the
// organization does not exist, the error is on the attribute of the filter.
func ObjectsIn[T any](call func(c *client.Client, ctx context.Context, organization string) ([]T, error),
) func(ctx context.Context, c *client.Client, filter OrganizationFilter) iter.Seq2[InOrganization[T], error] {
	return func(ctx context.Context, c *client.Client, filter OrganizationFilter) iter.Seq2[InOrganization[T], error] {
		return func(yield func(InOrganization[T], error) bool) {
			organization := filter.Organization.ValueString()
			objects, err := call(c, ctx, organization)
			if err != nil {
				yield(InOrganization[T]{}, envelope.NotFoundError("organization", "organization", organization, err))
				return
			}
			for _, object := range objects {
				if !yield(InOrganization[T]{filter.Organization, object}, nil) {
					return
				}
			}
		}
	}
}
