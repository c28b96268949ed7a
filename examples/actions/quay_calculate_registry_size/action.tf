action "quay_calculate_registry_size" "now" {
  config {
    wait    = false # the size is there a while later
    timeout = "30m" # for how long true waits
  }
}

# When a quota has changed, or at any time with
#   terraform apply -invoke=action.quay_calculate_registry_size.now
resource "quay_org_quota" "acme" {
  organization = "acme"
  limit        = "10 GiB"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.quay_calculate_registry_size.now]
    }
  }
}
