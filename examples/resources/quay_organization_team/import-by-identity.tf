import {
  to = quay_organization_team.platform
  identity = {
    organization = "acme"
    name         = "platform"
  }
}
