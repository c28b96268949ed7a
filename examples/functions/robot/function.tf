resource "quay_repo_user_permission" "ci" {
  repository = "acme/app"
  username   = provider::quay::robot("acme", "ci") # "acme+ci"
  role       = "write"
}
