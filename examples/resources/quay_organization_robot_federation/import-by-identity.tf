import {
  to = quay_organization_robot_federation.deploy
  identity = {
    organization = "acme"
    robot        = "deploy"
  }
}
