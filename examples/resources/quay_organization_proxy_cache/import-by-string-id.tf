import {
  to = quay_organization_proxy_cache.acme
  id = "acme"
}
