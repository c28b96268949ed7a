data "quay_user_robots" "mine" {}

output "my_robots" {
  value = data.quay_user_robots.mine.robots[*].username
}
