data "quay_organization_teams" "acme" {
  organization = "acme"
}

output "administrators" {
  value = [for team in data.quay_organization_teams.acme.teams : team.name if team.role == "admin"]
}
