# Terraform writes a configuration for each with
#   terraform query -generate-config-out=team-syncs.tf
list "quay_organization_team_sync" "acme" {
  provider = quay

  config {
    organization = "acme"
  }
}
