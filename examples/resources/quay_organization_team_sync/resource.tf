resource "quay_organization_team" "developers" {
  organization = "acme"
  name         = "developers"
  role         = "member"
}

# An LDAP group below the base DN of the registry. With OIDC, set group_name instead.
resource "quay_organization_team_sync" "developers" {
  organization = quay_organization_team.developers.organization
  team         = quay_organization_team.developers.name
  group_dn     = "cn=devs,ou=groups"
}
