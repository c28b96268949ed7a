# See whether a webhook works, in the log of its receiver.
#   terraform apply -invoke=action.quay_test_notification.app
action "quay_test_notification" "app" {
  config {
    repository = "acme/app"
    uuid       = "0d4ff0b1-1c8a-4d9b-8d3e-8f0e0a6f6c11"
  }
}
