import {
  to = quay_organization_team_sync.developers
  identity = {
    organization = "acme"
    team         = "developers"
  }
}
