terraform import quay_organization_proxy_cache.acme 'acme'
