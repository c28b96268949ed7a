# Terraform writes a configuration for each with
#   terraform query -generate-config-out=teams.tf
list "quay_organization_team" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
