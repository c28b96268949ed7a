resource "quay_organization_robot" "builder" {
  organization = "acme"
  name         = "builder"
  description  = "Builds the base images."

  # A new text gives the robot a new token.
  rotation = "2027-01"
}

# A role in a repository refers to the username, so that it is created again in the
# apply that replaces the robot.
resource "quay_repo_user_permission" "builder" {
  repository = "acme/app"
  username   = quay_organization_robot.builder.username
  role       = "write"
}
