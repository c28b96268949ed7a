list "quay_repository_mirror" "acme" {
  provider = quay
  limit    = 100000

  config {
    organization = "acme"
  }
}

list "quay_repository_mirror" "app" {
  provider = quay

  config {
    repository = "acme/app"
  }
}
