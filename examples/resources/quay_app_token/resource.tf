resource "quay_app_token" "laptop" {
  title = "laptop"
}
