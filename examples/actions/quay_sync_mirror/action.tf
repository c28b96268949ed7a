# terraform apply -invoke=action.quay_sync_mirror.app
action "quay_sync_mirror" "app" {
  config {
    repository = "acme/app"
  }
}

action "quay_sync_mirror" "other" {
  config {
    organization = "other"
  }
}
