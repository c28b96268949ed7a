import {
  to = quay_organization_robot_federation.ci
  id = "acme:ci"
}
