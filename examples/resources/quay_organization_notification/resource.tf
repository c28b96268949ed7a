# Tell the organization's administrators when its storage quota is exceeded.
resource "quay_organization_notification" "quota" {
  organization = "acme"
  title        = "Quota"
  event        = "quota_error"
  method       = "email"
}

# Tell a channel before that.
resource "quay_organization_notification" "warning" {
  organization = "acme"
  event        = "quota_warning"
  method       = "slack"

  slack = {
    url = "https://hooks.slack.com/services/T0/B0/x"
  }
}
