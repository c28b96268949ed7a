# The token of a robot for a script, or for a write-only attribute such as the data of
# a pull secret.
ephemeral "quay_organization_robot_token" "ci" {
  organization = "acme"
  name         = "ci"
}

resource "terraform_data" "login" {
  provisioner "local-exec" {
    command = "echo \"log in as $USERNAME\"" # in place of your script

    environment = {
      USERNAME = ephemeral.quay_organization_robot_token.ci.username
      TOKEN    = ephemeral.quay_organization_robot_token.ci.token
    }
  }
}
