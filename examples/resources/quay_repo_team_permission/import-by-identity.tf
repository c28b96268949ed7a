import {
  to = quay_repo_team_permission.devs
  identity = {
    repository = "acme/app"
    team       = "devs"
  }
}
