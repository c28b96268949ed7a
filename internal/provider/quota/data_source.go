package quota

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

// newOrganizationDataSource returns the data source quay_org_quota.
func newOrganizationDataSource() datasource.DataSource {
	return newDataSource[organizationModel]("org_quota", "organization", "organization")
}

// newUserDataSource returns the data source quay_user_quota.
func newUserDataSource() datasource.DataSource {
	return newDataSource[userModel]("user_quota", "user", "username")
}

func newDataSource[M any, P quotaModel[M]](name, noun, attribute string) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name: name,
		Noun: noun + " quota",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the storage quota of " + withArticle[noun] + ".",
			Attributes: map[string]schema.Attribute{
				attribute: schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the " + noun + ".",
					Validators:          account.Reference(),
				},
				"limit_bytes": schema.NumberAttribute{
					Computed:            true,
					MarkdownDescription: "Limit in bytes.",
				},
				"limit": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Limit as text, such as `10 GiB`, without rounding.",
				},
				"limits": limitsDataAttribute(),
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			q := P(m).quota()
			err := q.read(ctx, c)
			if errors.Is(err, client.ErrNoQuota) {
				return envelope.WithDetail(attribute, fmt.Sprintf("The %s %q has no quota of its own.", noun, q.namespace), err)
			}
			return envelope.NotFoundError(attribute, noun, q.namespace.String(), err)
		},
	})
}
