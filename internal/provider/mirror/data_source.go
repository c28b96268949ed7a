package mirror

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataSettings is the common part of the data sources for repositories and for organizations.
type dataSettings struct {
	Robot                types.String `tfsdk:"robot"`
	IsEnabled            types.Bool   `tfsdk:"is_enabled"`
	SyncInterval         types.Int64  `tfsdk:"sync_interval"`
	SyncStartDate        types.String `tfsdk:"sync_start_date"`
	VerifyTLS            types.Bool   `tfsdk:"verify_tls"`
	Proxy                types.Object `tfsdk:"proxy"`
	Username             types.String `tfsdk:"username"`
	SkopeoTimeout        types.Int64  `tfsdk:"skopeo_timeout"`
	SyncStatus           types.String `tfsdk:"sync_status"`
	SyncRetriesRemaining types.Int64  `tfsdk:"sync_retries_remaining"`
	SyncExpirationDate   types.String `tfsdk:"sync_expiration_date"`
}

// set copies the settings of a resource, and the status.
func (d *dataSettings) set(s *settings, status client.MirrorStatus) {
	*d = dataSettings{
		Robot: s.Robot, IsEnabled: s.IsEnabled, SyncInterval: s.SyncInterval, SyncStartDate: s.SyncStartDate, VerifyTLS: s.VerifyTLS, Proxy: s.Proxy,
		Username: s.Username, SkopeoTimeout: s.SkopeoTimeout,
		SyncStatus: types.StringValue(status.Status), SyncRetriesRemaining: types.Int64Value(status.RetriesRemaining),
	}
	if status.Expires != nil {
		d.SyncExpirationDate = types.StringValue(status.Expires.UTC().Format(time.RFC3339))
	}
}

func textAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func numberAttribute(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

func setAttribute(description string) schema.SetAttribute {
	return schema.SetAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
}

// withDataSettings returns a schema's attributes with those for the settings.
func withDataSettings(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"robot":           textAttribute("Robot account that pushes what Quay mirrors, with its namespace."),
		"is_enabled":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the mirror is enabled."},
		"sync_interval":   numberAttribute("Time between two synchronizations, in seconds."),
		"sync_start_date": textAttribute("Date and time of the next synchronization in RFC 3339."),
		"verify_tls":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether Quay verifies the certificate of the other registry."},
		"proxy": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Proxy through which Quay reaches the other registry. Null if there is none.",
			Attributes: map[string]schema.Attribute{
				httpProxy:  schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "Address of the proxy for HTTP."},
				httpsProxy: schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "Address of the proxy for HTTPS."},
				noProxy:    textAttribute("Hosts that Quay reaches without the proxy, separated by commas."),
			},
		},
		"username":       textAttribute("User name with which Quay signs in to the other registry. Null if there is none."),
		"skopeo_timeout": numberAttribute("Time after which Quay gives up copying a tag, in seconds. Null on Quay before 3.16."),
		"sync_status": textAttribute("Status of the last synchronization: `NEVER_RUN`, `SYNC_NOW` (it is due), `SYNCING` (it is under way), `SUCCESS`, `FAIL` " +
			"or `CANCEL`. Quay before 3.16 shows `NEVER_RUN` for a synchronization that was cancelled."),
		"sync_retries_remaining": numberAttribute("Number of times that Quay tries a failed synchronization again."),
		"sync_expiration_date":   textAttribute("Date and time in RFC 3339 when Quay gives up the synchronization that is under way. Null if there is none."),
	}
	maps.Copy(all, attributes)
	return all
}

// repositoryDataModel is a data source quay_repository_mirror.
type repositoryDataModel struct {
	Repository         types.String `tfsdk:"repository"`
	ExternalReference  types.String `tfsdk:"external_reference"`
	Tags               types.Set    `tfsdk:"tags"`
	ArchitectureFilter types.Set    `tfsdk:"architecture_filter"`
	dataSettings
}

// newRepositoryDataSource returns the data source quay_repository_mirror.
func newRepositoryDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[repositoryDataModel]{
		Name: "repository_mirror",
		Noun: "repository mirror",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the mirror of a repository, and the status of its last synchronization. " +
				"Quay mirrors only if the mirror is enabled and the state of the repository is `MIRROR`.",
			Attributes: withDataSettings(map[string]schema.Attribute{
				"repository": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Repository that Quay mirrors to, as `namespace/name`.",
					Validators:          []validator.String{envelope.Text(account.CheckRepository)},
				},
				"external_reference":  textAttribute("Repository that Quay mirrors from, with its registry."),
				"tags":                setAttribute("Patterns of the tags that Quay mirrors."),
				"architecture_filter": setAttribute("Architectures that Quay mirrors. Null if Quay mirrors all."),
			}),
		},
		Read: func(ctx context.Context, c *client.Client, m *repositoryDataModel) error {
			repository, err := client.ParseRepository(m.Repository.ValueString())
			if err != nil {
				return err
			}
			mirror, err := c.GetRepositoryMirror(ctx, repository)
			if err != nil {
				return envelope.NotFoundError("repository", "repository mirror", repository.String(), err)
			}
			var shown repositoryModel
			shown.fromAPI(mirror)
			m.ExternalReference, m.Tags, m.ArchitectureFilter = shown.ExternalReference, shown.Tags, shown.ArchitectureFilter
			m.set(&shown.settings, mirror.MirrorStatus)
			return nil
		},
	})
}

// organizationDataModel is a data source quay_organization_mirror.
type organizationDataModel struct {
	Organization      types.String     `tfsdk:"organization"`
	RegistryType      types.String     `tfsdk:"external_registry_type"`
	RegistryURL       types.String     `tfsdk:"external_registry_url"`
	Namespace         types.String     `tfsdk:"external_namespace"`
	RepositoryFilters types.Set        `tfsdk:"repository_filters"`
	Visibility        types.String     `tfsdk:"visibility"`
	HasPassword       types.Bool       `tfsdk:"has_password"`
	RepositoryCounts  map[string]int64 `tfsdk:"repository_counts"`
	dataSettings
}

// newOrganizationDataSource returns the data source quay_organization_mirror.
func newOrganizationDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[organizationDataModel]{
		Name: "organization_mirror",
		Noun: "organization mirror",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the mirror of an organization, and the status of its last synchronization.",
			Attributes: withDataSettings(map[string]schema.Attribute{
				"organization":           account.DataOrganization(),
				"external_registry_type": textAttribute("Type of the registry that Quay mirrors from: `harbor` or `quay`."),
				"external_registry_url":  textAttribute("Web address of the registry that Quay mirrors from."),
				"external_namespace":     textAttribute("Organization or project that Quay mirrors from."),
				"repository_filters":     setAttribute("Patterns of the names of the repositories that Quay mirrors. Null if Quay mirrors all."),
				"visibility":             textAttribute("Visibility of the repositories that Quay creates: `public` or `private`."),
				"has_password":           schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether Quay signs in with a password."},
				"repository_counts": schema.MapAttribute{
					ElementType: types.Int64Type, Computed: true,
					MarkdownDescription: "Number of the mirrored repositories by the status of their last synchronization.",
				},
			}),
		},
		Read: func(ctx context.Context, c *client.Client, m *organizationDataModel) error {
			organization := m.Organization.ValueString()
			mirror, err := c.GetOrganizationMirror(ctx, organization)
			if err != nil {
				return envelope.NotFoundError("organization", "organization mirror", organization, err)
			}
			var shown organizationModel
			shown.fromAPI(mirror)
			*m = organizationDataModel{
				Organization: m.Organization, RegistryType: shown.RegistryType, RegistryURL: shown.RegistryURL, Namespace: shown.Namespace,
				RepositoryFilters: shown.RepositoryFilters, Visibility: shown.Visibility, HasPassword: types.BoolValue(mirror.HasPassword),
				RepositoryCounts: mirror.RepositoryCounts,
			}
			m.set(&shown.settings, mirror.MirrorStatus)
			return nil
		},
	})
}
