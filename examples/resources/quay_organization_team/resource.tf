resource "quay_organization_team" "platform" {
  organization = "acme"
  name         = "platform"
  role         = "creator"
  description  = "Builds the base images."
  members      = ["alice", "acme+ci"] # a user and a robot account
}

# The team's permission in a repository. The reference makes Terraform create the team first.
resource "quay_repo_team_permission" "platform" {
  repository = "acme/app"
  team       = quay_organization_team.platform.name
  role       = "write"
}
