# Tell the access token's own user before the storage quota is reached.
resource "quay_user_notification" "quota" {
  title  = "Quota"
  event  = "quota_warning"
  method = "quay_notification"

  quay_notification = {
    user = "admin"
  }
}
