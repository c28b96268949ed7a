import {
  to = quay_organization_team.platform
  id = "acme:platform"
}
