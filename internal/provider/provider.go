// Package provider is the Terraform provider for Project Quay and Red Hat Quay. It has the
// provider's settings and the list of its areas.
package provider

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
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
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/application"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/apptoken"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/authorization"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/autoprune"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/builds"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/defaultpermission"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/immutability"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/initialuser"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/logs"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/member"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/message"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/mirror"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/notification"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/organization"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/permission"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/proxycache"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/quota"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/registrysize"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/repository"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/robot"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/servicekey"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/superuserconfig"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/team"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/teamsync"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/user"
)

// typePrefix is the beginning of the names of all types.
const typePrefix = "quay"

const (
	defaultRequestTimeout = time.Minute
	defaultMaxRetries     = 4
)

// New returns the provider's constructor. The User-Agent contains the version.
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

// Areas returns the areas of the provider. No other code in a general file names an area.
func Areas() []envelope.Area {
	return []envelope.Area{
		user.Area(),
		initialuser.Area(),
		organization.Area(),
		team.Area(),
		teamsync.Area(),
		robot.Area(),
		quota.Area(),
		servicekey.Area(),
		repository.Area(),
		permission.Area(),
		member.Area(),
		message.Area(),
		authorization.Area(),
		apptoken.Area(),
		application.Area(),
		defaultpermission.Area(),
		autoprune.Area(),
		immutability.Area(),
		proxycache.Area(),
		notification.Area(),
		mirror.Area(),
		registrysize.Area(),
		superuserconfig.Area(),
		logs.Area(),
		builds.Area(),
	}
}

// offered returns the constructors of one kind from all areas.
func offered[T any](of func(envelope.Area) []T) (all []T) {
	for _, area := range Areas() {
		all = append(all, of(area)...)
	}
	return all
}

// Resources lists the resource types.
func (*quay) Resources(context.Context) []func() resource.Resource {
	return offered(func(a envelope.Area) []func() resource.Resource { return a.Resources })
}

// ListResources lists the types that "terraform query" finds.
func (*quay) ListResources(context.Context) []func() list.ListResource {
	return offered(func(a envelope.Area) []func() list.ListResource { return a.ListResources })
}

// Actions lists the actions.
func (*quay) Actions(context.Context) []func() action.Action {
	return offered(func(a envelope.Area) []func() action.Action { return a.Actions })
}

// DataSources lists the data source types.
func (*quay) DataSources(context.Context) []func() datasource.DataSource {
	return offered(func(a envelope.Area) []func() datasource.DataSource { return a.DataSources })
}

// EphemeralResources lists the ephemeral resource types.
func (*quay) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return offered(func(a envelope.Area) []func() ephemeral.EphemeralResource { return a.EphemeralResources })
}

// Functions lists the functions.
func (*quay) Functions(context.Context) []func() function.Function {
	return offered(func(a envelope.Area) []func() function.Function { return a.Functions })
}

// Metadata names the provider.
func (q *quay) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typePrefix
	resp.Version = q.version
}

// settings are the provider block.
type settings struct {
	URL                types.String `tfsdk:"url"`
	Token              types.String `tfsdk:"token"`
	Username           types.String `tfsdk:"username"`
	Password           types.String `tfsdk:"password"`
	CACertificate      types.String `tfsdk:"ca_certificate"`
	CACertificateFile  types.String `tfsdk:"ca_certificate_file"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
	StartupTimeout     types.String `tfsdk:"startup_timeout"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
	Headers            types.Map    `tfsdk:"headers"`
}

// Schema describes the provider block.
func (*quay) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages a Project Quay or Red Hat Quay registry through its API. A setting, or an environment variable, that is empty " +
			"or only white space counts as not set.",
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the registry, such as `https://quay.example.com`, with the path it is mounted under, if any. " +
					"Can also be set with the `QUAY_URL` environment variable.",
				Validators: []validator.String{ifGiven(checkURL)},
			},
			"token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "OAuth 2 access token. The section *Access token* of this page lists the scopes. " +
					"Can also be set with the `QUAY_TOKEN` environment variable, which keeps it out of the configuration. Conflicts with `username` and `password`.",
				Validators: []validator.String{oneCredential{}},
			},
			"username": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Name of a user to sign in as, in place of an access token. The provider then has the rights of this user.  " +
					"It signs in at its first call. Can also be set with the `QUAY_USERNAME` environment variable. Conflicts with `token`, and overrides `QUAY_TOKEN`.",
			},
			"password": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Password of the user. The registry has to store the passwords of its users itself or check them with LDAP. It needs `FEATURE_DIRECT_LOGIN`, which is on by default. " +
					"Can also be set with the `QUAY_PASSWORD` environment variable, which keeps it out of the configuration. Conflicts with `token`, and overrides `QUAY_TOKEN`.",
			},
			"ca_certificate": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "CA certificates, in PEM, to trust in addition to the system's. Conflicts with `ca_certificate_file`.",
				Validators:          []validator.String{notBothCertificates{}},
			},
			"ca_certificate_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Path to a PEM file with CA certificates. Conflicts with `ca_certificate`. " +
					"Can also be set with the `QUAY_CA_CERTIFICATE_FILE` environment variable, which `ca_certificate` overrides.",
			},
			"insecure_skip_verify": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to accept any certificate of the registry, without verification. Anyone on the network path can then read the token. Defaults to `false`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Maximum time of one request, such as `90s` or `2m`. Defaults to `1m`.",
				Validators:          []validator.String{ifGiven(envelope.CheckDuration)},
			},
			"startup_timeout": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Maximum time, such as `5m`, to wait at the first call for a registry that is just starting. The provider waits while there is no connection, " +
					"or the answer is 502, 503 or 504. It does not wait by default. Can also be set with the `QUAY_STARTUP_TIMEOUT` environment variable.",
				Validators: []validator.String{ifGiven(envelope.CheckDuration)},
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("Maximum number of retries after a transient error, from 0 to 100. A request that is not idempotent is not "+
					"retried once it may have reached Quay. Defaults to `%d`.", defaultMaxRetries),
				Validators: []validator.Int64{envelope.Between(0, 100)},
			},
			"headers": schema.MapAttribute{
				ElementType: types.StringType,
				Optional:    true,
				Sensitive:   true,
				MarkdownDescription: "HTTP headers to send with every request, for a gateway in front of the registry. " +
					"Headers that the provider sets itself, such as `Authorization` and `Accept`, are refused. " +
					"Values shorter than 8 characters are not redacted in error messages.",
				Validators: []validator.Map{mapvalidator.NoNullValues(), headerRules{}},
			},
		},
	}
}

// Configure makes the client that all types share. It makes no call.
func (q *quay) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config settings
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unknown := config.unknown(ctx); len(unknown) > 0 {
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
		// A plan that only creates objects works without a call.
		if err := share(client.Config{Unknown: strings.Join(unknown, ", ")}, resp); err != nil {
			resp.Diagnostics.AddError("Unable to configure the provider", err.Error())
		}
		return
	}
	certificates, certificatesFrom := config.certificates(&resp.Diagnostics)
	clientConfig := client.Config{
		URL:                required(&resp.Diagnostics, config.URL, "url", "QUAY_URL", "The address of the registry"),
		UserAgent:          fmt.Sprintf("terraform-provider-quay/%s (Terraform %s)", q.version, req.TerraformVersion),
		CACertificates:     certificates,
		InsecureSkipVerify: config.InsecureSkipVerify.ValueBool(),
		RequestTimeout:     defaultRequestTimeout,
		MaxRetries:         defaultMaxRetries,
		Headers:            map[string]string{},
		Log: func(ctx context.Context, message string, fields map[string]any) {
			tflog.Debug(ctx, message, fields)
		},
	}
	config.credentials(&resp.Diagnostics, &clientConfig)
	config.startupTimeout(&resp.Diagnostics, &clientConfig)
	if timeout := setting(config.RequestTimeout, ""); timeout != "" {
		clientConfig.RequestTimeout, _ = time.ParseDuration(timeout) // validated
	}
	if !config.MaxRetries.IsNull() {
		clientConfig.MaxRetries = int(config.MaxRetries.ValueInt64())
	}
	resp.Diagnostics.Append(config.Headers.ElementsAs(ctx, &clientConfig.Headers, false)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := share(clientConfig, resp); err != nil {
		resp.Diagnostics.Append(config.refused(err, certificatesFrom))
		return
	}
	resp.Diagnostics.Append(insecure(clientConfig)...)
}

// share makes the client, and hands it to all types.
func share(config client.Config, resp *provider.ConfigureResponse) error {
	c, err := client.New(config)
	if err != nil {
		return err
	}
	run := envelope.NewRun(c)
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = run, run, run
	resp.ListResourceData, resp.ActionData = run, run
	return nil
}

// credentials sets the token, or the name and the password, of a client. The provider block
// takes precedence over variables. The variable of the token takes precedence over the
// variables of the name and the password.
func (s *settings) credentials(diags *diag.Diagnostics, config *client.Config) {
	inBlock := setting(s.Username, "") != "" || setting(s.Password, "") != ""
	if !inBlock {
		if config.Token = setting(s.Token, tokenVariable); config.Token != "" {
			return
		}
	}
	config.Username, config.Password = setting(s.Username, usernameVariable), setting(s.Password, passwordVariable)
	switch {
	case config.Username == "" && config.Password == "":
		diags.AddAttributeError(path.Root("token"), "Missing provider setting",
			fmt.Sprintf("Neither an access token nor a user's name and password are given. Set token, or username and password, in the provider block, "+
				"or the variable %s, or %s and %s.", tokenVariable, usernameVariable, passwordVariable))
	case config.Username == "":
		required(diags, s.Username, "username", usernameVariable, "The name of the user whose password is given")
	case config.Password == "":
		required(diags, s.Password, "password", passwordVariable, "The password of the user")
	}
}

// startupTimeout sets how long a client waits for a registry that is starting.
func (s *settings) startupTimeout(diags *diag.Diagnostics, config *client.Config) {
	text := setting(s.StartupTimeout, startupVariable)
	if text == "" {
		return
	}
	if err := envelope.CheckDuration(text); err != nil { // Terraform does not validate a variable
		diags.AddAttributeError(path.Root("startup_timeout"), "Invalid provider setting", startupVariable+" "+err.Error()+".")
		return
	}
	config.StartupTimeout, _ = time.ParseDuration(text) // CheckDuration has accepted it
}

// The variables of settings.
const (
	tokenVariable    = "QUAY_TOKEN"
	usernameVariable = "QUAY_USERNAME"
	passwordVariable = "QUAY_PASSWORD"
	startupVariable  = "QUAY_STARTUP_TIMEOUT"
)

// refused turns an error of [client.New] into a diagnostic on the invalid setting. The
// diagnostic names the variable if the setting comes from one.
func (s *settings) refused(err error, certificates source) diag.Diagnostic {
	switch {
	case errors.Is(err, client.ErrToken):
		return diag.NewAttributeErrorDiagnostic(path.Root("token"), "Invalid access token", origin(s.Token, "token", tokenVariable)+" "+err.Error()+".")
	case errors.Is(err, client.ErrCertificate):
		return diag.NewAttributeErrorDiagnostic(path.Root(certificates.attribute), "Invalid CA certificate",
			certificates.words+" holds no PEM certificate. A PEM certificate begins with -----BEGIN CERTIFICATE-----.")
	case errors.As(err, new(*client.EnvironmentError)):
		return diag.NewErrorDiagnostic("Invalid environment variable", err.Error()+".")
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("url"), "Invalid registry address", origin(s.URL, "url", "QUAY_URL")+" "+err.Error()+".")
}

// origin returns the name of a setting, or of its variable if the setting is not
// given.
func origin(value types.String, name, variable string) string {
	if setting(value, "") == "" {
		return variable
	}
	return name
}

// insecure warns of settings with which other people can read the token.
func insecure(config client.Config) (diags diag.Diagnostics) {
	credential := "access token"
	if config.Token == "" {
		credential = "password"
	}
	if config.InsecureSkipVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_verify"), "The registry's certificate is not verified",
			"Anyone on the network path to the registry can read and change what is sent, the "+credential+" included. Set ca_certificate_file instead.")
	}
	base, err := client.ParseURL(config.URL)
	if err == nil && base.Scheme == "http" && !isLoopback(base.Hostname()) {
		diags.AddAttributeWarning(path.Root("url"), "The "+credential+" is sent without encryption",
			"The registry's address begins with http://. Anyone on the network path to the registry can read and change what is sent, "+
				"the "+credential+" included. Use https:// instead.")
	}
	return diags
}

// isLoopback tells whether a host is certainly the local machine.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback() || strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// unknown returns the names of the settings that are not known yet.
func (s *settings) unknown(ctx context.Context) (names []string) {
	for name, value := range map[string]attr.Value{
		"url": s.URL, "token": s.Token, "username": s.Username, "password": s.Password, "startup_timeout": s.StartupTimeout, "ca_certificate": s.CACertificate, "ca_certificate_file": s.CACertificateFile,
		"insecure_skip_verify": s.InsecureSkipVerify, "request_timeout": s.RequestTimeout, "max_retries": s.MaxRetries, "headers": s.Headers,
	} {
		if !envelope.IsFullyKnown(ctx, value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// setting returns a setting without white space around it, because a value from a file ends
// with a line break. If the rest is empty, it does the same with the value of the variable.
func setting(value types.String, variable string) string {
	text := strings.TrimSpace(value.ValueString())
	if text == "" && variable != "" {
		text = strings.TrimSpace(os.Getenv(variable))
	}
	return text
}

// required returns a setting or its variable's value. It adds an error if there is neither.
func required(diags *diag.Diagnostics, value types.String, name, variable, what string) string {
	text := setting(value, variable)
	if text == "" {
		diags.AddAttributeError(path.Root(name), "Missing provider setting",
			fmt.Sprintf("%s is not given. Set %s in the provider block, or the variable %s.", what, name, variable))
	}
	return text
}

const certificateVariable = "QUAY_CA_CERTIFICATE_FILE"

// source is the source of a setting: the attribute, and its name in messages.
type source struct{ attribute, words string }

// certificates returns the CA certificates in PEM, or nil, and their source.
func (s *settings) certificates(diags *diag.Diagnostics) ([]byte, source) {
	if pem := setting(s.CACertificate, ""); pem != "" {
		return []byte(pem), source{"ca_certificate", "ca_certificate"}
	}
	from := source{"ca_certificate_file", "The file that ca_certificate_file names"}
	if setting(s.CACertificateFile, "") == "" {
		from.words = "The file that the variable " + certificateVariable + " names"
	}
	file := setting(s.CACertificateFile, certificateVariable)
	if file == "" {
		return nil, from
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		// The error omits the file's name, because it may be a certificate or a key by
		// mistake.
		if failed, ok := errors.AsType[*fs.PathError](err); ok {
			err = failed.Err
		}
		diags.AddAttributeError(path.Root(from.attribute), "Unable to read the CA certificate", fmt.Sprintf("%s cannot be read: %s.", from.words, err))
		return nil, from
	}
	return append([]byte{}, pem...), from // not nil for an empty file
}

// ifGiven returns the rule that a function checks. It accepts a text that is empty or white
// space, which means that the setting is not set.
func ifGiven(check func(text string) error) envelope.TextRule {
	return envelope.Text(func(text string) error {
		if text = strings.TrimSpace(text); text == "" {
			return nil
		}
		return check(text)
	})
}

func checkURL(text string) error {
	_, err := client.ParseURL(text)
	return err
}

// oneCredential refuses a token together with a user's name or password.
type oneCredential struct{}

func (oneCredential) Description(context.Context) string {
	return "conflicts with username and password"
}

func (v oneCredential) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (oneCredential) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	for _, name := range []string{"username", "password"} {
		var other types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &other)...)
		if setting(req.ConfigValue, "") != "" && setting(other, "") != "" {
			resp.Diagnostics.AddAttributeError(req.Path, "Conflicting provider settings", "token and "+name+" are both given. Remove one of the two.")
			return
		}
	}
}

// notBothCertificates refuses certificates together with a file.
type notBothCertificates struct{}

func (notBothCertificates) Description(context.Context) string {
	return "conflicts with ca_certificate_file"
}

func (v notBothCertificates) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (notBothCertificates) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	var file types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("ca_certificate_file"), &file)...)
	if setting(req.ConfigValue, "") != "" && setting(file, "") != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Conflicting provider settings", "ca_certificate and ca_certificate_file are both given. Remove one of the two.")
	}
}

// headerRules accepts the headers that [client.New] accepts.
type headerRules struct{}

func (headerRules) Description(context.Context) string {
	return "HTTP headers other than those that the provider sets"
}

func (v headerRules) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (headerRules) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	headers := req.ConfigValue.Elements()
	for name, value := range headers {
		text, _ := value.(types.String)
		if strings.EqualFold(name, "Host") && (text.IsUnknown() || text.IsNull()) {
			continue // the value is null or unknown
		}
		err := client.CheckHeader(name, text.ValueString())
		switch {
		case errors.Is(err, client.ErrHeaderName): // omits the name, which may be a secret by mistake
			resp.Diagnostics.AddAttributeError(req.Path, "Invalid header", "A key of headers "+err.Error()+".")
		case err != nil:
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(name), "Invalid header", err.Error()+".")
		}
	}
	if name := client.RepeatedHeader(slices.Sorted(maps.Keys(headers))); name != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid header", name+" is given more than once: upper and lower case are the same.")
	}
}
