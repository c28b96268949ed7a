package proxycache

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newDataSource returns the data source quay_organization_proxy_cache.
func newDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[cacheModel]{
		Name: "organization_proxy_cache",
		Noun: "proxy cache",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the configuration of an organization that is a proxy cache. Quay does not show the user and the password of the upstream registry.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"upstream_registry": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Host of the upstream registry with an optional port and path.",
				},
				"expiration_s": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "Seconds for which Quay keeps a tag in the cache. With `0`, tags do not expire.",
				},
				"insecure": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether Quay uses HTTP in place of HTTPS for the upstream registry.",
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *cacheModel) error {
			organization := m.Organization.ValueString()
			found, err := c.GetProxyCache(ctx, organization)
			if errors.Is(err, client.NotFound) {
				if missing := checkOrganization(ctx, c, organization); missing != nil {
					return missing
				}
				return envelope.WithDetail("organization", fmt.Sprintf("The organization %q has no proxy cache configuration.", organization), err)
			}
			if err == nil {
				m.fromAPI(found)
			}
			return err
		},
	})
}
