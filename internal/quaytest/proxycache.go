package quaytest

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// ProxyCache is FEATURE_PROXY_CACHE, which turns on organizations as proxy caches of an
// upstream registry.
const ProxyCache Feature = "PROXY_CACHE"

func proxyCacheArea() area {
	const path = "/organization/{orgname}/proxycache"
	return area{
		feature: ProxyCache,
		routes: []*route{
			get("getProxyCacheConfig", path, getProxyCacheConfig),
			post("createProxyCacheConfig", path, createProxyCacheConfig),
			del("deleteProxyCacheConfig", path, deleteProxyCacheConfig),
		},
		newState: func() any { return &proxyCacheState{caches: map[*account]*proxyCache{}} },
		counts:   map[string]func(*store) int{"proxy caches": func(st *store) int { return len(state[proxyCacheState](st).caches) }},
		onDelete: func(st *store, object any) {
			if a, ok := object.(*account); ok {
				delete(state[proxyCacheState](st).caches, a)
			}
		},
	}
}

type proxyCacheState struct {
	caches map[*account]*proxyCache // by organization
}

// proxyCache is the configuration of an organization as a proxy cache.
type proxyCache struct {
	upstream   string
	expiration any // a whole number of seconds or nil
	insecure   bool
	username   string
	password   string
}

// ProxyCacheLogin returns the user and the password with which the proxy cache of an
// organization logs in to the upstream registry. No call of the API shows them.
func (s *Server) ProxyCacheLogin(organizationName string) (username, password string) {
	s.change(func(st *store) {
		org := must(st.account(organizationName, organization), "ProxyCacheLogin: no organization %q", organizationName)
		cache := must(state[proxyCacheState](st).caches[org], "ProxyCacheLogin: no proxy cache of %q", organizationName)
		username, password = cache.username, cache.password
	})
	return username, password
}

// proxyCacheOfPath returns the organization of the path and its proxy cache. A missing one is
// nil.
func (c *call) proxyCacheOfPath() (org *account, cache *proxyCache) {
	org = c.store.account(c.params["orgname"], organization)
	return org, state[proxyCacheState](c.store).caches[org]
}

func getProxyCacheConfig(c *call) (response, error) {
	if !c.memberOf(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	_, cache := c.proxyCacheOfPath()
	if cache == nil {
		return ok(view{"upstream_registry": "", "expiration_s": "", "insecure": ""})
	}
	return ok(view{"upstream_registry": cache.upstream, "expiration_s": cache.expiration, "insecure": cache.insecure})
}

var proxyCacheSchema = pyjson.Schema{
	pyjson.Type("object"),
	pyjson.Required("upstream_registry"),
	pyjson.Properties(pyjson.Property("upstream_registry", pyjson.Type("string"))),
}

func createProxyCacheConfig(c *call) (response, error) {
	body, err := c.decode(proxyCacheSchema)
	if err != nil {
		return response{}, err
	}
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, existing := c.proxyCacheOfPath()
	if org != nil && c.store.mirrorsOrganization(org) {
		return response{}, invalidRequest("Cannot create proxy cache: organization is managed by organization-level mirroring")
	}
	if existing != nil {
		return response{}, invalidRequest("Proxy Cache Configuration already exists")
	}
	cache := &proxyCache{
		upstream: body.Text("upstream_registry"), expiration: json.Number("86400"),
		username: body.Text("upstream_registry_username"), password: body.Text("upstream_registry_password"),
	}
	if err := checkProxyUpstream(cache.upstream); err != nil {
		return response{}, err
	}
	if org == nil {
		if c.before(Quay3_18) {
			return response{}, invalidRequest("Error while creating Proxy cache configuration")
		}
		return response{}, refused("Organization does not exist: %s", c.params["orgname"])
	}
	if err := cache.set(body); err != nil {
		return response{}, err
	}
	c.store.recordSecret(cache.password)
	state[proxyCacheState](c.store).caches[org] = cache
	c.log("create_proxy_cache_config", org, view{"upstream_registry": cache.upstream})
	return created()
}

// set sets the members that Quay does not check. Python turns fractions into whole numbers,
// and every text that is not empty into true.
func (p *proxyCache) set(body pyjson.Object) error {
	if v, given := body.Get("expiration_s"); given {
		number, isNumber := v.(json.Number)
		switch {
		case v == nil:
			p.expiration = nil
		case !isNumber:
			return errInternal
		default:
			whole, _, _ := strings.Cut(number.String(), ".")
			p.expiration = json.Number(whole)
		}
	}
	switch v, given := body.Get("insecure"); v := v.(type) {
	case nil:
		if given {
			return errInternal
		}
	case bool:
		p.insecure = v
	case string:
		p.insecure = v != ""
	}
	return nil
}

// checkProxyUpstream returns Quay's error about an upstream registry.
func checkProxyUpstream(upstream string) error {
	host, _, _ := strings.Cut(upstream, "/")
	host, _, _ = strings.Cut(strings.TrimRight(host, " "), ":")
	if host == "" {
		return invalidRequest("URL must include a hostname")
	}
	return checkUpstream(host, "URL")
}

func deleteProxyCacheConfig(c *call) (response, error) {
	if !c.administers(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, cache := c.proxyCacheOfPath()
	if cache == nil {
		return response{}, notFound()
	}
	delete(state[proxyCacheState](c.store).caches, org)
	c.log("delete_proxy_cache_config", org, view{})
	return jsonResponse(http.StatusCreated, "Deleted"), nil
}
