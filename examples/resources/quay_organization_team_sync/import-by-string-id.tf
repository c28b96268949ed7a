import {
  to = quay_organization_team_sync.developers
  id = "acme:developers"
}
