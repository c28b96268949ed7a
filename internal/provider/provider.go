// Package provider is the Terraform provider for Project Quay and Red Hat
// Quay: its settings, and the types it offers.
package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/audit"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/build"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/organization"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/permission"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/quota"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/registry"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/servicekey"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/user"
)

const (
	defaultRequestTimeout = time.Minute
	defaultMaxRetries     = 4
)

// New returns the provider's constructor. The version goes into the User-Agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &quay{version} }
}

// quay is the provider.
type quay struct {
	version string
}

var (
	_ provider.ProviderWithEphemeralResources = &quay{}
	_ provider.ProviderWithFunctions          = &quay{}
)

// Resources lists the resource types.
func (*quay) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		user.NewResource,
		organization.NewResource,
		quota.NewOrganizationResource,
		quota.NewUserResource,
		servicekey.NewResource,
		servicekey.NewApprovalResource,
		permission.NewUserResource,
		permission.NewTeamResource,
		registry.NewSizeCalculationResource,
	}
}

// ListResources lists the types that "terraform query" finds.
func (*quay) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		user.NewListResource,
		organization.NewListResource,
		quota.NewOrganizationListResource,
		quota.NewUserListResource,
		servicekey.NewListResource,
		permission.NewUserListResource,
		permission.NewTeamListResource,
	}
}

// Actions lists the actions.
func (*quay) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		registry.NewCalculateSizeAction,
		servicekey.NewApproveAction,
	}
}

// DataSources lists the data source types.
func (*quay) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		user.NewDataSource,
		user.NewAllDataSource,
		organization.NewDataSource,
		organization.NewAllDataSource,
		quota.NewOrganizationDataSource,
		quota.NewUserDataSource,
		servicekey.NewDataSource,
		servicekey.NewListDataSource,
		permission.NewUsersDataSource,
		permission.NewTeamsDataSource,
		permission.NewUserDataSource,
		permission.NewTeamDataSource,
		permission.NewTransitiveDataSource,
		registry.NewSizeDataSource,
		audit.NewLogsDataSource,
		build.NewDataSource,
		build.NewStatusDataSource,
		build.NewLogsDataSource,
	}
}

// EphemeralResources lists the ephemeral resource types.
func (*quay) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		servicekey.NewEphemeralResource,
	}
}

// Functions lists the functions.
func (*quay) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		quota.NewBytesFunction,
		quota.NewFormatBytesFunction,
		permission.NewRobotFunction,
		permission.NewParseRepositoryFunction,
	}
}

// Metadata names the provider.
func (q *quay) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "quay"
	resp.Version = q.version
}

// settings are the provider block.
type settings struct {
	URL                types.String `tfsdk:"url"`
	Token              types.String `tfsdk:"token"`
	CACertificate      types.String `tfsdk:"ca_certificate"`
	CACertificateFile  types.String `tfsdk:"ca_certificate_file"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
	Headers            types.Map    `tfsdk:"headers"`
}

// Schema describes the provider block.
func (*quay) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages a Project Quay or Red Hat Quay registry through its API.",
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the registry, such as `https://quay.example.com`, with the path it is mounted under, if any. " +
					"Default: the variable `QUAY_URL`.",
				Validators: []validator.String{registryURL{}},
			},
			"token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "OAuth 2 access token, made in an application of an organization, with the scope `super:user`. " +
					"Default: the variable `QUAY_TOKEN`, where it is better kept.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"ca_certificate": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Certificates, in PEM, of the authority that issued the registry's certificate. They are trusted beside the system's.",
				Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("ca_certificate_file"))},
			},
			"ca_certificate_file": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "File that holds them instead. Default: the variable `QUAY_CA_CERTIFICATE_FILE`.",
			},
			"insecure_skip_verify": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Accepts any certificate of the registry. Whoever is on the way can then read the token. Default: `false`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long one request may take, such as `90s` or `2m`. Default: `1m`.",
				Validators:          []validator.String{envelope.Duration()},
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How often a request is sent again, at the most, after a passing fault; a request that must not be "+
					"carried out twice never is. Default: `%d`.", defaultMaxRetries),
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"headers": schema.MapAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "HTTP headers to send with every request, for a gateway in front of the registry.",
				Validators:          []validator.Map{mapvalidator.NoNullValues(), headerNames{}},
			},
		},
	}
}

// Configure makes the client that all types share. It makes no call.
func (q *quay) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config settings
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.unknown(ctx)...)
	if resp.Diagnostics.HasError() {
		return
	}
	clientConfig := client.Config{
		URL:                required(&resp.Diagnostics, config.URL, "url", "QUAY_URL", "The address of the registry"),
		Token:              strings.TrimSpace(required(&resp.Diagnostics, config.Token, "token", "QUAY_TOKEN", "The access token")), // from a file, it ends a line
		UserAgent:          fmt.Sprintf("terraform-provider-quay/%s (Terraform %s)", q.version, req.TerraformVersion),
		CACertificates:     config.certificates(&resp.Diagnostics),
		InsecureSkipVerify: config.InsecureSkipVerify.ValueBool(),
		RequestTimeout:     defaultRequestTimeout,
		MaxRetries:         defaultMaxRetries,
		Headers:            map[string]string{},
		Log: func(ctx context.Context, message string, fields map[string]any) {
			tflog.Debug(ctx, message, fields)
		},
	}
	if !config.RequestTimeout.IsNull() {
		clientConfig.RequestTimeout, _ = time.ParseDuration(config.RequestTimeout.ValueString()) // validated
	}
	if !config.MaxRetries.IsNull() {
		clientConfig.MaxRetries = int(config.MaxRetries.ValueInt64())
	}
	resp.Diagnostics.Append(config.Headers.ElementsAs(ctx, &clientConfig.Headers, false)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if clientConfig.InsecureSkipVerify {
		resp.Diagnostics.AddAttributeWarning(path.Root("insecure_skip_verify"), "The registry's certificate is not verified",
			"Whoever is on the way to the registry can read and change what is sent, the token included. Give ca_certificate_file instead.")
	}
	if _, err := client.ParseURL(clientConfig.URL); err != nil { // from the variable: nobody has validated it
		resp.Diagnostics.AddAttributeError(path.Root("url"), "Invalid registry address", err.Error()+".")
		return
	}
	c, err := client.New(clientConfig)
	if err != nil {
		attribute := "ca_certificate"
		if errors.Is(err, client.ErrToken) {
			attribute = "token"
		}
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "Invalid provider setting", err.Error()+".")
		return
	}
	run := envelope.NewRun(c)
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData, resp.ActionData, resp.EphemeralResourceData = run, run, run, run, run
}

// unknown reports each setting that is not known yet: a client cannot be made
// without it.
func (s *settings) unknown(ctx context.Context) (diags diag.Diagnostics) {
	for name, value := range map[string]attr.Value{
		"url": s.URL, "token": s.Token, "ca_certificate": s.CACertificate, "ca_certificate_file": s.CACertificateFile,
		"insecure_skip_verify": s.InsecureSkipVerify, "request_timeout": s.RequestTimeout, "max_retries": s.MaxRetries, "headers": s.Headers,
	} {
		if known, err := value.ToTerraformValue(ctx); err != nil || !known.IsFullyKnown() {
			diags.AddAttributeError(path.Root(name), "Provider setting not known at plan time",
				fmt.Sprintf("%s depends on something that is known only after apply, so the registry cannot be read for the plan. "+
					"Set it to a known value, or apply what it depends on first (terraform apply -target=...).", name))
		}
	}
	return diags
}

// required returns a setting or its variable's value, and reports where there
// is neither.
func required(diags *diag.Diagnostics, value types.String, name, variable, what string) string {
	text := value.ValueString()
	if value.IsNull() {
		text = os.Getenv(variable)
	}
	if text == "" {
		diags.AddAttributeError(path.Root(name), "Missing provider setting",
			fmt.Sprintf("%s is not given. Set %s in the provider block, or the variable %s.", what, name, variable))
	}
	return text
}

// certificates returns the CA certificates in PEM, or nil.
func (s *settings) certificates(diags *diag.Diagnostics) []byte {
	if !s.CACertificate.IsNull() {
		return []byte(s.CACertificate.ValueString())
	}
	file := s.CACertificateFile.ValueString()
	if s.CACertificateFile.IsNull() {
		file = os.Getenv("QUAY_CA_CERTIFICATE_FILE")
	}
	if file == "" {
		return nil
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		diags.AddAttributeError(path.Root("ca_certificate_file"), "Unable to read the CA certificate", err.Error()+".")
	}
	return pem
}

// registryURL accepts what [client.ParseURL] does.
type registryURL struct{}

func (registryURL) Description(context.Context) string { return "a registry's address" }

func (v registryURL) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (registryURL) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := client.ParseURL(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid registry address", err.Error()+".")
	}
}

// headerNames accepts headers that are not the client's own.
type headerNames struct{}

func (headerNames) Description(context.Context) string {
	return "HTTP headers other than Authorization"
}

func (v headerNames) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (headerNames) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for name := range req.ConfigValue.Elements() {
		problem := ""
		switch {
		case strings.EqualFold(name, "Authorization"):
			problem = "is set from token"
		case name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) }):
			problem = "is not a header's name"
		}
		if problem != "" {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(name), "Invalid header", fmt.Sprintf("%q %s.", name, problem))
		}
	}
}
