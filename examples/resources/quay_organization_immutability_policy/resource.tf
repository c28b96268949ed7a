# Nobody can move or delete tags such as v1.2.3 in any repository of the organization.
resource "quay_organization_immutability_policy" "releases" {
  organization = "acme"
  tag_pattern  = "v[0-9]+\\.[0-9]+\\.[0-9]+"
}
