package mirror

import (
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// settings is the common part of the mirrors of repositories and of organizations.
type settings struct {
	Robot             types.String `tfsdk:"robot"`
	IsEnabled         types.Bool   `tfsdk:"is_enabled"`
	SyncInterval      types.Int64  `tfsdk:"sync_interval"`
	SyncStartDate     types.String `tfsdk:"sync_start_date"`
	VerifyTLS         types.Bool   `tfsdk:"verify_tls"`
	Proxy             types.Object `tfsdk:"proxy"`
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	SkopeoTimeout     types.Int64  `tfsdk:"skopeo_timeout"`
}

const (
	// maxSeconds is the longest time in seconds that Quay's database can store.
	maxSeconds = 1<<31 - 1

	httpProxy  = "http_proxy"
	httpsProxy = "https_proxy"
	noProxy    = "no_proxy"
)

// proxyTypes are the attributes of a proxy.
var proxyTypes = map[string]attr.Type{httpProxy: types.StringType, httpsProxy: types.StringType, noProxy: types.StringType}

// withSettings returns a schema's attributes with those for the settings. leastInterval is the
// minimum of sync_interval in seconds.
func withSettings(leastInterval int64, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	proxyValue := func(description string, sensitive bool, more ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Sensitive: sensitive, MarkdownDescription: description,
			Validators: append(more, envelope.Matches(`^\S+$`, "must not be empty, and must not hold white space")),
		}
	}
	siblings := stringvalidator.AtLeastOneOf(path.MatchRelative().AtParent().AtName(httpsProxy), path.MatchRelative().AtParent().AtName(noProxy))
	all := map[string]schema.Attribute{
		"robot": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Robot account that pushes what Quay mirrors, with its namespace: `acme+mirror`. " +
				"The robot account belongs to the namespace that Quay mirrors to.",
			Validators: []validator.String{envelope.Text(checkRobot)},
		},
		"is_enabled": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether Quay mirrors. Defaults to `true`.",
		},
		"sync_interval": schema.Int64Attribute{
			Required:            true,
			MarkdownDescription: "Time between two synchronizations, in seconds.",
			Validators:          []validator.Int64{envelope.Between(leastInterval, maxSeconds)},
		},
		"sync_start_date": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Date and time of the first synchronization in RFC 3339, in whole seconds, such as `2030-01-31T00:00:00Z`. " +
				"Defaults to the time of the creation. Quay itself moves the date with each synchronization. Terraform ignores such a move.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			Validators:    []validator.String{envelope.Timestamp()},
		},
		"verify_tls": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether Quay verifies the certificate of the other registry. Defaults to `true`.",
		},
		"proxy": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Proxy through which Quay reaches the other registry.",
			Attributes: map[string]schema.Attribute{
				httpProxy:  proxyValue("Address of the proxy for HTTP, such as `http://proxy.example.com:3128`.", true, siblings),
				httpsProxy: proxyValue("Address of the proxy for HTTPS.", true),
				noProxy:    proxyValue("Hosts that Quay reaches without the proxy, separated by commas.", false),
			},
		},
		"username": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "User name with which Quay signs in to the other registry.",
			Validators:          []validator.String{envelope.NotEmpty()},
		},
		"password_wo": schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: "Password of the user. Terraform does not store it in the state or in a plan. Needs Terraform 1.11 or OpenTofu 1.11. " +
				"Terraform sends the password when it creates the mirror and whenever `password_wo_version` changes.",
			Validators: []validator.String{
				stringvalidator.AlsoRequires(path.MatchRoot("password_wo_version"), path.MatchRoot("username")),
				envelope.NotEmpty(),
			},
		},
		"password_wo_version": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Number to change whenever Terraform should send `password_wo` again. " +
				"Without this attribute, Terraform removes a password that it has set.",
			Validators: []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo"))},
		},
	}
	maps.Copy(all, attributes)
	return all
}

func checkRobot(text string) error {
	if client.CheckGrantee(text) != nil || !strings.Contains(text, "+") {
		return errors.New("must be a robot account with its namespace, such as acme+mirror")
	}
	return nil
}

// planRobot refuses the robot of another namespace.
func (s *settings) planRobot(namespace types.String, diagnostics *diag.Diagnostics) {
	if s.Robot.IsUnknown() || namespace.IsUnknown() {
		return
	}
	own, _, _ := strings.Cut(s.Robot.ValueString(), "+")
	if name, _, _ := strings.Cut(namespace.ValueString(), "/"); own != name {
		diagnostics.AddAttributeError(path.Root("robot"), "Invalid value", "robot must belong to the namespace that Quay mirrors to.")
	}
}

// prepare sets the date of the first synchronization if the configuration has none.
func (s *settings) prepare() {
	if s.SyncStartDate.IsUnknown() {
		s.SyncStartDate = types.StringValue(time.Now().UTC().Format(time.RFC3339))
	}
}

// startDate returns the date of the first synchronization.
func (s *settings) startDate() *time.Time {
	date, err := time.Parse(time.RFC3339, s.SyncStartDate.ValueString())
	if err != nil {
		return nil
	}
	return &date
}

// proxyValue returns a value of the proxy, or nil.
func (s *settings) proxyValue(name string) *string {
	text, _ := s.Proxy.Attributes()[name].(types.String)
	if text.IsNull() || text.IsUnknown() {
		return nil
	}
	return text.ValueStringPointer()
}

// registry returns the settings for the upstream registry, with all fields set.
func (s *settings) registry() *client.MirrorRegistry {
	return &client.MirrorRegistry{
		VerifyTLS: s.VerifyTLS.ValueBoolPointer(),
		Proxy:     &client.MirrorProxy{HTTP: s.proxyValue(httpProxy), HTTPS: s.proxyValue(httpsProxy), No: s.proxyValue(noProxy)},
	}
}

// sameRegistry tells whether the settings for the upstream registry are equal.
func (s *settings) sameRegistry(prior *settings) bool {
	return s.VerifyTLS.Equal(prior.VerifyTLS) && s.Proxy.Equal(prior.Proxy)
}

// credentials returns the credentials to send, or nil. Prior is nil for a new mirror.
func (s *settings) credentials(prior *settings) (*client.MirrorCredentials, error) {
	before := settings{}
	if prior != nil {
		before = *prior
	}
	c := client.MirrorCredentials{Username: s.Username.ValueStringPointer(), SetPassword: !s.PasswordWOVersion.Equal(before.PasswordWOVersion)}
	if c.SetPassword && !s.PasswordWOVersion.IsNull() {
		switch {
		case s.PasswordWO.IsNull():
			return nil, envelope.WithDetail("password_wo", "password_wo_version asks to set a password, but the value of password_wo is null. "+
				"Give it a value, or leave out both attributes.", nil)
		case c.Username == nil:
			return nil, envelope.WithDetail("username", "Quay takes a password only together with a user, but the value of username is null. "+
				"Give it a value, or leave out password_wo and password_wo_version.", nil)
		}
		c.Password = s.PasswordWO.ValueStringPointer()
	}
	if !c.SetPassword && s.Username.Equal(before.Username) {
		return nil, nil //nolint:nilnil // there are none to send
	}
	return &c, nil
}

// fromRegistry copies the settings for the upstream registry into the model.
func (s *settings) fromRegistry(r client.MirrorRegistry) {
	s.VerifyTLS = types.BoolValue(r.VerifyTLS == nil || *r.VerifyTLS)
	s.Proxy = types.ObjectNull(proxyTypes)
	if r.Proxy == nil {
		return
	}
	values, found := map[string]attr.Value{}, false
	for name, text := range map[string]*string{httpProxy: r.Proxy.HTTP, httpsProxy: r.Proxy.HTTPS, noProxy: r.Proxy.No} {
		value := types.StringNull()
		if text != nil {
			value = envelope.TextOrNull(*text)
		}
		values[name], found = value, found || !value.IsNull()
	}
	if found {
		s.Proxy = types.ObjectValueMust(proxyTypes, values)
	}
}

// fromUsername copies the user into the model.
func (s *settings) fromUsername(username *string) {
	s.Username = types.StringNull()
	if username != nil {
		s.Username = envelope.TextOrNull(*username)
	}
}

// withoutHTTPProxy returns the proxy without the address for HTTP.
func (s *settings) withoutHTTPProxy() types.Object {
	without := settings{}
	registry := s.registry()
	registry.Proxy.HTTP = nil
	without.fromRegistry(*registry)
	return without.Proxy
}

// fromStartDate copies Quay's date into the model, unless Quay itself has moved it. After a
// synchronization, Quay moves the date by whole intervals. A request to synchronize an
// organization moves it to the present. Only such a date has fractions of a second.
func (s *settings) fromStartDate(shown time.Time, interval int64) {
	if known := s.startDate(); known != nil {
		later := shown.Sub(*known)
		onSchedule := later > 0 && interval > 0 && later%(time.Duration(interval)*time.Second) < time.Second
		if later == 0 || onSchedule || shown.Nanosecond() != 0 {
			return
		}
	}
	s.SyncStartDate = types.StringValue(shown.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// same tells whether the settings that Quay shows are equal.
func (s *settings) same(other *settings) bool {
	return s.Robot.Equal(other.Robot) && s.IsEnabled.Equal(other.IsEnabled) && s.SyncInterval.Equal(other.SyncInterval) &&
		s.SyncStartDate.Equal(other.SyncStartDate) && s.sameRegistry(other) && s.Username.Equal(other.Username)
}

// changed returns a value to send, or nil if it has not changed.
func changed[T any](value, prior attr.Value, pointer func() *T) *T {
	if value.Equal(prior) {
		return nil
	}
	return pointer()
}
