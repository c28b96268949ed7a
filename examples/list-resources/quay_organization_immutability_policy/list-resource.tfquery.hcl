# Terraform writes a configuration for each with
#   terraform query -generate-config-out=immutability_policies.tf
list "quay_organization_immutability_policy" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
