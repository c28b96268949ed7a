data "quay_organization_team_sync" "devs" {
  organization = "acme"
  team         = "devs"
}

output "devs_synchronized_at" {
  value = data.quay_organization_team_sync.devs.last_updated
}
