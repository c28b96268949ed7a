import {
  to = quay_organization_team_member.alice
  identity = {
    organization = "acme"
    team         = "devs"
    member       = "alice"
  }
}
