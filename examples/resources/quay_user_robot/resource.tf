resource "quay_user_robot" "laptop" {
  name        = "laptop"
  description = "Pulls images to my laptop."
}
