# Pull hub.example.com/library/nginx as quay.example.com/acme/library/nginx.
resource "quay_organization_proxy_cache" "acme" {
  organization      = "acme"
  upstream_registry = "hub.example.com"
}

variable "upstream_password" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "change-me"
}

# Log in to the upstream registry, and keep tags in the cache for an hour.
resource "quay_organization_proxy_cache" "other" {
  organization                          = "other"
  upstream_registry                     = "registry.example.com:5000/images"
  expiration_s                          = 3600
  upstream_registry_username            = "acme"
  upstream_registry_password_wo         = var.upstream_password
  upstream_registry_password_wo_version = 1
}
