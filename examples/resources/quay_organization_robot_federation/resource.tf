resource "quay_organization_robot" "deploy" {
  organization = "acme"
  name         = "deploy"
}

# Jobs of two GitHub repositories can act as the robot, without its token.
resource "quay_organization_robot_federation" "deploy" {
  organization = quay_organization_robot.deploy.organization
  robot        = quay_organization_robot.deploy.name
  identities = [
    {
      issuer  = "https://token.actions.githubusercontent.com"
      subject = "repo:acme/app:ref:refs/heads/main"
    },
    {
      issuer  = "https://token.actions.githubusercontent.com"
      subject = "repo:acme/website:ref:refs/heads/main"
    },
  ]

  # A robot that is replaced loses its identities.
  lifecycle {
    replace_triggered_by = [quay_organization_robot.deploy.username]
  }
}
