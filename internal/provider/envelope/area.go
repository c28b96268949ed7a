package envelope

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Area is what the provider offers for a part of Quay: the constructors of its
// types and functions. They are listed with [Constructors].
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
	var pages []string
	for _, constructor := range a.Resources {
		var named resource.MetadataResponse
		constructor().Metadata(ctx, resource.MetadataRequest{}, &named)
		pages = append(pages, page("resources", named.TypeName))
	}
	for _, constructor := range a.DataSources {
		var named datasource.MetadataResponse
		constructor().Metadata(ctx, datasource.MetadataRequest{}, &named)
		pages = append(pages, page("data-sources", named.TypeName))
	}
	for _, constructor := range a.ListResources {
		var named resource.MetadataResponse
		constructor().Metadata(ctx, resource.MetadataRequest{}, &named)
		pages = append(pages, page("list-resources", named.TypeName))
	}
	for _, constructor := range a.EphemeralResources {
		var named ephemeral.MetadataResponse
		constructor().Metadata(ctx, ephemeral.MetadataRequest{}, &named)
		pages = append(pages, page("ephemeral-resources", named.TypeName))
	}
	for _, constructor := range a.Actions {
		var named action.MetadataResponse
		constructor().Metadata(ctx, action.MetadataRequest{}, &named)
		pages = append(pages, page("actions", named.TypeName))
	}
	for _, constructor := range a.Functions {
		var named function.MetadataResponse
		constructor().Metadata(ctx, function.MetadataRequest{}, &named)
		pages = append(pages, page("functions", named.Name))
	}
	return pages
}

// page returns the page of a type, whose name begins with the provider's and "_",
// or of a function.
func page(folder, name string) string { return folder + "/" + strings.TrimPrefix(name, "_") }
