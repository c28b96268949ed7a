resource "quay_user_robot" "nightly" {
  name = "nightly"
}

# Jobs of a GitHub repository can act as the robot, without its token.
resource "quay_user_robot_federation" "nightly" {
  robot = quay_user_robot.nightly.name
  identities = [{
    issuer  = "https://token.actions.githubusercontent.com"
    subject = "repo:acme/app:ref:refs/heads/main"
  }]
}
