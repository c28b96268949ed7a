import {
  to = quay_repo_team_permission.devs
  id = "acme/app:devs"
}
