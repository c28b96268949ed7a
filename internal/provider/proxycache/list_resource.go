package proxycache

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

// filter is the configuration of a list of proxy caches.
type filter struct {
	Organization types.String `tfsdk:"organization"`
}

// listedCache is a proxy cache with the name of its organization.
type listedCache struct {
	organization string
	cache        *client.ProxyCache
}

// newListResource returns the list resource quay_organization_proxy_cache.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[filter, listedCache, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the organizations that are proxy caches, with a call for each organization.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the organization. Without it, all organizations are looked at, for which the access token must be " +
						"a superuser's.",
					Validators: account.Reference(),
				},
			},
		},
		Objects: func(ctx context.Context, c *client.Client, config filter) iter.Seq2[listedCache, error] {
			return func(yield func(listedCache, error) bool) {
				for organization, err := range config.organizations(ctx, c) {
					var found *client.ProxyCache
					if err == nil {
						found, err = c.GetProxyCache(ctx, organization)
					}
					if errors.Is(err, client.NotFound) {
						if err = config.checkOrganization(ctx, c); err == nil {
							continue
						}
					}
					if !yield(listedCache{organization, found}, err) || err != nil {
						return
					}
				}
			}
		},
		FromAPI: func(m *model, l listedCache) error {
			m.Organization = types.StringValue(l.organization)
			m.fromAPI(l.cache)
			return nil
		},
		Display: func(m model) string {
			return fmt.Sprintf("%s: %s", m.Organization.ValueString(), m.UpstreamRegistry.ValueString())
		},
	})
}

// organizations yields the names of the organizations that the filter names. It ends after the
// first error.
func (f filter) organizations(ctx context.Context, c *client.Client) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if !f.Organization.IsNull() {
			yield(f.Organization.ValueString(), nil)
			return
		}
		for organization, err := range c.ListOrganizations(ctx) {
			if !yield(organization.Name, err) {
				return
			}
		}
	}
}

// checkOrganization returns an error if the filter's organization does not exist.
func (f filter) checkOrganization(ctx context.Context, c *client.Client) error {
	if f.Organization.IsNull() {
		return nil
	}
	return checkOrganization(ctx, c, f.Organization.ValueString())
}
