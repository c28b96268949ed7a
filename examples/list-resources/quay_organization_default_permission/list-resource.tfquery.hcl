# Terraform writes a configuration for each with
#   terraform query -generate-config-out=default_permissions.tf
list "quay_organization_default_permission" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
