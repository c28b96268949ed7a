ephemeral "quay_user_robot_token" "laptop" {
  name = "laptop"
}
