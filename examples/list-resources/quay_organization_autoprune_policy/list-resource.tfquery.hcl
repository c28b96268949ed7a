# Terraform writes a configuration for each with
#   terraform query -generate-config-out=autoprune_policies.tf
list "quay_organization_autoprune_policy" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
