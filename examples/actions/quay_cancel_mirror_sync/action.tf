# terraform apply -invoke=action.quay_cancel_mirror_sync.app
action "quay_cancel_mirror_sync" "app" {
  config {
    repository = "acme/app"
  }
}

action "quay_cancel_mirror_sync" "other" {
  config {
    organization = "other"
  }
}
