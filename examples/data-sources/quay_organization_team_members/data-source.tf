data "quay_organization_team_members" "devs" {
  organization = "acme"
  team         = "devs"
}

output "invited" {
  value = [for member in data.quay_organization_team_members.devs.members : member.name if member.pending]
}
