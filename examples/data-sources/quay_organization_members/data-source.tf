data "quay_organization_members" "acme" {
  organization = "acme"
}

# Users who are in no team but the owners.
output "only_owners" {
  value = [for member in data.quay_organization_members.acme.members : member.name if member.teams == tolist(["owners"])]
}
