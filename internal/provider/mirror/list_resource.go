package mirror

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newRepositoryListResource returns the list resource quay_repository_mirror.
func newRepositoryListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.RepositoryFilter, repositoryModel, repositoryModel]{
		Resource: repositoryDeclaration(),
		Schema: account.RepositoryFilterSchema("Finds the mirror of a repository, or the mirrors among all repositories of an organization. " +
			"Terraform makes a call for each repository in the state `MIRROR`."),
		Objects: repositoryMirrors,
		FromAPI: func(m *repositoryModel, found repositoryModel) error { *m = found; return nil },
		Display: func(m repositoryModel) string {
			return fmt.Sprintf("%s from %s", m.Repository.ValueString(), m.ExternalReference.ValueString())
		},
	})
}

// repositoryMirrors yields the mirrors that match a filter. It ends after the first error.
func repositoryMirrors(ctx context.Context, c *client.Client, filter account.RepositoryFilter) iter.Seq2[repositoryModel, error] {
	return func(yield func(repositoryModel, error) bool) {
		for repository, err := range repositoriesInStateMirror(ctx, c, filter) {
			found := repositoryModel{Repository: types.StringValue(repository.String())}
			if err == nil {
				err = readRepositoryMirror(ctx, c, &found)
			}
			if errors.Is(err, client.NotFound) && !filter.Repository.IsNull() {
				err = envelope.NotFoundError("repository", "repository", repository.String(), checkRepository(ctx, c, repository, err))
			}
			if errors.Is(err, errNoMirror) || errors.Is(err, client.NotFound) && filter.Repository.IsNull() { // a repository in state MIRROR can lack a mirror
				continue
			}
			if !yield(found, err) {
				return
			}
		}
	}
}

// errNoMirror is the error for a repository that exists and is no mirror.
var errNoMirror = errors.New("the repository is no mirror")

// checkRepository finds out why there is no mirror: it returns [errNoMirror] if the
// repository exists, and the cause if it does not.
func checkRepository(ctx context.Context, c *client.Client, repository client.Repository, cause error) error {
	exists, err := c.RepositoryExists(ctx, repository)
	switch {
	case err != nil:
		return err
	case exists:
		return errNoMirror
	}
	return cause
}

// repositoriesInStateMirror yields the repository of a filter, or those of its organization
// that are in the state MIRROR. It reads their states with the list.
func repositoriesInStateMirror(ctx context.Context, c *client.Client, filter account.RepositoryFilter) iter.Seq2[client.Repository, error] {
	if !filter.Repository.IsNull() {
		return filter.Repositories(ctx, c)
	}
	return func(yield func(client.Repository, error) bool) {
		namespace, none := filter.Organization.ValueString(), true
		for details, err := range c.ListRepositories(ctx, namespace) {
			none = false
			if err == nil && details.State != stateMirror {
				continue
			}
			if !yield(details.Repository, err) {
				return
			}
		}
		if none && errors.Is(account.CheckNamespace(ctx, c, namespace), client.NotFound) { // the empty list does not tell whether the namespace exists
			yield(client.Repository{}, account.NoNamespaceError("organization", namespace, nil))
		}
	}
}

// newOrganizationListResource returns the list resource quay_organization_mirror.
func newOrganizationListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.PrefixModel, organizationModel, organizationModel]{
		Resource: organizationDeclaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the mirrors among the organizations of the registry, with a call for each organization.",
			Attributes:          map[string]schema.Attribute{"prefix": account.Prefix("the organizations")},
		},
		Objects: organizationMirrors,
		FromAPI: func(m *organizationModel, found organizationModel) error { *m = found; return nil },
		Display: func(m organizationModel) string {
			return fmt.Sprintf("%s from %s of %s", m.Organization.ValueString(), m.Namespace.ValueString(), m.RegistryURL.ValueString())
		},
	})
}

// organizationMirrors yields the mirrors of the organizations whose names have a prefix. It
// ends after the first error.
func organizationMirrors(ctx context.Context, c *client.Client, config account.PrefixModel) iter.Seq2[organizationModel, error] {
	return func(yield func(organizationModel, error) bool) {
		for organization, err := range c.ListOrganizations(ctx) {
			found := organizationModel{Organization: types.StringValue(organization.Name)}
			if err == nil {
				if !config.Match(organization.Name) {
					continue
				}
				err = readOrganizationMirror(ctx, c, &found)
			}
			if errors.Is(err, client.NotFound) {
				continue
			}
			if !yield(found, err) {
				return
			}
		}
	}
}
