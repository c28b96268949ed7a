# Terraform writes a configuration for each with
#   terraform query -generate-config-out=autoprune_policies.tf
list "quay_repository_autoprune_policy" "app" {
  provider = quay

  config {
    repository = "acme/app"
  }
}
