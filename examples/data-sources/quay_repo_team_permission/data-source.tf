resource "quay_repo_team_permission" "devs" {
  repository = "acme/app"
  team       = "devs"
  role       = "write"
}

data "quay_repo_team_permission" "devs" {
  repository = quay_repo_team_permission.devs.repository
  team       = quay_repo_team_permission.devs.team
}

output "devs_role" {
  value = data.quay_repo_team_permission.devs.role
}
