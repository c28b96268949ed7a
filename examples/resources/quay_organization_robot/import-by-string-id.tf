import {
  to = quay_organization_robot.builder
  id = "acme:builder"
}
