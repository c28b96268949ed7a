resource "quay_organization_team" "platform" {
  organization = "acme"
  name         = "platform"
  role         = "creator"
  description  = "Builds the base images."
}

# A role in a repository refers to the team, so that the team is created first.
resource "quay_repo_team_permission" "platform" {
  repository = "acme/app"
  team       = quay_organization_team.platform.name
  role       = "write"
}
