# Auto-prune policies. Remove this file if the registry has none: they need Quay 3.11 or
# later, and FEATURE_AUTO_PRUNE: true in the registry's config.yaml.

list "quay_organization_autoprune_policy" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}

list "quay_repository_autoprune_policy" "all" {
  provider = quay
  limit    = 100000
  config {
    organization = var.organization
  }
}
