resource "quay_organization" "globex" {
  name  = "globex"
  email = "registry@globex.example.com"

  # Deleted tags can be brought back for a week.
  tag_expiration_s = 7 * 24 * 60 * 60
}

# Another name renames the organization in place, and updates the quota in place.
resource "quay_org_quota" "globex" {
  organization = quay_organization.globex.name
  limit        = "500 GiB"
}
