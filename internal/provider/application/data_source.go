package application

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataModel is a data source quay_oauth_application.
type dataModel struct {
	Organization types.String `tfsdk:"organization"`
	ClientID     types.String `tfsdk:"client_id"`
	settings
	ClientSecret types.String `tfsdk:"client_secret"`
}

// newDataSource returns the data source quay_oauth_application.
func newDataSource() datasource.DataSource {
	attributes := settingsAttributes()
	attributes["organization"] = account.DataOrganization()
	attributes["client_id"] = schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "Client ID of the application. Exactly one of `client_id`, `name` must be set.",
		Validators:          append(account.ClientID(), stringvalidator.ExactlyOneOf(path.MatchRoot("client_id"), path.MatchRoot("name"))),
	}
	attributes["name"] = schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "Name of the application. It must be the only application of the organization with this name.",
		Validators:          textRules(),
	}
	attributes["client_secret"] = schema.StringAttribute{
		Computed:            true,
		Sensitive:           true,
		MarkdownDescription: "Client secret of the application.",
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[dataModel]{
		Name: "oauth_application",
		Noun: "OAuth application",
		Schema: schema.Schema{
			MarkdownDescription: "Reads an OAuth application of an organization, by its client ID or by its name. The state holds the client secret, so protect the state.",
			Attributes:          attributes,
		},
		Read: func(ctx context.Context, c *client.Client, m *dataModel) error {
			found, err := m.find(ctx, c)
			if err != nil {
				return err
			}
			m.ClientID, m.ClientSecret = types.StringValue(found.ClientID), types.StringValue(found.ClientSecret)
			m.settings = settingsFromAPI(found.ApplicationSettings)
			return nil
		},
	})
}

// find reads the application that the configuration names.
func (m *dataModel) find(ctx context.Context, c *client.Client) (*client.Application, error) {
	organization := m.Organization.ValueString()
	if !m.ClientID.IsNull() {
		found, err := c.GetApplication(ctx, organization, m.ClientID.ValueString())
		return found, notFound(organization, m.ClientID.ValueString(), err)
	}
	applications, err := listApplications(ctx, c, organization)
	if err != nil {
		return nil, err
	}
	named := slices.DeleteFunc(applications, func(a client.Application) bool { return a.Name != m.Name.ValueString() })
	if len(named) != 1 {
		return nil, envelope.WithDetail("name", fmt.Sprintf("The organization %q has %d OAuth applications with this name, and must have one. "+
			"To read one of several applications, set client_id.", organization, len(named)), nil)
	}
	return &named[0], nil
}

// settingsAttributes are the attributes of an application in a data source.
func settingsAttributes() map[string]schema.Attribute {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"name":            computed("Name of the application."),
		"description":     computed("Description of the application."),
		"application_uri": computed("Address of the application's home page."),
		"redirect_uri":    computed("Beginning of the addresses to which Quay sends users after they authorized the application."),
		"avatar_email":    computed("E-mail address whose avatar the web interface shows for the application. Null if the application has none."),
	}
}

// entry is an application in a quay_oauth_applications.
type entry struct {
	ClientID types.String `tfsdk:"client_id"`
	settings
}

// listDataModel is a quay_oauth_applications.
type listDataModel struct {
	Organization types.String `tfsdk:"organization"`
	Applications []entry      `tfsdk:"applications"`
}

// newListDataSource returns the data source quay_oauth_applications.
func newListDataSource() datasource.DataSource {
	attributes := settingsAttributes()
	attributes["client_id"] = schema.StringAttribute{Computed: true, MarkdownDescription: "Client ID of the application."}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[listDataModel]{
		Name: "oauth_applications",
		Noun: "OAuth applications",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the OAuth applications of an organization, without their client secrets.",
			Attributes: map[string]schema.Attribute{
				"organization": account.DataOrganization(),
				"applications": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Applications, sorted by client ID.",
					NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *listDataModel) error {
			applications, err := listApplications(ctx, c, m.Organization.ValueString())
			m.Applications = make([]entry, len(applications))
			for i, found := range applications {
				m.Applications[i] = entry{types.StringValue(found.ClientID), settingsFromAPI(found.ApplicationSettings)}
			}
			return err
		},
	})
}
