# Terraform writes a configuration for each with
#   terraform query -generate-config-out=members.tf
list "quay_organization_team_member" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
