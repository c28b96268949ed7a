resource "quay_organization_team_member" "alice" {
  organization = "acme"
  team         = "devs"
  member       = "alice"
}
