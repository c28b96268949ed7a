import {
  to = quay_organization_robot_federation.deploy
  id = "acme:deploy"
}
