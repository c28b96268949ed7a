package teamsync

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_organization_team_sync.
type dataModel struct {
	Organization types.String `tfsdk:"organization"`
	Team         types.String `tfsdk:"team"`
	Synchronized types.Bool   `tfsdk:"synchronized"`
	Service      types.String `tfsdk:"service"`
	BaseDN       types.String `tfsdk:"base_dn"`
	IssuerDomain types.String `tfsdk:"issuer_domain"`
	GroupDN      types.String `tfsdk:"group_dn"`
	GroupName    types.String `tfsdk:"group_name"`
	LastUpdated  types.String `tfsdk:"last_updated"`
}

// newDataSource returns the data source quay_organization_team_sync.
func newDataSource() datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "organization_team_sync",
		Noun: "team synchronization",
		Schema: schema.Schema{
			MarkdownDescription: "Reads with which group of LDAP or OIDC a team is synchronized, and when Quay last did so.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"team": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the team.",
					Validators:          account.Reference(),
				},
				"synchronized":  schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the team is synchronized."},
				"service":       text("Kind of the directory: `ldap` or `oidc`. Null where teams cannot be synchronized."),
				"base_dn":       text("Base DN of LDAP, to which `group_dn` is relative. Null with OIDC."),
				"issuer_domain": text("Domain of the OIDC issuer. Null with LDAP."),
				"group_dn":      text("DN of the LDAP group, relative to `base_dn`."),
				"group_name":    text("Name of the OIDC group."),
				"last_updated":  text("When Quay last synchronized the team, by RFC 3339. Null before the first time, and with OIDC."),
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *dataModel) error {
			organization, team := m.Organization.ValueString(), m.Team.ValueString()
			sync, err := c.GetTeamSync(ctx, organization, team)
			if err != nil {
				return envelope.NotFoundError("team", "team", organization+":"+team, err)
			}
			m.Synchronized = types.BoolValue(sync.Group != nil)
			m.Service, m.BaseDN, m.IssuerDomain = envelope.TextOrNull(sync.Service), envelope.TextOrNull(sync.BaseDN), envelope.TextOrNull(sync.Issuer)
			if sync.Group != nil {
				m.GroupDN, m.GroupName = envelope.TextOrNull(sync.Group.DN), envelope.TextOrNull(sync.Group.Name)
			}
			if !sync.Updated.IsZero() {
				m.LastUpdated = types.StringValue(sync.Updated.Format(time.RFC3339))
			}
			return nil
		},
	})
}
