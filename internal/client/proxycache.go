package client

import (
	"context"
	"encoding/json"
)

// proxyCache declares a call on the configuration of an organization as a proxy cache.
func proxyCache(name, method string) Operation {
	return organization(name, method, "/proxycache").needs("FEATURE_PROXY_CACHE")
}

var (
	getProxyCacheConfig    = proxyCache("getProxyCacheConfig", "GET")
	createProxyCacheConfig = proxyCache("createProxyCacheConfig", "POST").creates().changes().refuses(
		organizationGone,
		rule(`^Proxy Cache Configuration already exists$`, Exists, "").withMessage("the organization has a proxy cache configuration already"),
		rule(`^Cannot resolve hostname '`, Invalid, "upstream_registry").
			withMessage("Quay cannot resolve the host of the upstream registry. The server that runs Quay needs an address for that name"),
		rule(`^The provided registry URL is not allowed$`, Invalid, "upstream_registry").
			withMessage("Quay does not allow this host, whose name or address is an internal one. SSRF_ALLOWED_HOSTS in the registry's config.yaml can allow hosts"),
		rule(`^URL must include a hostname$`, Invalid, "upstream_registry"),
		// Quay up to 3.16 says this if the organization does not exist.
		rule(`^Error while creating Proxy cache configuration$`, Invalid, ""),
	)
	deleteProxyCacheConfig = proxyCache("deleteProxyCacheConfig", "DELETE").changes()
)

var proxyCacheArea = area{operations: []Operation{getProxyCacheConfig, createProxyCacheConfig, deleteProxyCacheConfig}}

// ProxyCache is the configuration of an organization as a proxy cache: its repositories are
// copies of an upstream registry's repositories.
type ProxyCache struct {
	// UpstreamRegistry is the host of the upstream registry with an optional port and
	// path, such as "docker.io/library".
	UpstreamRegistry string `json:"upstream_registry"`
	// ExpirationSeconds is how long Quay keeps tags without looking at the upstream registry.
	// With zero or null, tags do not expire.
	ExpirationSeconds int64 `json:"expiration_s"`
	// Insecure tells that Quay talks to the upstream registry by HTTP.
	Insecure bool `json:"insecure"`
}

// NewProxyCache describes a configuration to create. Quay logs in to the upstream registry if
// both the user and the password are set. It never shows them.
type NewProxyCache struct {
	ProxyCache

	Username string `json:"upstream_registry_username,omitempty"`
	Password string `json:"upstream_registry_password,omitempty"`
}

// GetProxyCache reads the configuration of an organization, by
// GET /organization/{orgname}/proxycache (getProxyCacheConfig). The error is [NotFound]
// if the organization has none, or does not exist.
func (c *Client) GetProxyCache(ctx context.Context, organization string) (*ProxyCache, error) {
	r := request{operation: getProxyCacheConfig, args: []any{organization}}
	shown, err := fetch[struct {
		UpstreamRegistry  *string         `json:"upstream_registry"`
		ExpirationSeconds json.RawMessage `json:"expiration_s"`
		Insecure          json.RawMessage `json:"insecure"`
	}](ctx, c, r)
	switch {
	case err != nil:
		return nil, err
	case shown.UpstreamRegistry == nil:
		return nil, r.failed(Unexpected, "the answer does not tell the upstream registry", nil)
	case *shown.UpstreamRegistry == "": // all fields are empty texts
		return nil, r.failed(NotFound, "the organization has no proxy cache configuration", nil)
	}
	cache := &ProxyCache{UpstreamRegistry: *shown.UpstreamRegistry}
	if json.Unmarshal(shown.ExpirationSeconds, &cache.ExpirationSeconds) != nil || json.Unmarshal(shown.Insecure, &cache.Insecure) != nil {
		return nil, r.failed(Unexpected, "the proxy cache configuration is not of the expected form", nil)
	}
	return cache, nil
}

// CreateProxyCache makes an organization a proxy cache, by POST
// /organization/{orgname}/proxycache (createProxyCacheConfig). The error is [Exists] if the
// organization has a configuration. It is [NotFound] if the organization does not exist, or
// [Invalid] up to Quay 3.16. It is [Invalid] on the upstream registry if Quay cannot resolve
// its host or does not allow it.
func (c *Client) CreateProxyCache(ctx context.Context, organization string, cache NewProxyCache) error {
	return c.do(ctx, request{operation: createProxyCacheConfig, args: []any{organization}, body: cache, secrets: []string{cache.Password}}, nil)
}

// DeleteProxyCache removes the configuration of an organization, by
// DELETE /organization/{orgname}/proxycache (deleteProxyCacheConfig). The error is
// [NotFound] if there is none. The repositories stay.
func (c *Client) DeleteProxyCache(ctx context.Context, organization string) error {
	return c.do(ctx, request{operation: deleteProxyCacheConfig, args: []any{organization}}, nil)
}
