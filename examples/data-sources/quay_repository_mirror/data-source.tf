data "quay_repository_mirror" "app" {
  repository = "acme/app"
}

check "mirror" {
  assert {
    condition     = data.quay_repository_mirror.app.sync_status != "FAIL"
    error_message = "The last synchronization of acme/app has failed."
  }
}
