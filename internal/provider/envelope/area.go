package envelope

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Area has the constructors of the types and functions for a part of Quay. [Constructors]
// lists them.
type Area struct {
	// Category is the heading under which the registry's documentation lists the
	// pages of the area, such as "Organizations".
	Category string

	Resources          []func() resource.Resource
	DataSources        []func() datasource.DataSource
	ListResources      []func() list.ListResource
	EphemeralResources []func() ephemeral.EphemeralResource
	Actions            []func() action.Action
	Functions          []func() function.Function
}

// Constructors returns its arguments as a slice.
func Constructors[T any](constructors ...T) []T { return constructors }

// Pages returns the area's pages in the documentation: "resources/user" for the
// resource quay_user.
func (a Area) Pages() []string {
	ctx := context.Background()
	return slices.Concat(
		pages("resources", a.Resources, func(r resource.Resource) string { return resourceName(ctx, r) }),
		pages("list-resources", a.ListResources, func(l list.ListResource) string { return resourceName(ctx, l) }),
		pages("data-sources", a.DataSources, func(d datasource.DataSource) string {
			var named datasource.MetadataResponse
			d.Metadata(ctx, datasource.MetadataRequest{}, &named)
			return named.TypeName
		}),
		pages("ephemeral-resources", a.EphemeralResources, func(e ephemeral.EphemeralResource) string {
			var named ephemeral.MetadataResponse
			e.Metadata(ctx, ephemeral.MetadataRequest{}, &named)
			return named.TypeName
		}),
		pages("actions", a.Actions, func(a action.Action) string {
			var named action.MetadataResponse
			a.Metadata(ctx, action.MetadataRequest{}, &named)
			return named.TypeName
		}),
		pages("functions", a.Functions, func(f function.Function) string {
			var named function.MetadataResponse
			f.Metadata(ctx, function.MetadataRequest{}, &named)
			return named.Name
		}),
	)
}

// resourceName returns the name of a resource type after "quay", with the "_".
func resourceName(ctx context.Context, r interface {
	Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse)
},
) string {
	var named resource.MetadataResponse
	r.Metadata(ctx, resource.MetadataRequest{}, &named)
	return named.TypeName
}

// pages returns the pages of types, whose names may begin with "_", in a folder.
func pages[T any](folder string, constructors []func() T, name func(T) string) []string {
	var all []string
	for _, constructor := range constructors {
		all = append(all, folder+"/"+strings.TrimPrefix(name(constructor()), "_"))
	}
	return all
}
