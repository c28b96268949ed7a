data "quay_user_robot" "laptop" {
  name = "laptop"
}

output "username" {
  value = data.quay_user_robot.laptop.username
}
