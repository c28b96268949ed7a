data "quay_current_user" "me" {}

# A check instead of a failed apply.
check "superuser" {
  assert {
    condition     = coalesce(data.quay_current_user.me.super_user, false)
    error_message = "${data.quay_current_user.me.username} may not make the calls of superusers with these credentials."
  }
}
