list "quay_repository_permissions" "acme" {
  provider = quay
  limit    = 100000

  config {
    organization = "acme"
  }
}

list "quay_repository_permissions" "app" {
  provider = quay

  config {
    repository = "acme/app"
  }
}
