data "quay_organization_proxy_cache" "acme" {
  organization = "acme"
}

output "upstream_of_acme" {
  value = data.quay_organization_proxy_cache.acme.upstream_registry
}
