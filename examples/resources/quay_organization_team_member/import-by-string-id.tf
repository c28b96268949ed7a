import {
  to = quay_organization_team_member.alice
  id = "acme:devs:alice"
}
