package repository

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_repository, and a repository in quay_repositories.
type dataModel struct {
	Namespace   types.String `tfsdk:"namespace"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Visibility  types.String `tfsdk:"visibility"`
	State       types.String `tfsdk:"state"`
	Kind        types.String `tfsdk:"kind"`
}

// dataAttributes are the attributes of a repository in both data sources.
func dataAttributes(namespace, name schema.StringAttribute) map[string]schema.Attribute {
	namespace.MarkdownDescription = "Name of the organization or the user."
	name.MarkdownDescription = "Name of the repository without the namespace, such as `team/app`."
	return map[string]schema.Attribute{
		"namespace": namespace,
		"name":      name,
		"description": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Description of the repository, in Markdown.",
		},
		"visibility": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Visibility: `public` (everyone) or `private` (users, robot accounts and teams with a role).",
		},
		"state": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "State of the repository: `NORMAL`, `READ_ONLY`, `MIRROR` or `ORG_MIRROR`.",
		},
		"kind": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Kind of the repository: `image` or `application`.",
		},
	}
}

func dataModelOf(details *client.RepositoryDetails) dataModel {
	var m model
	m.fromAPI(details)
	return dataModel{m.Namespace, m.Name, m.Description, m.Visibility, m.State, m.Kind}
}

// newDataSource returns the data source quay_repository.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "repository",
		Noun: "repository",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a repository of an organization or a user.",
			Attributes: dataAttributes(
				schema.StringAttribute{Required: true, Validators: account.Reference()},
				schema.StringAttribute{Required: true, Validators: nameRule()},
			),
		},
		Read: func(ctx context.Context, c *client.Client, m *dataModel) error {
			repository := client.Repository{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
			details, err := c.GetRepository(ctx, repository)
			if err != nil {
				return envelope.NotFoundError("name", "repository", repository.String(), err)
			}
			*m = dataModelOf(details)
			return nil
		},
	})
}

// repositoriesModel is a quay_repositories.
type repositoriesModel struct {
	Namespace    types.String `tfsdk:"namespace"`
	Kind         types.String `tfsdk:"kind"`
	Repositories []dataModel  `tfsdk:"repositories"`
}

// newListDataSource returns the data source quay_repositories.
func newListDataSource() datasource.DataSource {
	computed := schema.StringAttribute{Computed: true}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[repositoriesModel]{
		Name: "repositories",
		Noun: "repositories",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the repositories that the token's user can see, public ones included, with one call for each 100 repositories.",
			Attributes: map[string]schema.Attribute{
				"namespace": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the organization or the user that has the repositories. Without this attribute, Terraform reads those of all namespaces.",
					Validators:          account.Reference(),
				},
				"kind": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Kind of the repositories. Must be one of `image`, `application`. Defaults to `image`.",
					Validators:          []validator.String{envelope.OneOf("image", "application")},
				},
				"repositories": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The repositories, in the order of their creation.",
					NestedObject:        schema.NestedAttributeObject{Attributes: dataAttributes(computed, computed)},
				},
			},
		},
		Read: readAll,
	})
}

func readAll(ctx context.Context, c *client.Client, m *repositoriesModel) error {
	filter := client.RepositoryFilter{Namespace: m.Namespace.ValueString(), Kind: m.Kind.ValueString(), Public: true}
	m.Repositories = []dataModel{}
	for details, err := range c.FindRepositories(ctx, filter) {
		if err != nil {
			return err
		}
		m.Repositories = append(m.Repositories, dataModelOf(&details))
	}
	if len(m.Repositories) == 0 && filter.Namespace != "" { // the empty list does not tell whether the namespace exists
		return missingNamespace(ctx, c, filter.Namespace, nil)
	}
	return nil
}
