# Terraform writes a configuration for each with
#   terraform query -generate-config-out=federations.tf
list "quay_organization_robot_federation" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
