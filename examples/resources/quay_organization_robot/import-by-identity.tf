import {
  to = quay_organization_robot.builder
  identity = {
    organization = "acme"
    name         = "builder"
  }
}
