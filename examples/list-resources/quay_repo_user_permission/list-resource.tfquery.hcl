list "quay_repo_user_permission" "app" {
  provider = quay

  config {
    repository = "acme/app"
  }
}

list "quay_repo_user_permission" "acme" {
  provider = quay
  limit    = 100000

  config {
    organization = "acme"
  }
}
