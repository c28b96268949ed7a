# Terraform writes a configuration for each with
#   terraform query -generate-config-out=proxy_caches.tf
list "quay_organization_proxy_cache" "all" {
  provider = quay
}
