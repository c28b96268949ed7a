# Terraform writes a configuration for each with
#   terraform query -generate-config-out=robots.tf
list "quay_organization_robot" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
