resource "quay_repo_team_permission" "devs" {
  repository = "acme/app"
  team       = "devs"
  role       = "write"
}
