import {
  to = quay_organization_proxy_cache.acme
  identity = {
    organization = "acme"
  }
}
