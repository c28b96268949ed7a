import {
  to = quay_organization_robot_federation.ci
  identity = {
    organization = "acme"
    robot        = "ci"
  }
}
