package proxycache

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// cacheModel is the part of a proxy cache that Quay shows.
type cacheModel struct {
	Organization     types.String `tfsdk:"organization"`
	UpstreamRegistry types.String `tfsdk:"upstream_registry"`
	ExpirationS      types.Int64  `tfsdk:"expiration_s"`
	Insecure         types.Bool   `tfsdk:"insecure"`
}

// model is a quay_organization_proxy_cache.
type model struct {
	cacheModel

	Username          types.String `tfsdk:"upstream_registry_username"`
	PasswordWO        types.String `tfsdk:"upstream_registry_password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"upstream_registry_password_wo_version"`
}

// newResource returns the resource quay_organization_proxy_cache.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

// defaultExpiration is Quay's own default, in seconds.
const defaultExpiration = 86400

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:      "organization_proxy_cache",
		Noun:      "proxy cache",
		Identity:  []string{"organization"},
		ImportID:  "organization",
		Namespace: "organization",
		Schema: schema.Schema{
			MarkdownDescription: "Makes an organization a proxy cache: Quay copies an image from an upstream registry when a client pulls the image " +
				"from the organization.\n\n" +
				"Quay cannot change the configuration of a proxy cache. Each change replaces the configuration, and the repositories stay. " +
				"Until Quay has the new configuration, clients can only pull images that are in the cache.\n\n" +
				"Quay never shows the user and the password. Terraform does not see if somebody changes them outside Terraform. If the configuration has a user, " +
				"Terraform replaces an imported proxy cache once, to set the user and the password.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization. Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators:          account.Reference(),
				},
				"upstream_registry": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Host of the upstream registry with an optional port and path, at most 270 characters: `docker.io`, `quay.io/acme`, " +
						"`registry.example.com:5000`. The server that runs Quay must be able to resolve the name of the host. Quay does not check that a registry " +
						"answers there. Changing this forces a new resource to be created.",
					Validators:    []validator.String{envelope.Text(checkUpstream)},
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				},
				"expiration_s": schema.Int64Attribute{
					Optional: true,
					Computed: true,
					Default:  int64default.StaticInt64(defaultExpiration),
					MarkdownDescription: "Seconds for which Quay keeps a tag in the cache. With `0`, tags do not expire. Defaults to `86400`, which is a day. " +
						"Changing this forces a new resource to be created.",
					Validators:    []validator.Int64{envelope.Between(0, math.MaxInt32)},
					PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
				},
				"insecure": schema.BoolAttribute{
					Optional: true,
					Computed: true,
					Default:  booldefault.StaticBool(false),
					MarkdownDescription: "Whether Quay uses HTTP in place of HTTPS for the upstream registry. Anyone on the network path can then read the password " +
						"and change the images. Defaults to `false`. Changing this forces a new resource to be created.",
					PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
				},
				"upstream_registry_username": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the user with which Quay logs in to the upstream registry. Without it, Quay pulls anonymously. " +
						"Needs `upstream_registry_password_wo`. Changing this forces a new resource to be created.",
					Validators:    []validator.String{envelope.NotEmpty(), stringvalidator.AlsoRequires(path.MatchRoot("upstream_registry_password_wo"))},
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				},
				"upstream_registry_password_wo": schema.StringAttribute{
					Optional:  true,
					Sensitive: true,
					WriteOnly: true,
					MarkdownDescription: "Password of the user. Terraform stores it neither in the state nor in a plan. Needs Terraform 1.11 or OpenTofu 1.11. " +
						"Terraform sends it when the resource is created, which is also when `upstream_registry_password_wo_version` changes.",
					Validators: []validator.String{
						envelope.NotEmpty(), stringvalidator.AlsoRequires(path.MatchRoot("upstream_registry_username"), path.MatchRoot("upstream_registry_password_wo_version")),
					},
				},
				"upstream_registry_password_wo_version": schema.Int64Attribute{
					Optional: true,
					MarkdownDescription: "Any number. Change it to send a new value of `upstream_registry_password_wo`. " +
						"Changing this forces a new resource to be created.",
					Validators:    []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("upstream_registry_password_wo"))},
					PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
				},
			},
		},
		Create: func(ctx context.Context, c *client.Client, m *model, _ func()) error { return m.create(ctx, c) },
		Read: func(ctx context.Context, c *client.Client, m *model) error {
			found, err := c.GetProxyCache(ctx, m.Organization.ValueString())
			if err == nil {
				m.fromAPI(found)
			}
			return err
		},
		Update: func(context.Context, *client.Client, model, *model, func(model)) error {
			return nil // the rename of the organization needs no call
		},
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			return c.DeleteProxyCache(ctx, m.Organization.ValueString())
		},
	}
}

// maxUpstream is the maximum length of an upstream registry in Quay's database, in characters.
const maxUpstream = 270

var upstreamPattern = regexp.MustCompile(`^([^\s/:@?#\[\]]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[^\s?#]*)?$`)

// checkUpstream is the rule for an upstream registry. Only the registry can tell whether
// it can resolve the host.
func checkUpstream(text string) error {
	if utf8.RuneCountInString(text) > maxUpstream || !upstreamPattern.MatchString(text) {
		return errors.New("must be a host without a scheme, such as docker.io or quay.io/acme, of at most 270 characters. A port and a path are optional")
	}
	return nil
}

func (m *model) create(ctx context.Context, c *client.Client) error {
	organization, wanted := m.Organization.ValueString(), m.toAPI()
	if !m.PasswordWOVersion.IsNull() && wanted.Password == "" { // the password is certain only during the apply
		return envelope.WithDetail("upstream_registry_password_wo", "upstream_registry_password_wo_version asks to set a password, but the value of "+
			"upstream_registry_password_wo is null. Give it a value, or leave out the user, the password and the version.", nil)
	}
	if _, err := c.GetProxyCache(ctx, organization); !errors.Is(err, client.NotFound) {
		if err == nil {
			err = fmt.Errorf("the proxy cache configuration %w", client.Exists)
		}
		return err
	}
	err := c.CreateProxyCache(ctx, organization, wanted)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	switch {
	case unknown:
		return m.resolveOutcome(checkCtx, c, wanted, err)
	case errors.Is(err, client.Invalid):
		return m.explainRefusal(ctx, c, err)
	}
	return envelope.NotFoundError("organization", "organization", organization, err)
}

// resolveOutcome resolves a creation whose response was lost. It returns nil if Quay has the
// configuration, and otherwise the error of the call.
func (m *model) resolveOutcome(ctx context.Context, c *client.Client, wanted client.NewProxyCache, err error) error {
	found, readErr := c.GetProxyCache(ctx, m.Organization.ValueString())
	switch {
	case errors.Is(readErr, client.NotFound):
		return err
	case readErr != nil:
		return envelope.WithDetail("", "It is not known whether Quay has created the proxy cache configuration. If Quay has, the next apply shows how to import it.",
			errors.Join(err, readErr))
	case *found != wanted.ProxyCache: // somebody else has created this configuration
		return errors.Join(fmt.Errorf("the proxy cache configuration %w", client.Exists), err)
	}
	return nil
}

// explainRefusal says if the organization does not exist. Quay up to 3.16 does not say so.
func (m *model) explainRefusal(ctx context.Context, c *client.Client, err error) error {
	refused, _ := errors.AsType[*client.Error](err)
	if refused.Field != "" {
		return err
	}
	return errors.Join(checkOrganization(ctx, c, m.Organization.ValueString()), err)
}

// checkOrganization returns an error if an organization does not exist.
func checkOrganization(ctx context.Context, c *client.Client, name string) error {
	if _, err := c.GetOrganization(ctx, name); errors.Is(err, client.NotFound) {
		return envelope.NotFoundError("organization", "organization", name, err)
	}
	return nil
}

// toAPI returns the configuration that the model describes.
func (m *model) toAPI() client.NewProxyCache {
	return client.NewProxyCache{
		ProxyCache: client.ProxyCache{
			UpstreamRegistry: m.UpstreamRegistry.ValueString(), ExpirationSeconds: m.ExpirationS.ValueInt64(), Insecure: m.Insecure.ValueBool(),
		},
		Username: m.Username.ValueString(), Password: m.PasswordWO.ValueString(),
	}
}

// fromAPI copies a configuration into the model.
func (m *cacheModel) fromAPI(found *client.ProxyCache) {
	m.UpstreamRegistry = types.StringValue(found.UpstreamRegistry)
	m.ExpirationS = types.Int64Value(found.ExpirationSeconds)
	m.Insecure = types.BoolValue(found.Insecure)
}
