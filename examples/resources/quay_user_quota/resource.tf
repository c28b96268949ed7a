resource "quay_user_quota" "alice" {
  username = "alice"
  limit    = "20 GB"
}
