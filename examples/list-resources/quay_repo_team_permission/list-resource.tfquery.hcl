list "quay_repo_team_permission" "acme" {
  provider = quay
  limit    = 100000

  config {
    organization = "acme"
  }
}
