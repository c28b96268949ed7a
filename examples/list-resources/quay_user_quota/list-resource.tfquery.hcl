list "quay_user_quota" "all" {
  provider = quay

  config {
    prefix = "a"
  }
}
